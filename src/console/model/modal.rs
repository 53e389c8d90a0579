//! A question that needs an answer. It owns a copy of what it is about.

use jiff::Timestamp;

use uuid::Uuid;

use super::{About, Batch, Draft, Palette, Reasons, Tour};
use crate::api::Becomes;
use crate::domain::{StopEffect, StopScope};

/// What is asked.
#[derive(Debug)]
pub enum Modal {
    Ask(Box<Ask>),
    Edit(Box<Draft>),
    Batch(Box<Batch>),
    Palette(Box<Palette>),
    /// All keys; the first row that is shown.
    Help(usize),
    /// All settings; the first row that is shown.
    Settings(usize),
    Tour(Tour),
}

impl Modal {
    /// Before when the key that decides means nothing, where it has one.
    pub fn deaf_until(&mut self) -> Option<&mut Timestamp> {
        match self {
            Self::Ask(ask) => Some(&mut ask.deaf_until),
            Self::Batch(batch) => Some(&mut batch.deaf_until),
            Self::Edit(draft) => draft.confirm.as_mut().map(|confirm| &mut confirm.deaf_until),
            Self::Help(_) | Self::Settings(_) | Self::Tour(_) | Self::Palette(_) => None,
        }
    }
}

/// A word on its way, about one payload and no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub about: About,
    /// Approvals there were when the box was opened.
    pub votes: u32,
    /// The lines that say what it is about, made when the box was opened.
    pub title: String,
    pub lines: Vec<String>,
    /// Keys mean nothing before this: they were typed for something else.
    pub deaf_until: Timestamp,
    /// It changed or went away underneath, or was doubted: a sentence. Only Esc is left.
    pub stale: Option<String>,
    pub step: Step,
}

/// What the box waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// `y`; perhaps with a reason that was written.
    Approve { reason: Option<String> },
    /// What it is about, typed: a severe approval is not given by a key.
    Type {
        proof: Proof,
        typed: String,
        reason: Option<String>,
    },
    /// The digit of a reason.
    Reasons(Reasons),
    /// One of several.
    Choose(Choice),
    /// `y`: what was chosen, and why.
    Sure { halt: Halt, reason: String },
    /// Text; Enter goes on to what it is for.
    Write { text: String, then: Then },
}

/// What has to be typed, so that nobody approves one thing and means another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// How the question calls it.
    pub name: &'static str,
    /// The text itself; in an amount, commas may stand where they like.
    pub text: String,
}

impl Proof {
    /// Whether that is what was typed.
    pub fn is(&self, typed: &str) -> bool {
        self.plain(typed) == self.text
    }

    /// Whether it can still become it.
    pub fn begins_with(&self, typed: &str) -> bool {
        self.text.starts_with(&self.plain(typed))
    }

    /// Whether a character leads on to it, and does not complete it.
    pub fn goes_on(&self, typed: &str, c: char) -> bool {
        let typed = format!("{typed}{c}");
        self.begins_with(&typed) && !self.is(&typed)
    }

    fn plain(&self, typed: &str) -> String {
        typed.chars().filter(|c| *c != ',' || self.text.contains(',')).collect()
    }
}

/// What a written text is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    Approve,
    Reject,
    Escalate(String),
    Extend(String),
    Question,
    Flag,
    Undo,
    Stop(Halt),
}

impl Then {
    /// Whether both are for the same, whoever gets it and whatever is stopped.
    pub fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// What to stop, or to let go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halt {
    Stop(StopScope, Option<String>, StopEffect),
    /// This very stop, and what it is of.
    Resume(Uuid, String),
}

impl std::fmt::Display for Halt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stop(scope, Some(name), effect) => write!(f, "stop {scope} {name} ({effect})"),
            Self::Stop(scope, None, effect) => write!(f, "stop {scope} ({effect})"),
            Self::Resume(_, what) => write!(f, "resume {what}"),
        }
    }
}

/// Several things, one of which is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub of: Choosing,
    /// Empty until the gate has said what there is.
    pub offers: Vec<Offer>,
    /// The offer under the cursor.
    pub at: usize,
    /// Whether a key chose it: the first one only stands there.
    pub is_chosen: bool,
    /// What the policy would make of the offer of this value.
    pub becomes: Option<(String, Result<Becomes, String>)>,
}

impl Choice {
    pub fn offer(&self) -> Option<&Offer> {
        self.offers.get(self.at)
    }
}

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choosing {
    /// Who gets it.
    Heir,
    /// How much more time.
    Time,
    /// What kind of action it is.
    Class,
    /// What to stop, or to let go on.
    Stop,
    /// What becomes of what is proposed while it is stopped.
    Meanwhile,
}

/// One of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub value: String,
    /// What stands beside it.
    pub note: String,
    /// At the kill switch: what it is to do.
    pub halt: Option<Halt>,
}
