//! Which envelopes may be cleared together: alike in class and shape, harmless, and with nothing new in them.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::api::Unlike;
use crate::domain::{Digest, Severity, Shown, Target, Verdict, unasked_of};
use crate::ledger::{CanonicalError, PayloadParts, form, sha256};
use crate::policy::Judgement;

/// Whether an envelope may be cleared in a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Company {
    /// With all others of this shape.
    With(Digest),
    /// Alone; a sentence fragment says why.
    Alone(String),
    /// Its class knows no batches.
    Unheard,
}

impl Company {
    pub fn alike(&self) -> Option<Digest> {
        match self {
            Self::With(shape) => Some(*shape),
            Self::Alone(_) | Self::Unheard => None,
        }
    }

    pub fn apart(&self) -> Option<String> {
        match self {
            Self::Alone(why) => Some(why.clone()),
            Self::With(_) | Self::Unheard => None,
        }
    }
}

/// Looks for whatever would make a reviewer want to see it alone.
pub(super) fn company(
    judgement: &Judgement,
    parts: &PayloadParts,
    agent: &str,
    arguments: &Value,
    (novel, unlike): (&[String], &[Unlike]),
) -> Result<Company, CanonicalError> {
    if !judgement.batch {
        return Ok(Company::Unheard);
    }
    let texts = form(&json!([parts, arguments]))?;
    let hidden = Shown::block(&String::from_utf8_lossy(&texts)).hidden() + escaped(arguments);
    let why = if judgement.effective != Verdict::Hold {
        Some("it does not simply wait".to_owned())
    } else if judgement.severity != Severity::Low {
        Some(format!("its severity is {}", judgement.severity))
    } else if let Some(floor) = judgement.floors.first() {
        Some(format!("floor {floor} raised it"))
    } else if judgement.gate.quorum > 1 {
        Some(format!("it takes {} people", judgement.gate.quorum))
    } else if judgement.gate.reason_required {
        Some("its rule asks for a reason".to_owned())
    } else if hidden > 0 {
        Some("hidden characters".to_owned())
    } else if let Some(place) = novel.first() {
        Some(format!("a value the user never named: {place}"))
    } else {
        unlike.first().map(|_| "it is unlike what ran before".to_owned())
    };
    if let Some(why) = why {
        return Ok(Company::Alone(why));
    }
    let shape = form(&json!({
        "class": judgement.class,
        "rule": judgement.rule,
        "agent": agent,
        "tool": parts.tool,
        "server": parts.server,
        "environment": parts.environment,
        "system": parts.target.as_ref().map(|target| &target.system),
        "arguments": shape(arguments),
    }))?;
    Ok(Company::With(sha256(&shape)))
}

/// Characters that cannot be seen in any text of the arguments, keys included.
fn escaped(value: &Value) -> usize {
    match value {
        Value::String(text) => Shown::line(text).hidden(),
        Value::Array(items) => items.iter().map(escaped).sum(),
        Value::Object(members) => members
            .iter()
            .map(|(key, member)| Shown::line(key).hidden() + escaped(member))
            .sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// A value with each leaf replaced by the name of its type. Switches stay: to turn one is another action.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Number(_) => json!("number"),
        Value::String(_) => json!("text"),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, member)| (key.clone(), shape(member)))
            .collect(),
    }
}

/// Names and numbers of the arguments that the user's request does not contain, as JSON pointers.
///
/// Only what could lead somewhere: a longer text is the agent's own wording, but for the addresses, accounts,
/// hosts, files and amounts in it. Without a request there is
/// nothing to compare with, and nothing is called new: whether a class may be cleared together then rests
/// on its owner alone. The record an action is about is no surprise in its arguments: it is what each item
/// of a list is called; but for an address or an account, which the agent cannot excuse by naming it twice.
pub(super) fn novel(arguments: &Value, request: Option<&str>, target: Option<&Target>) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(asked) = request {
        let record = target.map_or("", |target| &target.record);
        let request = format!("{asked}\n{record}");
        collect(&mut String::new(), arguments, &folded(&request), &mut found);
        let known: HashSet<String> = found.iter().cloned().collect();
        let (values, _) = unasked_of(arguments, asked, record);
        let values = values.into_iter().map(|value| value.pointer);
        found.extend(values.filter(|pointer| !known.contains(pointer)));
        found.dedup();
    }
    found
}

