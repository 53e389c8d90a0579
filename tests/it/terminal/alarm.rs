//! A console holds the gate to what it saw, from one start to the next.

use std::fs;
use std::process::Command;

use super::Terminal;
use crate::it::cli::place::{BINARY, Place};

#[test]
fn an_older_ledger_that_was_put_back_is_an_alarm_until_somebody_forgets_what_was_seen() {
    let (place, home) = (Place::new(), tempfile::tempdir().unwrap());
    let state = home.path().join("state");
    fs::create_dir_all(state.join("signoff")).unwrap();
    fs::write(state.join("signoff/console.toml"), "toured = true\n").unwrap();
    let data = place.data();
    let arguments = ["--data", data.to_str().unwrap()];
    let mut terminal = Terminal::start_at(home.path(), &arguments, 120, 40);
    terminal.wait_for("* live");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    let (ledger, older) = (data.join("ledger.db"), place.path("older.db"));
    fs::copy(&ledger, &older).unwrap();
    // Its person gets a key anew, so it grows by that alone.
    let mut terminal = Terminal::start_at(home.path(), &arguments, 120, 40);
    terminal.wait_for("* live");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    fs::copy(&older, &ledger).unwrap();

    let mut terminal = Terminal::start_at(home.path(), &arguments, 120, 40);
    terminal.wait_for("THIS GATE IS NOT BELIEVED");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    let mut plain = Terminal::start_at(home.path(), &[&arguments[..], &["--plain"]].concat(), 120, 40);
    plain.wait_for("This gate is not believed");
    plain.press("quit\r");
    plain.end();

    let trust = |more: &[&str]| {
        let said = Command::new(BINARY)
            .arg("trust")
            .args(arguments)
            .args(more)
            .env("XDG_STATE_HOME", &state)
            .output()
            .unwrap();
        assert!(said.status.success(), "{said:?}");
        String::from_utf8(said.stdout).unwrap()
    };
    assert!(trust(&[]).contains("entries under the root"));
    assert!(trust(&["--reset"]).contains("Nothing is kept of"));
    let mut terminal = Terminal::start_at(home.path(), &arguments, 120, 40);
    terminal.wait_for("* live");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}
