//! The only writer of the model. No clock, no input or output, no async.

mod choose;
mod decide;
mod link;
mod menu;
mod news;
mod question;
mod read;
mod sent;
mod typed;

use jiff::{SignedDuration, Timestamp};

use super::model::{Errand, Place};
use super::{Effect, Model, Msg};
use crate::console;

/// Ticks come each second. Where more time is missing, it was out of sight: stopped, or asleep.
const UNSEEN: SignedDuration = SignedDuration::from_millis(2_500);

/// How long the gate may take before it is said that it has not answered.
const SLOW: SignedDuration = SignedDuration::from_secs(2);

/// The first question, before anything has happened.
#[must_use]
pub fn begin(model: &mut Model) -> Vec<Effect> {
    link::ask(model, false, std::time::Duration::ZERO);
    model.take_effects()
}

/// Takes one message and says what to do.
#[must_use]
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let at = msg.at();
    let missing = at.duration_since(model.now);
    model.now = at;
    if missing > UNSEEN {
        sent::begin_anew(model);
    }
    let before = model.place.clone();
    let typed = matches!(msg, Msg::Typed { .. });
    match msg {
        Msg::Typed { lines, .. } => typed::take(model, &lines),
        Msg::Told { at } => told(model, at),
        Msg::Gate(msg) => answered(model, msg),
        Msg::Tick { .. } => tick(model),
        Msg::Resized { width, height, .. } => read::resized(model, width, height),
        Msg::Continued { .. } => {
            sent::begin_anew(model);
            model.say("Back again; nothing was decided meanwhile.");
        }
        Msg::Stop { .. } => sent::end(model),
    }
    sent::release(model);
    ask_for_a_line(model, typed, &before);
    model.take_effects()
}

/// After all that was said: the question that stands, and the sign that a line can be typed.
fn ask_for_a_line(model: &mut Model, typed: bool, before: &Place) {
    let is_new = model.place != *before;
    if !(typed || is_new || model.has_spoken()) || matches!(model.place, Place::Waiting(_)) {
        return;
    }
    match &model.place {
        Place::Queue => news::tell(model),
        // Something came in between: what was asked is said again.
        Place::Question(_) if !typed && !is_new => question::say_again(model),
        Place::Envelope | Place::Question(_) | Place::Waiting(_) => {}
    }
    // Nothing decides at the list, so nothing that was begun there has to be forgotten.
    if model.asked_at.is_none() && model.place != Place::Queue {
        model.do_now(Effect::Drain);
    }
    model.do_now(Effect::Prompt);
}

/// All that was said can be read now.
fn told(model: &mut Model, at: Timestamp) {
    if let Some(reading) = &mut model.reading {
        reading.printed(at);
    }
    model.asked_at.get_or_insert(at);
}

fn tick(model: &mut Model) {
    if model
        .waiting_since
        .is_some_and(|since| model.now.duration_since(since) >= SLOW)
    {
        model.waiting_since = None;
        model.say("The gate has not answered yet.");
    }
    sent::retry(model);
}

/// The gate said something.
fn answered(model: &mut Model, msg: console::Msg) {
    use console::Msg as M;
    match msg {
        M::Queue { question, answer, .. } => link::queue(model, question, answer),
        M::Envelope { id, answer, .. } => read::envelope(model, id, answer),
        M::Decided { key, answer, .. } => sent::answered(model, &key, answer),
        M::Said { answer, .. } => decide::said(model, answer),
        M::People { answer, .. } => choose::people(model, answer),
        M::Policy { answer, .. } => choose::policy(model, answer),
        M::Health { answer, .. } => link::health(model, answer),
        M::Becomes { text, answer, .. } => choose::becomes(model, &text, answer),
        // Of what is not asked here, nothing comes.
        M::Key(_)
        | M::Mouse(_)
        | M::Pasted { .. }
        | M::Resized { .. }
        | M::Drawn { .. }
        | M::Tick { .. }
        | M::Agents { .. }
        | M::LaidOut { .. }
        | M::Remembered { .. }
        | M::Trail { .. }
        | M::Past { .. }
        | M::Timeline { .. }
        | M::CaseFile { .. }
        | M::PolicyThen { .. }
        | M::Screen { .. }
        | M::WrittenOut { .. }
        | M::Verification { .. }
        | M::After { .. }
        | M::BatchRead { .. }
        | M::Batched { .. }
        | M::Written { .. }
        | M::Paged { .. }
        | M::Continued { .. }
        | M::Stop { .. } => {}
    }
}

/// Whether the gate is waited for with this.
fn waits_for(model: &Model, errand: &Errand) -> bool {
    matches!(&model.place, Place::Waiting(waited) if waited == errand)
}
