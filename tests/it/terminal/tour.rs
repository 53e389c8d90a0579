//! The tour on a machine that has never seen it.

use super::Terminal;

#[test]
fn a_newcomer_is_shown_around_once() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start_at(home.path(), &["demo"], 80, 24);
    terminal.wait_for("Tour: the queue");
    terminal.wait_for("payment.refund");
    terminal.press(" ");
    terminal.wait_for("2 of 6");
    terminal.press("p");
    terminal.wait_for("1 of 6");
    terminal.press("\x1b");
    terminal.wait("the screen without it", |screen| {
        !screen.contains("Tour:") && screen.contains("? help")
    });
    terminal.press("q");
    assert_eq!(terminal.end(), 0);

    let mut terminal = Terminal::start_at(home.path(), &["demo"], 80, 24);
    terminal.wait_for("? help");
    assert!(!terminal.text().contains("Tour:"), "{}", terminal.text());
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn who_wants_to_leave_need_not_be_shown_around() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start_at(home.path(), &["demo"], 80, 24);
    terminal.wait_for("Tour: the queue");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert!(terminal.text().contains("and verifies"), "{}", terminal.text());
}
