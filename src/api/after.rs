//! What became of what ran: looking at it, and having it taken back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Summary;
use crate::domain::{EnvelopeId, Reversal, Review};

/// What was let through under somebody's eyes: what needs a look first, then the newest change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AfterPage {
    pub now: Timestamp,
    pub rows: Vec<AfterRow>,
    /// Where the list goes on: send it back as `from`. Absent at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One envelope that ran, or may still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AfterRow {
    #[serde(flatten)]
    pub summary: Summary,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redeemed_at: Option<Timestamp>,
    /// It was taken and nobody said what happened, for longer than that should take.
    pub overdue: bool,
    /// Somebody should look at it: it went wrong, its agent is silent, or it ran alone and nobody said how.
    #[serde(default)]
    pub look: bool,
}

/// What a person says of something that ran alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRequest {
    /// `fine` or `flagged`.
    pub finding: Review,
    /// Needed where it is flagged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Asks the agent to take back what it did; it reads the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoRequest {
    pub reason: String,
}

/// What was said of it afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewView {
    pub by: String,
    pub finding: Review,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// That somebody wants it taken back, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoView {
    pub by: String,
    pub at: Timestamp,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succeeded: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
}

/// What an agent is asked to take back. It answers with an outcome of the same envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoWanted {
    pub id: EnvelopeId,
    pub tool: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The way back, as the agent named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversal: Option<Reversal>,
    pub by: String,
    pub at: Timestamp,
    pub reason: String,
}
