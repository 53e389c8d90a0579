//! Each verb of a reviewer, and an operator's batch, with real keys on the real binary.

use std::fs;

use super::Terminal;
use crate::it::cli::place::Place;

const CTRL_S: &str = "\x13";
const DOWN: &str = "\x1b[B";
const END: &str = "\x1b[F";
const BACKSPACE: &str = "\x7f";

/// Types a text, and Enter by itself: one that comes with the text was not pressed.
fn write(terminal: &mut Terminal, text: &str) {
    terminal.press(text);
    terminal.wait_for(text);
    terminal.press("\r");
}

#[test]
fn a_reviewer_uses_every_verb() {
    let mut terminal = Terminal::start(&["demo"], 120, 40);
    terminal.wait_for("offer.discount");
    terminal.press_until("j", "offer.discount, rule outside-policy");
    terminal.press_until("c", "It is yours for 5 minutes");
    terminal.press_until("i", "Question:");
    write(&mut terminal, "Who agreed?");
    terminal.wait_for("Nobody of ours agreed to a number.");
    terminal.press_until("e", "Edit give_discount");
    for key in [DOWN, DOWN, DOWN, END, BACKSPACE, BACKSPACE, BACKSPACE] {
        terminal.press(key);
    }
    terminal.press("15,");
    terminal.wait_for("becomes: hold, offer.discount, usual, 1 reviewer");
    terminal.press_until(CTRL_S, "Approve it as edited");
    terminal.press_until("y", "it is approved now");
    terminal.press_until("o", "what ran");
    // What the agent ran is what it was handed: 15, and not the 35 it had proposed.
    terminal.press_until("j", "as edited: ");
    let screen = terminal.text();
    let ran = screen.split("as edited: ").nth(1).unwrap();
    let ran = ran.split("passed").next().unwrap();
    assert!(ran.contains(r#""percent": 15"#) && !ran.contains("35"), "{screen}");
    terminal.press_until("k", "ran alone, look");
    terminal.press_until("q", "waiting");
    terminal.press_until("g", "payment.refund, rule large");
    terminal.press_until("w", "How much more time?");
    terminal.press_until("1", "15m more, because");
    write(&mut terminal, "the bank opens at nine");
    terminal.wait_for("Extended");
    terminal.press_until("j", "unknown kind");
    terminal.press_until("m", "becomes: hold");
    terminal.press_until("y", "Classified");
    // More time moved it below what is more urgent now.
    terminal.press_until("g", "1 of ");
    terminal.press_until("j", "payment.refund, rule large");
    terminal.press_until("!", "Kill switch");
    terminal.press_until("4", "the agent is told no");
    terminal.press_until("1", "stop everything (hold), because");
    write(&mut terminal, "a drill");
    terminal.wait_for("yes, do it");
    terminal.press_until("y", "Stopped: everything");
    terminal.press_until("x", "Who gets it?");
    terminal.press_until("3", "To sam, because");
    write(&mut terminal, "knows the customer");
    terminal.wait_for("Escalated");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert!(terminal.text().contains("and verifies"), "{}", terminal.text());
}

#[test]
fn an_operator_clears_twelve_with_two_struck_out_on_a_narrow_screen() {
    let mut place = Place::new();
    let policy = place.path("policy.toml");
    fs::write(&policy, signoff::demo::POLICY).unwrap();
    let url = place.serve_with(&["--listen", "127.0.0.1:0", "--policy", &policy.to_string_lossy()]);
    let agent = place.add(&["agent", "add", "ops-2"]);
    let olga = place.add(&["reviewer", "add", "olga", "--role", "operator"]);
    for n in 0..12 {
        let record = format!("T-44{n:02}");
        let body = format!(
            r#"{{"action":{{"tool":"tag_ticket","arguments":{{"ticket":"{record}","tag":"billing"}},"target":{{"system":"desk","record":"{record}"}}}}}}"#
        );
        let proposal = place.proposal(&body);
        place.json(&["--token-file", &agent, "submit", &proposal]);
    }
    let mut terminal = Terminal::start(&["--url", &url, "--token-file", &olga], 60, 20);
    terminal.wait_for("12 waiting");
    terminal.press_until("b", "12 chosen, 0 struck out");
    terminal.wait_for("all     /tag billing");
    terminal.press_until(" ", "1 struck out");
    terminal.press("jj");
    terminal.press_until(" ", "10 chosen, 2 struck out");
    terminal.press_until("y", "Approved 10");
    terminal.wait_for("2 waiting");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert_eq!(place.run(&["ledger", "verify"]).status.code(), Some(0));
}
