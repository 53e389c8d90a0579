//! Decisions that were made here and are not yet known to stand in the ledger.

use jiff::{SignedDuration, Timestamp};

use super::About;
use crate::api::{BatchRequest, DecisionRequest};
use crate::domain::EnvelopeId;

/// How long an unanswered decision is tried again before the reviewer is asked instead.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_mins(2);

/// Where a sent decision stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// On its way; an answer or an error will come.
    Sent,
    /// Nobody answered: sent again at the next tick, under the same key.
    Waiting,
}

/// One decision under one key: it counts once, however often it is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    pub key: String,
    /// What it is about: one, or those of a batch.
    pub abouts: Vec<About>,
    pub sent: Sent,
    pub since: Timestamp,
    pub phase: Phase,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    One(DecisionRequest),
    Batch(BatchRequest),
}

impl Pending {
    pub fn concerns(&self, id: EnvelopeId) -> bool {
        self.abouts.iter().any(|about| about.id == id)
    }
}
