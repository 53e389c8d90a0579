//! What the size of the window does to keys, and keys to the size.

use super::Terminal;

/// Both come while the program is not looking, so it finds them at once.
#[test]
fn a_key_that_comes_with_a_new_size_is_not_lost_and_neither_is_the_size() {
    let mut terminal = Terminal::start(&["demo"], 80, 24);
    terminal.wait_for("payment.refund");
    for round in 0..10 {
        let (columns, rows) = if round % 2 == 0 { (120, 40) } else { (80, 24) };
        terminal.signal("-STOP");
        terminal.press(if round % 2 == 0 { "?" } else { "\x1b" });
        terminal.resize(columns, rows);
        terminal.signal("-CONT");
        // Help is whole only on the larger screen; without it, the queue fills whatever size there is.
        terminal.wait("both key and size", |screen| {
            let lines = screen.lines().count();
            if columns == 120 {
                screen.contains("Keys") && screen.contains("never decides, never quits")
            } else {
                !screen.contains("Keys") && lines == usize::from(rows)
            }
        });
    }
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}
