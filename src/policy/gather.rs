//! From what was proposed and what a credential is fixed to, to the facts that a policy judges.
//!
//! The gate gathers them when it judges; whoever checks its verdict gathers them again from what it kept.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Facts, Glob};
use crate::domain::{Impact, Origin, Scopes, Target};

/// What an action is, beside its arguments.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub tool: &'a str,
    pub server: Option<&'a str>,
    pub environment: Option<&'a str>,
    pub target: Option<&'a Target>,
}

/// What the agent says beside the payload, as far as a policy may look at it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Says<'a> {
    /// The record as it was before: JSON.
    pub before: Option<&'a str>,
    pub impact: Option<&'a Impact>,
    pub confidence: Option<f64>,
    pub signals: Option<&'a serde_json::Map<String, Value>>,
}

/// Gathers what is known. `arguments` is the parsed form of exactly the payload's bytes, `scopes` what the agent
/// of that `name` is limited to, `own` the paths that are signoff's own.
pub fn gather(
    asked: Asked<'_>,
    says: Says<'_>,
    (name, scopes): (&str, &Scopes),
    arguments: &Value,
    own: &[String],
) -> Facts {
    let mut named = Vec::new();
    find_own(arguments, own, &mut named);
    for text in [
        Some(asked.tool),
        asked.server,
        asked.target.map(|target| target.system.as_str()),
        asked.target.map(|target| target.record.as_str()),
    ] {
        find_own(&Value::from(text.unwrap_or_default()), own, &mut named);
    }
    let outside_scope = outside(&scopes.tools, "tool", Some(asked.tool))
        .or_else(|| outside(&scopes.servers, "server", asked.server))
        .or_else(|| outside(&scopes.environments, "environment", asked.environment));
    let mut document = json!({ "arguments": arguments });
    if let Some(impact) = says.impact {
        document["impact"] = json!(impact);
    }
    if let Some(before) = says.before {
        document["before"] = serde_json::from_str(before).unwrap_or(Value::Null);
    }
    Facts {
        tool: asked.tool.to_owned(),
        server: asked.server.map(str::to_owned),
        environment: asked.environment.map(str::to_owned),
        server_origin: fixed(&scopes.servers),
        environment_origin: fixed(&scopes.environments),
        agent: name.to_owned(),
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
