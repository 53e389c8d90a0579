//! Between here and the gate: what came, what did not, and when to ask again.

use std::time::Duration;

use super::{news, read, sent};
use crate::api::{Health, Here, QueuePage, StopView, Summary};
use crate::client::ClientError;
use crate::console::consent::what_is_stopped;
use crate::console::model::Link;
use crate::console::{self, UNPROVED, WAIT, pause, stands};
use crate::domain::Shown;
use crate::plain::model::Errand;
use crate::plain::{Effect, Model};

/// Clocks further apart than this are said to be, in seconds.
const SKEW_SAID: i64 = 2;

/// Asks for what changed.
pub(super) fn ask(model: &mut Model, wait: bool, pause: Duration) {
    model.question += 1;
    let wait = if wait { WAIT } else { Duration::ZERO };
    let (question, cursor, look) = (model.question, model.queue_cursor, model.look);
    model.do_now(Effect::Ask(console::Effect::AskQueue {
        question,
        cursor,
        look,
        // What was read aloud is on no screen.
        here: Here::default(),
        wait,
        pause,
    }));
}

/// The answer to a question about the queue; a late one is dropped.
pub(super) fn queue(model: &mut Model, question: u64, answer: Result<QueuePage, ClientError>) {
    if question != model.question {
        return;
    }
    match answer {
        Ok(page) => {
            let more = page.more;
            take(model, page);
            if !more && super::waits_for(model, &Errand::Queue) {
                news::open(model);
            }
            ask(model, !more, Duration::ZERO);
        }
        Err(error) => {
            model.misses += 1;
            stand(model, stands(&error));
            let pause = pause(model.misses);
            ask(model, false, pause);
        }
    }
}

/// How it stands with the gate is said when it changes, and not again.
fn stand(model: &mut Model, link: Link) {
    let is_same = match (&model.link, &link) {
        // What it has said of itself since does not make it another.
        (Link::OtherVersion { what: before, .. }, Link::OtherVersion { what, .. }) => before == what,
        (before, link) => before == link,
    };
    if is_same {
        return;
    }
    let before = std::mem::replace(&mut model.link, link);
    match &model.link {
        Link::Connecting => {}
        Link::Live if before == Link::Connecting => {}
        Link::Live => model.say("The gate answers again."),
        Link::Silent => {
            let text = match model.heard {
                Some(heard) => format!(
                    "The gate does not answer: what you hear is as of {}.",
                    heard.strftime("%H:%M:%SZ")
                ),
                None => "The gate does not answer; it is asked again and again.".to_owned(),
            };
            model.say(text);
        }
        Link::Refused(why) => {
            let why = Shown::line(why);
            model.say(format!("The gate refuses: {why}"));
        }
        Link::Unauthorised(why) => {
            let why = Shown::line(why);
            model.say(format!(
                "Your credential is not accepted: {why} Start again with --token-file, or ask an admin for one."
            ));
        }
        // Which version it is tells who has to be updated.
        Link::OtherVersion { .. } => model.do_now(Effect::Ask(console::Effect::AskHealth)),
        Link::Unproved(why) => {
            let why = Shown::line(why);
            model.say(format!(
                "This gate is not believed: {why}. Nothing can be decided here."
            ));
            model.say(UNPROVED);
            sent::drop_unbelieved(model);
            read::withdraw(model, "What was read is not believed any more.");
        }
        Link::WentBack => {
            model.say("The gate serves less than it did before: deciding is off until an admin has answered for it.");
            sent::drop_unbelieved(model);
            read::withdraw(model, "What was read is not believed any more.");
        }
    }
}

/// What answers and is not understood has said which version it is, or has not.
pub(super) fn health(model: &mut Model, answer: Result<Health, ClientError>) {
    let Link::OtherVersion { what, gate } = &mut model.link else {
        return;
    };
    let text = if let Ok(health) = answer {
        let version = Shown::line(&health.version).to_string();
        *gate = Some(health.version);
        let own = env!("CARGO_PKG_VERSION");
        format!("The gate is not understood: it is version {version}, this is {own}. Update the older one.")
    } else {
        let what = Shown::line(what);
        format!("What answers is no gate that this version knows: {what}. Is the address right?")
    };
    model.say(text);
}

fn take(model: &mut Model, page: QueuePage) {
    stand(model, Link::Live);
    model.misses = 0;
    let first = model.heard.is_none();
    model.heard = Some(model.now);
    model.skew = page.now.duration_since(model.now);
    if first && model.skew.as_secs().abs() > SKEW_SAID {
        let apart = model.skew.as_secs().abs();
        model.say(format!(
            "This clock and the gate's are {apart} seconds apart; time left is by the gate's."
        ));
    }
    (model.queue_cursor, model.look) = (page.cursor, page.look);
    stops(model, page.stops);
    let had_none = model.rows.is_empty();
    for gone in &page.gone {
        news::leave(model, gone);
    }
    let is_new = |row: &&Summary| model.rows.get(row.id).is_none();
    let new: Vec<Summary> = page.rows.iter().filter(is_new).cloned().collect();
    let raised = |row: &&Summary| {
        let before = model.rows.get(row.id);
        before.is_some_and(|before| before.severity < row.severity)
    };
    let raised: Vec<Summary> = page.rows.iter().filter(raised).cloned().collect();
    let answered: Vec<_> = page
        .rows
        .iter()
        .filter(|row| model.asked.contains(&row.id))
        .filter(|row| {
            model
                .rows
                .get(row.id)
                .is_some_and(|before| row.answered > before.answered)
        })
        .map(|row| row.id)
        .collect();
    let changed: Vec<_> = page.rows.iter().map(|row| row.id).collect();
    model.rows.put(page.rows);
    news::arrive(model, &new, had_none);
    for row in &raised {
        let name = model.call(row.id);
        model.say(format!("{name}, is {} now.", row.severity));
    }
    for id in answered {
        if !read::is_open(model, id) {
            let name = model.call(id);
            model.say(format!("The agent of {name}, has answered your question."));
        }
    }
    for id in changed {
        read::follow(model, id);
    }
    sent::drop_changed(model);
}

/// What is stopped, where that has changed.
fn stops(model: &mut Model, stops: Vec<StopView>) {
    let new: Vec<String> = stops
        .iter()
        .filter(|stop| !model.stops.iter().any(|known| known.id == stop.id))
        .map(|stop| format!("Stopped by {}: {}.", stop.by, what_is_stopped(stop)))
        .collect();
    let ended: Vec<String> = model
        .stops
        .iter()
        .filter(|stop| !stops.iter().any(|left| left.id == stop.id))
        .map(|stop| format!("No longer stopped: {}.", what_is_stopped(stop)))
        .collect();
    model.stops = stops;
    for text in new.into_iter().chain(ended) {
        let text = Shown::line(&text);
        model.say(text.as_str());
    }
}
