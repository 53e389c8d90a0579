//! Boxes that ask before they decide: what opens them, and what each key in them means.

use crossterm::event::{KeyCode, KeyModifiers};

use super::{INERT, changed_by_itself, choose, decidable, decide, notice, stop};
use crate::api::{DecisionRequest, StopView, Summary};
use crate::console::effect::Saying;
use crate::console::model::{About, Ask, Case, Choosing, Modal, Page, REASONS, Step, Then};
use crate::console::sheet::both_ends;
use crate::console::{Effect, Model, Pressed};
use crate::domain::{DecisionKind, EnvelopeId, Review, Severity, Shown, Stage, StopScope, read_amount};

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

/// `a`: low risk is approved by this one key, all else opens a box that asks for `y`.
pub(super) fn approve(model: &mut Model, burst: bool) -> Vec<Effect> {
    let Some(about) = subject(model, burst) else {
        return Vec::new();
    };
    let Some(case) = model.case() else {
        return Vec::new();
    };
    if case.view.summary.stage == Stage::Quarantined {
        notice(
            model,
            "Nobody has said what kind of action this is: m names its kind, r rejects it.",
        );
        return Vec::new();
    }
    if case.has_voted(&model.name) {
        notice(model, "You have approved it already: it waits for somebody else.");
        return Vec::new();
    }
    if !is_seen(model, about) {
        return Vec::new();
    }
    let Some(case) = model.case() else {
        return Vec::new();
    };
    if case.view.summary.severity == Severity::Low && !case.view.reason_required {
        return decide::send(model, about, DecisionRequest::new(DecisionKind::Approve));
    }
    let mut lines = consequences(case);
    if let Some(stop) = reaching(model, &case.view.summary) {
        lines.push(format!(
            "! {} stopped {}: nothing of it runs until a senior resumes it.",
            stop.by,
            Shown::line(&stop::what(stop))
        ));
    }
    let step = if case.view.reason_required {
        write(Then::Approve)
    } else {
        Step::Approve { reason: None }
    };
    open(model, about, "Approve", lines, step);
    Vec::new()
}

/// Whether all that would be approved was on the screen; where not, it is shown and said how to go on.
pub(super) fn is_seen(model: &mut Model, about: About) -> bool {
    let seen = model.guard.seen.filter(|seen| seen.about == about);
    let known = seen
        .zip(model.case())
        .map(|(seen, case)| (seen.has_head(case), seen.has_payload(case)));
    match known {
        Some((true, true)) => return true,
        Some((true, false)) if model.page.is_none() => {
            model.page = Some(Page::default());
            // Another press of the same key is not meant for what only now comes on the screen.
            changed_by_itself(model);
            notice(
                model,
                "Not all of it was on screen: here it is. Read it to its end, then press again.",
            );
        }
        Some((true, false)) => notice(model, "There is more of it: PgDn goes on."),
        Some((false, _)) | None if model.page.is_some() => {
            notice(model, "The envelope was not on screen yet: Esc goes back to it.");
        }
        Some((false, _)) | None => notice(model, "Its payload was not on screen yet: PgDn shows the rest."),
    }
    false
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

/// How much of a tool's name a box repeats; the sheet has all of it.
const LONGEST_TOOL: usize = 60;

/// A stop that an approved envelope would run into.
fn reaching<'a>(model: &'a Model, row: &Summary) -> Option<&'a StopView> {
    model.stops.iter().find(|stop| {
        let name = stop.name.as_deref();
        match stop.scope {
            StopScope::Everything => true,
            StopScope::Agent => name == Some(row.agent.as_str()),
            StopScope::Class => name == row.class.as_deref(),
            StopScope::Run => name == row.run.as_deref(),
        }
    })
}

/// What an approval sets off, in sentences.
fn consequences(case: &Case) -> Vec<String> {
    let row = &case.view.summary;
    let mut lines = Vec::new();
    let tool = both_ends(Shown::line(&row.tool).as_str(), LONGEST_TOOL);
    let said = case
        .view
        .claimed
        .as_ref()
        .and_then(|claimed| claimed.impact.as_ref()?.amount.as_ref());
    let said = said.map(|money| format!("{} {}", money.value, money.currency));
    match row.amount.as_deref().and_then(read_amount) {
        Some(amount) => {
            let who = if row.edited {
                "as edited"
            } else if said == row.amount {
                "as the agent says"
            } else {
                "as the payload says"
            };
            lines.push(format!("{tool}: {amount}, {who}"));
        }
        None => lines.push(tool),
    }
    lines.push(votes(row.votes + 1, row.quorum));
    let reversal = case.view.claimed.as_ref().and_then(|claimed| claimed.reversal.as_ref());
    lines.push(match reversal {
        Some(reversal) if reversal.how.is_some() => "The agent says it can be undone.".to_owned(),
        Some(_) => "It cannot be undone.".to_owned(),
        None => "Whether it can be undone was not said.".to_owned(),
    });
    lines
}

/// What one more vote leads to: a sentence.
pub(super) fn votes(vote: u32, quorum: u32) -> String {
    if vote >= quorum {
        return format!("You are vote {vote} of {quorum}. The agent may run it at once.");
    }
    format!("You are vote {vote} of {quorum}. It runs after {} more.", quorum - vote)
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
    if pressed.burst || pressed.at < ask.deaf_until {
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
            decide::send(model, about, request)
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
        Step::Write { .. } => Vec::new(),
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
            step(model, Step::Approve { reason: Some(text) });
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
