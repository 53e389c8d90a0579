//! Uncovering what the policy masks, which the gate writes down first, and covering it again.

use super::{boxes, notice, queue};
use crate::api::{EnvelopeView, Looked};
use crate::console::effect::Saying;
use crate::console::model::Tab;
use crate::console::{Effect, Model};

/// `s`: shows what is masked of the envelope on the screen, or masks it again.
pub(super) fn switch(model: &mut Model, burst: bool) -> Vec<Effect> {
    let Some(case) = model.shown_case().filter(|_| !burst) else {
        return Vec::new();
    };
    let id = case.about.id;
    if case.view.masked.is_empty() {
        notice(model, "Nothing of it is masked: it is all there.");
        return Vec::new();
    }
    if !case.is_uncovered() {
        return boxes::say(model, id, Saying::Look);
    }
    model.cases.retain(|case| case.about.id != id);
    model.notice = None;
    drop_unlaid(model, |view| view.summary.id == id);
    super::changed_by_itself(model);
    match model.tab {
        // It reads again by itself what is under its cursor.
        Tab::Queue => Vec::new(),
        Tab::After | Tab::Audit | Tab::Oversight | Tab::Policy => vec![Effect::AskEnvelope { id }],
    }
}

/// It came with nothing masked. Where the reviewer has gone on meanwhile, it is not drawn.
pub(super) fn answered(model: &mut Model, looked: Looked) {
    let id = looked.envelope.summary.id;
    if model.shown_case().is_none_or(|case| case.about.id != id) {
        return;
    }
    queue::envelope(model, id, Ok(Box::new(looked.envelope)));
    let text = match looked.entry {
        Some(entry) => format!("Shown; entry {entry} says that you looked. It is masked again when you leave it."),
        None => "Shown; no entry says that you looked: this file is only read.".to_owned(),
    };
    notice(model, text);
}

/// What is not on the screen any more is masked when it comes back.
pub(super) fn cover(model: &mut Model) {
    let here = model.shown_case().map(|case| case.about.id);
    model
        .cases
        .retain(|case| !case.is_uncovered() || Some(case.about.id) == here);
    drop_unlaid(model, |view| view.is_uncovered() && Some(view.summary.id) != here);
}

/// What is still to be laid out, or is being laid out elsewhere, does not come to the screen any more.
fn drop_unlaid(model: &mut Model, is_over: impl Fn(&EnvelopeView) -> bool) {
    model.unlaid.retain(|view| !is_over(view));
    model.laying.take_if(|(view, _, _)| is_over(view));
}
