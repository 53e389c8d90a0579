//! The check of the whole ledger at the gate, as those who asked for it follow it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::Digest;

/// How the newest check stands. One runs at a time; whoever asks for another one looks on at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationView {
    pub state: VerificationState,
    /// Who asked for it first.
    pub by: String,
    pub began_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// The ledger's end at the moment that is checked: what is written later is not in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<VerifiedHead>,
    /// How many of its entries were checked so far.
    pub checked: u64,
    /// What it holds, where all of it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<VerifiedCounts>,
    /// The first thing that does not hold, or why it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<FaultView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum VerificationState {
    Running,
    /// Everything holds.
    Holds,
    /// Something does not.
    Fault,
    /// Somebody ended it: it says nothing.
    Stopped,
    /// It could not be read to its end: it says nothing.
    Failed,
}

/// A sealed end of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifiedHead {
    pub entries: u64,
    pub root: Digest,
    pub at: Timestamp,
}

/// What a sound ledger holds, as `ledger verify` counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifiedCounts {
    pub envelopes: u64,
    pub texts: u64,
    pub erased: u64,
    /// Heads with a signature of the log's key.
    pub checkpoints: u64,
}

/// What does not hold, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultView {
    /// The first bad entry, counted from 0, where it lies in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// A sentence.
    pub message: String,
}
