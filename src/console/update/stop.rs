//! The kill switch from the console: what to stop, why, and whether it is meant.

use super::{boxes, notice};
use crate::api::{StopRequest, StopView};
use crate::console::consent::what_is_stopped;
use crate::console::effect::Saying;
use crate::console::model::{About, Choice, Choosing, Halt, Offer, Step, Then};
use crate::console::{Effect, Model};
use crate::domain::{Digest, EnvelopeId, Role, StopEffect, StopScope};

/// `!`: what can be stopped, and for seniors what can go on.
pub(super) fn open(model: &mut Model) {
    let case = model.case();
    let row = case.map(|case| &case.view.summary);
    let run = case.and_then(|case| case.view.claimed.as_ref()?.run_id.as_deref());
    let mut offers = Vec::new();
    let mut offer = |scope: StopScope, name: Option<&str>| {
        let halt = Halt::Stop(scope, name.map(str::to_owned));
        offers.push(Offer {
            value: halt.to_string(),
            note: "what comes is held, what was cleared cannot run".to_owned(),
            halt: Some(halt),
        });
    };
    if let Some(row) = row {
        offer(StopScope::Agent, Some(&row.agent));
        if let Some(run) = run {
            offer(StopScope::Run, Some(run));
        }
        if let Some(class) = &row.class {
            offer(StopScope::Class, Some(class));
        }
    }
    offer(StopScope::Everything, None);
    if model.role == Some(Role::Senior) {
        offers.extend(model.stops.iter().map(|stop| {
            let halt = Halt::Resume(stop.id, what_is_stopped(stop));
            Offer {
                value: halt.to_string(),
                note: format!("{}, by {}: {}", stop.effect, stop.by, stop.reason),
                halt: Some(halt),
            }
        }));
    }
    let choice = Choice {
        of: Choosing::Stop,
        offers,
        at: 0,
        becomes: None,
    };
    // It is about what runs, not about an envelope: nothing underneath makes it stale.
    let about = About {
        id: EnvelopeId(uuid::Uuid::nil()),
        digest: Digest([0; 32]),
        revision: 0,
    };
    let lines = vec!["Everybody is told at once. Resuming takes a senior and a reason.".to_owned()];
    boxes::open_about(model, (about, 0), "Kill switch".to_owned(), lines, Step::Choose(choice));
}

/// After the reason: the last question.
pub(super) fn sure(model: &mut Model, halt: Halt, reason: String) {
    boxes::step(model, Step::Sure { halt, reason });
}

/// `y`: says it to the gate.
pub(super) fn send(model: &mut Model, halt: Halt, reason: String) -> Vec<Effect> {
    let saying = match halt {
        Halt::Resume(stop, _) => Saying::Resume(stop, reason),
        Halt::Stop(scope, name) => Saying::Stop(StopRequest {
            scope,
            name,
            effect: StopEffect::Hold,
            reason,
        }),
    };
    boxes::say(model, EnvelopeId(uuid::Uuid::nil()), saying)
}

/// The gate did it, or says why not.
pub(super) fn answered(model: &mut Model, stop: &StopView) {
    let text = match &stop.resumed_by {
        Some(by) => format!("Resumed: {}, by {by}.", what_is_stopped(stop)),
        None => format!("Stopped: {}, by {}.", what_is_stopped(stop), stop.by),
    };
    notice(model, text);
}

/// The step that asks for the reason.
pub(super) fn why(halt: Halt) -> Step {
    boxes::write(Then::Stop(halt))
}
