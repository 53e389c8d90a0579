//! A decision on its way: what a key must have seen, and what becomes of the answer.

use std::time::Duration;

use super::{notice, queue};
use crate::api::{DecisionReceipt, DecisionRequest};
use crate::client::ClientError;
use crate::console::model::{About, Pending, Phase};
use crate::console::{Effect, Model};
use crate::domain::DecisionKind;

/// Sends a word about exactly what the box or the screen showed.
pub(super) fn send(model: &mut Model, about: About, request: DecisionRequest) -> Vec<Effect> {
    model.modal = None;
    model.decided += 1;
    let key = format!("{}-{}", model.nonce, model.decided);
    let request = request.about(about.digest, about.revision);
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
            let rest = match receipt.decision {
                DecisionKind::Extend => format!("it has until {}", receipt.deadline_at.strftime("%H:%M:%SZ")),
                DecisionKind::Escalate | DecisionKind::Classify if open => format!("it is {}", receipt.stage),
                _ if open => format!("vote {} of {}", receipt.votes, receipt.quorum),
                _ => format!("it is {} now", receipt.stage),
            };
            notice(
                model,
                format!(
                    "{verb} {}: {rest}, entry {}.",
                    pending.about.digest.short(),
                    receipt.entry
                ),
            );
            // What was sent needs no keeping any more.
            model.kept.retain(|(about, _)| about.id != receipt.id);
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
