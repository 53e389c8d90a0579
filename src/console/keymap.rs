//! The one list of keys. Dispatch, footer, help and the README's table all read it.

mod table;

use crossterm::event::{KeyCode, KeyModifiers};

pub use table::KEYS;

use super::Model;

/// What a key means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Approve,
    Reject,
    Edit,
    Escalate,
    Claim,
    Classify,
    MoreTime,
    Question,
    Choose,
    AllAlike,
    Batch,
    After,
    Stop,
    Find,
    Timeline,
    Fine,
    Flag,
    Undo,
    Diff,
    Trail,
    Next,
    Previous,
    First,
    Last,
    ScrollDown,
    ScrollUp,
    SwitchPane,
    TextOrFields,
    NextChange,
    PreviousChange,
    Fold,
    Sides,
    Help,
    Repaint,
    TakeBack,
    Back,
    Quit,
}

/// Where a key counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Queue and envelope.
    Main,
    /// What has the whole screen.
    Page,
    /// What ran.
    After,
    /// Everything there ever was.
    Past,
    Everywhere,
}

/// One line of the table.
#[derive(Debug)]
pub struct Key {
    pub place: Place,
    /// All keys that mean it, the one that is shown first.
    pub codes: &'static [(KeyCode, KeyModifiers)],
    /// How the first one is written.
    pub name: &'static str,
    pub command: Command,
    /// In the footer: one word. Absent where the footer leaves it to the help.
    pub word: Option<&'static str>,
    /// In the help: one line, no period.
    pub help: &'static str,
}

impl Place {
    /// Which keys count now, while no box is open.
    pub fn of(model: &Model) -> Self {
        if model.page.is_some() {
            Self::Page
        } else if model.past.is_some() {
            Self::Past
        } else if model.after.is_some() {
            Self::After
        } else {
            Self::Main
        }
    }
}

/// What a key means in a place.
pub fn command(place: Place, code: KeyCode, modifiers: KeyModifiers) -> Option<Command> {
    let here = |key: &&Key| key.place == place || key.place == Place::Everywhere;
    let means = |key: &&Key| key.codes.contains(&(code, modifiers));
    KEYS.iter().filter(here).find(means).map(|key| key.command)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: KeyModifiers = KeyModifiers::NONE;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for place in [Place::Main, Place::Page, Place::After, Place::Past] {
            let here: Vec<_> = KEYS
                .iter()
                .filter(|key| key.place == place || key.place == Place::Everywhere)
                .flat_map(|key| key.codes)
                .collect();
            for (at, code) in here.iter().enumerate() {
                assert!(!here[..at].contains(code), "{code:?} in {place:?}");
            }
        }
    }

    #[test]
    fn enter_means_nothing_and_space_decides_nothing() {
        for place in [Place::Main, Place::Page, Place::After, Place::Past] {
            assert_eq!(command(place, KeyCode::Enter, PLAIN), None);
        }
        assert_eq!(command(Place::Main, KeyCode::Char(' '), PLAIN), Some(Command::Choose));
    }
}
