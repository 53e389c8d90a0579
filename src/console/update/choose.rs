//! Boxes in which one of several is chosen: who gets it, how much more time, what kind it is.

use crossterm::event::KeyCode;

use super::{boxes, decide, notice, stop};
use crate::api::{Becomes, DecisionRequest, JudgeRequest, PolicyView, PrincipalView, Summary};
use crate::client::ClientError;
use crate::console::model::{About, Choice, Choosing, Modal, Offer, Step, Then};
use crate::console::sheet::Entry;
use crate::console::{Effect, Model, Pressed};
use crate::domain::{Countdown, DecisionKind, EnvelopeId, Role, Stage, parse_span};

/// How much more time can be given with one key.
const TIMES: [&str; 5] = ["15m", "30m", "1h", "2h", "8h"];

pub(super) fn open(model: &mut Model, about: About, of: Choosing) -> Vec<Effect> {
    let Some(row) = model.case().map(|case| case.view.summary.clone()) else {
        return Vec::new();
    };
    let (verb, lines, offers, effect) = match of {
        Choosing::Heir => (
            "Escalate",
            vec!["Who gets it? Approvals so far lapse; the deadline stays.".to_owned()],
            model
                .people
                .as_deref()
                .map(|people| heirs(people, &model.name, row.role)),
            Effect::AskPeople,
        ),
        Choosing::Time => {
            let Some((line, offers)) = times(&row) else {
                notice(model, "Its class gives no more time.");
                return Vec::new();
            };
            ("More time for", vec![line], Some(offers), Effect::Repaint)
        }
        // They have a box of their own.
        Choosing::Stop | Choosing::Meanwhile => return Vec::new(),
        Choosing::Class => {
            if row.stage != Stage::Quarantined {
                notice(
                    model,
                    "Its kind is known already; only a quarantined action is given one.",
                );
                return Vec::new();
            }
            let line = "What kind of action is it? It is judged as that, and held at least.".to_owned();
            (
                "Classify",
                vec![line],
                model.policy.as_ref().map(classes),
                Effect::AskPolicy,
            )
        }
    };
    let known = offers.is_some();
    let choice = Choice {
        of,
        offers: offers.unwrap_or_default(),
        at: 0,
        is_chosen: false,
        becomes: None,
    };
    boxes::open(model, about, verb, lines, Step::Choose(choice));
    if known { judge(model) } else { vec![effect] }
}

/// How much more time there is to give: a question, and what fits. Nothing where its class gives none.
pub(crate) fn times(row: &Summary) -> Option<(String, Vec<Offer>)> {
    let latest = row.latest_at.filter(|latest| *latest > row.deadline_at)?;
    let left = latest.duration_since(row.deadline_at);
    let line = format!(
        "How much more time? There is {} to give, until {}.",
        Countdown(left),
        latest.strftime("%H:%M:%SZ")
    );
    let fits = |time: &&&str| parse_span(time).is_ok_and(|time| time <= left);
    let offers = TIMES.iter().filter(fits).map(|time| Offer {
        value: (*time).to_owned(),
        note: String::new(),
        halt: None,
    });
    Some((line, offers.collect()))
}

/// Who can get it: a role, or a person who decides. Only who can give what is asked for: the gate refuses
/// all others.
pub(crate) fn heirs(people: &[PrincipalView], own: &str, asked: Role) -> Vec<Offer> {
    let roles = [Role::Senior, Role::Reviewer].into_iter();
    let roles = roles.filter(|role| role.fulfils(asked)).map(|role| Offer {
        value: role.to_string(),
        note: "whoever has the role".to_owned(),
        halt: None,
    });
    let can_give = |person: &&PrincipalView| {
        person.role.is_some_and(|role| role.fulfils(asked)) && person.revoked_at.is_none() && person.name != own
    };
    let people = people.iter().filter(can_give).map(|person| Offer {
        value: person.name.clone(),
        note: person.role.map(|role| role.to_string()).unwrap_or_default(),
        halt: None,
    });
    roles.chain(people).collect()
}

/// Which kinds there are.
pub(crate) fn classes(policy: &PolicyView) -> Vec<Offer> {
    let offer = |class: &crate::api::ClassView| Offer {
        value: class.id.clone(),
        note: class.why.clone().unwrap_or_default(),
        halt: None,
    };
    policy.classes.iter().map(offer).collect()
}

/// A key while one of several is chosen. A digit chooses where text is asked for next; a class takes `y`.
pub(super) fn key(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    let Some(Modal::Ask(ask)) = &mut model.modal else {
        return Vec::new();
    };
    let Step::Choose(choice) = &mut ask.step else {
        return Vec::new();
    };
    let last = choice.offers.len().saturating_sub(1);
    let (of, about) = (choice.of, ask.about);
    match pressed.code {
        KeyCode::Char('j') | KeyCode::Down => {
            choice.at = (choice.at + 1).min(last);
            choice.is_chosen = true;
        }
        KeyCode::Char('k') | KeyCode::Up => {
            choice.at = choice.at.saturating_sub(1);
            choice.is_chosen = true;
        }
        KeyCode::Char('y') if of == Choosing::Class => return classify(model, about),
        KeyCode::Char(c @ '1'..='9') => {
            let at = c.to_digit(10).map_or(0, |digit| digit as usize - 1);
            if at > last {
                return Vec::new();
            }
            choice.at = at;
            choice.is_chosen = true;
            if of != Choosing::Class {
                return go_on(model);
            }
        }
        KeyCode::Enter if of != Choosing::Class => return go_on(model),
        _ => return Vec::new(),
    }
    judge(model)
}

