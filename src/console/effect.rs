//! What to do, as data.

use std::time::Duration;

use crate::api::DecisionRequest;
use crate::domain::EnvelopeId;

/// The runner executes each and answers with one message.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask for the queue after `pause`. One at a time; the newest question wins.
    AskQueue {
        question: u64,
        cursor: u64,
        wait: Duration,
        pause: Duration,
    },
    AskEnvelope {
        id: EnvelopeId,
    },
    /// Send a decision after `pause`. Never aborted; awaited before the console ends.
    Decide {
        key: String,
        id: EnvelopeId,
        request: DecisionRequest,
        pause: Duration,
    },
    /// Draw everything again.
    Repaint,
    End,
}
