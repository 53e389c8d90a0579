//! Editing the arguments: the text, what it would become, and the last question.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyModifiers};
use ratatui_textarea::{Input, Key};

use super::{INERT, approve, boxes, hold, notice};
use crate::api::{Becomes, DecisionRequest, DecisionView, JudgeRequest};
use crate::client::ClientError;
use crate::console::consent;
use crate::console::keymap::{Command, Place};
use crate::console::model::{Confirm, Draft, Modal, Then};
use crate::console::view::Layout;
use crate::console::{Effect, Model, Pressed, sheet};
use crate::diff::Until;
use crate::domain::{DecisionKind, EnvelopeId, Shown, Stage};

/// How long an edit is compared with what was proposed, while the person who pressed the key waits.
const COMPARING: Duration = Duration::from_millis(50);

/// `e`: opens the arguments, or what was kept of an earlier try.
pub(super) fn open(model: &mut Model, burst: bool) {
    let Some(about) = boxes::subject(model, burst) else {
        return;
    };
    let Some(case) = model.case() else {
        return;
    };
    if case.view.summary.stage == Stage::Quarantined {
        let classify = model.keymap.name(Place::of(model), Command::Classify);
        let how = format!("{classify} names its kind first.");
        notice(model, format!("Nobody has said what kind of action this is: {how}"));
        return;
    }
    if case.view.is_masked() {
        let look = model.keymap.name(Place::Everywhere, Command::Look);
        let text = format!("Values of it are masked, and would run as masks: {look} shows them first.");
        notice(model, text);
        return;
    }
    // Who edits one field approves the others as well.
    if !approve::is_seen(model, about) {
        return;
    }
    let Some(case) = model.case() else {
        return;
    };
    let Some(payload) = &case.view.payload else {
        return;
    };
    let row = &case.view.summary;
    let target = row.target.as_deref().map(|target| format!(", {}", Shown::line(target)));
    let title = format!("Edit {}{}", Shown::line(&row.tool), target.unwrap_or_default());
    let kept = model.kept.get(&about.id).cloned();
    let mut draft = Draft::new(about, case.view.summary.votes, title, &payload.raw, kept);
    let edits = |said: &&DecisionView| said.decision == DecisionKind::Edit;
    if let Some(edit) = case.view.decisions.iter().rev().find(edits) {
        let by = if edit.by == model.name { "you" } else { &edit.by };
        draft.origin = format!("as {by} edited it");
    }
    model.modal = Some(Modal::Edit(Box::new(draft)));
}

/// A key while the arguments are edited. Ctrl-S leads to the last question; nothing else does.
pub(super) fn key(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    let Some(Modal::Edit(draft)) = &mut model.modal else {
        return Vec::new();
    };
    if draft.confirm.is_some() {
        return confirm(model, pressed);
    }
    if pressed.code == KeyCode::Esc {
        close(model);
        return Vec::new();
    }
    if draft.stale.is_some() {
        return Vec::new();
    }
    match (pressed.code, pressed.modifiers) {
        (KeyCode::Char('s'), KeyModifiers::CONTROL) => {
            ask(model, pressed);
            return Vec::new();
        }
        (KeyCode::Char('e'), KeyModifiers::CONTROL) => return vec![Effect::OpenEditor { text: draft.text() }],
        (KeyCode::Char('r'), KeyModifiers::CONTROL) if draft.begun_on.is_some() => {
            draft.begin_anew();
            return judge(model);
        }
        (_, _) => {}
    }
    if let Some(input) = input(pressed) {
        draft.area.input(input);
        draft.check();
    }
    judge(model)
}

/// Leaves the editor; what was written is kept, whatever becomes of the payload meanwhile.
fn close(model: &mut Model) {
    let Some(Modal::Edit(draft)) = model.modal.take() else {
        return;
    };
    model.kept.remove(&draft.about.id);
    if let Some(kept) = draft.kept() {
        model.kept.insert(draft.about.id, kept);
        let edit = model.keymap.name(Place::Main, Command::Edit);
        notice(model, format!("What you wrote is kept: {edit} goes on with it."));
    }
}

/// Ctrl-S: shows what the edit does and asks whether it is meant.
fn ask(model: &mut Model, pressed: Pressed) {
    let width = Layout::of(model).widths.sheet;
    let Some(Modal::Edit(draft)) = &mut model.modal else {
        return;
    };
    let begun = model.begun.text(draft.about.id, &Then::Approve).unwrap_or_default();
    let begun = begun.to_owned();
    let why = if draft.fault.is_some() {
        Some("It cannot be sent like this; the line above says why.")
    } else if !draft.is_changed() {
        Some("Nothing is changed: Esc goes back, where it can be approved as it is.")
    } else {
        None
    };
    if let Some(why) = why {
        notice(model, why);
        return;
    }
    let becomes = match draft.judged() {
        Some(Ok(becomes)) if becomes.refused.is_none() => becomes,
        Some(Ok(_) | Err(_)) => {
            notice(model, "The gate would refuse it; the line above says why.");
            return;
        }
        None => {
            notice(model, "What it would become is not known yet: press again in a moment.");
            return;
        }
    };
    let raw = draft.text();
    draft.confirm = Some(Confirm {
        lines: sheet::edit(&draft.raw, &raw, width, Until::within(COMPARING)),
        consequence: consent::votes(1, becomes.quorum, becomes.role),
        deaf_until: pressed.at.checked_add(INERT).unwrap_or(pressed.at),
        reason: None,
        doubt: None,
        writing: becomes.reason_required.then_some(begun),
    });
}

