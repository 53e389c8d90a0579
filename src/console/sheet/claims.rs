//! What the agent says of its call: how it could be undone, what speaks for it, and why it wants it.

use std::fmt::Write as _;

use super::envelope::{MOST, SAYS};
use super::{Sheet, evidence, in_quotes};
use crate::api::{Claimed, EnvelopeView};
use crate::console::theme::Tone;
use crate::domain::Reversal;

/// How it could be undone and what speaks for it; true where all of that stands there.
pub(super) fn way_back(sheet: &mut Sheet, view: &EnvelopeView, claimed: &Claimed) -> bool {
    let undo = match &claimed.reversal {
        None => {
            sheet.labelled("undo", Tone::Warn, "not said", "");
            true
        }
        Some(Reversal { how, none_because, .. }) => {
            let (tone, text) = match (how, none_because) {
                (Some(how), _) => (Tone::Plain, in_quotes(how)),
                (None, Some(because)) => (Tone::Warn, format!("none: {}", in_quotes(because))),
                (None, None) => (Tone::Warn, "none: no reason given".to_owned()),
            };
            sheet.said(MOST, "undo", tone, &text, SAYS)
        }
    };
    if claimed.evidence.is_empty() {
        sheet.labelled("proof", Tone::Warn, "no evidence given", "");
        return undo;
    }
    let evidence = (1..).zip(&claimed.evidence).map(|(n, piece)| {
        let title = in_quotes(&piece.title);
        format!("{n} {title} ({})", evidence::where_its_file_is(view, piece))
    });
    let evidence: Vec<String> = evidence.collect();
    sheet.said(MOST, "proof", Tone::Plain, &evidence.join("  "), "") && undo
}

/// Why it wants it, behind the gutter. What was cut above stands here whole.
pub(super) fn quote(sheet: &mut Sheet, view: &EnvelopeView, claimed: &Claimed, is_whole: bool) {
    let version = claimed.agent.as_ref();
    let mut who = view.summary.agent.clone();
    for (label, part) in [
        (" ", version.and_then(|v| v.version.as_deref())),
        (", model ", version.and_then(|v| v.model.as_deref())),
        (", prompt ", version.and_then(|v| v.prompt_sha256.as_deref())),
        (", run ", claimed.run_id.as_deref()),
    ] {
        if let Some(part) = part {
            who.push_str(label);
            who.push_str(part);
        }
    }
    if let Some(confidence) = claimed.confidence {
        let _ = write!(who, ", confidence {confidence}");
    }
    // What it was told to do is read against what it does: it may not be below the fold.
    match &claimed.request {
        Some(request) => sheet.quoted(&format!("the user asked: {request}")),
        None => sheet.quoted("(what the user asked was not sent)"),
    }
    match &claimed.rationale {
        Some(rationale) => sheet.quoted(rationale),
        None => sheet.quoted("(no rationale given)"),
    }
    if let Some(summary) = claimed.impact.as_ref().and_then(|impact| impact.summary.as_ref()) {
        sheet.quoted(&format!("impact: {summary}"));
    }
    sheet.quoted(&who);
    if !is_whole && let Some(reversal) = &claimed.reversal {
        let texts = [("to undo it", &reversal.how), ("no way back", &reversal.none_because)];
        for (label, text) in texts {
            if let Some(text) = text {
                sheet.quoted(&format!("{label}: {text}"));
            }
        }
    }
    let handle = claimed.reversal.as_ref().and_then(|reversal| reversal.handle.as_ref());
    if let Some(handle) = handle {
        sheet.quoted(&format!("handle to undo it: {handle}"));
    }
    for (label, object) in [("signals", &claimed.signals), ("unless", &claimed.preconditions)] {
        if let Some(object) = object {
            let text = serde_json::Value::Object(object.clone()).to_string();
            sheet.quoted(&format!("{label}: {text}"));
        }
    }
}
