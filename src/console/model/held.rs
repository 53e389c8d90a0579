//! Decisions that were made here and are not sent yet: severe ones can be taken back for a moment.

use jiff::Timestamp;

use super::About;
use crate::api::DecisionRequest;
use crate::console::Basis;

/// One of them, on its own copy of what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    pub about: About,
    /// How sentences call it: safe to show, and short enough to leave room for them.
    pub name: String,
    /// Approvals there were when it was made.
    pub votes: u32,
    pub request: DecisionRequest,
    /// What was read then.
    pub basis: Basis,
    /// It is sent at the first moment that is not before this.
    pub until: Timestamp,
}

impl Held {
    /// Whole seconds that are left to take it back, the one that has begun included.
    pub fn seconds_left(&self, now: Timestamp) -> i64 {
        let left = self.until.duration_since(now).as_millis().max(0);
        i64::try_from((left + 999) / 1_000).unwrap_or(i64::MAX)
    }
}