/// From what was chosen to the reason for it.
fn go_on(model: &mut Model) -> Vec<Effect> {
    let Some((about, of, offer)) = chosen(model) else {
        return Vec::new();
    };
    let then = match of {
        Choosing::Heir => Then::Escalate(offer.value),
        Choosing::Time => Then::Extend(offer.value),
        Choosing::Class => return Vec::new(),
        Choosing::Stop => {
            if let Some(halt) = offer.halt {
                stop::chosen(model, halt);
            }
            return Vec::new();
        }
        Choosing::Meanwhile => {
            if let Some(halt) = offer.halt {
                stop::why(model, halt);
            }
            return Vec::new();
        }
    };
    let step = boxes::write(model, about.id, then);
    boxes::step(model, step);
    Vec::new()
}

fn chosen(model: &Model) -> Option<(About, Choosing, Offer)> {
    let Some(Modal::Ask(ask)) = &model.modal else {
        return None;
    };
    match &ask.step {
        Step::Choose(choice) => Some((ask.about, choice.of, choice.offer()?.clone())),
        Step::Approve { .. } | Step::Type { .. } | Step::Reasons(_) | Step::Sure { .. } | Step::Write { .. } => None,
    }
}

fn classify(model: &mut Model, about: About) -> Vec<Effect> {
    let Some(Modal::Ask(ask)) = &model.modal else {
        return Vec::new();
    };
    let Step::Choose(choice) = &ask.step else {
        return Vec::new();
    };
    let Some(offer) = choice.offer() else {
        return Vec::new();
    };
    // The first of the policy's classes stands there because it is the first, not because it is meant.
    if !choice.is_chosen {
        notice(model, "Choose first what kind it is: its digit, or j and k.");
        return Vec::new();
    }
    // What it would become has to be on screen before it can be meant.
    let seen = choice
        .becomes
        .as_ref()
        .is_some_and(|(of, becomes)| *of == offer.value && becomes.is_ok());
    if !seen {
        return Vec::new();
    }
    let request = DecisionRequest {
        class: Some(offer.value.clone()),
        ..DecisionRequest::new(DecisionKind::Classify)
    };
    decide::send(model, about, request)
}

/// Asks what the class under the cursor would make of it.
fn judge(model: &mut Model) -> Vec<Effect> {
    let Some(Modal::Ask(ask)) = &model.modal else {
        return Vec::new();
    };
    let Step::Choose(choice) = &ask.step else {
        return Vec::new();
    };
    let Some(offer) = choice.offer().filter(|_| choice.of == Choosing::Class) else {
        return Vec::new();
    };
    if choice.becomes.as_ref().is_some_and(|(of, _)| *of == offer.value) {
        return Vec::new();
    }
    vec![Effect::Judge {
        text: offer.value.clone(),
        request: JudgeRequest {
            id: ask.about.id,
            arguments_raw: None,
            class: Some(offer.value.clone()),
        },
    }]
}

/// Who decides here came, or did not.
pub(super) fn people(model: &mut Model, answer: Result<Vec<PrincipalView>, ClientError>) -> Vec<Effect> {
    match answer {
        Ok(people) => {
            let asked = chosen_for(model).map(|row| row.role);
            let heirs = asked.map(|asked| heirs(&people, &model.name, asked));
            fill(model, Choosing::Heir, heirs.unwrap_or_default());
            model.people = Some(people);
        }
        Err(error) => notice(model, format!("Who decides here could not be read: {error}.")),
    }
    Vec::new()
}

/// Which classes there are came, or did not.
pub(super) fn policy(model: &mut Model, answer: Result<PolicyView, ClientError>) -> Vec<Effect> {
    match answer {
        Ok(policy) => {
            fill(model, Choosing::Class, classes(&policy));
            // It may have less in it than the one before.
            model.class_at = model.class_at.min(Entry::count(&policy) - 1);
            model.class_top = model.class_top.min(model.class_at);
            model.policy = Some(policy);
            stop::classes(model);
        }
        Err(error) => notice(model, format!("The classes could not be read: {error}.")),
    }
    judge(model)
}

/// The row that the box is about.
fn chosen_for(model: &Model) -> Option<&Summary> {
    match &model.modal {
        Some(Modal::Ask(ask)) => model.rows.get(ask.about.id),
        Some(_) | None => None,
    }
}

fn fill(model: &mut Model, of: Choosing, offers: Vec<Offer>) {
    if let Some(Modal::Ask(ask)) = &mut model.modal
        && let Step::Choose(choice) = &mut ask.step
        && choice.of == of
        && choice.offers.is_empty()
    {
        choice.offers = offers;
    }
}

/// What a class would make of it came; a late answer for another one is dropped.
pub(super) fn becomes(model: &mut Model, id: EnvelopeId, class: &str, answer: &Result<Becomes, ClientError>) {
    let wanted = chosen(model).is_some_and(|(_, of, offer)| of == Choosing::Class && offer.value == class);
    if let Some(Modal::Ask(ask)) = &mut model.modal
        && let Step::Choose(choice) = &mut ask.step
        && ask.about.id == id
        && wanted
    {
        let becomes = match answer {
            Ok(becomes) => Ok(becomes.clone()),
            Err(error) => Err(error.to_string()),
        };
        choice.becomes = Some((class.to_owned(), becomes));
        // The key that means it was not pressed for this answer.
        ask.deaf_until = model.now.checked_add(super::INERT).unwrap_or(model.now);
    }
}
