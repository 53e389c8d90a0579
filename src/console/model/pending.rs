//! Decisions that were made here and are not yet known to stand in the ledger.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::About;
use crate::api::{BatchRequest, DecisionRequest};
use crate::console::{Basis, Effect};
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
    /// What was read of them: it is signed for that.
    pub basis: Basis,
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
    /// Nobody answered: keeps it for a while. False where that while is over.
    pub fn keep(&mut self, now: Timestamp) -> bool {
        let until = self.since.checked_add(KEPT_FOR);
        let kept = until.is_ok_and(|until| now < until);
        if kept {
            self.phase = Phase::Waiting;
        }
        kept
    }

    /// What to send again, under the same key, where nobody answered.
    pub fn again(&mut self) -> Option<Effect> {
        if self.phase != Phase::Waiting {
            return None;
        }
        self.phase = Phase::Sent;
        let (key, pause) = (self.key.clone(), Duration::ZERO);
        let basis = self.basis.clone();
        match &self.sent {
            Sent::One(request) => self.abouts.first().map(|about| Effect::Decide {
                key,
                id: about.id,
                request: request.clone(),
                basis,
                pause,
            }),
            Sent::Batch(request) => Some(Effect::Batch {
                key,
                request: request.clone(),
                basis,
                pause,
            }),
        }
    }

    pub fn concerns(&self, id: EnvelopeId) -> bool {
        self.abouts.iter().any(|about| about.id == id)
    }
}
