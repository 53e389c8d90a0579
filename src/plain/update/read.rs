//! The envelope that is open: printed part by part, and closed when it changes underneath.

use super::menu;
use crate::api::EnvelopeView;
use crate::client::ClientError;
use crate::console;
use crate::console::model::{About, Part};
use crate::domain::{EnvelopeId, Shown};
use crate::plain::model::{Errand, Place, Reading};
use crate::plain::{Effect, Model, words};

/// Narrower than this an envelope cannot be read.
const NARROWEST: usize = 40;

/// Lines of a screen that a part of an envelope leaves for what is asked below it.
const BELOW: usize = 5;

/// As many lines are printed at a time, however low the terminal is.
const FEWEST: usize = 10;

/// Asks the gate for an envelope: what is in the list may be older.
pub(super) fn open(model: &mut Model, id: EnvelopeId) {
    if model.width < NARROWEST {
        model.say(format!(
            "At least {NARROWEST} columns, please: an envelope cannot be read here."
        ));
        return;
    }
    model.reading = None;
    model.go(Place::Waiting(Errand::Open(id)));
    model.do_now(Effect::Ask(console::Effect::AskEnvelope { id }));
}

/// The envelope came, or did not.
pub(super) fn envelope(model: &mut Model, id: EnvelopeId, answer: Result<Box<EnvelopeView>, ClientError>) {
    if !super::waits_for(model, &Errand::Open(id)) {
        return;
    }
    let view = match answer {
        Ok(view) => view,
        Err(error) => {
            let why = Shown::line(&error.to_string()).to_string();
            model.say(format!("It could not be read: {why}."));
            return close(model);
        }
    };
    if !view.summary.stage.is_open() {
        model.say(format!("It waits no more: it is {} now.", view.summary.stage));
        return close(model);
    }
    // The row may be older than what was just read.
    if model.rows.get(id).is_some_and(|row| *row != view.summary) {
        model.rows.put(vec![view.summary.clone()]);
    }
    let row = &view.summary;
    let rule = row.rule.as_deref().map(|rule| format!(", rule {rule}"));
    let votes = format!("{} of {} approvals", row.votes, row.quorum);
    let end = words::end(row, model.gate_now());
    let weight = words::weight(row);
    let name = model.call(id);
    let text = format!("{name}{}, {weight}, {votes}. {end}", rule.unwrap_or_default());
    model.reading = Some(Reading::new(*view, model.width, model.now));
    model.go(Place::Envelope);
    model.say(text);
    go_on(model);
}

/// Prints the payload from its first line, whole.
pub(super) fn payload(model: &mut Model) {
    if let Some(reading) = &mut model.reading {
        reading.turn_to(Part::Fields);
    }
    model.go(Place::Envelope);
    go_on(model);
}

/// Prints what comes next, as much as a screen holds.
pub(super) fn go_on(model: &mut Model) {
    let most = model.height.saturating_sub(BELOW).max(FEWEST);
    let Some(reading) = &mut model.reading else {
        return;
    };
    let lines = reading.take_lines(most);
    let left = reading.left();
    for line in &lines {
        model.say_sheet(line);
    }
    if left > 0 {
        let plural = if left == 1 { "" } else { "s" };
        model.say(format!("{left} more line{plural}: type more."));
    }
    menu::say(model);
}

pub(super) fn is_open(model: &Model, id: EnvelopeId) -> bool {
    model
        .reading
        .as_ref()
        .is_some_and(|reading| reading.case.about.id == id)
}

/// Back to the list, with nothing decided.
pub(super) fn close(model: &mut Model) {
    model.reading = None;
    model.go(Place::Queue);
}

/// Closes what is open because it is not what was read any more.
pub(super) fn withdraw(model: &mut Model, why: &str) {
    let Some(reading) = model.reading.take() else {
        return;
    };
    let waiting = matches!(model.place, Place::Waiting(_));
    let asked = matches!(model.place, Place::Question(_));
    let number = model.numbers.of(reading.case.about.id);
    let again = number.map(|number| format!(" Type {number} to read it again."));
    let again = again.filter(|_| model.rows.get(reading.case.about.id).is_some());
    let nothing = if asked || waiting { " Nothing was sent." } else { "" };
    model.go(Place::Queue);
    model.say(format!("{why}{nothing}{}", again.unwrap_or_default()));
}

/// A row has come: where it is the open envelope's and says something else, that is closed.
pub(super) fn follow(model: &mut Model, id: EnvelopeId) {
    let Some(reading) = model.reading.as_ref().filter(|reading| reading.case.about.id == id) else {
        return;
    };
    let Some(row) = model.rows.get(id) else {
        return;
    };
    let why = if About::of(row) != reading.case.about {
        "has changed: it is not what you read any more"
    } else if row.votes != reading.votes {
        "has another vote now"
    } else if row.answered != reading.answered {
        "has an answer from its agent"
    } else {
        return;
    };
    let name = model.call(id);
    withdraw(model, &format!("{name}, {why}."));
}

/// Lines that were made for another width may have broken anywhere: they are not what was read.
pub(super) fn resized(model: &mut Model, width: u16, height: u16) {
    let before = model.width;
    model.measure(width, height);
    if model.width == before {
        return;
    }
    withdraw(model, "The terminal is of another width now.");
}
