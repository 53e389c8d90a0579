//! How much of what an agent sent cannot be seen as it is.

use crate::api::{Claimed, EnvelopeView};
use crate::domain::Shown;

/// Everything from the agent that is shown somewhere, counted once.
pub(super) fn hidden(view: &EnvelopeView, claimed: &Claimed) -> usize {
    let excerpts = claimed
        .evidence
        .iter()
        .flat_map(|e| [Some(&e.title), e.reference.as_ref(), e.excerpt.as_ref()]);
    let texts = [
        Some(&view.summary.tool),
        view.summary.target.as_ref(),
        view.server.as_ref(),
        view.environment.as_ref(),
        claimed.rationale.as_ref(),
        claimed.request.as_ref(),
        claimed.before.as_ref(),
        claimed.context.as_ref(),
        view.payload.as_ref().map(|payload| &payload.raw),
    ];
    let lines = texts.into_iter().chain(excerpts).flatten();
    lines.map(|text| Shown::block(&decoded(text)).hidden()).sum()
}

/// JSON escapes hide characters as well: they are counted as what they stand for.
fn decoded(text: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => strings(&value).join("\n"),
        Err(_) => text.to_owned(),
    }
}

fn strings(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Array(items) => items.iter().flat_map(strings).collect(),
        serde_json::Value::Object(members) => members
            .iter()
            .flat_map(|(key, member)| [vec![key.clone()], strings(member)].concat())
            .collect(),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => Vec::new(),
    }
}
