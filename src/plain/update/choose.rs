//! Questions in which one of several is chosen: who gets it, how much more time, what kind it is.

use super::{decide, question};
use crate::api::{Becomes, JudgeRequest, PolicyView, PrincipalView};
use crate::client::ClientError;
use crate::console::model::Offer;
use crate::console::{self, classes, heirs, times, what_becomes};
use crate::domain::{Shown, Stage};
use crate::plain::model::{Choosing, Errand, Place, Question, Text};
use crate::plain::{Effect, Model};

/// Asks for one of several; where it is not known yet which there are, the gate is asked first.
pub(super) fn open(model: &mut Model, of: Choosing) {
    if decide::subject(model).is_none() {
        return;
    }
    let Some(row) = model.reading.as_ref().map(|reading| &reading.case.view.summary) else {
        return;
    };
    let offers = match of {
        Choosing::Heir => model
            .people
            .as_deref()
            .map(|people| heirs(people, &model.name, row.role)),
        Choosing::Time => {
            let Some((line, offers)) = times(row) else {
                model.say("Its class gives no more time.");
                return;
            };
            model.say(line);
            Some(offers)
        }
        Choosing::Class if row.stage != Stage::Quarantined => {
            model.say("Its kind is known already; only a quarantined action is given one.");
            return;
        }
        Choosing::Class => model.policy.as_ref().map(classes),
    };
    let (errand, effect) = match (offers, of) {
        (Some(offers), _) => return question::ask(model, Question::Choose(of, offers)),
        (None, Choosing::Class) => (Errand::Policy, console::Effect::AskPolicy),
        (None, Choosing::Heir | Choosing::Time) => (Errand::People, console::Effect::AskPeople),
    };
    model.go(Place::Waiting(errand));
    model.do_now(Effect::Ask(effect));
}

/// A number of the offers, or one by its name.
pub(super) fn chosen(model: &mut Model, of: Choosing, offers: &[Offer], line: &str) {
    let by_number = line.parse::<usize>().ok().and_then(|n| offers.get(n.wrapping_sub(1)));
    let Some(offer) = by_number.or_else(|| offers.iter().find(|offer| offer.value == line)) else {
        return question::not_that(model, "one of the choices");
    };
    let value = offer.value.clone();
    match of {
        Choosing::Heir => question::ask(model, Question::Write(Text::Escalate(value))),
        Choosing::Time => question::ask(model, Question::Write(Text::Extend(value))),
        Choosing::Class => judge(model, value),
    }
}

/// Asks what a class would make of it: that is said before it can be meant.
fn judge(model: &mut Model, class: String) {
    let Some(about) = decide::subject(model) else {
        return;
    };
    model.go(Place::Waiting(Errand::Judge(class.clone())));
    model.do_now(Effect::Ask(console::Effect::Judge {
        text: class.clone(),
        request: JudgeRequest {
            id: about.id,
            arguments_raw: None,
            class: Some(class),
        },
    }));
}

/// What it would become came, or did not.
pub(super) fn becomes(model: &mut Model, class: &str, answer: Result<Becomes, ClientError>) {
    if !super::waits_for(model, &Errand::Judge(class.to_owned())) {
        return;
    }
    match answer {
        Ok(becomes) => {
            model.say(what_becomes(&becomes).1);
            if becomes.refused.is_some() {
                return question::back(model);
            }
            question::ask(model, Question::Classify(class.to_owned()));
        }
        Err(error) => {
            let why = Shown::line(&error.to_string());
            model.say(format!("What it would become could not be read: {why}."));
            question::back(model);
        }
    }
}

/// Who decides here came, or did not.
pub(super) fn people(model: &mut Model, answer: Result<Vec<PrincipalView>, ClientError>) {
    let waited = super::waits_for(model, &Errand::People);
    match answer {
        Ok(people) => model.people = Some(people),
        Err(error) => {
            let why = Shown::line(&error.to_string());
            model.say(format!("Who decides here could not be read: {why}."));
            if waited {
                question::back(model);
            }
            return;
        }
    }
    if waited {
        model.go(Place::Envelope);
        open(model, Choosing::Heir);
    }
}

/// Which classes there are came, or did not.
pub(super) fn policy(model: &mut Model, answer: Result<PolicyView, ClientError>) {
    let waited = super::waits_for(model, &Errand::Policy);
    match answer {
        Ok(policy) => model.policy = Some(policy),
        Err(error) => {
            let why = Shown::line(&error.to_string());
            model.say(format!("The classes could not be read: {why}."));
            if waited {
                question::back(model);
            }
            return;
        }
    }
    if waited {
        model.go(Place::Envelope);
        open(model, Choosing::Class);
    }
}
