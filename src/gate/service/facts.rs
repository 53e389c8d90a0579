//! From a proposal and a credential to the facts a policy judges.

use serde_json::Value;

use crate::api::Claimed;
use crate::domain::{AgentPrincipal, Proposal};
use crate::ledger::PayloadParts;
use crate::policy::{self, Asked, Facts, Says};

impl<'a> From<&'a Proposal> for Says<'a> {
    fn from(proposal: &'a Proposal) -> Self {
        Self {
            before: proposal.action.before.as_deref().map(serde_json::value::RawValue::get),
            impact: proposal.impact.as_ref(),
            confidence: proposal.confidence,
            signals: proposal.signals.as_ref(),
        }
    }
}

impl<'a> From<&'a Claimed> for Says<'a> {
    fn from(claimed: &'a Claimed) -> Self {
        Self {
            before: claimed.before.as_deref(),
            impact: claimed.impact.as_ref(),
            confidence: claimed.confidence,
            signals: claimed.signals.as_ref(),
        }
    }
}

/// Gathers what is known. `arguments` is the parsed form of exactly the payload's bytes.
pub(super) fn gather(
    parts: &PayloadParts,
    says: Says<'_>,
    agent: &AgentPrincipal,
    arguments: &Value,
    own: &[String],
) -> Facts {
    let asked = Asked {
        tool: &parts.tool,
        server: parts.server.as_deref(),
        environment: parts.environment.as_deref(),
        target: parts.target.as_ref(),
    };
    policy::gather(asked, says, (&agent.name, &agent.scopes), arguments, own)
}
