//! Looking back: every envelope there ever was, and what happened to one of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Summary;
use crate::domain::EntryKind;

/// Envelopes that fit what was asked for, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastPage {
    pub now: Timestamp,
    pub rows: Vec<Summary>,
    /// Older ones fit too: ask again for what is before the last of these.
    pub more: bool,
}

/// One entry about an envelope, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Its place in the ledger, counted from 0.
    pub n: u64,
    pub at: Timestamp,
    pub kind: EntryKind,
    /// Who made it true: a name, or the gate.
    pub by: String,
    /// What it says, beyond its kind: a sentence fragment, perhaps empty.
    pub what: String,
    /// The batch it was said in, together with others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Uuid>,
}
