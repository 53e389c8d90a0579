//! Looking back: searching, walking the list, reading one timeline. Nothing here changes anything.

use super::{link, notice, tab};
use crate::api::{ErrorType, PastPage, TimelineEntry};
use crate::client::ClientError;
use crate::console::model::{Link, Pane, Tab};
use crate::console::view::{Kind, Layout, list_top};
use crate::console::{Effect, Model};
use crate::domain::EnvelopeId;

/// How near the end of the list older ones are asked for.
const AHEAD: usize = 20;

/// Asks for the newest that fit; the search is the one that was looked for last.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    vec![Effect::AskPast {
        search: model.past.search.clone(),
        before: None,
    }]
}

/// What fits a search came, or did not; a late answer to an older search is dropped.
pub(super) fn page(
    model: &mut Model,
    search: &str,
    before: Option<EnvelopeId>,
    answer: Result<PastPage, ClientError>,
) -> Vec<Effect> {
    let past = &mut model.past;
    if past.search != search {
        return Vec::new();
    }
    match answer {
        Ok(page) => {
            if model.looks_back {
                model.link = Link::Live;
                model.heard = Some(model.now);
                model.skew = page.now.duration_since(model.now);
            }
            if before.is_none() {
                // The same search again: the cursor follows the envelope. Another one begins with the newest.
                let here = past.row().map(|row| row.id).filter(|_| past.read);
                let at = page.rows.iter().position(|row| Some(row.id) == here);
                past.rows.clear();
                (past.at, past.top) = (at.unwrap_or(0), 0);
            }
            past.rows.extend(page.rows);
            (past.more, past.read) = (page.more, true);
        }
        Err(error) => {
            past.read = true;
            // A gate that lets nobody look is no gate that is still being asked.
            let of_the_search =
                matches!(&error, ClientError::Refused(detail) if detail.kind == ErrorType::InvalidRequest);
            if model.looks_back && !of_the_search {
                model.link = link::after(&error);
            }
            notice(model, format!("It was not found: {error}"));
        }
    }
    ask(model)
}

/// The timeline came, or did not.
pub(super) fn timeline(model: &mut Model, id: EnvelopeId, answer: Result<Vec<TimelineEntry>, ClientError>) {
    match answer {
        Ok(entries) => {
            model.past.timeline = Some((id, entries));
        }
        Err(error) => notice(model, format!("Its timeline could not be read: {error}")),
    }
}

/// Moves the cursor.
pub(super) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let last = model.past.rows.len().saturating_sub(1);
    model.past.at = model.past.at.saturating_add_signed(by).min(last);
    model.scroll = 0;
    ask(model)
}

/// `t`: what happened to it, entry by entry, or the envelope again.
pub(super) fn switch(model: &mut Model) -> Vec<Effect> {
    model.past.shows_timeline = !model.past.shows_timeline;
    model.scroll = 0;
    ask(model)
}

/// Esc: from the timeline to the envelope, from the envelope to the list, from a search to everything, and
/// from there to the queue.
pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    let (shows_timeline, finds_all) = (model.past.shows_timeline, model.past.search.is_empty());
    if shows_timeline {
        return switch(model);
    }
    if model.pane == Pane::Envelope && Layout::of(model).kind == Kind::Narrow {
        model.pane = Pane::Queue;
        return Vec::new();
    }
    if finds_all {
        return if model.looks_back {
            Vec::new()
        } else {
            tab::open(model, Tab::Queue)
        };
    }
    search(model, String::new())
}

/// Searches: everything that fits, from the newest.
pub(super) fn search(model: &mut Model, search: String) -> Vec<Effect> {
    model.past.search.clone_from(&search);
    model.past.read = false;
    vec![Effect::AskPast { search, before: None }]
}

/// Keeps the cursor in the window, and asks for what the screen needs.
fn ask(model: &mut Model) -> Vec<Effect> {
    let height = Layout::of(model).queue_rows;
    if model.tab != Tab::Audit {
        return Vec::new();
    }
    let past = &mut model.past;
    past.top = list_top(past.top, past.at, past.rows.len(), height);
    let mut effects = Vec::new();
    if past.more && past.at + AHEAD >= past.rows.len() {
        past.more = false;
        effects.push(Effect::AskPast {
            search: past.search.clone(),
            before: past.rows.last().map(|row| row.id),
        });
    }
    let Some(id) = past.row().map(|row| row.id) else {
        return effects;
    };
    if past.shows_timeline && past.timeline.as_ref().is_none_or(|(of, _)| *of != id) {
        effects.push(Effect::AskTimeline { id });
    }
    if !model.cases.iter().any(|case| case.about.id == id) {
        effects.push(Effect::AskEnvelope { id });
    }
    effects
}
