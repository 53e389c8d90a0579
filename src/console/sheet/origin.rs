//! Where a value comes from that the user's request does not have: the first place that the agent shows it in.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::{Claimed, EnvelopeView, MaskedView};
use crate::domain::Shown;

/// What is known of each value of unknown origin, by its pointer into the arguments.
#[derive(Debug, Default)]
pub(super) struct Origins(BTreeMap<String, String>);

impl Origins {
    pub fn of(view: &EnvelopeView) -> Self {
        let raw = view.payload.as_ref().map_or("", |payload| payload.raw.as_str());
        let Ok(arguments) = serde_json::from_str::<Value>(raw) else {
            return Self::default();
        };
        let nothing = Claimed::default();
        let claimed = view.claimed.as_ref().unwrap_or(&nothing);
        let places = places(claimed);
        let is_covered = |pointer: &str| {
            let within = |at: &MaskedView| {
                pointer
                    .strip_prefix(&at.pointer)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            view.is_masked() && view.masked.iter().any(within)
        };
        let told = view.novel.iter().map(|pointer| {
            // Masks look alike: where else the value stands cannot be told by them.
            if is_covered(pointer) {
                return (
                    pointer.clone(),
                    "not in what the user asked; masked, and so is where it is from".to_owned(),
                );
            }
            let value = arguments.pointer(pointer).map(text).unwrap_or_default();
            (
                pointer.clone(),
                format!("not in what the user asked; {}", first(&places, &value)),
            )
        });
        Self(told.collect())
    }

    pub fn get(&self, pointer: &str) -> Option<&str> {
        self.0.get(pointer).map(String::as_str)
    }
}

/// What the agent sent besides the call itself, each with its name, in the order a reviewer would look.
fn places(claimed: &Claimed) -> Vec<(String, String)> {
    let evidence = claimed.evidence.iter().map(|piece| {
        let texts = [Some(&piece.title), piece.reference.as_ref(), piece.excerpt.as_ref()];
        let texts: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
        (
            format!("in {}", Shown::line(&piece.title)),
            texts.join("\n").to_lowercase(),
        )
    });
    let before = claimed.before.iter();
    let before = before.map(|before| ("in the record before".to_owned(), before.to_lowercase()));
    let context = claimed.context.iter();
    let context = context.map(|context| ("in its context".to_owned(), context.to_lowercase()));
    evidence.chain(before).chain(context).collect()
}

fn first(places: &[(String, String)], value: &str) -> String {
    let value = value.to_lowercase();
    let found = places
        .iter()
        .find(|(_, text)| !value.is_empty() && text.contains(&value));
    match found {
        Some((place, _)) => format!("{place}, as the agent shows it"),
        None => "nowhere in what the agent shows".to_owned(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
