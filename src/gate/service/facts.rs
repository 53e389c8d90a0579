//! From a proposal and a credential to the facts a policy judges.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::Claimed;
use crate::domain::{AgentPrincipal, Impact, Origin, Proposal};
use crate::ledger::PayloadParts;
use crate::policy::{Facts, Glob};

/// What the agent says beside the payload, as far as a policy may look at it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Says<'a> {
    pub before: Option<&'a str>,
    pub impact: Option<&'a Impact>,
    pub confidence: Option<f64>,
    pub signals: Option<&'a serde_json::Map<String, Value>>,
}

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
    let scopes = &agent.scopes;
    let mut named = Vec::new();
    find_own(arguments, own, &mut named);
    let target = parts.target.as_ref();
    for text in [
        Some(&parts.tool),
        parts.server.as_ref(),
        target.map(|target| &target.system),
        target.map(|target| &target.record),
    ] {
        find_own(&Value::from(text.map_or("", String::as_str)), own, &mut named);
    }
    let outside_scope = outside(&scopes.tools, "tool", Some(&parts.tool))
        .or_else(|| outside(&scopes.servers, "server", parts.server.as_deref()))
        .or_else(|| outside(&scopes.environments, "environment", parts.environment.as_deref()));
    let mut document = json!({ "arguments": arguments });
    if let Some(impact) = says.impact {
        document["impact"] = json!(impact);
    }
    if let Some(before) = says.before {
        document["before"] = serde_json::from_str(before).unwrap_or(Value::Null);
    }
    Facts {
        tool: parts.tool.clone(),
        server: parts.server.clone(),
        environment: parts.environment.clone(),
        server_origin: fixed(&scopes.servers),
        environment_origin: fixed(&scopes.environments),
        agent: agent.name.clone(),
        confidence: says.confidence,
        document,
        signals: says.signals.cloned().unwrap_or_default(),
        own: named,
        outside_scope,
        attested: BTreeMap::new(),
        stopped: None,
    }
}

/// A value the credential is limited to cannot be claimed freely any more.
fn fixed(scope: &[String]) -> Origin {
    if scope.is_empty() {
        Origin::Agent
    } else {
        Origin::Credential
    }
}

/// Says which value lies outside the credential. One that is not given at all does too.
fn outside(scope: &[String], what: &str, value: Option<&str>) -> Option<String> {
    let inside = scope.is_empty() || value.is_some_and(|value| scope.iter().any(|glob| Glob::new(glob).matches(value)));
    (!inside).then(|| format!("the {what} is outside the agent's credential"))
}

/// Notes which of signoff's own paths any text of the arguments names.
fn find_own(value: &Value, own: &[String], named: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            // `//` and `/./` are spellings of `/`. What a shell or a program makes of other spellings is
            // beyond this floor: it stops slips and the plain attempt.
            let text = text.replace("/./", "/").replace("//", "/");
            let found = own.iter().filter(|path| text.contains(path.as_str()));
            for path in found {
                if !named.contains(path) {
                    named.push(path.clone());
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| find_own(item, own, named)),
        Value::Object(members) => {
            for (key, member) in members {
                find_own(&Value::String(key.clone()), own, named);
                find_own(member, own, named);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_paths_are_found_however_deep_they_stand() {
        let own = vec!["/data/signoff".to_owned()];
        let mut named = Vec::new();
        find_own(&json!({"a": [{"b": "cat /data/signoff/ledger.db"}]}), &own, &mut named);
        find_own(&json!({"/data/signoff": 1}), &own, &mut named);
        assert_eq!(named, own);
    }

    #[test]
    fn a_scope_that_is_not_answered_is_left() {
        let scope = vec!["staging".to_owned()];
        assert!(outside(&scope, "environment", None).is_some());
        assert!(outside(&scope, "environment", Some("staging")).is_none());
        assert!(outside(&[], "environment", None).is_none());
    }
}
