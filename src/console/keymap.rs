//! The one list of keys. Dispatch, footer, help and the README's table all read it.

mod table;

use crossterm::event::{KeyCode, KeyModifiers};

use super::Model;
use super::model::Tab;

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
    Scope,
    Group,
    Pin,
    Queue,
    After,
    Audit,
    Oversight,
    Policy,
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
    Palette,
    Help,
    Repaint,
    TakeBack,
    Back,
    Leave,
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
    Oversight,
    Policy,
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
        } else {
            match model.tab {
                Tab::Queue => Self::Main,
                Tab::After => Self::After,
                Tab::Audit => Self::Past,
                Tab::Oversight => Self::Oversight,
                Tab::Policy => Self::Policy,
            }
        }
    }
}

/// What a key means in a place.
pub fn command(place: Place, code: KeyCode, modifiers: KeyModifiers) -> Option<Command> {
    let means = |key: &&Key| key.codes.contains(&(code, modifiers));
    keys_in(place).find(means).map(|key| key.command)
}

/// The keys of a place, and after them those that count everywhere.
pub fn keys_in(place: Place) -> impl Iterator<Item = &'static Key> {
    let all = || table::KEYS.into_iter().flatten();
    let of = move |place| all().filter(move |key| key.place == place);
    let everywhere = (place != Place::Everywhere).then(|| of(Place::Everywhere));
    of(place).chain(everywhere.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: KeyModifiers = KeyModifiers::NONE;
    const PLACES: [Place; 6] = [
        Place::Main,
        Place::Page,
        Place::After,
        Place::Past,
        Place::Oversight,
        Place::Policy,
    ];

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for place in PLACES {
            let here: Vec<_> = keys_in(place).flat_map(|key| key.codes).collect();
            for (at, code) in here.iter().enumerate() {
                assert!(!here[..at].contains(code), "{code:?} in {place:?}");
            }
        }
    }

    #[test]
    fn enter_means_nothing_and_space_decides_nothing() {
        for place in PLACES {
            assert_eq!(command(place, KeyCode::Enter, PLAIN), None);
        }
        assert_eq!(command(Place::Main, KeyCode::Char(' '), PLAIN), Some(Command::Choose));
    }
}
