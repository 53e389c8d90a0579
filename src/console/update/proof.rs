//! Having the whole ledger checked: `V` begins it and shows how far it is, whatever else is looked at meanwhile.

use std::time::Duration;

use super::{changed_by_itself, notice};
use crate::api::{VerificationState, VerificationView};
use crate::client::ClientError;
use crate::console::effect::Verifying;
use crate::console::model::Tab;
use crate::console::{Effect, Model};

/// How often it is asked how far it is: as often as a number can be read.
const EVERY: Duration = Duration::from_millis(300);

/// Whether its page is what the screen shows.
pub(super) fn is_open(model: &Model) -> bool {
    model.tab == Tab::Audit && model.past.proof.is_shown
}

/// `V`: begins a check, or looks on at the one that runs.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    model.past.proof.is_shown = true;
    changed_by_itself(model);
    if model.past.proof.is_followed {
        return Vec::new();
    }
    model.past.proof.is_followed = true;
    model.past.proof.error = None;
    model.said += 1;
    vec![Effect::AskVerification {
        key: format!("{}-verify-{}", model.nonce, model.said),
        what: Verifying::Begin,
        pause: Duration::ZERO,
    }]
}

/// `c`: ends it.
pub(super) fn stop(model: &mut Model) -> Vec<Effect> {
    let runs = |view: &VerificationView| view.state == VerificationState::Running;
    if !model.past.proof.view.as_deref().is_some_and(runs) {
        notice(model, "Nothing is being checked now.");
        return Vec::new();
    }
    vec![Effect::AskVerification {
        key: String::new(),
        what: Verifying::Stop,
        pause: Duration::ZERO,
    }]
}

/// Esc: back to the list; the check goes on, and its word stands above the list.
pub(super) fn back(model: &mut Model) {
    model.past.proof.is_shown = false;
    changed_by_itself(model);
}

/// How it stands came, or did not. What was found stays until another check finds something else.
pub(super) fn came(
    model: &mut Model,
    what: Verifying,
    answer: Result<Box<VerificationView>, ClientError>,
) -> Vec<Effect> {
    let view = match answer {
        Ok(view) => view,
        Err(error) => {
            if what == Verifying::Stop {
                notice(model, format!("It was not ended: {error}"));
                return Vec::new();
            }
            model.past.proof.is_followed = false;
            model.past.proof.error = Some(error.to_string());
            notice(model, format!("How the check stands is not known: {error}"));
            return Vec::new();
        }
    };
    if what == Verifying::Stop {
        // Whoever follows it hears of its end by the next question.
        if view.state == VerificationState::Running {
            notice(model, "It ends now, unless somebody else looks on.");
        }
        return Vec::new();
    }
    let state = view.state;
    model.past.proof.view = Some(view);
    match state {
        VerificationState::Running => vec![Effect::AskVerification {
            key: String::new(),
            what: Verifying::Look,
            pause: EVERY,
        }],
        VerificationState::Fault => {
            // Whatever was looked at rests on this ledger.
            model.past.proof.is_followed = false;
            if model.tab == Tab::Audit {
                (model.past.proof.is_shown, model.page) = (true, None);
                changed_by_itself(model);
            }
            Vec::new()
        }
        VerificationState::Holds | VerificationState::Stopped | VerificationState::Failed => {
            model.past.proof.is_followed = false;
            Vec::new()
        }
    }
}
