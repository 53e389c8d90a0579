//! What is severe waits three seconds, and is not sent where nobody could take it back.

use std::time::Duration;

use super::{Terminal, verifies};

#[test]
fn who_leaves_before_a_severe_approval_was_sent_is_told_that_it_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut terminal = Terminal::start(&["demo", "--data", &data.to_string_lossy()], 80, 24);
    terminal.press_until("g", "payment.refund, rule large");
    terminal.read_it();
    terminal.press_until("a", "You are vote 1 of 2");
    terminal.spell("Type the amount to approve: ", "6,000.00");
    terminal.wait_for("Approving payment.refund");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    let said = terminal.text();
    assert!(
        said.contains("it was taken back") && said.contains("You decided 0."),
        "{said}"
    );
    assert!(verifies(&data));
}

/// Stopped by hand, or the machine slept: what was held did not go out unseen.
#[test]
fn what_is_held_while_the_console_stands_still_can_be_taken_back_when_it_goes_on() {
    let mut terminal = Terminal::start(&["demo"], 80, 24);
    terminal.press_until("g", "payment.refund, rule large");
    terminal.read_it();
    terminal.press_until("a", "You are vote 1 of 2");
    terminal.spell("Type the amount to approve: ", "6,000.00");
    terminal.wait_for("Approving payment.refund");
    terminal.signal("-STOP");
    terminal.look(Duration::from_secs(4));
    terminal.signal("-CONT");
    terminal.look(Duration::from_secs(1));
    terminal.wait_for("s: u takes it back");
    terminal.press("u");
    terminal.wait_for("Taken back");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert!(terminal.text().contains("You decided 0."), "{}", terminal.text());
}
