//! What ran: looking it over, calling it fine, flagging it, having it taken back.

use super::{boxes, notice};
use crate::api::AfterPage;
use crate::client::ClientError;
use crate::console::effect::Saying;
use crate::console::model::{About, Case, Tab, Then};
use crate::console::view::Layout;
use crate::console::{Effect, Model};
use crate::domain::{EnvelopeId, Review, Shown};

/// How near the end of the list more of it is asked for.
const AHEAD: usize = 20;

/// Asks for the list of what was let through under somebody's eyes, as far as it was read before.
pub(super) fn fresh(model: &Model) -> Effect {
    Effect::AskAfter {
        rows: model.after.rows.len(),
    }
}

/// The list came, or did not.
pub(super) fn page(model: &mut Model, answer: Result<AfterPage, ClientError>) -> Vec<Effect> {
    let after = &mut model.after;
    match answer {
        Ok(page) => {
            let here = after.row().map(|row| row.summary.id);
            after.rows = page.rows;
            (after.more, after.read) = (page.next.is_some(), true);
            // The cursor follows the envelope, not the row.
            let at = after.rows.iter().position(|row| Some(row.summary.id) == here);
            after.at = at.unwrap_or(after.at).min(after.rows.len().saturating_sub(1));
            let moved = here.is_some() && after.row().map(|row| row.summary.id) != here;
            // Whatever is shown of them may be older than this list.
            let changed = |case: &Case| after.rows.iter().any(|row| differs(case, row));
            model.cases.retain(|case| !changed(case));
            if moved {
                super::changed_by_itself(model);
            }
        }
        Err(error) => notice(model, format!("What ran could not be read: {error}.")),
    }
    ask(model)
}

fn differs(case: &Case, row: &crate::api::AfterRow) -> bool {
    let seen = &case.view.summary;
    seen.id == row.summary.id && (seen.stage != row.summary.stage || seen.review != row.summary.review)
}

/// Moves the cursor.
pub(super) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let last = model.after.rows.len().saturating_sub(1);
    model.after.at = model.after.at.saturating_add_signed(by).min(last);
    model.scroll = 0;
    ask(model)
}

/// Keeps the cursor in the window and asks for the envelope under it, once.
fn ask(model: &mut Model) -> Vec<Effect> {
    let height = Layout::of(model).queue_rows.max(1);
    if model.tab != Tab::After {
        return Vec::new();
    }
    let after = &mut model.after;
    after.top = after.top.min(after.at).max((after.at + 1).saturating_sub(height));
    let mut effects = Vec::new();
    if after.more && after.at + AHEAD >= after.rows.len() {
        after.more = false;
        effects.push(Effect::AskAfter {
            rows: after.rows.len() + 1,
        });
    }
    let unread = |id: &EnvelopeId| !model.cases.iter().any(|case| case.about.id == *id);
    let id = model.after.row().map(|row| row.summary.id).filter(unread);
    effects.extend(id.map(|id| Effect::AskEnvelope { id }));
    effects
}

/// `f`: what ran was fine, or needs nothing more.
pub(super) fn fine(model: &mut Model, burst: bool) -> Vec<Effect> {
    let Some((id, look)) = under_cursor(model, burst) else {
        return Vec::new();
    };
    if !look {
        notice(model, "Nobody has to look at this one.");
        return Vec::new();
    }
    boxes::say(model, id, Saying::Review(Review::Fine, None))
}

/// `w`: something is wrong with what ran.
pub(super) fn flag(model: &mut Model, burst: bool) {
    match under_cursor(model, burst) {
        Some((_, true)) => write(
            model,
            "Flag",
            "Say what is wrong; it should not run alone again.",
            Then::Flag,
        ),
        Some((_, false)) => notice(model, "Nobody has to look at this one."),
        None => {}
    }
}

/// `u`: have it taken back.
pub(super) fn undo(model: &mut Model, burst: bool) {
    if under_cursor(model, burst).is_some() {
        write(
            model,
            "Undo",
            "The agent is asked to take it back, and reads why.",
            Then::Undo,
        );
    }
}

/// What a key is about, and whether somebody should look at it, unless it was typed for something else.
fn under_cursor(model: &mut Model, burst: bool) -> Option<(EnvelopeId, bool)> {
    if let Some(why) = super::is_inert(model, burst) {
        notice(model, why);
        return None;
    }
    let row = model.after.row()?;
    Some((row.summary.id, row.look))
}

fn write(model: &mut Model, verb: &str, line: &str, then: Then) {
    let Some(row) = model.after.row() else {
        return;
    };
    let what = Shown::line(row.summary.target.as_deref().unwrap_or(&row.summary.tool));
    let class = row.summary.class.as_deref().unwrap_or("unknown action");
    let title = format!("{verb} {class}, {what}");
    let (about, votes) = (About::of(&row.summary), row.summary.votes);
    let step = boxes::write(model, about.id, then);
    boxes::open_about(model, (about, votes), title, vec![line.to_owned()], step);
}
