//! The keys of the policy's classes.

use crossterm::event::{KeyCode, KeyModifiers};

use super::super::{Command, Key, Place};
use super::{PLAIN, key};

pub(super) const KEYS: &[Key] = &[
    Key {
        place: Place::Policy,
        codes: &[key('j'), (KeyCode::Down, PLAIN)],
        name: "j",
        command: Command::Next,
        word: Some("next"),
        help: "Next class (or arrow down)",
    },
    Key {
        place: Place::Policy,
        codes: &[key('k'), (KeyCode::Up, PLAIN)],
        name: "k",
        command: Command::Previous,
        word: None,
        help: "Previous class (or arrow up)",
    },
    Key {
        place: Place::Policy,
        codes: &[key('g'), (KeyCode::Home, PLAIN)],
        name: "g",
        command: Command::First,
        word: None,
        help: "First class (or Home)",
    },
    Key {
        place: Place::Policy,
        codes: &[
            key('G'),
            (KeyCode::Char('G'), KeyModifiers::SHIFT),
            (KeyCode::End, PLAIN),
        ],
        name: "G",
        command: Command::Last,
        word: None,
        help: "Last class (or End)",
    },
    Key {
        place: Place::Policy,
        codes: &[(KeyCode::Tab, PLAIN)],
        name: "Tab",
        command: Command::SwitchPane,
        word: Some("switch"),
        help: "In a narrow terminal, switch between list and class",
    },
    Key {
        place: Place::Policy,
        codes: &[key('q')],
        name: "q",
        command: Command::Leave,
        word: Some("back"),
        help: "Back to the queue",
    },
];
