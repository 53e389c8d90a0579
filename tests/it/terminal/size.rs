//! What the size of the window does to keys, and keys to the size.

use super::Terminal;
use super::keyboard::tickets;

/// Both come while the program is not looking, so it finds them at once.
#[test]
fn a_key_that_comes_with_a_new_size_is_not_lost_and_neither_is_the_size() {
    let mut terminal = Terminal::start(&["demo"], 80, 24);
    terminal.wait_for("payment.refund");
    for round in 0..10 {
        let (columns, rows) = if round % 2 == 0 { (120, 60) } else { (80, 24) };
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
                // What is left of the larger screen has no header.
                screen.starts_with(" signoff") && !screen.contains("Keys") && lines == usize::from(rows)
            }
        });
    }
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_window_that_goes_there_and_back_in_one_moment_is_drawn_again() {
    let (_place, url, ana) = tickets(1);
    let mut terminal = Terminal::start(&["--url", &url, "--token-file", &ana], 80, 24);
    terminal.wait_for("no evidence given");
    terminal.read_it();
    terminal.signal("-STOP");
    terminal.resize(40, 10);
    terminal.resize(80, 24);
    terminal.signal("-CONT");
    // It is as large as before, but what was in the corners is gone.
    terminal.wait_for("no evidence given");
    terminal.wait_for("ana, reviewer");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}
