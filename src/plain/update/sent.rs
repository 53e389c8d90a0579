//! Decisions that were made: held for a moment where they are severe, sent, confirmed, or kept and sent again.

use std::sync::Arc;
use std::time::Duration;

use super::read;
use crate::api::{DecisionReceipt, DecisionRequest};
use crate::client::ClientError;
use crate::console::model::{About, Held, Pending, Phase, Sent, record};
use crate::console::{self, Basis, counted};
use crate::domain::{DecisionKind, Severity, Shown};
use crate::plain::model::{Errand, Place, Posted};
use crate::plain::{Effect, Model};

/// Sends a word about exactly what was read, or holds it for a moment where it lets something severe through.
pub(super) fn send(model: &mut Model, request: DecisionRequest) {
    let Some(reading) = model.reading.take() else {
        return;
    };
    let about = reading.case.about;
    let basis: Basis = vec![Arc::clone(&reading.case.view)];
    let since = reading.shown_since.unwrap_or(model.now);
    let seconds = u32::try_from(model.now.duration_since(since).as_secs()).unwrap_or(0);
    let request = DecisionRequest {
        screen: record::of_case(&reading.case, &reading.seen, reading.widths(), seconds),
        shown_sha256: reading.case.shown(),
        ..request
    };
    let name = model.call(about.id);
    let severe = reading.case.view.summary.severity == Severity::Severe;
    if severe && request.decision == DecisionKind::Approve {
        let until = model.now.saturating_add(model.hold_for).unwrap_or(model.now);
        model.held.push(Held {
            about,
            name,
            votes: reading.votes,
            request,
            basis,
            until,
        });
        model.go(Place::Queue);
        say_held(model);
        return;
    }
    let key = post(model, (about, basis), name, request);
    model.go(Place::Waiting(Errand::Decide(key)));
}

fn say_held(model: &mut Model) {
    let names: Vec<&str> = model.held.iter().map(|held| held.name.as_str()).collect();
    let text = format!(
        "Approving {}: sent in {} seconds; type u and Enter to take it back.",
        names.join(" and "),
        model.hold_for.as_secs()
    );
    model.say(text);
}

/// Sends it under a key of its own: it counts once, however often it is sent.
fn post(model: &mut Model, (about, basis): (About, Basis), name: String, request: DecisionRequest) -> String {
    model.decided += 1;
    let key = format!("{}-{}", model.nonce, model.decided);
    let request = request.about(about.digest, about.revision);
    model.pending.push(Posted {
        pending: Pending {
            key: key.clone(),
            abouts: vec![about],
            sent: Sent::One(request.clone()),
            basis: basis.clone(),
            since: model.now,
            phase: Phase::Sent,
        },
        name,
        is_told: false,
    });
    model.do_now(Effect::Ask(console::Effect::Decide {
        key: key.clone(),
        id: about.id,
        request,
        basis,
        pause: Duration::ZERO,
    }));
    key
}

/// After every message: sends what nobody took back.
pub(super) fn release(model: &mut Model) {
    while let Some(at) = model.held.iter().position(|held| model.now >= held.until) {
        let held = model.held.remove(at);
        post(model, (held.about, held.basis), held.name, held.request);
    }
}

/// `u`: the newest of them is not sent.
pub(super) fn take_back(model: &mut Model) {
    match model.held.pop() {
        Some(held) => model.say(format!(
            "Taken back: {}. It waits as before; nothing was sent.",
            held.name
        )),
        None => model.say("There is nothing to take back: what was sent stands."),
    }
}

/// What was out of sight could not be taken back, so its time begins anew.
pub(super) fn begin_anew(model: &mut Model) {
    if model.held.is_empty() {
        return;
    }
    let until = model.now.saturating_add(model.hold_for).unwrap_or(model.now);
    for held in &mut model.held {
        held.until = until;
    }
    say_held(model);
}

/// Takes back what is no longer about what was read.
pub(super) fn drop_changed(model: &mut Model) {
    let rows = &model.rows;
    let (kept, changed): (Vec<_>, Vec<_>) = model.held.drain(..).partition(|held| {
        let row = rows.get(held.about.id);
        row.is_some_and(|row| About::of(row) == held.about && row.votes == held.votes)
    });
    model.held = kept;
    for held in changed {
        model.say(format!(
            "Taken back: {}. It changed before your approval was sent, so it was not.",
            held.name
        ));
    }
}

/// The gate is not believed any more: nothing is decided on what it said.
pub(super) fn drop_unbelieved(model: &mut Model) {
    if !model.held.is_empty() {
        model.held.clear();
        model.say("What was not sent yet is not sent.");
    }
}

/// The gate answered a decision, or nobody did.
pub(super) fn answered(model: &mut Model, key: &str, answer: Result<DecisionReceipt, ClientError>) {
    let Some(at) = model.pending.iter().position(|posted| posted.pending.key == key) else {
        return;
    };
    match answer {
        Ok(receipt) => {
            let posted = model.pending.remove(at);
            let digest = posted.pending.abouts.first().map(|about| about.digest.short());
            let counted = counted(&receipt, &digest.unwrap_or_default());
            model.say(format!("{}: {counted}", posted.name));
            if !receipt.stage.is_open() {
                model.rows.remove(receipt.id);
                model.numbers.leave(receipt.id);
            }
        }
        Err(ClientError::Unreachable(_)) => unanswered(model, at),
        Err(ClientError::Unproved(_)) => {
            let posted = model.pending.remove(at);
            model.say(format!(
                "{}: your decision was not sent: the gate is not believed.",
                posted.name
            ));
        }
        Err(error) => {
            let posted = model.pending.remove(at);
            let why = Shown::line(&error.to_string());
            model.say(format!("{}: your decision does not count. {why}", posted.name));
        }
    }
    if super::waits_for(model, &Errand::Decide(key.to_owned())) {
        read::close(model);
    }
    if model.ending && model.pending.is_empty() {
        model.do_now(Effect::End);
    }
}

/// Nobody answered: it is kept for a while and sent again under the same key, then the reviewer is asked.
fn unanswered(model: &mut Model, at: usize) {
    let now = model.now;
    let posted = &mut model.pending[at];
    if posted.pending.keep(now) {
        if !std::mem::replace(&mut posted.is_told, true) {
            let name = posted.name.clone();
            model.say(format!(
                "{name}: the gate did not answer. Your decision is sent again for 2 minutes, and counts once."
            ));
        }
        return;
    }
    let posted = model.pending.remove(at);
    model.say(format!(
        "{}: the gate stayed silent for 2 minutes. Look whether your decision is there, and decide again if not.",
        posted.name
    ));
}

/// Sends again, under the same key, what nobody answered.
pub(super) fn retry(model: &mut Model) {
    let again: Vec<_> = model
        .pending
        .iter_mut()
        .filter_map(|posted| posted.pending.again())
        .collect();
    for effect in again {
        model.do_now(Effect::Ask(effect));
    }
}

/// Quitting waits for decisions that were sent; asking twice does not. What is held is taken back.
pub(super) fn end(model: &mut Model) {
    model.taken_back += model.held.len();
    model.held.clear();
    if model.ending || model.pending.is_empty() {
        model.do_now(Effect::End);
        return;
    }
    model.ending = true;
    model.say("Waiting for the gate to confirm your decision; quit again, or Ctrl-C, leaves without knowing.");
}
