//! The keys that lead from tab to tab.

use super::super::{Command, Key, Place};
use super::key;

pub(super) const KEYS: &[Key] = &[
    Key {
        place: Place::Everywhere,
        codes: &[key('1')],
        name: "1",
        command: Command::Queue,
        word: None,
        help: "The queue: what waits for people",
    },
    Key {
        place: Place::Everywhere,
        codes: &[key('2'), key('o')],
        name: "2",
        command: Command::After,
        word: None,
        help: "After: what ran, to be looked over (or o)",
    },
    Key {
        place: Place::Everywhere,
        codes: &[key('3')],
        name: "3",
        command: Command::Audit,
        word: None,
        help: "Audit: everything there ever was",
    },
    Key {
        place: Place::Everywhere,
        codes: &[key('4')],
        name: "4",
        command: Command::Oversight,
        word: None,
        help: "Oversight: how much waits for whom, and how late",
    },
    Key {
        place: Place::Everywhere,
        codes: &[key('5')],
        name: "5",
        command: Command::Policy,
        word: None,
        help: "Policy: classes, rules, floors, unknown tools, and how often each spoke",
    },
];
