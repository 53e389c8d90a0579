//! The console, with the real binary in a real terminal.

use signoff::domain::Shown;

use super::output::wrong_on_screen;
use super::{Stage, Text, corpus, stage};
use crate::it::terminal::Terminal;

const PAGE_DOWN: &str = "\x1b[6~";

/// A window in which an envelope with five hostile texts in every field needs no scrolling: how it scrolls
/// is for tests without a terminal.
const WINDOW: (u16, u16) = (118, 250);

/// The screen without its white space and the signs at which a line goes on.
fn squeezed(screen: &str) -> String {
    let signs = |c: char| c.is_whitespace() || matches!(c, '>' | '|');
    screen.chars().filter(|c| !signs(*c)).collect()
}

/// Waits until nothing is asked for any more, and what a person would see is what a new frame shows.
fn read(terminal: &mut Terminal, title: &str) -> String {
    terminal.wait(title, |screen| screen.contains(title) && !screen.contains("reading…"));
    terminal.settle();
    // Blanks at the end are drawn or left as they were; digits are of a countdown.
    let untimed = |screen: &str| {
        let lines = screen
            .lines()
            .map(|line| line.trim_end().replace(|c: char| c.is_ascii_digit(), ""));
        lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
    };
    // A notice may go, or a second pass, between the one and the other.
    for _ in 0..5 {
        let before = untimed(&terminal.text());
        terminal.repaint();
        terminal.wait(title, |screen| screen.contains(title));
        terminal.settle();
        if untimed(&terminal.text()) == before {
            return squeezed(&terminal.text());
        }
    }
    panic!("a new frame never shows what was there:\n{}", terminal.text());
}

/// Each code that has to stand somewhere for a text.
fn codes(text: &str) -> Vec<String> {
    let shown = Shown::line(text).to_string();
    let code = |piece: &str| format!("⟨{}⟩", piece.split('⟩').next().unwrap_or_default());
    shown.split('⟨').skip(1).map(code).collect()
}

fn check(name: &str, terminal: &Terminal) {
    let wrong = wrong_on_screen(terminal.raw());
    assert!(wrong.is_empty(), "{name}: {wrong:?}");
    assert!(terminal.is_whole_screen(), "{name}: the second screen was left");
}

/// Several at a time, each on a line of its own: a screen takes longer to look through than a stream.
fn some_at_a_time() -> Vec<(String, String)> {
    let joined = |some: &[Text], part: fn(&Text) -> &str| some.iter().map(part).collect::<Vec<_>>().join("\n");
    corpus()
        .chunks(5)
        .map(|some| (joined(some, |text| &text.name), joined(some, |text| &text.text)))
        .collect()
}

#[test]
fn no_hostile_text_acts_or_hides_in_the_console() {
    let stage = stage();
    let corpus = some_at_a_time();
    for (n, (_, text)) in corpus.iter().enumerate() {
        stage.propose(n, text);
    }
    let arguments = ["--url", &stage.url, "--token-file", &stage.sam];
    let mut terminal = Terminal::start(&arguments, WINDOW.0, WINDOW.1);
    terminal.wait_for(&format!("{} waiting", corpus.len()));
    terminal.press("g");
    for (n, (name, text)) in corpus.iter().enumerate() {
        let sheet = read(&mut terminal, &format!(" {} of {} ", n + 1, corpus.len()));
        terminal.press("d");
        let fields = read(&mut terminal, "by field");
        terminal.press("t");
        let as_text = read(&mut terminal, "as text");
        terminal.press("q");
        for code in codes(text) {
            for (part, all) in [("sheet", &sheet), ("fields", &fields)] {
                assert!(all.contains(&code), "{name}: {code} is not in the {part}\n{all}");
            }
            // As text it is JSON, with codes of its own for some.
            let number = u32::from_str_radix(code.trim_matches(['⟨', '⟩', 'U', '+']), 16).unwrap();
            let json = serde_json::to_string(&char::from_u32(number).unwrap()).unwrap();
            let json = Shown::line(json.trim_matches('"')).to_string();
            assert!(as_text.contains(&json), "{name}: {json} is not in the text\n{as_text}");
        }
        // Titles of boxes name it, and what asks the agent holds what was pasted into it.
        for (keys, title) in [
            ("r", "Reject"),
            ("x", "Escalate"),
            ("m", "Classify"),
            ("i", "Ask the agent of"),
        ] {
            terminal.press_until(keys, title);
            if keys == "i" {
                terminal.press(&format!("\x1b[200~{}\x1b[201~", text.replace('\x1b', "\u{9b}")));
                terminal.wait_for("Enter asks the agent");
            }
            terminal.press("\x1b");
            terminal.wait(title, |screen| !screen.contains(title));
        }
        check(name, &terminal);
        terminal.press("j");
    }
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    side_by_side(&stage, corpus.len());
    an_auditor_looks_at_all_of_it(&stage, corpus.len());
}

