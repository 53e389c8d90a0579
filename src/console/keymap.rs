//! The one list of keys. Dispatch, footer, help and the README's table all read it.

use crossterm::event::{KeyCode, KeyModifiers};

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
    Next,
    Previous,
    First,
    Last,
    ScrollDown,
    ScrollUp,
    SwitchPane,
    TextOrFields,
    Help,
    Repaint,
    Back,
    Quit,
}

/// Where a key counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Queue and envelope.
    Main,
    /// The whole-screen diff.
    Diff,
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

const PLAIN: KeyModifiers = KeyModifiers::NONE;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

const fn key(c: char) -> (KeyCode, KeyModifiers) {
    (KeyCode::Char(c), PLAIN)
}

/// Capital letters come with or without the shift flag, depending on the terminal.
pub const KEYS: &[Key] = &[
    Key {
        place: Place::Main,
        codes: &[key('a')],
        name: "a",
        command: Command::Approve,
        word: Some("approve"),
        help: "Approve what is on screen; low risk at once, all else asks for y",
    },
    Key {
        place: Place::Main,
        codes: &[key('r')],
        name: "r",
        command: Command::Reject,
        word: Some("reject"),
        help: "Reject it with a reason the agent reads",
    },
    Key {
        place: Place::Main,
        codes: &[key('e')],
        name: "e",
        command: Command::Edit,
        word: Some("edit"),
        help: "Edit the arguments, and approve them as edited",
    },
    Key {
        place: Place::Main,
        codes: &[key('x')],
        name: "x",
        command: Command::Escalate,
        word: Some("escalate"),
        help: "Hand it to another role or person, with a note",
    },
    Key {
        place: Place::Main,
        codes: &[key('d')],
        name: "d",
        command: Command::Diff,
        word: Some("diff"),
        help: "Show the whole payload, or what it changes",
    },
    Key {
        place: Place::Main,
        codes: &[key('c')],
        name: "c",
        command: Command::Claim,
        word: Some("claim"),
        help: "Say that you are at it, for 5 minutes",
    },
    Key {
        place: Place::Main,
        codes: &[key('m')],
        name: "m",
        command: Command::Classify,
        word: Some("classify"),
        help: "Say what kind of action a quarantined one is",
    },
    Key {
        place: Place::Main,
        codes: &[key('w')],
        name: "w",
        command: Command::MoreTime,
        word: None,
        help: "Give it more time, with a reason",
    },
    Key {
        place: Place::Main,
        codes: &[key('i')],
        name: "i",
        command: Command::Question,
        word: None,
        help: "Ask the agent; the clock goes on",
    },
    Key {
        place: Place::Main,
        codes: &[key(' ')],
        name: "Space",
        command: Command::Choose,
        word: None,
        help: "Choose it for a batch, or not",
    },
    Key {
        place: Place::Main,
        codes: &[key('*'), (KeyCode::Char('*'), KeyModifiers::SHIFT)],
        name: "*",
        command: Command::AllAlike,
        word: None,
        help: "Choose all that are like it",
    },
    Key {
        place: Place::Main,
        codes: &[key('b')],
        name: "b",
        command: Command::Batch,
        word: Some("batch"),
        help: "Look over several alike, and approve them together",
    },
    Key {
        place: Place::Main,
        codes: &[key('o')],
        name: "o",
        command: Command::After,
        word: None,
        help: "Outcomes: look over what ran",
    },
    Key {
        place: Place::Main,
        codes: &[key('!'), (KeyCode::Char('!'), KeyModifiers::SHIFT)],
        name: "!",
        command: Command::Stop,
        word: None,
        help: "Kill switch: stop an agent, run, class or everything",
    },
    Key {
        place: Place::Main,
        codes: &[key('/')],
        name: "/",
        command: Command::Find,
        word: None,
        help: "Show only what fits: words, and amount>500 age>10m class: agent: -tool:",
    },
    Key {
        place: Place::Main,
        codes: &[key('j'), (KeyCode::Down, PLAIN)],
        name: "j",
        command: Command::Next,
        word: None,
        help: "Next envelope (or arrow down)",
    },
    Key {
        place: Place::Main,
        codes: &[key('k'), (KeyCode::Up, PLAIN)],
        name: "k",
        command: Command::Previous,
        word: None,
        help: "Previous envelope (or arrow up)",
    },
    Key {
        place: Place::Main,
        codes: &[key('g'), (KeyCode::Home, PLAIN)],
        name: "g",
        command: Command::First,
        word: None,
        help: "First envelope (or Home)",
    },
    Key {
        place: Place::Main,
        codes: &[
            key('G'),
            (KeyCode::Char('G'), KeyModifiers::SHIFT),
            (KeyCode::End, PLAIN),
        ],
        name: "G",
        command: Command::Last,
        word: None,
        help: "Last envelope (or End)",
    },
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
        place: Place::Main,
        codes: &[(KeyCode::Tab, PLAIN)],
        name: "Tab",
        command: Command::SwitchPane,
        word: Some("switch"),
        help: "In a narrow terminal, switch between queue and envelope",
    },
    Key {
        place: Place::Diff,
        codes: &[key('j'), (KeyCode::Down, PLAIN)],
        name: "j",
        command: Command::ScrollDown,
        word: Some("down"),
        help: "Scroll down (or arrow down)",
    },
    Key {
        place: Place::Diff,
        codes: &[key('k'), (KeyCode::Up, PLAIN)],
        name: "k",
        command: Command::ScrollUp,
        word: Some("up"),
        help: "Scroll up (or arrow up)",
    },
    Key {
        place: Place::Diff,
        codes: &[key('t')],
        name: "t",
        command: Command::TextOrFields,
        word: Some("text or fields"),
        help: "Switch between the diff by field and as text",
    },
    Key {
        place: Place::After,
        codes: &[key('f')],
        name: "f",
        command: Command::Fine,
        word: Some("fine"),
        help: "What ran alone was fine",
    },
    Key {
        place: Place::After,
        codes: &[key('w')],
        name: "w",
        command: Command::Flag,
        word: Some("wrong"),
        help: "Flag what ran alone: something is wrong with it",
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
        place: Place::Past,
        codes: &[key('/')],
        name: "/",
        command: Command::Find,
        word: Some("find"),
        help: "Find: words, and amount>500 age<2d class: by: stage:",
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
        codes: &[key('q'), (KeyCode::Char('c'), CONTROL)],
        name: "q",
        command: Command::Quit,
        word: Some("quit"),
        help: "Quit (or Ctrl-C)",
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
        codes: &[(KeyCode::Char('l'), CONTROL)],
        name: "Ctrl-L",
        command: Command::Repaint,
        word: None,
        help: "Draw the screen again",
    },
    Key {
        place: Place::Everywhere,
        codes: &[(KeyCode::Esc, PLAIN)],
        name: "Esc",
        command: Command::Back,
        word: None,
        help: "Go back; never decides, never quits",
    },
    Key {
        place: Place::Main,
        codes: &[key('q'), (KeyCode::Char('c'), CONTROL)],
        name: "q",
        command: Command::Quit,
        word: Some("quit"),
        help: "Quit (or Ctrl-C); a decision that was sent is waited for",
    },
    Key {
        place: Place::Diff,
        codes: &[key('q'), key('d')],
        name: "q",
        command: Command::Back,
        word: Some("back"),
        help: "Back to the queue",
    },
    Key {
        place: Place::After,
        codes: &[key('q'), key('o')],
        name: "q",
        command: Command::Back,
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

impl Place {
    /// Which keys count now, while no box is open.
    pub fn of(model: &Model) -> Self {
        if model.past.is_some() {
            Self::Past
        } else if model.after.is_some() {
            Self::After
        } else if model.diff.is_some() {
            Self::Diff
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

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for place in [Place::Main, Place::Diff, Place::After, Place::Past] {
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
        for place in [Place::Main, Place::Diff, Place::After, Place::Past] {
            assert_eq!(command(place, KeyCode::Enter, PLAIN), None);
        }
        assert_eq!(command(Place::Main, KeyCode::Char(' '), PLAIN), Some(Command::Choose));
    }
}
