//! Severe decisions wait a moment before they are sent, in sight, and can be taken back until then.
//!
//! The accident this stops: the right keys on the wrong envelope, noticed a moment too late.

use jiff::Timestamp;

use super::{decide, find, notice, notice_of_shown, reasons};
use crate::api::DecisionRequest;
use crate::console::model::{About, Held};
use crate::console::sheet::both_ends;
use crate::console::view::{Kind, Layout};
use crate::console::{Effect, Model};
use crate::domain::{DecisionKind, EnvelopeId, Severity, Shown};

/// How much of a target a sentence repeats; the sheet has all of it.
const LONGEST: usize = 40;

/// Sends a decision, or holds it for a moment where it lets something severe through.
pub(super) fn send(model: &mut Model, about: About, request: DecisionRequest) -> Vec<Effect> {
    let lets_through = matches!(request.decision, DecisionKind::Approve | DecisionKind::Edit);
    let row = model.rows.get(about.id);
    // What is not in the list any more is not known to be harmless.
    let severe = row.is_none_or(|row| row.severity == Severity::Severe);
    if !(lets_through && severe) {
        return decide::send(model, about, request);
    }
    model.modal = None;
    let name = row.map_or_else(
        || "it".to_owned(),
        |row| {
            let what = row.target.as_deref().unwrap_or(&row.tool);
            format!(
                "{}, {}",
                row.class.as_deref().unwrap_or("unknown action"),
                both_ends(Shown::line(what).as_str(), LONGEST)
            )
        },
    );
    let votes = row.map_or(0, |row| row.votes);
    let until = until(model);
    model.held.push(Held {
        about,
        name,
        votes,
        // What is on the screen now, whatever is when it goes out.
        request: decide::named(model, about, request),
        basis: decide::basis(model, about),
        until,
    });
    Vec::new()
}

/// When what is held from now on goes out.
fn until(model: &Model) -> Timestamp {
    model.now.saturating_add(model.settings.hold.value).unwrap_or(model.now)
}

/// After every message: sends what nobody took back.
pub(super) fn release(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    if !is_in_sight(model) {
        begin_anew(model);
    }
    while let Some(at) = model.held.iter().position(|held| model.now >= held.until) {
        let held = model.held.remove(at);
        effects.extend(decide::send_on(model, held.about, held.request, held.basis));
    }
    effects
}

/// `u`: the newest of them is not sent.
pub(super) fn take_back(model: &mut Model) {
    if let Some(held) = model.held.pop() {
        reasons::keep(model, held.about.id, &held.request);
        notice_of_shown(
            model,
            format!("Taken back: {} waits as before, nothing was sent.", held.name),
        );
    } else {
        notice(model, "There is nothing to take back: what was sent stands.");
    }
}

/// What is out of sight cannot be taken back, so its time begins anew once it is in sight.
pub(super) fn begin_anew(model: &mut Model) {
    let until = until(model);
    for held in &mut model.held {
        held.until = until;
    }
}

/// Whether the bottom row says what is held, and `u` takes it back.
fn is_in_sight(model: &Model) -> bool {
    Layout::of(model).kind != Kind::TooSmall && !find::is_open(model)
}

/// Takes back what is no longer about what the reviewer saw.
pub(super) fn drop_changed(model: &mut Model) {
    let rows = &model.rows;
    let (kept, changed): (Vec<_>, Vec<_>) = model.held.drain(..).partition(|held| {
        let row = rows.get(held.about.id);
        row.is_some_and(|row| About::of(row) == held.about && row.votes == held.votes)
    });
    model.held = kept;
    for held in &changed {
        reasons::keep(model, held.about.id, &held.request);
    }
    if let Some(held) = changed.first() {
        let why = "it changed before your decision was sent, so it was not. Look at it again.";
        notice_of_shown(model, format!("Taken back: {}, {why}", held.name));
    }
}

/// The gate is not believed any more: nothing is decided on what it said.
pub(super) fn drop_unbelieved(model: &mut Model) {
    if !model.held.is_empty() {
        for held in std::mem::take(&mut model.held) {
            reasons::keep(model, held.about.id, &held.request);
        }
        notice(model, "The gate went back, so your decision was not sent.");
    }
}

/// Nothing that is held is sent any more; whoever leaves is told how many that were.
pub(super) fn drop_all(model: &mut Model) {
    model.taken_back += model.held.len();
    model.held.clear();
}

pub(super) fn concerns(model: &Model, id: EnvelopeId) -> bool {
    model.held.iter().any(|held| held.about.id == id)
}
