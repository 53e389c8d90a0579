//! What a console finds again after it was left.

use std::fs;

use super::Terminal;

#[test]
fn a_filter_is_there_again_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let memory = home.path().join("state/signoff/console.toml");
    fs::create_dir_all(memory.parent().unwrap()).unwrap();
    fs::write(&memory, "toured = true\n").unwrap();
    let mut terminal = Terminal::start_at(home.path(), &["demo"], 120, 40);
    terminal.wait_for("payment.refund");
    terminal.press("/");
    terminal.wait_for("show only:");
    terminal.press("class:ticket");
    terminal.wait_for("show only: class:ticket");
    terminal.press("\r");
    terminal.wait_for("/class:ticket");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    let kept = fs::read_to_string(&memory).unwrap();
    assert!(
        kept.contains("filter = \"class:ticket\"") && kept.contains("gate = \"demo\""),
        "{kept}"
    );

    let mut terminal = Terminal::start_at(home.path(), &["demo"], 120, 40);
    terminal.wait_for("/class:ticket");
    terminal.wait_for("Esc shows all.");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_damaged_memory_keeps_nobody_from_starting() {
    let home = tempfile::tempdir().unwrap();
    let memory = home.path().join("state/signoff/console.toml");
    fs::create_dir_all(memory.parent().unwrap()).unwrap();
    fs::write(&memory, "toured = tru").unwrap();
    let mut terminal = Terminal::start_at(home.path(), &["demo"], 120, 40);
    terminal.wait_for("is damaged, and kept in");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    let aside = memory.with_extension("toml.damaged");
    assert_eq!(fs::read_to_string(aside).unwrap(), "toured = tru");
}
