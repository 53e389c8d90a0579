//! The keys of a case file, of the policy beside it and of reviewers' screens.

use crossterm::event::{KeyCode, KeyModifiers};

use super::super::{Command, Key, Place};
use super::{PLAIN, key};

pub(super) const KEYS: &[Key] = &[
    Key {
        place: Place::Case,
        codes: &[key('n')],
        name: "n",
        command: Command::NextChange,
        word: Some("next"),
        help: "Next part",
    },
    Key {
        place: Place::Case,
        codes: &[key('N'), (KeyCode::Char('N'), KeyModifiers::SHIFT)],
        name: "N",
        command: Command::PreviousChange,
        word: None,
        help: "Previous part",
    },
    Key {
        place: Place::Case,
        codes: &[key('p')],
        name: "p",
        command: Command::PolicyThen,
        word: Some("policy"),
        help: "The policy that judged it, as it was, or the case file again",
    },
    Key {
        place: Place::Case,
        codes: &[key('v')],
        name: "v",
        command: Command::Saw,
        word: Some("what they saw"),
        help: "View what was on the screen of the first who decided, then of the next",
    },
    Key {
        place: Place::Case,
        codes: &[key('w')],
        name: "w",
        command: Command::WriteOut,
        word: Some("write"),
        help: "Write the case file to a new file in the folder the console was started in",
    },
    Key {
        place: Place::Case,
        codes: &[key('j'), (KeyCode::Down, PLAIN)],
        name: "j",
        command: Command::Next,
        word: None,
        help: "Scroll down (or arrow down)",
    },
    Key {
        place: Place::Case,
        codes: &[key('k'), (KeyCode::Up, PLAIN)],
        name: "k",
        command: Command::Previous,
        word: None,
        help: "Scroll up (or arrow up)",
    },
    Key {
        place: Place::Case,
        codes: &[key('g'), (KeyCode::Home, PLAIN)],
        name: "g",
        command: Command::First,
        word: None,
        help: "Its beginning (or Home)",
    },
    Key {
        place: Place::Case,
        codes: &[
            key('G'),
            (KeyCode::Char('G'), KeyModifiers::SHIFT),
            (KeyCode::End, PLAIN),
        ],
        name: "G",
        command: Command::Last,
        word: None,
        help: "Its end (or End)",
    },
    Key {
        place: Place::Case,
        codes: &[key('q')],
        name: "q",
        command: Command::Back,
        word: Some("back"),
        help: "Back to the case file, and from there to the list",
    },
];
