//! Each verb of a reviewer, and an operator's batch, with real keys on the real binary: on the smallest
//! screen that is promised, where list and envelope take turns, and on a wide one.

use std::fs;
use std::time::Duration;

use super::Terminal;
use crate::it::cli::place::Place;

const NARROW: (u16, u16) = (60, 20);
const WIDE: (u16, u16) = (120, 40);

const CTRL_E: &str = "\x05";
const CTRL_S: &str = "\x13";
const ESC: &str = "\x1b";
const DOWN: &str = "\x1b[B";
const END: &str = "\x1b[F";
const BACKSPACE: &str = "\x7f";
const TAB: &str = "\t";
const PAGE_DOWN: &str = "\x1b[6~";

/// Types a text, and Enter by itself: one that comes with the text was not pressed.
fn write(terminal: &mut Terminal, text: &str) {
    terminal.press(text);
    terminal.wait_for(text);
    terminal.press("\r");
}

/// Shows only what fits, the envelope of the first, and leaves the cursor on it.
fn find(terminal: &mut Terminal, words: &str, title: &str) {
    terminal.press("/");
    terminal.wait_for("show only: ");
    terminal.press(words);
    terminal.wait_for(&format!("show only: {words}"));
    terminal.press("\r");
    terminal.wait_for(title);
}

/// Shows all again, and the envelope under the cursor.
fn find_nothing(terminal: &mut Terminal, size: (u16, u16)) {
    if size == NARROW {
        // Where list and envelope take turns, the first Esc only leaves the envelope.
        terminal.press_until(ESC, "! stop / find");
    }
    terminal.press(ESC);
    terminal.wait("all of the queue", |screen| {
        !screen.lines().next().is_some_and(|header| header.contains(", /"))
    });
    if size == NARROW {
        terminal.press(TAB);
        terminal.wait_for("does ");
    }
}

/// A demo, with the envelope on the screen.
fn demo(place: &Place, editor: &str, size: (u16, u16)) -> Terminal {
    let data = place.data();
    let mut terminal = Terminal::start_with_editor(&["demo", "--data", &data.to_string_lossy()], editor, size);
    terminal.wait_for("order/12345");
    if size == NARROW {
        terminal.press(TAB);
        terminal.wait_for("does ");
    }
    terminal
}

fn ends_well(mut terminal: Terminal, place: &Place) {
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert!(terminal.words().contains("and verifies"), "{}", terminal.text());
    assert_eq!(place.run(&["ledger", "verify"]).status.code(), Some(0));
}

