//! Plain mode: the corpus as lines, in the model and from the real binary in a dumb terminal.

use signoff::domain::{Role, Shown};

use super::{Stage, corpus, proposal, stage};
use crate::it::plain::desk::{Desk, desk};
use crate::it::terminal::plain::with;

/// How lines of ours begin at the left edge; all others begin with a number that was given here.
const OURS: [&str; 9] = [
    "signoff at ",
    "Type a number",
    "What to do",
    "Meanwhile ",
    "New: ",
    "Nothing waits.",
    "It was not printed",
    "Not all of its payload",
    "Reject ",
];

fn is_numbered(line: &str) -> bool {
    let number = line.split(['.', ',', ' ']).next().unwrap_or_default();
    number.parse::<u32>().is_ok()
}

/// Each code that has to stand somewhere for a text.
fn codes(text: &str) -> Vec<String> {
    let shown = Shown::line(text).to_string();
    let code = |piece: &str| format!("⟨{}⟩", piece.split('⟩').next().unwrap_or_default());
    shown.split('⟨').skip(1).map(code).collect()
}

/// Opens an envelope and has its sheet and its payload told to their ends.
async fn read_all(desk: &mut Desk, id: &str) {
    let id = id.parse().unwrap();
    let number = desk.model.numbers.of(id).unwrap();
    desk.line(&number.to_string()).await;
    for part in ["sheet", "payload"] {
        while desk.model.reading.as_ref().unwrap().left() > 0 {
            desk.line("more").await;
        }
        if part == "sheet" {
            desk.line("3").await;
        }
    }
    desk.lines(&["reject", "back", "back"]).await;
}

#[tokio::test]
async fn no_hostile_text_acts_hides_or_begins_a_line_at_the_left_edge() {
    let mut desk = desk("sam", Role::Senior).await;
    desk.news().await;
    for (n, text) in corpus().iter().enumerate() {
        let created = desk.propose(&proposal(n, &text.text).to_string()).await;
        desk.news().await;
        desk.printed();
        read_all(&mut desk, created["id"].as_str().unwrap()).await;
        desk.line("list").await;
        let told = desk.printed();
        for line in told.lines() {
            let name = &text.name;
            let shown = super::wrong_in_text(line.as_bytes());
            assert!(shown.is_empty(), "{name}: {shown:?} in {line}");
            let at_the_edge = !line.starts_with(' ');
            let ours = is_numbered(line) || OURS.iter().any(|word| line.starts_with(word));
            assert!(!at_the_edge || ours, "{name}: {line}");
            assert!(unicode_width::UnicodeWidthStr::width(line) < 80, "{name}: {line}");
        }
        let joined: String = told.split_whitespace().collect();
        for code in codes(&text.text) {
            assert!(joined.contains(&code), "{}: {code} is not in\n{told}", text.name);
        }
    }
}

#[test]
fn no_hostile_text_makes_the_real_binary_send_an_escape_sequence() {
    let stage = stage();
    let some = corpus();
    let joined = |part: &[super::Text]| {
        part.iter()
            .map(|text| text.text.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    };
    for (n, part) in some.chunks(20).enumerate() {
        stage.propose(n, &joined(part));
    }
    let Stage { url, sam, .. } = &stage;
    let mut terminal = with("dumb", &["--url", url, "--token-file", sam]);
    terminal.wait_for("Type a number to read one");
    for n in 1..=some.chunks(20).count() {
        let asks = format!("What to do with {n},");
        terminal.type_line(&n.to_string(), &asks);
        terminal.type_line("3", &asks);
        terminal.type_line("back", "> back");
    }
    terminal.type_line("1", "What to do with 1,");
    terminal.type_line("2", "The agent");
    terminal.type_line("6", "in one line");
    terminal.type_line("not this", "Rejected");
    terminal.press("quit\r");
    assert_eq!(terminal.end(), 0);
    terminal.was_never_told_to_act();
}
