//! The one list of keys. Dispatch, footer, help and the README's table all read it.

mod bind;
mod table;
mod written;

use std::borrow::Cow;

use crossterm::event::{KeyCode, KeyModifiers};

use super::Model;
use super::model::Tab;

/// What a key means. The settings call it by its name in small letters, `more_time`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
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
    CaseFile,
    PolicyThen,
    Saw,
    WriteOut,
    Verify,
    Cancel,
    Fine,
    Flag,
    Undo,
    Diff,
    Look,
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
    Palette,
    Help,
    Settings,
    Tour,
    Repaint,
    Suspend,
    TakeBack,
    Back,
    Leave,
    Quit,
}

impl Command {
    /// As the settings call it.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether it leads to a decision, or to what weighs as much.
    fn decides(self) -> bool {
        match self {
            Self::Approve
            | Self::Reject
            | Self::Edit
            | Self::Escalate
            | Self::Classify
            | Self::MoreTime
            | Self::Batch
            | Self::Stop
            | Self::Fine
            | Self::Flag
            | Self::Undo => true,
            Self::Claim
            | Self::Question
            | Self::Choose
            | Self::AllAlike
            | Self::Queue
            | Self::After
            | Self::Audit
            | Self::Oversight
            | Self::Policy
            | Self::Find
            | Self::Timeline
            | Self::CaseFile
            | Self::PolicyThen
            | Self::Saw
            | Self::WriteOut
            | Self::Verify
            | Self::Cancel
            | Self::Scope
            | Self::Group
            | Self::Pin
            | Self::Diff
            | Self::Look
            | Self::Trail
            | Self::Next
            | Self::Previous
            | Self::First
            | Self::Last
            | Self::ScrollDown
            | Self::ScrollUp
            | Self::SwitchPane
            | Self::TextOrFields
            | Self::NextChange
            | Self::PreviousChange
            | Self::Fold
            | Self::Sides
            | Self::Palette
            | Self::Help
            | Self::Settings
            | Self::Tour
            | Self::Repaint
            | Self::Suspend
            | Self::TakeBack
            | Self::Back
            | Self::Leave
            | Self::Quit => false,
        }
    }
}

/// Gives the terminal back for a while, as it does in every other program, also while a box is open.
pub(super) const SUSPEND: (KeyCode, KeyModifiers) = (KeyCode::Char('z'), KeyModifiers::CONTROL);

/// Where a key counts. The settings have a table for each, `[keys.queue]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumIter, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Place {
    /// Queue and envelope.
    #[strum(serialize = "queue")]
    Main,
    /// What has the whole screen.
    Page,
    /// What ran.
    After,
    /// Everything there ever was.
    #[strum(serialize = "audit")]
    Past,
    /// All there is about one envelope.
    Case,
    /// The check of the whole ledger.
    Proof,
    Oversight,
    Policy,
    #[strum(serialize = "anywhere")]
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
                Tab::Audit if model.past.proof.is_shown => Self::Proof,
                Tab::Audit if model.past.page.is_some() => Self::Case,
                Tab::Audit => Self::Past,
                Tab::Oversight => Self::Oversight,
                Tab::Policy => Self::Policy,
            }
        }
    }
}

/// The keys of a place as they are built in, and after them those that count everywhere.
pub fn keys_in(place: Place) -> impl Iterator<Item = &'static Key> {
    let all = || table::KEYS.into_iter().flatten();
    let of = move |place| all().filter(move |key| key.place == place);
    let everywhere = (place != Place::Everywhere).then(|| of(Place::Everywhere));
    of(place).chain(everywhere.into_iter().flatten())
}

/// What comes of a key: which one, and what is held down with it.
pub type Code = (KeyCode, KeyModifiers);

/// One line of the table as it holds here, perhaps with other keys than the built-in ones.
#[derive(Debug, Clone)]
pub struct Bound {
    pub place: Place,
    pub command: Command,
    pub codes: Vec<Code>,
    pub name: Cow<'static, str>,
    pub word: Option<&'static str>,
    pub help: Cow<'static, str>,
    /// The line of the settings that gave the keys.
    pub line: Option<usize>,
}

/// The keys as they hold here: the table, and what the settings put in its place. What is said of keys is
/// read from here, so that nobody is told one that means something else.
#[derive(Debug, Clone)]
pub struct Keymap(Vec<Bound>);

impl Default for Keymap {
    fn default() -> Self {
        let bound = |key: &Key| Bound {
            place: key.place,
            command: key.command,
            codes: key.codes.to_vec(),
            name: Cow::Borrowed(key.name),
            word: key.word,
            help: Cow::Borrowed(key.help),
            line: None,
        };
        Self(table::KEYS.into_iter().flatten().map(bound).collect())
    }
}

impl Bound {
    /// All keys that mean it, as they are written.
    pub fn written(&self) -> String {
        written::names(&self.codes).join(", ")
    }
}

impl Keymap {
    /// What a key means in a place.
    pub fn command(&self, place: Place, code: KeyCode, modifiers: KeyModifiers) -> Option<Command> {
        let means = |bound: &&Bound| bound.codes.contains(&(code, modifiers));
        self.keys_in(place).find(means).map(|bound| bound.command)
    }

    /// The keys of a place, and after them those that count everywhere.
    pub fn keys_in(&self, place: Place) -> impl Iterator<Item = &Bound> {
        let of = move |place| self.every().filter(move |bound| bound.place == place);
        let everywhere = (place != Place::Everywhere).then(|| of(Place::Everywhere));
        of(place).chain(everywhere.into_iter().flatten())
    }

    /// All of them, place by place.
    pub fn every(&self) -> impl Iterator<Item = &Bound> {
        self.0.iter()
    }

    /// How the key is written that means something in a place.
    pub fn name(&self, place: Place, command: Command) -> &str {
        let bound = self.keys_in(place).find(|bound| bound.command == command);
        bound.map_or("", |bound| &bound.name)
    }

    fn rebind(&mut self, place: Place, command: Command, codes: &[Code], line: usize) {
        let is = |bound: &&mut Bound| bound.place == place && bound.command == command;
        for bound in self.0.iter_mut().filter(is) {
            let names = written::names(codes);
            let (first, others) = names
                .split_first()
                .map_or(("", &[][..]), |(first, others)| (first, others));
            bound.help = Cow::Owned(with_others(&bound.help, others));
            bound.name = Cow::Owned(first.to_owned());
            codes.clone_into(&mut bound.codes);
            bound.line = Some(line);
        }
    }
}

/// A help that says which other keys mean the same: `Next envelope (or arrow down)`.
fn with_others(help: &str, others: &[String]) -> String {
    let (before, after) = match help.split_once(" (or ") {
        Some((before, rest)) => (before, rest.split_once(')').map_or("", |(_, after)| after)),
        None => (help, ""),
    };
    if others.is_empty() {
        return format!("{before}{after}");
    }
    format!("{before} (or {}){after}", others.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: KeyModifiers = KeyModifiers::NONE;
    const PLACES: [Place; 8] = [
        Place::Main,
        Place::Page,
        Place::After,
        Place::Past,
        Place::Case,
        Place::Proof,
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
        let keymap = Keymap::default();
        for place in PLACES {
            assert_eq!(keymap.command(place, KeyCode::Enter, PLAIN), None);
        }
        assert_eq!(
            keymap.command(Place::Main, KeyCode::Char(' '), PLAIN),
            Some(Command::Choose)
        );
    }
}
