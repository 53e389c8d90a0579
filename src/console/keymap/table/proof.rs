//! The keys while the whole ledger is checked.

use crossterm::event::KeyModifiers;

use super::super::{Command, Key, Place};
use super::key;

pub(super) const KEYS: &[Key] = &[
    Key {
        place: Place::Proof,
        codes: &[key('V'), (crossterm::event::KeyCode::Char('V'), KeyModifiers::SHIFT)],
        name: "V",
        command: Command::Verify,
        word: Some("check again"),
        help: "Check the whole ledger again, as it is then",
    },
    Key {
        place: Place::Proof,
        codes: &[key('c')],
        name: "c",
        command: Command::Cancel,
        word: Some("cancel"),
        help: "End the check",
    },
    Key {
        place: Place::Proof,
        codes: &[key('q')],
        name: "q",
        command: Command::Back,
        word: Some("back"),
        help: "Back to the list; the check goes on",
    },
];
