//! What can be done with the envelope that is open.

use super::typed::is_going_back;
use super::{choose, decide, news, read};
use crate::api::EnvelopeView;
use crate::domain::Stage;
use crate::plain::Model;
use crate::plain::model::Choosing;

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Approve,
    Reject,
    Payload,
    Escalate,
    Ask,
    Claim,
    Back,
    Time,
    Kind,
    Look,
}

/// Each with its number in order, the console's letter and its words.
const MENU: [(Act, &str, &str); 10] = [
    (Act::Approve, "a", "approve"),
    (Act::Reject, "r", "reject"),
    (Act::Payload, "d", "whole payload"),
    (Act::Escalate, "x", "escalate"),
    (Act::Ask, "i", "ask the agent"),
    (Act::Claim, "c", "claim"),
    (Act::Back, "b", "back"),
    (Act::Time, "w", "more time"),
    (Act::Kind, "m", "name its kind"),
    (Act::Look, "s", "show what is masked"),
];

/// Says what came meanwhile, then asks what to do and names the payload that it would be done with.
pub(super) fn say(model: &mut Model) {
    news::tell(model);
    let Some(reading) = &model.reading else {
        return;
    };
    let (about, view) = (reading.case.about, &reading.case.view);
    let number = model.numbers.of(about.id).map(|number| format!(" {number},"));
    let acts: Vec<String> = MENU
        .iter()
        .zip(1..)
        .filter(|((act, _, _), _)| is_told(*act, view))
        .map(|((_, _, words), number)| format!("{number} {words}"))
        .collect();
    model.say(format!(
        "What to do with{} digest {}, revision {}? {}.",
        number.unwrap_or_default(),
        about.digest.short(),
        about.revision,
        acts.join(", ")
    ));
}

/// What cannot be done with it is not offered; who types it all the same is told why.
fn is_told(act: Act, view: &EnvelopeView) -> bool {
    let row = &view.summary;
    let quarantined = row.stage == Stage::Quarantined;
    match act {
        Act::Approve => !quarantined,
        Act::Kind => quarantined,
        Act::Look => view.is_masked(),
        Act::Time => row.latest_at.is_some_and(|latest| latest > row.deadline_at),
        Act::Reject | Act::Payload | Act::Escalate | Act::Ask | Act::Claim | Act::Back => true,
    }
}

/// A line at an envelope.
pub(super) fn chosen(model: &mut Model, line: &str) {
    // The word itself is a decision where little is at stake; its number and its letter only ask.
    if line == "approve" {
        return decide::approve(model, true);
    }
    if line == "more" {
        return read::go_on(model);
    }
    if is_going_back(line) {
        return read::close(model);
    }
    let by_number = line.parse::<usize>().ok().and_then(|n| MENU.get(n.wrapping_sub(1)));
    let named = |(_, letter, words): &&(Act, &str, &str)| *letter == line || *words == line;
    let Some((act, _, _)) = by_number.or_else(|| MENU.iter().find(named)) else {
        model.say("Nothing was done: that is none of the choices.");
        return say(model);
    };
    match act {
        Act::Approve => decide::approve(model, false),
        Act::Reject => decide::reject(model),
        Act::Payload => read::payload(model),
        Act::Escalate => choose::open(model, Choosing::Heir),
        Act::Ask => decide::ask(model),
        Act::Claim => decide::claim(model),
        Act::Back => read::close(model),
        Act::Time => choose::open(model, Choosing::Time),
        Act::Kind => choose::open(model, Choosing::Class),
        Act::Look => decide::look(model),
    }
}
