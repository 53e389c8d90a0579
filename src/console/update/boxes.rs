//! Boxes that ask before they decide: what opens them, and what each key in them means.

use crossterm::event::{KeyCode, KeyModifiers};

use super::{INERT, approve, choose, decidable, decide, hold, notice, reasons, stop};
use crate::api::DecisionRequest;
use crate::console::effect::Saying;
use crate::console::keymap::{Command, Keymap, Place};
use crate::console::model::{About, Ask, Choosing, Halt, Modal, Step, Then};
use crate::console::{Effect, Model, Pressed, Word};
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
        let step = reasons::step(model, about.id, Then::Reject);
        open(model, about, "Reject", Vec::new(), step);
    }
}

/// `i`: a question to the agent.
pub(super) fn question(model: &mut Model, burst: bool) {
    if let Some(about) = subject(model, burst) {
        let step = write(model, about.id, Then::Question);
        open(model, about, "Ask the agent of", Vec::new(), step);
    }
}

/// `c`: says who is at it; it decides nothing, so it asks nothing.
pub(super) fn claim(model: &mut Model, burst: bool) -> Vec<Effect> {
    match subject(model, burst) {
        Some(about) => say(model, about.id, Saying::Claim),
        None => Vec::new(),
    }
}

/// A text to write; what was begun on the envelope before stands in it already.
pub(super) fn write(model: &Model, id: EnvelopeId, then: Then) -> Step {
    let begun = model.begun.text(id, &then).unwrap_or_default();
    Step::Write {
        text: begun.to_owned(),
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
        reasons::close(model);
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
    if let Some(why) = doubt(&model.keymap, pressed).filter(|_| matches!(ask.step, Step::Approve { .. })) {
        ask.stale = Some(why);
        return Vec::new();
    }
    if pressed.burst || pressed.read_at < ask.deaf_until {
        // A held key keeps the box deaf.
        ask.deaf_until = pressed.at.checked_add(INERT).unwrap_or(pressed.at);
        return Vec::new();
    }
    let about = ask.about;
    match &mut ask.step {
        Step::Approve { reason } => {
            if pressed.code == KeyCode::Tab {
                reasons::add(model);
                return Vec::new();
            }
            if pressed.code != KeyCode::Char('y') {
                return Vec::new();
            }
            let request = DecisionRequest {
                reason: reason.take(),
                ..DecisionRequest::new(DecisionKind::Approve)
            };
            hold::send(model, about, request)
        }
        Step::Reasons(_) => reasons::key(model, about, pressed),
        Step::Sure { halt, reason } => {
            if pressed.code != KeyCode::Char('y') {
                return Vec::new();
            }
            let (halt, reason) = (halt.clone(), reason.clone());
            model.begun.send(about.id, Then::Stop(halt.clone()), reason.clone());
            stop::send(model, halt, reason)
        }
        Step::Choose(_) => choose::key(model, pressed),
        Step::Write { .. } | Step::Type { .. } => Vec::new(),
    }
}

/// What a box that approves says to the key that rejects on the screen behind it. Whoever presses that has
/// thought again: what is typed next is no reason for an approval, and no `y` in it gives one.
pub(super) fn doubt(keymap: &Keymap, pressed: Pressed) -> Option<String> {
    let means = |place| keymap.command(place, pressed.code, pressed.modifiers);
    let is_named = matches!(pressed.code, KeyCode::Char('y') | KeyCode::Tab);
    let rejects = !is_named && [Place::Main, Place::Page].map(means).contains(&Some(Command::Reject));
    let key = keymap.name(Place::Main, Command::Reject);
    rejects.then(|| format!("{key} does not reject here, and nothing was approved: Esc goes back, where it does."))
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
    model.own.note(&then, &text);
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
        Then::Question => {
            model.begun.send(about.id, Then::Question, text.clone());
            say(model, about.id, Saying::Question(text))
        }
        Then::Stop(halt) => {
            stop::sure(model, halt, text);
            Vec::new()
        }
        Then::Flag => {
            model.begun.send(about.id, Then::Flag, text.clone());
            say(model, about.id, Saying::Review(Review::Flagged, Some(text)))
        }
        Then::Undo => {
            model.begun.send(about.id, Then::Undo, text.clone());
            say(model, about.id, Saying::Undo(text))
        }
    }
}

/// Types one key into a text; true where Enter ended one that says something.
pub(super) fn type_into(text: &mut String, pressed: Pressed) -> bool {
    match (pressed.code, pressed.modifiers) {
        (KeyCode::Char(c), KeyModifiers::NONE | KeyModifiers::SHIFT) => text.push(c),
        (KeyCode::Char('u'), KeyModifiers::CONTROL) => text.clear(),
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

/// What was said, where a text went with it.
pub(super) fn purpose(word: &Word) -> Option<Then> {
    match word {
        Word::Claimed | Word::Looked(_) | Word::Reviewed(Review::Fine | Review::Open) => None,
        Word::Asked(_) => Some(Then::Question),
        Word::Reviewed(Review::Flagged) => Some(Then::Flag),
        Word::UndoRequested(_) => Some(Then::Undo),
        Word::Stop(stop) => Some(Then::Stop(Halt::Resume(stop.id, String::new()))),
    }
}

/// Opens one of the boxes in which something is chosen.
pub(super) fn choice(model: &mut Model, of: Choosing, burst: bool) -> Vec<Effect> {
    match subject(model, burst) {
        Some(about) => choose::open(model, about, of),
        None => Vec::new(),
    }
}
