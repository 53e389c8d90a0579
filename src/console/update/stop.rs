//! The kill switch from the console: what to stop, why, and whether it is meant.

use super::{boxes, notice};
use crate::api::{StopRequest, StopView};
use crate::console::effect::Saying;
use crate::console::model::{About, Choice, Choosing, Offer, Step, Then};
use crate::console::{Effect, Model};
use crate::domain::{Digest, EnvelopeId, Role, StopEffect, StopScope};

/// `!`: what can be stopped, and for seniors what can go on.
pub(super) fn open(model: &mut Model) {
    let case = model.case();
    let row = case.map(|case| &case.view.summary);
    let run = case.and_then(|case| case.view.claimed.as_ref()?.run_id.as_deref());
    let mut offers = Vec::new();
    let mut offer = |scope: StopScope, name: Option<&str>| {
        offers.push(Offer {
            value: format!("stop {scope} {}", name.unwrap_or_default())
                .trim_end()
                .to_owned(),
            note: "what comes is held, what was cleared cannot run".to_owned(),
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
        offers.extend(model.stops.iter().map(|stop| Offer {
            value: resume(stop),
            note: format!("by {}: {}", stop.by, stop.reason),
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

/// `agent coder-2`; made safe to show where it is shown.
fn what(stop: &StopView) -> String {
    match &stop.name {
        Some(name) => format!("{} {name}", stop.scope),
        None => stop.scope.to_string(),
    }
}

/// How the choice is called that lets it go on.
fn resume(stop: &StopView) -> String {
    format!("resume {}", what(stop))
}

/// After the reason: the last question.
pub(super) fn sure(model: &mut Model, value: String, reason: String) {
    boxes::step(model, Step::Sure { value, reason });
}

/// `y`: says it to the gate.
pub(super) fn send(model: &mut Model, value: &str, reason: String) -> Vec<Effect> {
    let words: Vec<&str> = value.splitn(3, ' ').collect();
    let saying = match words[..] {
        ["resume", ..] => {
            let stop = model.stops.iter().find(|stop| resume(stop) == value);
            stop.map(|stop| Saying::Resume(stop.id, reason))
        }
        ["stop", scope] => request(scope, None, reason),
        ["stop", scope, name] => request(scope, Some(name), reason),
        _ => None,
    };
    let Some(saying) = saying else {
        notice(
            model,
            "That is not to be stopped or resumed from here; use `signoff stop` or `resume`.",
        );
        return Vec::new();
    };
    boxes::say(model, EnvelopeId(uuid::Uuid::nil()), saying)
}

fn request(scope: &str, name: Option<&str>, reason: String) -> Option<Saying> {
    Some(Saying::Stop(StopRequest {
        scope: scope.parse().ok()?,
        name: name.map(str::to_owned),
        effect: StopEffect::Hold,
        reason,
    }))
}

/// The gate did it, or says why not.
pub(super) fn answered(model: &mut Model, stop: &StopView) {
    let text = match &stop.resumed_by {
        Some(by) => format!("Resumed: {}, by {by}.", what(stop)),
        None => format!("Stopped: {}, by {}.", what(stop), stop.by),
    };
    notice(model, text);
}

/// The step that asks for the reason.
pub(super) fn why(value: String) -> Step {
    boxes::write(Then::Stop(value))
}
