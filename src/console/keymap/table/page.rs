//! The keys of what has the whole screen.

use crossterm::event::KeyCode;

use super::super::{Command, Key, Place};
use super::{PLAIN, key};

pub(super) const KEYS: &[Key] = &[
    Key {
        place: Place::Page,
        codes: &[key('a')],
        name: "a",
        command: Command::Approve,
        word: Some("approve"),
        help: "Approve it, once its end was on screen",
    },
    Key {
        place: Place::Page,
        codes: &[key('j'), (KeyCode::Down, PLAIN)],
        name: "j",
        command: Command::Next,
        word: Some("down"),
        help: "Scroll down (or arrow down)",
    },
    Key {
        place: Place::Page,
        codes: &[key('k'), (KeyCode::Up, PLAIN)],
        name: "k",
        command: Command::Previous,
        word: Some("up"),
        help: "Scroll up (or arrow up)",
    },
    Key {
        place: Place::Page,
        codes: &[key('t')],
        name: "t",
        command: Command::TextOrFields,
        word: Some("text or fields"),
        help: "Switch between the payload by field and as text",
    },
    Key {
        place: Place::Page,
        codes: &[key('n')],
        name: "n",
        command: Command::NextChange,
        word: Some("next"),
        help: "Next change",
    },
    Key {
        place: Place::Page,
        codes: &[key('p')],
        name: "p",
        command: Command::PreviousChange,
        word: None,
        help: "Previous change",
    },
    Key {
        place: Place::Page,
        codes: &[key('=')],
        name: "=",
        command: Command::Fold,
        word: Some("fold"),
        help: "Fold away what is the same, or show it; what is folded was not seen",
    },
    Key {
        place: Place::Page,
        codes: &[key('v')],
        name: "v",
        command: Command::Sides,
        word: Some("one side"),
        help: "View the payload alone, then the record before alone, then both",
    },
    Key {
        place: Place::Page,
        codes: &[key('u')],
        name: "u",
        command: Command::TakeBack,
        word: None,
        help: "Take back a severe approval until it is sent",
    },
    Key {
        place: Place::Page,
        codes: &[key('q'), key('d')],
        name: "q",
        command: Command::Back,
        word: Some("back"),
        help: "Back to the queue",
    },
];
