//! How much of what an agent sent cannot be seen as it is.

use crate::api::{Claimed, EnvelopeView};
use crate::domain::Shown;

/// Everything from the agent that is shown somewhere, counted once.
pub(super) fn hidden(view: &EnvelopeView, claimed: &Claimed) -> usize {
    let version = claimed.agent.as_ref();
    let reversal = claimed.reversal.as_ref();
    let names = [
        Some(&view.summary.tool),
        view.summary.target.as_ref(),
        view.server.as_ref(),
        view.environment.as_ref(),
        version.and_then(|version| version.version.as_ref()),
        version.and_then(|version| version.model.as_ref()),
        version.and_then(|version| version.prompt_sha256.as_ref()),
        claimed.run_id.as_ref(),
        reversal.and_then(|reversal| reversal.how.as_ref()),
        reversal.and_then(|reversal| reversal.none_because.as_ref()),
        reversal.and_then(|reversal| reversal.handle.as_ref()),
    ];
    let evidence = claimed
        .evidence
        .iter()
        .flat_map(|e| [Some(&e.title), e.reference.as_ref(), e.excerpt.as_ref()]);
    let answers = view.questions.iter().map(|question| question.answer.as_ref());
    let texts = [
        claimed.rationale.as_ref(),
        claimed.request.as_ref(),
        claimed.impact.as_ref().and_then(|impact| impact.summary.as_ref()),
        claimed.before.as_ref(),
        claimed.context.as_ref(),
        view.payload.as_ref().map(|payload| &payload.raw),
    ];
    let texts = texts.into_iter().chain(evidence).chain(answers).flatten();
    let objects = [&claimed.signals, &claimed.preconditions].into_iter().flatten();
    let objects = objects.map(|object| serde_json::Value::Object(object.clone()).to_string());
    // A name stands on one line, so a break in it is shown as well.
    let in_names: usize = names.into_iter().flatten().map(|name| Shown::line(name).hidden()).sum();
    let in_texts: usize = texts.map(|text| Shown::block(&decoded(text)).hidden()).sum();
    let in_objects: usize = objects.map(|text| Shown::block(&decoded(&text)).hidden()).sum();
    in_names + in_texts + in_objects
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
