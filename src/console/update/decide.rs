//! Approving and rejecting: what a key must have seen, what a box asks, what becomes of the answer.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyModifiers};

use super::{INERT, decidable, notice, queue};
use crate::api::{DecisionReceipt, DecisionRequest};
use crate::client::ClientError;
use crate::console::model::{About, Ask, Modal, Pending, Phase, REASONS};
use crate::console::{Effect, Model, Pressed};
use crate::domain::{DecisionKind, Money, Severity, Shown};

/// `a`: low risk is approved by this one key, all else opens a box that asks for `y`.
pub(super) fn approve(model: &mut Model, burst: bool) -> Vec<Effect> {
    let about = match decidable(model, burst) {
        Ok(about) => about,
        Err(why) => {
            model.notice = None;
            if let Some(why) = why {
                notice(model, why);
            }
            return Vec::new();
        }
    };
    let Some(case) = model.case() else {
        return Vec::new();
    };
    if case.view.summary.stage == crate::domain::Stage::Quarantined {
        notice(
            model,
            "Nobody has said what kind of action this is, so it can be rejected, not approved.",
        );
        return Vec::new();
    }
    if case.view.summary.severity == Severity::Low && !case.view.reason_required {
        return send(model, about, DecisionKind::Approve, None);
    }
    let reason_required = case.view.reason_required;
    open(model, about, true, reason_required.then(String::new));
    Vec::new()
}

/// `r`: a box with canned reasons.
pub(super) fn reject(model: &mut Model, burst: bool) {
    match decidable(model, burst) {
        Ok(about) => open(model, about, false, None),
        Err(Some(why)) => notice(model, why),
        Err(None) => {}
    }
}

fn open(model: &mut Model, about: About, approve: bool, draft: Option<String>) {
    let Some(case) = model.case() else {
        return;
    };
    let row = &case.view.summary;
    let what = Shown::line(row.target.as_deref().unwrap_or(&row.tool));
    let verb = if approve { "Approve" } else { "Reject" };
    let title = format!("{verb} {}, {what}", row.class.as_deref().unwrap_or("unknown action"));
    let lines = if approve { consequences(case) } else { Vec::new() };
    let deaf_until = model.now.checked_add(INERT).unwrap_or(model.now);
    let votes = row.votes;
    model.modal = Some(Modal::Decide(Ask {
        about,
        votes,
        approve,
        title,
        lines,
        reason: None,
        draft,
        deaf_until,
        stale: None,
    }));
}

/// What an approval sets off, in sentences.
fn consequences(case: &crate::console::model::Case) -> Vec<String> {
    let row = &case.view.summary;
    let mut lines = Vec::new();
    let tool = Shown::line(&row.tool);
    match row.amount.as_deref().and_then(|amount| amount.parse::<Money>().ok()) {
        Some(amount) => lines.push(format!("{tool}: {amount}, as the agent says")),
        None => lines.push(tool.to_string()),
    }
    let vote = row.votes + 1;
    if vote >= row.quorum {
        lines.push(format!(
            "You are vote {vote} of {}. The agent may run it at once.",
            row.quorum
        ));
    } else {
        lines.push(format!(
            "You are vote {vote} of {}. It runs after {} more.",
            row.quorum,
            row.quorum - vote
        ));
    }
    let reversal = case.view.claimed.as_ref().and_then(|claimed| claimed.reversal.as_ref());
    lines.push(match reversal {
        Some(reversal) if reversal.how.is_some() => "The agent says it can be undone.".to_owned(),
        Some(_) => "It cannot be undone.".to_owned(),
        None => "Whether it can be undone was not said.".to_owned(),
    });
    lines
}

/// A key while a box is open. Only the key the box names decides; Enter never approves.
pub(super) fn answer_box(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    if pressed.code == KeyCode::Esc {
        model.modal = None;
        return Vec::new();
    }
    let Some(Modal::Decide(ask)) = &mut model.modal else {
        return Vec::new();
    };
    let deaf = pressed.burst || pressed.at < ask.deaf_until;
    if ask.stale.is_some() {
        return Vec::new();
    }
    if ask.draft.is_some() {
        return write(model, pressed);
    }
    if deaf {
        // A held key keeps the box deaf.
        ask.deaf_until = pressed.at.checked_add(INERT).unwrap_or(pressed.at);
        return Vec::new();
    }
    let KeyCode::Char(c) = pressed.code else {
        return Vec::new();
    };
    let about = ask.about;
    if ask.approve {
        if c == 'y' {
            let reason = ask.reason.take();
            return send(model, about, DecisionKind::Approve, reason);
        }
        return Vec::new();
    }
    match c.to_digit(10).map(|digit| digit as usize) {
        Some(digit) if (1..=REASONS.len()).contains(&digit) => {
            send(model, about, DecisionKind::Reject, Some(REASONS[digit - 1].to_owned()))
        }
        Some(digit) if digit == REASONS.len() + 1 => {
            ask.draft = Some(String::new());
            Vec::new()
        }
        Some(_) | None => Vec::new(),
    }
}

