//! Whatever ends the console or stops it, the terminal is as it was.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use signoff::client::Client;
use signoff::config::Settings;
use signoff::console::{self, Keymap, Options, Recalled, Start};

use super::{BINARY, Terminal};

const CTRL_Z: &str = "\x1a";

/// Tells whether the terminal makes lines of what is typed, as it did before.
const MODES: &str = "stty -a | grep -o -e '-*icanon' -e '-*echo\\b' | sort | tr '\\n' ' '";

impl Terminal {
    fn is_given_back(&self) {
        let screen = self.parser.screen();
        let text = screen.contents();
        assert!(!screen.alternate_screen(), "the second screen: {text}");
        assert!(!screen.bracketed_paste(), "bracketed paste: {text}");
        assert!(!screen.hide_cursor(), "the cursor: {text}");
    }

    /// On a slow machine a key pressed again came after the console's end: the shell has it, as a line of
    /// its own and not in front of what ends it.
    fn leaves_the_shell(&mut self) {
        self.press("\r");
        self.look(Duration::from_millis(300));
        self.press("exit\r");
        self.end();
    }

    fn is_taken(&self) {
        let screen = self.parser.screen();
        assert!(
            screen.alternate_screen() && screen.bracketed_paste(),
            "{}",
            screen.contents()
        );
    }
}

fn shell(home: &Path, command: &[&str]) -> Terminal {
    let memory = home.join("state/signoff");
    std::fs::create_dir_all(&memory).unwrap();
    std::fs::write(memory.join("console.toml"), "toured = true\n").unwrap();
    Terminal::start_program(home, "", command, (80, 24))
}

#[test]
fn ctrl_z_goes_back_to_the_shell_and_fg_comes_back_to_the_console() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = shell(home.path(), &["sh", "-i"]);
    // As `cargo run` does, another program stands between: the whole job has to stop.
    terminal.press(&format!("sh -c \"'{BINARY}' demo; true\"\r"));
    terminal.wait_for("payment.refund");
    for _ in 0..2 {
        terminal.press(CTRL_Z);
        terminal.wait_for("Stopped");
        terminal.press(&format!("echo; {MODES}; echo so-far-$((40 + 2))\r"));
        terminal.wait_for("so-far-42");
        assert!(terminal.text().contains("echo icanon"), "{}", terminal.text());
        terminal.is_given_back();
        terminal.press("clear; fg\r");
        terminal.wait_for("payment.refund");
        terminal.wait_for("? help");
        terminal.is_taken();
    }
    // What is typed reaches it as before.
    terminal.press_until("?", "any other key goes back");
    terminal.press("\x1b");
    terminal.press_until("q", "You decided 0.");
    terminal.wait_for("It was temporary");
    terminal.look(Duration::from_millis(300));
    terminal.leaves_the_shell();
}

#[test]
fn what_stopped_it_from_outside_leaves_a_console_that_can_go_on() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = shell(home.path(), &["sh", "-i"]);
    let pid = home.path().join("pid");
    let start = format!("sh -c 'echo $$ > \"{}\"; exec \"{BINARY}\" demo'\r", pid.display());
    terminal.press(&start);
    terminal.wait_for("payment.refund");
    terminal.look(Duration::from_millis(500));
    let pid = std::fs::read_to_string(pid).unwrap();
    let stopped = std::process::Command::new("kill").args(["-STOP", pid.trim()]).status();
    assert!(stopped.unwrap().success());
    terminal.wait_for("Stopped");
    // Not every shell makes the terminal its own again: this is Enter in any case.
    terminal.press("fg\n");
    terminal.wait("the console", |screen| {
        !screen.contains("Stopped") && screen.contains("? help")
    });
    terminal.is_taken();
    terminal.press_until("?", "any other key goes back");
    terminal.press("\x1b");
    terminal.press_until("q", "You decided 0.");
    terminal.wait_for("It was temporary");
    terminal.look(Duration::from_millis(300));
    terminal.leaves_the_shell();
}

#[test]
fn without_a_shell_ctrl_z_says_so_and_the_console_goes_on() {
    let mut terminal = Terminal::start(&["demo"], 80, 24);
    terminal.wait_for("payment.refund");
    terminal.press(CTRL_Z);
    terminal.wait_for("There is no shell to go back to");
    terminal.is_taken();
    terminal.press_until("q", "You decided 0.");
    assert_eq!(terminal.end(), 0);
    terminal.is_given_back();
}

#[test]
fn signals_that_end_it_give_the_terminal_back() {
    for signal in ["-TERM", "-HUP"] {
        let mut terminal = Terminal::start(&["demo"], 80, 24);
        terminal.wait_for("payment.refund");
        terminal.is_taken();
        terminal.signal(signal);
        assert_eq!(terminal.end(), 0, "{signal}");
        terminal.is_given_back();
    }
}

#[test]
fn a_panic_gives_the_terminal_back() {
    let home = tempfile::tempdir().unwrap();
    let own = std::env::current_exe().unwrap();
    let name = "it::terminal::back::a_console_whose_clock_breaks";
    let command = format!(
        "RUST_BACKTRACE=0 '{}' --exact {name} --ignored --nocapture; echo; {MODES}; echo after-it",
        own.display()
    );
    let mut terminal = shell(home.path(), &["sh", "-c", &command]);
    terminal.end();
    let said = terminal.text();
    assert!(said.contains("the clock broke") && said.contains("after-it"), "{said}");
    assert!(said.contains("echo icanon"), "{said}");
    terminal.is_given_back();
}

/// Needs a terminal: the test above runs it in one.
#[test]
#[ignore = "run in a terminal by the test of what a panic leaves"]
fn a_console_whose_clock_breaks() {
    let told = Arc::new(AtomicUsize::new(0));
    let clock = move || {
        assert!(told.fetch_add(1, Ordering::SeqCst) < 20, "the clock broke");
        Timestamp::now()
    };
    let options = Options {
        client: Client::new("http://127.0.0.1:9", None).unwrap(),
        start: Start {
            gate: "nowhere".into(),
            name: "ana".into(),
            role: None,
            nonce: "n".into(),
            settings: Settings::default(),
            keymap: Keymap::default(),
            zone: jiff::tz::TimeZone::UTC,
            recalled: Recalled::default(),
            looks_back: false,
            is_still: false,
            now: Timestamp::now(),
            size: (80, 24),
            decided: None,
        },
        clock: Arc::new(clock),
        editor: None,
        pager: String::new(),
        seen: None,
        memory: None,
        pen: None,
        folder: std::env::temp_dir(),
        jitter: 0.0,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let ended = runtime.block_on(console::run(options));
    panic!("it ended: {ended:?}");
}