fn collect(pointer: &mut String, value: &Value, request: &str, found: &mut Vec<String>) {
    let mut below = |step: String, value: &Value| {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(&step);
        collect(pointer, value, request, found);
        pointer.truncate(length);
    };
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                below(key.replace('~', "~0").replace('/', "~1"), member);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                below(n.to_string(), item);
            }
        }
        Value::String(text) if is_name(text) && !request.contains(&folded(text)) => found.push(pointer.clone()),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

/// An address, a link, an account: one that has a digit or a sign that names have, and no sentence around it.
fn is_name(text: &str) -> bool {
    let few_words = text.split_whitespace().count() <= 8;
    let letters_between = text
        .split_whitespace()
        .filter(|word| word.chars().all(char::is_alphabetic))
        .count();
    let leads = text.contains(['@', '/', '\\', ':', '#', '_', '-']) || text.contains(|c: char| c.is_numeric());
    few_words && letters_between <= 1 && leads
}

/// Every name in the arguments: where it stands, and what it is however it is spelt.
pub(super) fn names(arguments: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    // Nothing was asked for: each name is found.
    collect(&mut String::new(), arguments, "", &mut found);
    let name = |pointer: String| {
        let name = arguments.pointer(&pointer)?.as_str().map(folded)?;
        Some((pointer, name))
    };
    found.into_iter().filter_map(name).collect()
}

/// Lower case without blanks, dashes and grouping: `DE89 3704` and `de893704` are one.
pub(super) fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | ',' | '\''))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_user_named_is_not_new_however_it_is_spelled() {
        let request = Some("Please refund order 12345 to de89-3704 0044, mail Ana@B.example");
        let named =
            json!({"order": "12345", "iban": "DE89 3704 0044", "to": "ana@b.example", "note": "sorry for that"});
        assert_eq!(novel(&named, request, None), Vec::<String>::new());
        let other = json!({"a": [{"iban": "XX66 1234"}], "to": "eve@b.example", "path": "/etc/x", "n": 7});
        assert_eq!(novel(&other, request, None), ["/a/0/iban", "/path", "/to"]);
        assert_eq!(novel(&other, None, None), Vec::<String>::new());
        let target = Target {
            system: "files".into(),
            record: "/etc/x".into(),
        };
        assert_eq!(novel(&other, request, Some(&target)), ["/a/0/iban", "/to"]);
    }

    #[test]
    fn an_address_in_a_letter_and_a_part_of_a_named_one_are_new() {
        let request = Some("Please refund 6000.00 to ana@b.example");
        let inside = json!({"body": "As agreed, and then some: write to eve@b.example for it", "amount": 60, "to": "na@b.example"});
        assert_eq!(novel(&inside, request, None), ["/amount", "/body", "/to"]);
        let named = json!({"body": "As agreed, and then some: write to Ana@b.example for it", "amount": 6000});
        assert_eq!(novel(&named, request, None), Vec::<String>::new());
    }

    #[test]
    fn an_address_or_account_is_new_also_where_the_agent_calls_it_its_target() {
        let arguments = json!({"to": "mallory@evil.example", "iban": "DE89370400440532013000"});
        let places = ["/iban", "/to"];
        for record in ["mallory@evil.example DE89370400440532013000", "x"] {
            let target = Target {
                system: "mail".into(),
                record: record.into(),
            };
            let found: HashSet<String> = novel(&arguments, Some("refund bob"), Some(&target))
                .into_iter()
                .collect();
            assert_eq!(found, places.map(str::to_owned).into(), "{record}");
        }
    }

    #[test]
    fn a_shape_keeps_keys_types_and_switches() {
        assert_eq!(
            shape(&json!({"a": "x", "n": [1, 2]})),
            shape(&json!({"a": "y", "n": [3, 4]}))
        );
        for (one, other) in [
            (json!({"a": "x"}), json!({"b": "x"})),
            (json!({"a": "x"}), json!({"a": 1})),
            (json!({"force": false}), json!({"force": true})),
            (json!({"to": ["a"]}), json!({"to": ["a", "b"]})),
        ] {
            assert_ne!(shape(&one), shape(&other), "{one}");
        }
    }
}
