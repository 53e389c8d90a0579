//! A decision on its way: what a key must have seen, and what becomes of the answer.

use std::sync::Arc;
use std::time::Duration;

use super::{batch, hold, notice, queue, reasons};
use crate::api::{BatchReceipt, DecisionReceipt, DecisionRequest};
use crate::client::ClientError;
use crate::console::keymap::{Command, Place};
use crate::console::model::{About, Case, KEPT_FOR, Pending, Phase, Sent, record};
use crate::console::view::Layout;
use crate::console::{Basis, Effect, Model};
use crate::domain::DecisionKind;

/// Why a decision that was sent is given up.
const SILENT: &str = "The gate stayed silent: look whether your decision is there, and decide again if not.";

/// Sends a word about exactly what the box or the screen showed.
pub(super) fn send(model: &mut Model, about: About, request: DecisionRequest) -> Vec<Effect> {
    let basis = basis(model, about);
    send_on(model, about, request, basis)
}

/// What was read of it and is on the screen.
pub(super) fn basis(model: &Model, about: About) -> Basis {
    let case = model.cases.iter().rev().find(|case| case.about == about);
    case.map(|case| Arc::clone(&case.view)).into_iter().collect()
}

/// The same of what was read earlier.
pub(super) fn send_on(model: &mut Model, about: About, request: DecisionRequest, basis: Basis) -> Vec<Effect> {
    model.modal = None;
    model.decided += 1;
    let key = format!("{}-{}", model.nonce, model.decided);
    let request = named(model, about, request);
    let pending = Pending {
        key: key.clone(),
        abouts: vec![about],
        sent: Sent::One(request.clone()),
        basis: basis.clone(),
        since: model.now,
        phase: Phase::Sent,
    };
    model.pending.push(pending);
    vec![Effect::Decide {
        key,
        id: about.id,
        request,
        basis,
        pause: Duration::ZERO,
    }]
}

/// A word that names what it is about, as it was drawn.
pub(super) fn named(model: &Model, about: About, request: DecisionRequest) -> DecisionRequest {
    if request.payload_sha256.is_some() {
        return request;
    }
    let case = model.cases.iter().rev().find(|case| case.about == about);
    let shown = case.and_then(Case::shown);
    DecisionRequest {
        shown_sha256: shown,
        screen: screen(model, about),
        ..request.about(about.digest, about.revision)
    }
}

/// The record of what was on the screen of it, by the widths that it was drawn at last.
fn screen(model: &Model, about: About) -> Option<String> {
    let case = model.cases.iter().rev().find(|case| case.about == about)?;
    let seen = model.guard.seen.as_ref().filter(|seen| seen.about == about)?;
    let since = model.guard.since.filter(|(of, _)| *of == about);
    let seconds = since.map_or(0, |(_, since)| model.now.duration_since(since).as_secs());
    let seconds = u32::try_from(seconds).unwrap_or(0);
    record::of_case(case, seen, Layout::of(model).widths, seconds)
}

/// The gate answered a decision, or nobody did.
pub(super) fn answered(model: &mut Model, key: &str, answer: Result<DecisionReceipt, ClientError>) -> Vec<Effect> {
    let Some(at) = model.pending.iter().position(|pending| pending.key == key) else {
        return Vec::new();
    };
    match answer {
        Ok(receipt) => {
            let pending = model.pending.remove(at);
            let digest = pending.abouts.first().map(|about| about.digest.short());
            notice(model, counted(&receipt, &digest.unwrap_or_default()));
            // What was sent needs no keeping any more.
            if let Sent::One(request) = &pending.sent {
                reasons::forget(model, receipt.id, request);
            }
            model.kept.remove(&receipt.id);
            if receipt.stage.is_open() {
                model.cases.retain(|case| case.about.id != receipt.id);
                super::changed_by_itself(model);
            } else {
                queue::remove(model, receipt.id);
            }
        }
        Err(error) => failed(model, at, &error),
    }
    finish(model)
}

/// What became of a decision about the payload of that digest: a sentence.
pub(crate) fn counted(receipt: &DecisionReceipt, digest: &str) -> String {
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
    let signed = if receipt.is_signed() { ", signed" } else { "" };
    format!("{verb} {digest}: {rest}, entry {}{signed}.", receipt.entry)
}

/// The gate answered a batch, or nobody did.
pub(super) fn batched(model: &mut Model, key: &str, answer: Result<BatchReceipt, ClientError>) -> Vec<Effect> {
    let Some(at) = model.pending.iter().position(|pending| pending.key == key) else {
        return Vec::new();
    };
    match answer {
        Ok(receipt) => {
            model.pending.remove(at);
            batch::answered(model, &receipt);
        }
        Err(error) => failed(model, at, &error),
    }
    finish(model)
}

/// Keeps what nobody answered for a while; says why what was refused does not count.
fn failed(model: &mut Model, at: usize, error: &ClientError) {
    if matches!(error, ClientError::Unreachable(_)) {
        let now = model.now;
        if !model.pending[at].keep(now) {
            let pending = model.pending.remove(at);
            keep_reason(model, &pending);
            notice(model, SILENT);
        }
        return;
    }
    let pending = model.pending.remove(at);
    keep_reason(model, &pending);
    if matches!(error, ClientError::Unproved(_)) {
        model.link = super::link::after(error);
        notice(model, "It was not sent.");
        return;
    }
    notice(model, format!("It does not count: {error}"));
    // Whatever it is now, it is read again before anything else is decided on it.
    model.cases.retain(|case| !pending.concerns(case.about.id));
    super::changed_by_itself(model);
}

fn keep_reason(model: &mut Model, pending: &Pending) {
    if let (Sent::One(request), Some(about)) = (&pending.sent, pending.abouts.first()) {
        reasons::keep(model, about.id, request);
    }
}

/// Sends again, under the same key, what nobody answered; not to a gate that is not believed, and not what
/// is so old that the reviewer has to be asked.
pub(super) fn retry(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let old = |pending: &Pending| pending.phase == Phase::Waiting && now.duration_since(pending.since) >= KEPT_FOR;
    if model.pending.iter().any(old) {
        model.pending.retain(|pending| !old(pending));
        notice(model, SILENT);
    }
    if !model.link.is_believed() {
        return finish(model);
    }
    let mut effects = finish(model);
    effects.extend(model.pending.iter_mut().filter_map(Pending::again));
    effects
}

/// Quitting waits for decisions that were sent; asking twice does not. What is held is taken back.
pub(super) fn end(model: &mut Model) -> Vec<Effect> {
    hold::drop_all(model);
    if model.ending || model.pending.is_empty() {
        return vec![Effect::End];
    }
    model.ending = true;
    let quit = model.keymap.name(Place::Main, Command::Quit);
    let sentence = format!("Waiting for the gate to confirm your decision; {quit} again leaves without knowing.");
    notice(model, sentence);
    Vec::new()
}

fn finish(model: &Model) -> Vec<Effect> {
    if model.ending && model.pending.is_empty() {
        vec![Effect::End]
    } else {
        Vec::new()
    }
}
