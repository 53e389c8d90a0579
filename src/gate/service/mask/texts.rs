//! Every text of an answer in which a masked value may stand as well.

use serde_json::Value;

use crate::api::{Claimed, EnvelopeView};
use crate::domain::{Impact, Reversal};

/// Hands each over, to be changed in place.
pub(super) fn each(view: &mut EnvelopeView, change: &mut impl FnMut(&mut String)) {
    view.reasons.iter_mut().for_each(&mut *change);
    for decision in &mut view.decisions {
        decision.reason.iter_mut().for_each(&mut *change);
    }
    for question in &mut view.questions {
        change(&mut question.text);
        question.answer.iter_mut().for_each(&mut *change);
    }
    if let Some(outcome) = &mut view.outcome {
        if let Some(result) = &mut outcome.result {
            strings(result, change);
        }
        for check in &mut outcome.checks {
            change(&mut check.name);
            check.detail.iter_mut().for_each(&mut *change);
        }
    }
    for said in &mut view.attested {
        said.signals.values_mut().for_each(|value| strings(value, change));
    }
    if let Some(reviewed) = &mut view.reviewed {
        reviewed.note.iter_mut().for_each(&mut *change);
    }
    if let Some(undo) = &mut view.undo {
        change(&mut undo.reason);
    }
    if let Some(trace) = &mut view.trace {
        strings(trace, change);
    }
    if let Some(claimed) = &mut view.claimed {
        says(claimed, change);
    }
}

/// What is JSON text is masked as that, before.
fn says(claimed: &mut Claimed, change: &mut impl FnMut(&mut String)) {
    let texts = [&mut claimed.request, &mut claimed.rationale];
    texts.into_iter().flatten().for_each(&mut *change);
    for values in [&mut claimed.signals, &mut claimed.preconditions].into_iter().flatten() {
        values.values_mut().for_each(|value| strings(value, change));
    }
    if let Some(Impact { summary, .. }) = &mut claimed.impact {
        summary.iter_mut().for_each(&mut *change);
    }
    for evidence in &mut claimed.evidence {
        change(&mut evidence.title);
        let texts = [&mut evidence.reference, &mut evidence.excerpt];
        texts.into_iter().flatten().for_each(&mut *change);
    }
    if let Some(reversal) = &mut claimed.reversal {
        let Reversal {
            handle,
            how,
            none_because,
        } = reversal;
        [handle, how, none_because].into_iter().flatten().for_each(&mut *change);
    }
}

fn strings(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Number(number) => {
            let (mut text, before) = (number.to_string(), number.to_string());
            change(&mut text);
            if text != before {
                *value = Value::String(text);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| strings(item, change)),
        Value::Object(members) => members.values_mut().for_each(|member| strings(member, change)),
        Value::Null | Value::Bool(_) => {}
    }
}
