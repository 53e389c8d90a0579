//! A terminal that takes nothing for a while: what is typed meanwhile was typed blind.

use std::time::Duration;

use serde_json::json;

use super::Terminal;
use crate::it::cli::place::Place;

const POLICY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/policy/demo.toml");

/// The frame that shows the rest of the payload is longer than what a terminal takes in without being read.
#[test]
fn a_key_that_is_typed_while_a_frame_is_stuck_does_not_approve_what_it_shows() {
    let mut place = Place::new();
    let url = place.serve_with(&["--listen", "127.0.0.1:0", "--policy", POLICY]);
    let agent = place.add(&["agent", "add", "coder-2"]);
    let sam = place.add(&["reviewer", "add", "sam", "--role", "senior"]);
    let content: Vec<String> = (0..15_000).map(|n| format!("word-{n}")).collect();
    let arguments = json!({"path": "notes.txt", "content": content.join(" ")});
    let body = json!({"action": {"tool": "edit_file", "arguments": arguments}});
    let file = place.proposal(&body.to_string());
    place.json(&["--token-file", &agent, "submit", &file]);
    let mut terminal = Terminal::start(&["--url", &url, "--token-file", &sam], 300, 300);
    terminal.wait(" 1 of 1 ", |screen| {
        screen.contains(" 1 of 1 ") && !screen.contains("reading…")
    });
    terminal.press("d");
    terminal.wait_for("more lines, PgDn");
    terminal.read_it();
    let reading = std::sync::Arc::clone(&terminal.reading);
    let stuck = reading.lock().unwrap();
    terminal.press("\x1b[6~");
    terminal.look(Duration::from_millis(700));
    terminal.press("a");
    terminal.look(Duration::from_millis(300));
    drop(stuck);
    terminal.wait_for("Keys came faster than the screen");
    assert!(
        terminal.text().contains("\"path\": \"notes.txt\""),
        "{}",
        terminal.text()
    );
    terminal.press_until("a", ": it is approved now");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}
