//! Reasons: one key away, opened to be changed, or written; and what becomes of a text that was not sent.

use crossterm::event::KeyCode;

use super::{approve, boxes, decide, notice};
use crate::api::DecisionRequest;
use crate::console::model::{About, Digit, Modal, REASONS, Reasons, Step, Then};
use crate::console::{Effect, Model, Pressed};
use crate::domain::{DecisionKind, EnvelopeId};

/// The box's step: what the class offers for this, or a text to write where nothing is offered.
pub(super) fn step(model: &Model, id: EnvelopeId, then: Then) -> Step {
    let canned = canned(model, id, &then);
    let reasons = Reasons {
        recent: model.own.recent(&then, &canned),
        begun: model.begun.text(id, &then).map(str::to_owned),
        canned,
        then,
        opens: false,
    };
    if reasons.is_empty() {
        return boxes::write(model, id, reasons.then);
    }
    Step::Reasons(reasons)
}

/// What the class of an envelope offers; everybody's reasons are for saying no.
fn canned(model: &Model, id: EnvelopeId, then: &Then) -> Vec<String> {
    let case = model.cases.iter().rev().find(|case| case.about.id == id);
    let of_class = case.map(|case| &case.view.canned);
    match then {
        Then::Approve => of_class.map(|canned| canned.approve.clone()).unwrap_or_default(),
        Then::Reject => match of_class.map(|canned| canned.reject.clone()) {
            Some(own) if !own.is_empty() => own,
            Some(_) | None => REASONS.map(str::to_owned).to_vec(),
        },
        Then::Escalate(_) | Then::Extend(_) | Then::Question | Then::Flag | Then::Undo | Then::Stop(_) => Vec::new(),
    }
}

/// Goes from the last question of an approval to a reason for it.
pub(super) fn add(model: &mut Model) {
    if let Some(Modal::Ask(ask)) = &model.modal {
        let step = step(model, ask.about.id, Then::Approve);
        boxes::step(model, step);
    }
}

/// A digit chooses; `e` before it opens what it stands for in the line.
pub(super) fn key(model: &mut Model, about: About, pressed: Pressed) -> Vec<Effect> {
    let Some(Modal::Ask(ask)) = &mut model.modal else {
        return Vec::new();
    };
    let Step::Reasons(reasons) = &mut ask.step else {
        return Vec::new();
    };
    let KeyCode::Char(key) = pressed.code else {
        return Vec::new();
    };
    if key == 'e' {
        reasons.opens = !reasons.opens;
        return Vec::new();
    }
    let then = reasons.then.clone();
    let text = match reasons.at(key) {
        None => return Vec::new(),
        Some(Digit::Canned(text)) if !reasons.opens => {
            let text = text.to_owned();
            return give(model, about, &then, text);
        }
        Some(Digit::Write) => String::new(),
        Some(Digit::Canned(text) | Digit::Recent(text) | Digit::Begun(text)) => text.to_owned(),
    };
    boxes::step(model, Step::Write { text, then });
    Vec::new()
}

/// A reason was chosen as it stands: a rejection goes out, an approval has its last question still to come.
fn give(model: &mut Model, about: About, then: &Then, text: String) -> Vec<Effect> {
    match then {
        Then::Approve => {
            approve::ask(model, about, Some(text));
            Vec::new()
        }
        Then::Reject => {
            let request = DecisionRequest {
                reason: Some(text),
                ..DecisionRequest::new(DecisionKind::Reject)
            };
            decide::send(model, about, request)
        }
        // Nothing is offered for these.
        Then::Escalate(_) | Then::Extend(_) | Then::Question | Then::Flag | Then::Undo | Then::Stop(_) => Vec::new(),
    }
}

/// Closes the box; what was written in it is kept for its envelope.
pub(super) fn close(model: &mut Model) {
    let Some(Modal::Ask(ask)) = model.modal.take() else {
        return;
    };
    let (then, text) = match ask.step {
        Step::Write { text, then } => (then, text),
        Step::Approve { reason: Some(text) } | Step::Type { reason: Some(text), .. } => (Then::Approve, text),
        Step::Sure { halt, reason } => (Then::Stop(halt), reason),
        Step::Approve { reason: None } | Step::Type { reason: None, .. } | Step::Reasons(_) | Step::Choose(_) => return,
    };
    let id = ask.about.id;
    if text.trim().is_empty() {
        model.begun.forget(id, &then);
        return;
    }
    if canned(model, id, &then).contains(&text) {
        return;
    }
    if ask.stale.is_some() && model.rows.get(id).is_none() {
        // Nothing more is said of this one; of another it may be.
        model.own.note(&then, &text);
        return;
    }
    model.begun.keep(id, then, text);
    notice(model, "What you wrote is kept for it: the same key goes on with it.");
}

/// A decision did not go out, or does not count: its reason is not lost with it.
pub(super) fn keep(model: &mut Model, id: EnvelopeId, request: &DecisionRequest) {
    let Some(then) = purpose(request) else {
        return;
    };
    let own = |text: &&String| !canned(model, id, &then).contains(text);
    if let Some(text) = request.reason.as_ref().filter(own).cloned() {
        model.begun.keep(id, then, text);
    }
}

/// A decision stands in the ledger, with its reason.
pub(super) fn forget(model: &mut Model, id: EnvelopeId, request: &DecisionRequest) {
    if let Some(then) = purpose(request) {
        model.begun.forget(id, &then);
    }
}

/// What its reason was written for.
fn purpose(request: &DecisionRequest) -> Option<Then> {
    match request.decision {
        DecisionKind::Approve | DecisionKind::Edit => Some(Then::Approve),
        DecisionKind::Reject => Some(Then::Reject),
        DecisionKind::Escalate => Some(Then::Escalate(request.to.clone().unwrap_or_default())),
        DecisionKind::Extend => Some(Then::Extend(request.by.clone().unwrap_or_default())),
        DecisionKind::Classify => None,
    }
}
