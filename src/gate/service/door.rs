//! The doors that a proposal can come in by, and what each adds to it.

use jiff::SignedDuration;

use crate::domain::{OnTimeout, parse_span};
use crate::policy::Judgement;
use crate::store::Envelope;

/// How an agent asked.
#[derive(Debug, Clone)]
pub(super) enum Door {
    /// At `/v1`.
    Native,
    /// By the Agent Approval Protocol, with the context that its adapter saw, as it came.
    Aap { context: Option<String> },
}

impl Door {
    /// Keys of one door mean nothing at another.
    pub fn route(&self) -> &'static str {
        match self {
            Self::Native => "propose",
            Self::Aap { .. } => "aap/propose",
        }
    }

    pub fn context(self) -> Option<String> {
        match self {
            Self::Native => None,
            Self::Aap { context } => context,
        }
    }

    /// Fixes when it is over at the outermost, where the agent is told that and takes no other word later.
    ///
    /// It is as much as the agent asked for, and no more than the policy could ever give: the class's own
    /// time, one round more where it escalates, and what people may add.
    pub fn bound(&self, envelope: &mut Envelope, judgement: &Judgement, asked: Option<&str>) {
        match self {
            Self::Native => {}
            Self::Aap { .. } => {
                let round = match judgement.on_timeout {
                    OnTimeout::Escalate => judgement.timeout,
                    OnTimeout::Deny | OnTimeout::NoOp => SignedDuration::ZERO,
                };
                let most = judgement.timeout + round + judgement.extend_max;
                // What is too long to be read as a span is longer than any policy gives.
                let asked = asked.and_then(|text| parse_span(text).ok()).unwrap_or(most);
                let outer = envelope.created_at.saturating_add(asked.min(most));
                envelope.outer_at = Some(outer.unwrap_or(envelope.deadline_at));
                let latest = envelope.latest_at.map(|latest| envelope.not_beyond(latest));
                envelope.latest_at = latest.filter(|latest| *latest > envelope.deadline_at);
            }
        }
    }
}
