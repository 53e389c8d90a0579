//! How much of one agent's may wait for people at once: a runaway agent must not bury what the others ask.
//!
//! What is allowed or denied at once takes nobody's time and is not counted. Nothing that waits is dropped.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Service;
use crate::api::ErrorType;
use crate::gate::Refusal;
use crate::store::{Envelope, Tx};

/// More than a day's work for anybody, and room for the recorded calls of a whole suite.
const MOST: u64 = 10_000;

/// After how many seconds to ask again: people are slow, and a published client gives up after 30.
const RETRY_AFTER: u32 = 5;

#[derive(Debug)]
pub(super) struct Room(AtomicU64);

impl Default for Room {
    fn default() -> Self {
        Self(AtomicU64::new(MOST))
    }
}

impl Service {
    /// Sets how much of one agent's may wait at once, from now on.
    pub fn limit_waiting(&self, most: u64) {
        self.room.0.store(most, Ordering::Relaxed);
    }

    pub(super) fn most_waiting(&self) -> u64 {
        self.room.0.load(Ordering::Relaxed)
    }
}

/// Refuses what would wait beside more than that already.
pub(super) fn check(tx: &Tx<'_>, envelope: &Envelope, most: u64) -> Result<(), Refusal> {
    if !envelope.stage.is_open() || tx.waiting_of(envelope.agent)? < most {
        return Ok(());
    }
    let message = format!("{most} proposals of this agent wait for people already, so no more is taken in.");
    let refusal = Refusal::new(ErrorType::RateLimited, "too_many_waiting", message);
    Err(Refusal {
        retry_after: Some(RETRY_AFTER),
        ..refusal.hint("Withdraw what is not needed any more, or ask again later under the same key.")
    })
}