/// The largest screen has panes of its own for evidence and for the run.
fn side_by_side(stage: &Stage, count: usize) {
    let arguments = ["--url", &stage.url, "--token-file", &stage.sam];
    let mut terminal = Terminal::start(&arguments, 200, 60);
    terminal.wait_for(&format!("{count} waiting"));
    terminal.press("g");
    for n in 1..=count {
        read(&mut terminal, &format!(" {n} of {count} "));
        terminal.press("j");
    }
    check("side by side", &terminal);
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}

fn an_auditor_looks_at_all_of_it(stage: &Stage, count: usize) {
    let arguments = ["--url", &stage.url, "--token-file", &stage.sam, "audit"];
    let mut terminal = Terminal::start(&arguments, 120, 40);
    for n in 1..=count {
        terminal.wait_for(&format!(" {n} of {count} "));
        terminal.press("t");
        terminal.wait_for("timeline");
        terminal.wait_for("proposed");
        terminal.press("t");
        terminal.wait_for("read-only --");
        terminal.press("j");
    }
    check("audit", &terminal);
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_line_of_100_kb_is_read_to_its_end() {
    let stage = stage();
    let mut words: Vec<String> = (0..12_000).map(|n| format!("word-{n}")).collect();
    words.push("THE-END".to_owned());
    let text = words.join(" ");
    assert!(text.len() > 100_000);
    let action = serde_json::json!({"tool": "note", "arguments": {"text": text}});
    let body = serde_json::json!({ "action": action, "rationale": text });
    let file = stage.place.proposal(&body.to_string());
    stage.place.json(&["--token-file", &stage.agent, "submit", &file]);
    let mut terminal = Terminal::start(&["--url", &stage.url, "--token-file", &stage.sam], 110, 250);
    read(&mut terminal, " 1 of 1 ");
    // On the sheet the payload is cut, so what says why it is wanted begins on the first page.
    assert!(terminal.text().contains("| word-0 word-1 "), "{}", terminal.text());
    terminal.press("d");
    let mut all = read(&mut terminal, "by field");
    let more = "more lines, PgDn";
    while let Some((_, left)) = terminal
        .text()
        .clone()
        .rsplit_once("… ")
        .filter(|(_, left)| left.contains(more))
    {
        let left = format!("… {}", left.lines().next().unwrap_or_default());
        terminal.press(PAGE_DOWN);
        terminal.wait("the next page", |screen| !screen.contains(&left));
        all += &read(&mut terminal, "by field");
    }
    for word in ["\"word-0word-1", "word-6000", "word-11999THE-END\""] {
        let start: String = all.chars().take(600).collect();
        assert!(all.contains(word), "{word}: {start}");
    }
    check("a long line", &terminal);
    terminal.press("q");
    terminal.press_until("q", "");
    assert_eq!(terminal.end(), 0);
}
