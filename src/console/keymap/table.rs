//! The table itself, in a file for each place.

mod after;
mod case_page;
mod everywhere;
mod oversight;
mod page;
mod past;
mod policy;
mod proof;
mod queue;
mod tabs;

use crossterm::event::{KeyCode, KeyModifiers};

use super::Key;

const PLAIN: KeyModifiers = KeyModifiers::NONE;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

const fn key(c: char) -> (KeyCode, KeyModifiers) {
    (KeyCode::Char(c), PLAIN)
}

/// Every key there is, by place.
///
/// Capital letters come with or without the shift flag, depending on the terminal.
pub(super) const KEYS: [&[Key]; 10] = [
    queue::KEYS,
    after::KEYS,
    past::KEYS,
    case_page::KEYS,
    proof::KEYS,
    oversight::KEYS,
    policy::KEYS,
    page::KEYS,
    tabs::KEYS,
    everywhere::KEYS,
];
