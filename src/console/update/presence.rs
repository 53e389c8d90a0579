//! Telling the gate which envelope is on the screen, so that others see that somebody is at it.

use std::time::Duration;

use super::link;
use crate::console::model::{Link, Tab};
use crate::console::{Effect, Model};
use crate::domain::EnvelopeId;

/// With less than this left, the next question tells it soon enough.
const SHORTEST: Duration = Duration::from_secs(2);

/// The envelope that the last frame showed, where it is one of the queue.
pub(super) fn here(model: &Model) -> Option<EnvelopeId> {
    let drawn = model.guard.drawn.filter(|_| model.tab == Tab::Queue);
    drawn.map(|about| about.id)
}

/// At each second: tells where the reviewer has come to rest. Who only passes by is nowhere.
///
/// The question that is open is put anew for what is left of its time, so its answer is due when it was: who
/// moves about must not make a gate that is silent look as if it had just answered.
pub(super) fn follow(model: &mut Model) -> Option<Effect> {
    let here = here(model);
    let rests = std::mem::replace(&mut model.rests, here) == here;
    let is_news = rests && model.told != here && model.link == Link::Live && model.misses == 0;
    let left = model.due.filter(|_| is_news)?.duration_since(model.now);
    let left = Duration::try_from(left).ok().filter(|left| *left >= SHORTEST)?;
    Some(link::ask_for(model, left, Duration::ZERO))
}
