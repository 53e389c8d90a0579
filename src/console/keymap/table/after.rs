//! The keys of what ran.

use crossterm::event::{KeyCode, KeyModifiers};

use super::super::{Command, Key, Place};
use super::{PLAIN, key};

pub(super) const KEYS: &[Key] = &[
    Key {
        place: Place::After,
        codes: &[key('d')],
        name: "d",
        command: Command::Diff,
        word: None,
        help: "Show the whole payload",
    },
    Key {
        place: Place::After,
        codes: &[key('f')],
        name: "f",
        command: Command::Fine,
        word: Some("fine"),
        help: "It was fine, or nothing more is to be done",
    },
    Key {
        place: Place::After,
        codes: &[key('w')],
        name: "w",
        command: Command::Flag,
        word: Some("wrong"),
        help: "Flag it: something is wrong with it",
    },
    Key {
        place: Place::After,
        codes: &[key('u')],
        name: "u",
        command: Command::Undo,
        word: Some("undo"),
        help: "Ask the agent to take it back",
    },
    Key {
        place: Place::After,
        codes: &[key('!'), (KeyCode::Char('!'), KeyModifiers::SHIFT)],
        name: "!",
        command: Command::Stop,
        word: None,
        help: "Kill switch: stop an agent, run, class or everything",
    },
    Key {
        place: Place::After,
        codes: &[key('j'), (KeyCode::Down, PLAIN)],
        name: "j",
        command: Command::Next,
        word: Some("next"),
        help: "Next one (or arrow down)",
    },
    Key {
        place: Place::After,
        codes: &[key('k'), (KeyCode::Up, PLAIN)],
        name: "k",
        command: Command::Previous,
        word: None,
        help: "Previous one (or arrow up)",
    },
    Key {
        place: Place::After,
        codes: &[key('g'), (KeyCode::Home, PLAIN)],
        name: "g",
        command: Command::First,
        word: None,
        help: "First one (or Home)",
    },
    Key {
        place: Place::After,
        codes: &[
            key('G'),
            (KeyCode::Char('G'), KeyModifiers::SHIFT),
            (KeyCode::End, PLAIN),
        ],
        name: "G",
        command: Command::Last,
        word: None,
        help: "Last one that was read (or End)",
    },
    Key {
        place: Place::After,
        codes: &[key('q')],
        name: "q",
        command: Command::Leave,
        word: Some("back"),
        help: "Back to the queue",
    },
    Key {
        place: Place::After,
        codes: &[(KeyCode::Tab, PLAIN)],
        name: "Tab",
        command: Command::SwitchPane,
        word: Some("switch"),
        help: "In a narrow terminal, switch between list and envelope",
    },
];
