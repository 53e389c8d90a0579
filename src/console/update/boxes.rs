//! Boxes that ask before they decide: what opens them, and what each key in them means.

use crossterm::event::{KeyCode, KeyModifiers};

use super::{INERT, approve, choose, decidable, decide, hold, notice, stop};
use crate::api::DecisionRequest;
use crate::console::effect::Saying;
use crate::console::model::{About, Ask, Choosing, Modal, REASONS, Step, Then};
use crate::console::{Effect, Model, Pressed};
use crate::domain::{DecisionKind, EnvelopeId, Review, Shown};

/// What a key may be about, or a notice that says why not.
pub(super) fn subject(model: &mut Model, burst: bool) -> Option<About> {
    match decidable(model, burst) {
        Ok(about) => Some(about),
        Err(why) => {
            model.notice = None;
            if let Some(why) = why {
                notice(model, why);
            }
            None
        }
    }
}

/// `r`: a box with canned reasons.
pub(super) fn reject(model: &mut Model, burst: bool) {
    if let Some(about) = subject(model, burst) {
        open(model, about, "Reject", Vec::new(), Step::Reject);
    }
}

/// `i`: a question to the agent.
pub(super) fn question(model: &mut Model, burst: bool) {
    if let Some(about) = subject(model, burst) {
        open(model, about, "Ask the agent of", Vec::new(), write(Then::Question));
    }
}

/// `c`: says who is at it; it decides nothing, so it asks nothing.
pub(super) fn claim(model: &mut Model, burst: bool) -> Vec<Effect> {
    match subject(model, burst) {
        Some(about) => say(model, about.id, Saying::Claim),
        None => Vec::new(),
    }
}

pub(super) fn write(then: Then) -> Step {
    Step::Write {
        text: String::new(),
        then,
    }
}

/// Opens a box about what is under the focus; it keeps its own copy.
pub(super) fn open(model: &mut Model, about: About, verb: &str, lines: Vec<String>, step: Step) {
    let Some(case) = model.case() else {
        return;
    };
    let row = &case.view.summary;
    let what = Shown::line(row.target.as_deref().unwrap_or(&row.tool));
    let title = format!("{verb} {}, {what}", row.class.as_deref().unwrap_or("unknown action"));
    let votes = row.votes;
    open_about(model, (about, votes), title, lines, step);
}

/// Opens a box about something, with the votes it had.
pub(super) fn open_about(
    model: &mut Model,
    (about, votes): (About, u32),
    title: String,
    lines: Vec<String>,
    step: Step,
) {
    model.modal = Some(Modal::Ask(Box::new(Ask {
        about,
        votes,
        title,
        lines,
        deaf_until: model.now.checked_add(INERT).unwrap_or(model.now),
        stale: None,
        step,
    })));
}

/// A key while a box is open. Only the key the box names decides; Enter never approves.
pub(super) fn answer(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    if pressed.code == KeyCode::Esc {
        model.modal = None;
        return Vec::new();
    }
    let Some(Modal::Ask(ask)) = &mut model.modal else {
        return Vec::new();
    };
    if ask.stale.is_some() {
        return Vec::new();
    }
    if matches!(ask.step, Step::Write { .. }) {
        return written(model, pressed);
    }
    if matches!(ask.step, Step::Type { .. }) {
        return approve::typed(model, pressed);
    }
    if pressed.burst || pressed.read_at < ask.deaf_until {
        // A held key keeps the box deaf.
        ask.deaf_until = pressed.at.checked_add(INERT).unwrap_or(pressed.at);
        return Vec::new();
    }
    let about = ask.about;
    match &mut ask.step {
        Step::Approve { reason } => {
            if pressed.code != KeyCode::Char('y') {
                return Vec::new();
            }
            let request = DecisionRequest {
                reason: reason.take(),
                ..DecisionRequest::new(DecisionKind::Approve)
            };
            hold::send(model, about, request)
        }
        Step::Reject => canned(model, about, pressed),
        Step::Sure { halt, reason } => {
            if pressed.code != KeyCode::Char('y') {
                return Vec::new();
            }
            let (halt, reason) = (halt.clone(), reason.clone());
            stop::send(model, halt, reason)
        }
        Step::Choose(_) => choose::key(model, pressed),
        Step::Write { .. } | Step::Type { .. } => Vec::new(),
    }
}

