//! The queue as a delta, and the gate's health.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Summary;
use crate::domain::{Digest, EnvelopeId, Stage};

/// What changed since a cursor; without one, everything that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuePage {
    /// Send it back to get what comes after.
    pub cursor: u64,
    /// The gate's clock, to count down by.
    pub now: Timestamp,
    /// Open envelopes, new or changed.
    pub rows: Vec<Summary>,
    /// Envelopes that were open at or before the cursor and no longer are.
    pub gone: Vec<Gone>,
    /// What is stopped now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<super::StopView>,
    /// Who else has a console open, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub present: Vec<PresentView>,
    /// Another number when one of them came or went on: send it back to be told at once.
    #[serde(default)]
    pub presence: u64,
    /// How much of what ran a person should look at; 1,000 where it is more.
    #[serde(default)]
    pub look: u64,
    /// More is there already: ask again without waiting.
    pub more: bool,
}

/// What a console says of itself with its question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Here {
    /// The envelope that is on its screen.
    pub at: Option<EnvelopeId>,
    /// What [`QueuePage::presence`] was when it was told last.
    pub presence: Option<u64>,
}

/// Somebody with a console open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresentView {
    pub name: String,
    /// The envelope that is on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<EnvelopeId>,
}

/// Where an envelope went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    pub id: EnvelopeId,
    pub stage: Stage,
    /// Who settled it; absent where the gate did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub at: Timestamp,
}

/// That the gate is up, and on which ledger and policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    pub status: String,
    pub version: String,
    pub now: Timestamp,
    pub policy: Digest,
    pub entries: u64,
    pub root: Option<Digest>,
}
