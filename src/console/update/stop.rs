//! The kill switch from the console: what to stop, how, why, and whether it is meant.

use std::collections::BTreeSet;

use super::{boxes, notice};
use crate::api::{PrincipalView, StopRequest, StopView};
use crate::client::ClientError;
use crate::console::consent::what_is_stopped;
use crate::console::effect::Saying;
use crate::console::model::{About, Choice, Choosing, Halt, Modal, Offer, Step, Tab, Then};
use crate::console::{Effect, Model};
use crate::domain::{Digest, EnvelopeId, Role, Shown, StopEffect, StopScope};

/// It is about no envelope.
const NOTHING: EnvelopeId = EnvelopeId(uuid::Uuid::nil());

/// What there is to know of each stop.
const TOLD: &str = "What was cleared cannot run. Everybody is told at once. Resuming takes a senior and a reason.";

/// `!`: what can be stopped, and for seniors what can go on. What is under the cursor comes first, and
/// what else there is after all that a digit is for, so that no answer of the gate moves it.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let mut offers: Vec<_> = under_cursor(model).into_iter().map(offer).collect();
    offers.push(offer((StopScope::Everything, None)));
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
        is_chosen: false,
        becomes: None,
    };
    // It is about what runs, not about an envelope: nothing underneath makes it stale.
    let about = About {
        id: NOTHING,
        digest: Digest([0; 32]),
        revision: 0,
    };
    let lines = vec![TOLD.to_owned()];
    boxes::open_about(model, (about, 0), "Kill switch".to_owned(), lines, Step::Choose(choice));
    let rows = || model.rows.all().chain(model.after.rows.iter().map(|row| &row.summary));
    let named: BTreeSet<String> = rows().map(|row| row.agent.clone()).collect();
    let classes: BTreeSet<String> = rows().filter_map(|row| row.class.clone()).collect();
    offer_more(model, StopScope::Agent, named);
    offer_more(model, StopScope::Class, classes);
    // What runs alone waits nowhere: who there is, and which classes, the gate knows.
    vec![Effect::AskAgents, Effect::AskPolicy]
}

fn under_cursor(model: &Model) -> Vec<(StopScope, Option<String>)> {
    let row = match model.tab {
        Tab::Queue => model.focus.and_then(|id| model.rows.get(id)),
        Tab::After => model.after.row().map(|row| &row.summary),
        Tab::Audit | Tab::Oversight | Tab::Policy => None,
    };
    let Some(row) = row else {
        return Vec::new();
    };
    let name = |scope, name: Option<&String>| name.map(|name| (scope, Some(name.clone())));
    let agent = name(StopScope::Agent, Some(&row.agent));
    let run = name(StopScope::Run, row.run.as_ref());
    let class = name(StopScope::Class, row.class.as_ref());
    agent.into_iter().chain(run).chain(class).collect()
}

fn offer((scope, name): (StopScope, Option<String>)) -> Offer {
    let what = name
        .as_ref()
        .map_or_else(|| scope.to_string(), |name| format!("{scope} {name}"));
    Offer {
        value: format!("stop {what}"),
        note: String::new(),
        halt: Some(Halt::Stop(scope, name, StopEffect::Hold)),
    }
}

/// Adds what is not offered yet, at the end.
fn offer_more(model: &mut Model, scope: StopScope, names: impl IntoIterator<Item = String>) {
    let Some(Modal::Ask(ask)) = &mut model.modal else {
        return;
    };
    let Step::Choose(choice) = &mut ask.step else {
        return;
    };
    if choice.of != Choosing::Stop {
        return;
    }
    for name in names {
        let offer = offer((scope, Some(name)));
        if !choice.offers.iter().any(|there| there.halt == offer.halt) {
            choice.offers.push(offer);
        }
    }
}

/// Which agents there are came, or did not: what was offered without them can be stopped all the same.
pub(super) fn agents(model: &mut Model, answer: Result<Vec<PrincipalView>, ClientError>) {
    match answer {
        Ok(agents) => {
            let now = agents.into_iter().filter(|agent| agent.revoked_at.is_none());
            offer_more(model, StopScope::Agent, now.map(|agent| agent.name));
        }
        Err(error) => notice(model, format!("Which agents there are could not be read: {error}.")),
    }
}

/// Which classes there are came.
pub(super) fn classes(model: &mut Model) {
    let classes = model.policy.iter().flat_map(|policy| &policy.classes);
    let classes: Vec<_> = classes.map(|class| class.id.clone()).collect();
    offer_more(model, StopScope::Class, classes);
}

/// After what to stop: what becomes of what it proposes meanwhile. What is to go on needs its reason only.
pub(super) fn chosen(model: &mut Model, halt: Halt) {
    let (scope, name) = match halt {
        Halt::Stop(scope, name, _) => (scope, name),
        Halt::Resume(..) => return why(model, halt),
    };
    let offers = [
        (StopEffect::Hold, "it waits for people"),
        (StopEffect::Deny, "the agent is told no"),
    ];
    let offers = offers.map(|(effect, note)| Offer {
        value: effect.to_string(),
        note: note.to_owned(),
        halt: Some(Halt::Stop(scope, name.clone(), effect)),
    });
    let choice = Choice {
        of: Choosing::Meanwhile,
        offers: offers.into(),
        at: 0,
        is_chosen: false,
        becomes: None,
    };
    if let Some(Modal::Ask(ask)) = &mut model.modal {
        let what = offer((scope, name)).value;
        ask.lines = vec![format!(
            "To {}: what is to become of what is proposed meanwhile?",
            Shown::line(&what)
        )];
    }
    boxes::step(model, Step::Choose(choice));
}

/// After all that is chosen: the reason.
pub(super) fn why(model: &mut Model, halt: Halt) {
    if let Some(Modal::Ask(ask)) = &mut model.modal {
        ask.lines = vec![TOLD.to_owned()];
    }
    let step = boxes::write(model, NOTHING, Then::Stop(halt));
    boxes::step(model, step);
}

/// After the reason: the last question.
pub(super) fn sure(model: &mut Model, halt: Halt, reason: String) {
    boxes::step(model, Step::Sure { halt, reason });
}

/// `y`: says it to the gate.
pub(super) fn send(model: &mut Model, halt: Halt, reason: String) -> Vec<Effect> {
    let saying = match halt {
        Halt::Resume(stop, _) => Saying::Resume(stop, reason),
        Halt::Stop(scope, name, effect) => Saying::Stop(StopRequest {
            scope,
            name,
            effect,
            reason,
        }),
    };
    boxes::say(model, NOTHING, saying)
}

/// The gate did it, or says why not.
pub(super) fn answered(model: &mut Model, stop: &StopView) {
    let text = match &stop.resumed_by {
        Some(by) => format!("Resumed: {}, by {by}.", what_is_stopped(stop)),
        None => format!("Stopped: {} ({}), by {}.", what_is_stopped(stop), stop.effect, stop.by),
    };
    notice(model, text);
}
