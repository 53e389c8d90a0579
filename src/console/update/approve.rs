//! An approval: what it needs, and what each step to it is.

use crossterm::event::{KeyCode, KeyModifiers};

use super::boxes::{self, subject, write};
use super::{INERT, changed_by_itself, decide, hold, notice, page, reasons};
use crate::api::{DecisionRequest, Summary};
use crate::console::consent::{self, LONGEST_PROOF};
use crate::console::keymap::{Command, Place};
use crate::console::model::{About, Modal, Page, Step, Then};
use crate::console::view::Layout;
use crate::console::{Effect, Model, Pressed};
use crate::domain::{DecisionKind, Severity, Stage};

/// `a`: low risk is approved by this one key, high asks for `y`, severe to type what it is about.
pub(super) fn open(model: &mut Model, burst: bool) -> Vec<Effect> {
    let Some(about) = subject(model, burst) else {
        return Vec::new();
    };
    let Some(case) = model.case() else {
        return Vec::new();
    };
    if case.view.summary.stage == Stage::Quarantined {
        let key = |command| model.keymap.name(Place::of(model), command);
        let (classify, reject) = (key(Command::Classify), key(Command::Reject));
        let how = format!("{classify} names its kind, {reject} rejects it.");
        notice(model, format!("Nobody has said what kind of action this is: {how}"));
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
    let row = &case.view.summary;
    let shown = model.guard.since.filter(|(of, _)| *of == about);
    let fast = consent::is_fast(row, shown.map(|(_, since)| since), model.now);
    let mut lines = consent::consequences(case);
    if fast {
        lines.push("It came on the screen a moment ago: say what you know about it, or Esc and read.".to_owned());
    }
    if row.severity == Severity::Severe {
        let hold = model.settings.hold.value.as_secs();
        lines.push(format!(
            "It goes {hold} s after the last character; u takes it back until then."
        ));
    }
    lines.extend(consent::stopped(&model.stops, row));
    // Who has not read it yet writes what he knows: a reason that is one key away would say it for him.
    let step = if fast {
        write(model, about.id, Then::Approve)
    } else if case.view.reason_required {
        reasons::step(model, about.id, Then::Approve)
    } else {
        last(row, None)
    };
    boxes::open(model, about, "Approve", lines, step);
    Vec::new()
}

/// There is a reason: the box goes on to what gives the approval.
pub(super) fn ask(model: &mut Model, about: About, reason: Option<String>) {
    // A row that went away has made the box stale already.
    if let Some(row) = model.rows.get(about.id) {
        let step = last(row, reason);
        boxes::step(model, step);
    }
}

/// What gives the approval in the end.
fn last(row: &Summary, reason: Option<String>) -> Step {
    if row.severity != Severity::Severe {
        return Step::Approve { reason };
    }
    Step::Type {
        proof: consent::proof(row),
        typed: String::new(),
        reason,
    }
}

/// A key while that is typed. The one that completes it gives the approval: it has to come by itself.
pub(super) fn typed(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    let Some(Modal::Ask(ask)) = &mut model.modal else {
        return Vec::new();
    };
    let about = ask.about;
    let Step::Type { proof, typed, reason } = &mut ask.step else {
        return Vec::new();
    };
    let later = pressed.at.checked_add(INERT).unwrap_or(pressed.at);
    if pressed.burst {
        typed.clear();
        ask.deaf_until = later;
        notice(
            model,
            "Several keys came at once, so none of them counts: type it key by key.",
        );
        return Vec::new();
    }
    if pressed.read_at < ask.deaf_until {
        // Who knows the amount may begin at once; the key that opened the box, still held, begins nothing.
        match pressed.code {
            KeyCode::Char(c) if proof.goes_on(typed, c) => typed.push(c),
            _ => ask.deaf_until = later,
        }
        return Vec::new();
    }
    match (pressed.code, pressed.modifiers) {
        (KeyCode::Char(c), KeyModifiers::NONE | KeyModifiers::SHIFT) if typed.len() < 2 * LONGEST_PROOF => {
            typed.push(c);
        }
        (KeyCode::Backspace, _) => {
            typed.pop();
        }
        // A letter may be part of what is typed.
        (KeyCode::Tab, _) => {
            reasons::add(model);
            return Vec::new();
        }
        (_, _) => {}
    }
    if !proof.is(typed) {
        return Vec::new();
    }
    let request = DecisionRequest {
        reason: reason.take(),
        ..DecisionRequest::new(DecisionKind::Approve)
    };
    hold::send(model, about, request)
}

/// Whether all that would be approved was on the screen; where not, it is shown and said how to go on.
pub(super) fn is_seen(model: &mut Model, about: About) -> bool {
    let seen = model.guard.seen.as_ref().filter(|seen| seen.about == about);
    let laid = model.case().and_then(|case| case.laid(Layout::of(model).widths));
    let known = seen.zip(laid);
    match known.map(|(seen, laid)| (seen.has_head(laid), seen.has_payload(laid))) {
        Some((true, true)) => return true,
        Some((true, false)) if model.page.is_none() => {
            let folds = known.is_some_and(|(_, laid)| laid.fields.folds_itself());
            let text = if folds {
                let fold = model.keymap.name(Place::Page, Command::Fold);
                format!(
                    "Not all of it was on screen: here it is, what is the same folded away. {fold} shows that; read it to its end, then press again."
                )
            } else {
                "Not all of it was on screen: here it is. Read it to its end, then press again.".to_owned()
            };
            model.page = Some(Page::default());
            // Another press of the same key is not meant for what only now comes on the screen.
            changed_by_itself(model);
            notice(model, text);
        }
        Some((true, false)) => {
            let text = known.and_then(|(seen, laid)| page::unseen(model, seen, laid));
            notice(
                model,
                text.unwrap_or_else(|| "Not all of it was on screen yet.".to_owned()),
            );
        }
        Some((false, _)) | None if model.page.is_some() => {
            notice(model, "The envelope was not on screen yet: Esc goes back to it.");
        }
        Some((false, _)) | None => {
            let down = model.keymap.name(Place::Everywhere, Command::ScrollDown).to_owned();
            notice(
                model,
                format!("Its payload was not on screen yet: {down} shows the rest."),
            );
        }
    }
    false
}