/// A digit of the reasons for a rejection; the last one is to write one.
fn canned(model: &mut Model, about: About, pressed: Pressed) -> Vec<Effect> {
    let KeyCode::Char(c) = pressed.code else {
        return Vec::new();
    };
    match c.to_digit(10).map(|digit| digit as usize) {
        Some(digit) if (1..=REASONS.len()).contains(&digit) => {
            let request = DecisionRequest {
                reason: Some(REASONS[digit - 1].to_owned()),
                ..DecisionRequest::new(DecisionKind::Reject)
            };
            decide::send(model, about, request)
        }
        Some(digit) if digit == REASONS.len() + 1 => {
            step(model, write(Then::Reject));
            Vec::new()
        }
        Some(_) | None => Vec::new(),
    }
}

/// The open box goes on to something else, and is deaf for a moment.
pub(super) fn step(model: &mut Model, step: Step) {
    let deaf_until = model.now.checked_add(INERT).unwrap_or(model.now);
    if let Some(Modal::Ask(ask)) = &mut model.modal {
        (ask.step, ask.deaf_until) = (step, deaf_until);
    }
}

/// A key while a text is written. Enter sends what is no approval; for an approval it only ends the text,
/// and `y` is asked for.
fn written(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    let Some(Modal::Ask(ask)) = &mut model.modal else {
        return Vec::new();
    };
    let Step::Write { text, then } = &mut ask.step else {
        return Vec::new();
    };
    if !type_into(text, pressed) {
        return Vec::new();
    }
    let (text, then, about) = (text.trim().to_owned(), then.clone(), ask.about);
    let with_reason = |kind, reason| DecisionRequest {
        reason: Some(reason),
        ..DecisionRequest::new(kind)
    };
    match then {
        Then::Approve => {
            approve::ask(model, about, Some(text));
            Vec::new()
        }
        Then::Reject => decide::send(model, about, with_reason(DecisionKind::Reject, text)),
        Then::Escalate(to) => {
            let request = DecisionRequest {
                to: Some(to),
                ..with_reason(DecisionKind::Escalate, text)
            };
            decide::send(model, about, request)
        }
        Then::Extend(by) => {
            let request = DecisionRequest {
                by: Some(by),
                ..with_reason(DecisionKind::Extend, text)
            };
            decide::send(model, about, request)
        }
        Then::Question => say(model, about.id, Saying::Question(text)),
        Then::Stop(halt) => {
            stop::sure(model, halt, text);
            Vec::new()
        }
        Then::Flag => say(model, about.id, Saying::Review(Review::Flagged, Some(text))),
        Then::Undo => say(model, about.id, Saying::Undo(text)),
    }
}

/// Types one key into a text; true where Enter ended one that says something.
pub(super) fn type_into(text: &mut String, pressed: Pressed) -> bool {
    match (pressed.code, pressed.modifiers) {
        (KeyCode::Char(c), KeyModifiers::NONE | KeyModifiers::SHIFT) => text.push(c),
        (KeyCode::Backspace, _) => {
            text.pop();
        }
        (KeyCode::Enter, KeyModifiers::NONE) => return !pressed.burst && !text.trim().is_empty(),
        (_, _) => {}
    }
    false
}

pub(super) fn say(model: &mut Model, id: EnvelopeId, saying: Saying) -> Vec<Effect> {
    model.modal = None;
    model.said += 1;
    let key = format!("{}-said-{}", model.nonce, model.said);
    vec![Effect::Say { key, id, saying }]
}

/// Opens one of the boxes in which something is chosen.
pub(super) fn choice(model: &mut Model, of: Choosing, burst: bool) -> Vec<Effect> {
    match subject(model, burst) {
        Some(about) => choose::open(model, about, of),
        None => Vec::new(),
    }
}