/// A key at the last question: `y` sends, Tab writes a reason, Esc goes back to the text.
fn confirm(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    let Some(Modal::Edit(draft)) = &mut model.modal else {
        return Vec::new();
    };
    let stale = draft.stale.is_some();
    let doubt = boxes::doubt(&model.keymap, pressed);
    let (text, about, kept) = (draft.text(), draft.about, draft.kept());
    let Some(confirm) = &mut draft.confirm else {
        return Vec::new();
    };
    if pressed.code == KeyCode::Esc {
        // The reason is kept like the text it is for.
        let reason = confirm.writing.take().or(confirm.reason.take());
        if let Some(reason) = reason.filter(|reason| !reason.trim().is_empty()) {
            model.begun.keep(about.id, Then::Approve, reason);
        }
        draft.confirm = None;
        return Vec::new();
    }
    if stale || confirm.doubt.is_some() {
        return Vec::new();
    }
    if let Some(writing) = &mut confirm.writing {
        if boxes::type_into(writing, pressed) {
            confirm.reason = confirm.writing.take().map(|text| text.trim().to_owned());
            if let Some(reason) = &confirm.reason {
                model.own.note(&Then::Approve, reason);
            }
            confirm.deaf_until = pressed.at.checked_add(INERT).unwrap_or(pressed.at);
        }
        return Vec::new();
    }
    if doubt.is_some() {
        confirm.doubt = doubt;
        return Vec::new();
    }
    if pressed.burst || pressed.read_at < confirm.deaf_until {
        confirm.deaf_until = pressed.at.checked_add(INERT).unwrap_or(pressed.at);
        return Vec::new();
    }
    match pressed.code {
        KeyCode::Char('y') => {
            let request = DecisionRequest {
                arguments_raw: Some(text),
                reason: confirm.reason.take(),
                ..DecisionRequest::new(DecisionKind::Edit)
            };
            // Until it stands in the ledger the text is not thrown away.
            model.kept.extend(kept.map(|kept| (about.id, kept)));
            hold::send(model, about, request)
        }
        KeyCode::Tab => {
            let begun = model.begun.text(about.id, &Then::Approve);
            confirm.writing = Some(confirm.reason.take().or(begun.map(str::to_owned)).unwrap_or_default());
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Asks what the text would become, one question at a time.
pub(super) fn judge(model: &mut Model) -> Vec<Effect> {
    let Some(Modal::Edit(draft)) = &mut model.modal else {
        return Vec::new();
    };
    let Some(text) = draft.question() else {
        return Vec::new();
    };
    vec![Effect::Judge {
        request: JudgeRequest {
            id: draft.about.id,
            arguments_raw: Some(text.clone()),
            class: None,
        },
        text,
    }]
}

/// The policy's word on a text came.
pub(super) fn becomes(
    model: &mut Model,
    id: EnvelopeId,
    text: &str,
    answer: Result<Becomes, ClientError>,
) -> Vec<Effect> {
    let Some(Modal::Edit(draft)) = &mut model.modal else {
        return Vec::new();
    };
    if draft.about.id != id || draft.asked.as_deref() != Some(text) {
        return Vec::new();
    }
    draft.asked = None;
    draft.becomes = Some((text.to_owned(), answer.map_err(|error| error.to_string())));
    judge(model)
}

/// The reviewer's own editor has ended.
pub(super) fn written(model: &mut Model, answer: Result<String, String>) -> Vec<Effect> {
    match answer {
        Ok(text) => {
            if let Some(Modal::Edit(draft)) = &mut model.modal {
                draft.replace(&text);
            }
        }
        Err(why) => notice(model, why),
    }
    judge(model)
}

/// A key as the text area knows it; keys that terminals use for themselves mean nothing.
fn input(pressed: Pressed) -> Option<Input> {
    let key = match pressed.code {
        // A character that cannot be seen is not taken in by a key.
        KeyCode::Char(c) if Shown::line(c.encode_utf8(&mut [0; 4])).hidden() == 0 => Key::Char(c),
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Enter => Key::Enter,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Delete => Key::Delete,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        _ => return None,
    };
    Some(Input {
        key,
        ctrl: pressed.modifiers.contains(KeyModifiers::CONTROL),
        alt: pressed.modifiers.contains(KeyModifiers::ALT),
        shift: pressed.modifiers.contains(KeyModifiers::SHIFT),
    })
}
