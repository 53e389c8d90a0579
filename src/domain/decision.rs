//! What people say of an envelope, and what happens when nobody says anything.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// What a person says. Only people decide; the policy's word is a verdict.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DecisionKind {
    Approve,
    /// Approves other arguments than were proposed; the policy judges them again.
    Edit,
    Reject,
    /// Moves it to another role or person.
    Escalate,
    /// Names the class of a quarantined action.
    Classify,
    /// Gives people more time.
    Extend,
}

impl DecisionKind {
    /// What somebody did with it, in the past tense.
    pub fn done(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Edit => "edited",
            Self::Reject => "rejected",
            Self::Escalate => "escalated",
            Self::Classify => "classified",
            Self::Extend => "extended",
        }
    }
}

/// What happens when the deadline passes and no quorum was met. Never an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum OnTimeout {
    /// The agent is told no.
    Deny,
    /// Another role gets it, once, for the same time again; after that it is denied.
    Escalate,
    /// Nothing runs and nobody is blamed.
    NoOp,
}

/// Whether somebody still has to look at a watched action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Review {
    /// It ran alone and waits to be looked at.
    Open,
    Fine,
    /// Somebody should not let this run alone again.
    Flagged,
}
