//! Whether an edit of a payload reaches further than what was proposed.
//!
//! What only lowers an amount or rewords prose stays with one person. Anything else may redirect: a payload
//! does not say which of its fields is the recipient, so every name in it is taken for one, and a number
//! too unless the class declares it: an order's number is not an amount.

use std::collections::HashSet;
use std::fmt::{self, Write as _};

use rust_decimal::Decimal;
use serde_json::Value;

use super::{Judgement, Policy};
use crate::domain::Level;

/// The first place where an edit reaches further, as an RFC 6901 pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Widening {
    /// A number is larger, or has another sign.
    Raises(String),
    /// Another recipient, target, name or switch, or something that was there is gone.
    Redirects(String),
}

impl fmt::Display for Widening {
    /// A sentence fragment.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raises(pointer) => write!(f, "the edit raises {pointer}"),
            Self::Redirects(pointer) => write!(f, "the edit redirects {pointer}"),
        }
    }
}

/// Compares the arguments before and after an edit. `amounts` are pointers to what the class reads as numbers.
pub fn widening(before: &Value, after: &Value, amounts: &[&str]) -> Option<Widening> {
    at(&mut String::new(), before, after, amounts)
}

/// Raises the quorum where arguments reach further than one of those that people or the agent saw before, in
/// classes of high impact: nobody alone should turn a harmless proposal into another one, in one step or in
/// several.
pub fn ask_for_one_more(policy: &Policy, judgement: &mut Judgement, before: &[&Value], after: &Value) {
    let high = judgement.matrix.is_some_and(|matrix| matrix.impact == Level::High);
    if !high || judgement.edit_alone {
        return;
    }
    let of = |class: &String| policy.amounts(class);
    let amounts = judgement.class.as_ref().map(of).unwrap_or_default();
    let mut reach = before.iter().filter_map(|before| widening(before, after, &amounts));
    if let Some(widening) = reach.next() {
        judgement.gate.quorum += 1;
        judgement.reasons.insert(0, widening.to_string());
    }
}

fn at(pointer: &mut String, before: &Value, after: &Value, amounts: &[&str]) -> Option<Widening> {
    if before == after {
        return None;
    }
    let amount = amounts.contains(&pointer.as_str());
    if let (true, Some(old), Some(new)) = (amount, number(before), number(after)) {
        let lower = new.abs() <= old.abs() && (new.is_zero() || new.is_sign_negative() == old.is_sign_negative());
        return (!lower).then(|| Widening::Raises(pointer.clone()));
    }
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            let keys: Vec<&String> = old
                .keys()
                .chain(new.keys().filter(|key| !old.contains_key(*key)))
                .collect();
            keys.into_iter().find_map(|key| {
                let length = pointer.len();
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                let found = match (old.get(key), new.get(key)) {
                    (Some(old), Some(new)) => at(pointer, old, new, amounts),
                    (_, _) => Some(Widening::Redirects(pointer.clone())),
                };
                pointer.truncate(length);
                found
            })
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            (0..).zip(old.iter().zip(new)).find_map(|(n, (old, new))| {
                let length = pointer.len();
                let _ = write!(pointer, "/{n}");
                let found = at(pointer, old, new, amounts);
                pointer.truncate(length);
                found
            })
        }
        (Value::String(old), Value::String(new)) if is_prose(old) && is_prose(new) => {
            let known: HashSet<&str> = names(old).collect();
            let fresh = names(new).any(|name| !known.contains(name));
            fresh.then(|| Widening::Redirects(pointer.clone()))
        }
        (_, _) => Some(Widening::Redirects(pointer.clone())),
    }
}

/// A number, also where it is written as text: money is.
fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            Decimal::from_str_exact(&text)
                .or_else(|_| Decimal::from_scientific(&text))
                .ok()
        }
        Value::String(text) => Decimal::from_str_exact(text).ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Several words: a sentence rather than an address.
fn is_prose(text: &str) -> bool {
    text.split_whitespace().nth(2).is_some()
}

/// Words that could lead somewhere: addresses, links, accounts, sums.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let edge = |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '"' | '\'');
    let leads = |word: &&str| word.contains(['@', '/', '\\', '.', ':']) || word.contains(|c: char| c.is_numeric());
    text.split_whitespace()
        .map(move |word| word.trim_matches(edge))
        .filter(leads)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const AMOUNTS: [&str; 1] = ["/amount"];

    #[test]
    fn lowering_and_rewording_reach_no_further() {
        for (before, after) in [
            (json!({"amount": "6000.00"}), json!({"amount": "60.00"})),
            (json!({"amount": 10, "order": 3}), json!({"amount": 0, "order": 3})),
            (json!({"amount": -10}), json!({"amount": -9.5})),
            (
                json!({"body": "We are sorry to hear that."}),
                json!({"body": "We are very sorry, dear customer."}),
            ),
        ] {
            assert_eq!(widening(&before, &after, &AMOUNTS), None, "{before} {after}");
        }
    }

    #[test]
    fn raising_is_named() {
        for (before, after) in [
            (json!({"amount": "60.00"}), json!({"amount": "60.01"})),
            (json!({"amount": 10}), json!({"amount": -1})),
            (json!({"amount": -10}), json!({"amount": -11})),
            (json!({"amount": 0}), json!({"amount": 1e20})),
        ] {
            let found = widening(&before, &after, &AMOUNTS);
            assert_eq!(found, Some(Widening::Raises("/amount".into())), "{before} {after}");
        }
    }

    #[test]
    fn another_name_anywhere_redirects() {
        for (before, after, place) in [
            (json!({"to": "a@b.example"}), json!({"to": "x@b.example"}), "/to"),
            (json!({"to": "ana"}), json!({"to": "ben"}), "/to"),
            (
                json!({"a~/b": [{"c": "x"}]}),
                json!({"a~/b": [{"c": "y"}]}),
                "/a~0~1b/0/c",
            ),
            (json!({"dry_run": true}), json!({"dry_run": false}), "/dry_run"),
            (json!({"dry_run": true}), json!({}), "/dry_run"),
            (json!({}), json!({"bcc": "x@y.example"}), "/bcc"),
            (json!({"to": ["a"]}), json!({"to": ["a", "b"]}), "/to"),
            (
                json!({"body": "Please pay soon, dear."}),
                json!({"body": "Please pay to DE89370400440532013000 soon, dear."}),
                "/body",
            ),
            (
                json!({"body": "See our site for more."}),
                json!({"body": "See evil.example for more of it."}),
                "/body",
            ),
            (json!({"amount": "60"}), json!({"amount": null}), "/amount"),
            (json!({"order": "12345"}), json!({"order": "12344"}), "/order"),
            (json!({"account": 20}), json!({"account": 10}), "/account"),
        ] {
            let found = widening(&before, &after, &AMOUNTS);
            assert_eq!(found, Some(Widening::Redirects(place.into())), "{before} {after}");
        }
    }
}
