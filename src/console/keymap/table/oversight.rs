//! The keys of how the queue stands.

use crossterm::event::{KeyCode, KeyModifiers};

use super::super::{Command, Key, Place};
use super::{PLAIN, key};

pub(super) const KEYS: &[Key] = &[
    Key {
        place: Place::Oversight,
        codes: &[key('j'), (KeyCode::Down, PLAIN)],
        name: "j",
        command: Command::Next,
        word: Some("down"),
        help: "Down (or arrow down)",
    },
    Key {
        place: Place::Oversight,
        codes: &[key('k'), (KeyCode::Up, PLAIN)],
        name: "k",
        command: Command::Previous,
        word: None,
        help: "Up (or arrow up)",
    },
    Key {
        place: Place::Oversight,
        codes: &[key('g'), (KeyCode::Home, PLAIN)],
        name: "g",
        command: Command::First,
        word: None,
        help: "First line (or Home)",
    },
    Key {
        place: Place::Oversight,
        codes: &[
            key('G'),
            (KeyCode::Char('G'), KeyModifiers::SHIFT),
            (KeyCode::End, PLAIN),
        ],
        name: "G",
        command: Command::Last,
        word: None,
        help: "Last line (or End)",
    },
    Key {
        place: Place::Oversight,
        codes: &[key('q')],
        name: "q",
        command: Command::Leave,
        word: Some("back"),
        help: "Back to the queue",
    },
];