/// A key while a reason is written. Enter sends a rejection; for an approval it only ends the text, and
/// `y` is asked for.
fn write(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    let Some(Modal::Decide(ask)) = &mut model.modal else {
        return Vec::new();
    };
    let Some(draft) = &mut ask.draft else {
        return Vec::new();
    };
    match (pressed.code, pressed.modifiers) {
        (KeyCode::Char(c), KeyModifiers::NONE | KeyModifiers::SHIFT) => draft.push(c),
        (KeyCode::Backspace, _) => {
            draft.pop();
        }
        (KeyCode::Enter, KeyModifiers::NONE) if !pressed.burst && !draft.trim().is_empty() => {
            let reason = draft.trim().to_owned();
            if !ask.approve {
                let about = ask.about;
                return send(model, about, DecisionKind::Reject, Some(reason));
            }
            ask.reason = Some(reason);
            ask.draft = None;
            ask.deaf_until = pressed.at.checked_add(INERT).unwrap_or(pressed.at);
        }
        (_, _) => {}
    }
    Vec::new()
}

fn send(model: &mut Model, about: About, decision: DecisionKind, reason: Option<String>) -> Vec<Effect> {
    model.modal = None;
    model.decided += 1;
    let key = format!("{}-{}", model.nonce, model.decided);
    let request = DecisionRequest {
        reason,
        ..DecisionRequest::new(decision).about(about.digest, about.revision)
    };
    let pending = Pending {
        key: key.clone(),
        about,
        request: request.clone(),
        since: model.now,
        phase: Phase::Sent,
    };
    model.pending.push(pending);
    vec![Effect::Decide {
        key,
        id: about.id,
        request,
        pause: Duration::ZERO,
    }]
}

/// The gate answered a decision, or nobody did.
pub(super) fn answered(model: &mut Model, key: &str, answer: Result<DecisionReceipt, ClientError>) -> Vec<Effect> {
    let Some(at) = model.pending.iter().position(|pending| pending.key == key) else {
        return Vec::new();
    };
    match answer {
        Ok(receipt) => {
            let pending = model.pending.remove(at);
            let verb = match receipt.decision {
                DecisionKind::Approve => "Approved",
                DecisionKind::Edit => "Edited",
                DecisionKind::Reject => "Rejected",
                DecisionKind::Escalate => "Escalated",
                DecisionKind::Classify => "Classified",
                DecisionKind::Extend => "Extended",
            };
            let open = receipt.stage.is_open();
            let rest = if open {
                format!("vote {} of {}", receipt.votes, receipt.quorum)
            } else {
                format!("it is {} now", receipt.stage)
            };
            notice(
                model,
                format!(
                    "{verb} {}: {rest}, entry {}.",
                    pending.about.digest.short(),
                    receipt.entry
                ),
            );
            if open {
                model.cases.retain(|case| case.about.id != receipt.id);
                super::changed_by_itself(model);
            } else {
                queue::remove(model, receipt.id);
            }
        }
        Err(ClientError::Unreachable(_)) => {
            let kept = model.pending[at].since.checked_add(super::super::model::KEPT_FOR);
            if kept.is_ok_and(|until| model.now < until) {
                model.pending[at].phase = Phase::Waiting;
            } else {
                model.pending.remove(at);
                notice(
                    model,
                    "The gate stayed silent: look whether your decision is there, and decide again if not.",
                );
            }
        }
        Err(error) => {
            let pending = model.pending.remove(at);
            notice(model, format!("It does not count: {error}"));
            // Whatever it is now, it is read again before anything else is decided on it.
            model.cases.retain(|case| case.about.id != pending.about.id);
            super::changed_by_itself(model);
        }
    }
    finish(model)
}

/// Sends again, under the same key, what nobody answered.
pub(super) fn retry(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    for pending in model
        .pending
        .iter_mut()
        .filter(|pending| pending.phase == Phase::Waiting)
    {
        pending.phase = Phase::Sent;
        effects.push(Effect::Decide {
            key: pending.key.clone(),
            id: pending.about.id,
            request: pending.request.clone(),
            pause: Duration::ZERO,
        });
    }
    effects
}

/// Quitting waits for decisions that were sent; asking twice does not.
pub(super) fn end(model: &mut Model) -> Vec<Effect> {
    if model.ending || model.pending.is_empty() {
        return vec![Effect::End];
    }
    model.ending = true;
    notice(
        model,
        "Waiting for the gate to confirm your decision; q again leaves without knowing.",
    );
    Vec::new()
}

fn finish(model: &Model) -> Vec<Effect> {
    if model.ending && model.pending.is_empty() {
        vec![Effect::End]
    } else {
        Vec::new()
    }
}