/// Claim, question, edit in place and in an editor; then what ran: fine, flag, undo.
fn a_reviewer_edits_and_looks_after_it(size: (u16, u16)) {
    let place = Place::new();
    let editor = place.path("editor.sh");
    fs::write(&editor, r#"sed -i 's/"percent": 20/"percent": 15/' "$1""#).unwrap();
    let mut terminal = demo(&place, &format!("sh {}", editor.display()), size);
    // Something beside what the demo's own agents leave to be looked at.
    let agent = place.add(&["agent", "add", "crm-9"]);
    let note = r#"{"action":{"tool":"post_note","arguments":{"text":"called back"},"target":{"system":"crm","record":"cust/9"}}}"#;
    place.json(&["--token-file", &agent, "submit", &place.proposal(note)]);
    terminal.wait_for("4 waiting");
    find(&mut terminal, "discount", "does give_discount");
    terminal.press_until("c", "It is yours for 5 minutes");
    terminal.press_until("i", "Question:");
    write(&mut terminal, "Who agreed?");
    terminal.wait_for("was asked");
    terminal.press_until(PAGE_DOWN, "Nobody of ours agreed to a");
    terminal.press_until("e", "Edit give_discount");
    for key in [DOWN, DOWN, DOWN, END, BACKSPACE, BACKSPACE, BACKSPACE] {
        terminal.press(key);
    }
    terminal.press("20,");
    terminal.wait_for("rule outside-policy)");
    terminal.press(CTRL_E);
    terminal.wait_for("rule usual)");
    terminal.press_until(CTRL_S, "Approve it as edited");
    terminal.press_until("y", "it is approved now");

    terminal.press_until("o", "ran alone, look");
    if size == NARROW {
        terminal.press(TAB);
    }
    find_what_ran(&mut terminal, "does give_discount");
    // What the agent ran is what it was handed: 15, and not the 35 it had proposed.
    terminal.press_until(PAGE_DOWN, r#""percent": 15"#);
    assert!(!terminal.words().contains(r#""percent": 35"#), "{}", terminal.text());
    terminal.press_until("u", "Because:");
    write(&mut terminal, "they left all the same");
    terminal.wait_for("was asked to take it back");
    find_what_ran(&mut terminal, "does post_note crm:cust/9");
    terminal.press_until("w", "What is wrong:");
    write(&mut terminal, "nobody called");
    terminal.wait_for("Flagged, with your reason.");
    find_what_ran(&mut terminal, "does post_note crm account/acme");
    terminal.press_until("f", "Called fine");
    // The agent has taken back what it was asked to.
    find_what_ran(&mut terminal, "does give_discount");
    terminal.press_until(PAGE_DOWN, "the agent says it is undone");
    terminal.press_until("q", " waiting");
    ends_well(terminal, &place);
}

/// Goes through what ran from the top until the envelope on the screen is the one.
fn find_what_ran(terminal: &mut Terminal, text: &str) {
    terminal.press("g");
    terminal.look(Duration::from_millis(500));
    if !terminal.words().contains(text) {
        terminal.press_until("j", text);
    }
}

/// More time, a kind, a rejection; all stopped and let go on; handed over, taken back.
fn a_reviewer_sorts_out_what_waits(size: (u16, u16)) {
    let place = Place::new();
    let mut terminal = demo(&place, "", size);
    terminal.wait_for("2 severe");
    find(&mut terminal, "refund", "does issue_refund");
    terminal.press_until("w", "How much more time?");
    terminal.press_until("1", "15m more, because");
    write(&mut terminal, "the bank opens at nine");
    terminal.wait_for("Extended");
    terminal.press_until("!", "Kill switch");
    terminal.press_until("4", "the agent is told no");
    terminal.press_until("1", "stop everything (hold), because");
    write(&mut terminal, "a drill");
    terminal.wait_for("yes, do it");
    terminal.press_until("y", "Stopped: everything");
    terminal.press_until("!", "5 resume everything");
    terminal.press_until("5", "resume everything, because");
    write(&mut terminal, "the drill is over");
    terminal.wait_for("yes, do it");
    terminal.press_until("y", "Resumed: everything");
    // What is severe goes out three seconds after the key, and can be taken back until then.
    terminal.read_it();
    terminal.press_until("a", "Type the amount to approve");
    terminal.spell("Type the amount to approve: ", "6,000.00");
    terminal.wait_for("Approving payment.refund");
    terminal.press_until("u", "Taken back: payment.refund");
    terminal.press_until("x", "Who gets it?");
    terminal.press_until("2", "To sam, because");
    write(&mut terminal, "knows the customer");
    terminal.wait_for("Escalated");
    find_nothing(&mut terminal, size);
    find(&mut terminal, "frobnicate", "does frobnicate_x");
    terminal.press_until("m", "becomes: hold");
    // No kind is given that no key chose.
    terminal.press_until("y", "Choose");
    terminal.press_until("2", "> 2 email.external");
    terminal.press_until("y", "Classified");
    find_nothing(&mut terminal, size);
    find(&mut terminal, "dns", "does update_dns_record");
    terminal.press_until("r", "The agent reads your reason");
    terminal.press_until("1", "Rejected");
    ends_well(terminal, &place);
}

/// Twelve alike, taken by one key, two struck out, the rest approved.
fn an_operator_clears_twelve_with_two_struck_out(size: (u16, u16)) {
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
    let mut terminal = Terminal::start(&["--url", &url, "--token-file", &olga], size.0, size.1);
    terminal.wait_for("12 waiting");
    terminal.press_until("*", "x x ticket.tag ops-2 T-4408");
    terminal.press_until("b", "12 chosen, 0 struck out");
    terminal.wait_for("/tag billing");
    terminal.press_until(" ", "1 struck out");
    terminal.press("jj");
    terminal.press_until(" ", "10 chosen, 2 struck out");
    terminal.press_until("y", "Approved 10");
    terminal.wait_for("2 waiting");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert_eq!(place.run(&["ledger", "verify"]).status.code(), Some(0));
}

#[test]
fn a_reviewer_edits_and_looks_after_it_on_a_narrow_screen() {
    a_reviewer_edits_and_looks_after_it(NARROW);
}

#[test]
fn a_reviewer_edits_and_looks_after_it_on_a_wide_screen() {
    a_reviewer_edits_and_looks_after_it(WIDE);
}

#[test]
fn a_reviewer_sorts_out_what_waits_on_a_narrow_screen() {
    a_reviewer_sorts_out_what_waits(NARROW);
}

#[test]
fn a_reviewer_sorts_out_what_waits_on_a_wide_screen() {
    a_reviewer_sorts_out_what_waits(WIDE);
}

#[test]
fn an_operator_clears_twelve_with_two_struck_out_on_a_narrow_screen() {
    an_operator_clears_twelve_with_two_struck_out(NARROW);
}

#[test]
fn an_operator_clears_twelve_with_two_struck_out_on_a_wide_screen() {
    an_operator_clears_twelve_with_two_struck_out(WIDE);
}
