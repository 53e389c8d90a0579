//! The keys that mean the same everywhere.

use crossterm::event::{KeyCode, KeyModifiers};

use super::super::SUSPEND;
use super::super::{Command, Key, Place};
use super::{CONTROL, PLAIN, key};

pub(super) const KEYS: &[Key] = &[
    Key {
        place: Place::Everywhere,
        codes: &[(KeyCode::PageDown, PLAIN), (KeyCode::Char('d'), CONTROL)],
        name: "PgDn",
        command: Command::ScrollDown,
        word: None,
        help: "Scroll the envelope down (or Ctrl-D)",
    },
    Key {
        place: Place::Everywhere,
        codes: &[(KeyCode::PageUp, PLAIN), (KeyCode::Char('u'), CONTROL)],
        name: "PgUp",
        command: Command::ScrollUp,
        word: None,
        help: "Scroll the envelope up (or Ctrl-U)",
    },
    Key {
        place: Place::Everywhere,
        codes: &[key(':'), (KeyCode::Char(':'), KeyModifiers::SHIFT)],
        name: ":",
        command: Command::Palette,
        word: Some("all"),
        help: "Name what to do, a saved view, or an envelope by its id",
    },
    Key {
        place: Place::Everywhere,
        codes: &[key('s')],
        name: "s",
        command: Command::Look,
        word: Some("unmask"),
        help: "Show what the policy masks, which is recorded, or mask it again",
    },
    Key {
        place: Place::Everywhere,
        codes: &[key('?')],
        name: "?",
        command: Command::Help,
        word: Some("help"),
        help: "Show all keys",
    },
    Key {
        place: Place::Everywhere,
        codes: &[key(',')],
        name: ",",
        command: Command::Settings,
        word: None,
        help: "Show the settings, and where each comes from",
    },
    Key {
        place: Place::Everywhere,
        codes: &[key('T'), (KeyCode::Char('T'), KeyModifiers::SHIFT)],
        name: "T",
        command: Command::Tour,
        word: None,
        help: "Tour: what is on the screen, in six steps",
    },
    Key {
        place: Place::Everywhere,
        codes: &[(KeyCode::Char('l'), CONTROL)],
        name: "Ctrl-L",
        command: Command::Repaint,
        word: None,
        help: "Draw the screen again",
    },
    Key {
        place: Place::Everywhere,
        codes: &[SUSPEND],
        name: "Ctrl-Z",
        command: Command::Suspend,
        word: None,
        help: "Go back to the shell for a while; fg comes back here",
    },
    Key {
        place: Place::Everywhere,
        codes: &[(KeyCode::Esc, PLAIN)],
        name: "Esc",
        command: Command::Back,
        word: None,
        help: "Go back; never decides, never quits",
    },
];
