//! The keys of everything there ever was.

use crossterm::event::{KeyCode, KeyModifiers};

use super::super::{Command, Key, Place};
use super::{PLAIN, key};

pub(super) const KEYS: &[Key] = &[
    Key {
        place: Place::Past,
        codes: &[key('d')],
        name: "d",
        command: Command::Diff,
        word: Some("payload"),
        help: "Show the whole payload",
    },
    Key {
        place: Place::Past,
        codes: &[key('/')],
        name: "/",
        command: Command::Find,
        word: Some("find"),
        help: "Find: words, and since:2026-11-01 amount:100..500 class: by: stage:",
    },
    Key {
        place: Place::Past,
        codes: &[key('t')],
        name: "t",
        command: Command::Timeline,
        word: Some("timeline"),
        help: "What happened to it, entry by entry",
    },
    Key {
        place: Place::Past,
        codes: &[key('f')],
        name: "f",
        command: Command::CaseFile,
        word: Some("case"),
        help: "The case file: all there is about it on one page",
    },
    Key {
        place: Place::Past,
        codes: &[key('V'), (KeyCode::Char('V'), KeyModifiers::SHIFT)],
        name: "V",
        command: Command::Verify,
        word: Some("verify"),
        help: "Check the whole ledger from its raw entries, as it is now",
    },
    Key {
        place: Place::Past,
        codes: &[key('j'), (KeyCode::Down, PLAIN)],
        name: "j",
        command: Command::Next,
        word: Some("next"),
        help: "Next one (or arrow down)",
    },
    Key {
        place: Place::Past,
        codes: &[key('k'), (KeyCode::Up, PLAIN)],
        name: "k",
        command: Command::Previous,
        word: None,
        help: "Previous one (or arrow up)",
    },
    Key {
        place: Place::Past,
        codes: &[key('g'), (KeyCode::Home, PLAIN)],
        name: "g",
        command: Command::First,
        word: None,
        help: "Newest (or Home)",
    },
    Key {
        place: Place::Past,
        codes: &[
            key('G'),
            (KeyCode::Char('G'), KeyModifiers::SHIFT),
            (KeyCode::End, PLAIN),
        ],
        name: "G",
        command: Command::Last,
        word: None,
        help: "Oldest that was read (or End)",
    },
    Key {
        place: Place::Past,
        codes: &[(KeyCode::Tab, PLAIN)],
        name: "Tab",
        command: Command::SwitchPane,
        word: Some("switch"),
        help: "In a narrow terminal, switch between list and envelope",
    },
    Key {
        place: Place::Past,
        codes: &[key('q')],
        name: "q",
        command: Command::Leave,
        word: Some("leave"),
        help: "Back to the queue; quits where there is none",
    },
];
