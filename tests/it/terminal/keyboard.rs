//! The keyboard: what comes together, what another program is left, and what it costs while nobody types.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Terminal;
use crate::it::cli::place::Place;

const CTRL_E: &str = "\x05";

/// A gate with tickets that wait to be tagged, and a reviewer's credential.
pub fn tickets(count: usize) -> (Place, String, String) {
    let mut place = Place::new();
    let policy = place.path("policy.toml");
    fs::write(&policy, signoff::demo::POLICY).unwrap();
    let url = place.serve_with(&["--listen", "127.0.0.1:0", "--policy", &policy.to_string_lossy()]);
    let agent = place.add(&["agent", "add", "ops-2"]);
    let ana = place.add(&["reviewer", "add", "ana", "--role", "reviewer"]);
    for n in 0..count {
        let body = format!(
            r#"{{"action":{{"tool":"tag_ticket","arguments":{{"ticket":"T-{n}","tag":"billing"}}}},"timeout":"50m"}}"#
        );
        place.json(&["--token-file", &agent, "submit", &place.proposal(&body)]);
    }
    (place, url, ana)
}

#[test]
fn keys_that_come_together_decide_nothing() {
    let (place, url, ana) = tickets(1);
    let mut terminal = Terminal::start(&["--url", &url, "--token-file", &ana], 80, 24);
    terminal.wait_for("no evidence given");
    terminal.read_it();
    // Alone, a approves this one. k moves the cursor nowhere.
    terminal.press("ka");
    terminal.wait_for("Keys came faster than the screen, so none of them decides.");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert!(place.json(&["list"]).to_string().contains("waiting"));
}

/// An editor that asks for a word at the keyboard and writes it down as the tag.
fn editor(place: &Place) -> String {
    let script = place.path("editor.sh");
    // Slow, so that whoever else reads the terminal would be first.
    let text = concat!(
        "echo 'The editor asks for a tag.'; sleep 0.5; read -r tag\n",
        r#"printf '{"ticket": "T-0", "tag": "%s"}' "$tag" > "$1""#,
    );
    fs::write(&script, text).unwrap();
    format!("sh {}", script.display())
}

#[test]
fn the_reviewers_own_editor_has_the_keyboard_to_itself() {
    let (place, url, ana) = tickets(1);
    let arguments = ["--url", &url, "--token-file", &ana];
    for size in [(60, 20), (120, 40)] {
        let mut terminal = Terminal::start_with_editor(&arguments, &editor(&place), size);
        terminal.wait_for("ticket.tag");
        if size.0 == 60 {
            terminal.press("\t");
        }
        terminal.wait_for("no evidence given");
        terminal.press_until("e", "Edit tag_ticket");
        terminal.press(CTRL_E);
        terminal.wait_for("The editor asks for a tag.");
        // Had anybody else taken a key of it, it would not be whole.
        terminal.press("written-elsewhere\n");
        terminal.wait_for(r#""tag": "written-elsewhere""#);
        terminal.wait_for("becomes: ");
        terminal.press("\x1b");
        terminal.wait_for("What you wrote is kept");
        terminal.press("q");
        assert_eq!(terminal.end(), 0);
    }
}

/// What a process, or one of its threads, has used of a processor, in hundredths of a second.
#[cfg(target_os = "linux")]
fn used(of: &Path) -> u64 {
    let stat = fs::read_to_string(of.join("stat")).unwrap();
    // The name in brackets may hold anything.
    let fields: Vec<_> = stat[stat.rfind(')').unwrap() + 2..].split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// Time of the processor is no other on a machine that is busy with everything else.
#[test]
#[cfg(target_os = "linux")]
fn a_console_that_nobody_touches_leaves_the_processor_alone() {
    let (_place, url, ana) = tickets(20);
    let mut terminal = Terminal::start(&["--url", &url, "--token-file", &ana], 120, 40);
    terminal.wait_for("20 waiting");
    terminal.wait_for("no evidence given");
    terminal.read_it();
    let process = PathBuf::from(format!("/proc/{}", terminal.child.process_id().unwrap()));
    let keyboard = fs::read_dir(process.join("task"))
        .unwrap()
        .map(|thread| thread.unwrap().path())
        .find(|thread| fs::read_to_string(thread.join("comm")).unwrap() == "keyboard\n")
        .unwrap();
    let (screen, before) = (terminal.text(), (used(&process), used(&keyboard)));
    terminal.look(Duration::from_secs(5));
    let (whole, waiting) = (used(&process) - before.0, used(&keyboard) - before.1);
    assert_ne!(screen, terminal.text(), "countdowns are on the screen");
    assert_eq!(waiting, 0, "who waits for keys does nothing else");
    // Half of one per cent, and what the clock of the kernel is coarse by.
    assert!(whole <= 3, "{whole} hundredths of a second in five");
}
