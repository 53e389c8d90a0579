//! Cursor, window and the envelope under it. The cursor follows an id, never a row.

use jiff::SignedDuration;

use super::{changed_by_itself, lay, notice};
use crate::api::{EnvelopeView, PastPage, Summary};
use crate::client::ClientError;
use crate::console::model::{About, Arrangement, Filter, Grouping, Modal, Scope, Whole};
use crate::console::view::{Kind, Layout, list_top};
use crate::console::{Effect, Model};
use crate::domain::EnvelopeId;

/// How many seconds a filter that counts time may be behind.
const AGAIN: i64 = 5;

/// How long an envelope may be behind its row before it is read once more.
const LATELY: SignedDuration = SignedDuration::from_millis(500);

/// How long an answer may take, and after how long what could not be read is asked for again.
const PATIENCE: SignedDuration = SignedDuration::from_secs(5);

/// Moves the cursor to a place of the queue, as the reviewer asked.
pub(super) fn go(model: &mut Model, place: usize) {
    let last = model.rows.count_shown().saturating_sub(1);
    model.focus = model.rows.at(place.min(last)).map(|row| row.id);
}

/// Moves it by some rows.
pub(super) fn step(model: &mut Model, by: isize) {
    let here = model.focus.and_then(|id| model.rows.place(id)).unwrap_or(0);
    go(model, here.saturating_add_signed(by));
}

/// Shows only what fits, or all again. The cursor stays where it is, if it can.
pub(super) fn show(model: &mut Model, filter: Option<Filter>) {
    let arrangement = model.rows.arrangement();
    arrange(model, Arrangement { filter, ..arrangement });
}

/// Shows the queue in another way.
pub(super) fn arrange(model: &mut Model, arrangement: Arrangement) {
    if model.rows.arrangement() != arrangement {
        model.rows.arrange(arrangement);
        changed_by_itself(model);
    }
}

/// Leaves nothing out; the order stays.
pub(super) fn show_all(model: &mut Model) {
    let arrangement = model.rows.arrangement();
    arrange(
        model,
        Arrangement {
            filter: None,
            scope: Scope::All,
            ..arrangement
        },
    );
}

/// `v`: all, what the reviewer's role may decide, or what is the reviewer's own.
pub(super) fn scope(model: &mut Model) {
    let arrangement = model.rows.arrangement();
    let scope = arrangement.scope.next();
    arrange(model, Arrangement { scope, ..arrangement });
    notice(model, format!("Shown: {scope}."));
}

/// `z`: by class, agent or run, or in one row of all.
pub(super) fn group(model: &mut Model) {
    let arrangement = model.rows.arrangement();
    let grouping = arrangement.grouping.next();
    arrange(
        model,
        Arrangement {
            grouping,
            ..arrangement
        },
    );
    notice(
        model,
        match grouping {
            Grouping::None => "Not grouped: the worst and most urgent first.".to_owned(),
            grouping => format!("Grouped by {grouping}."),
        },
    );
}

/// `p`: it stays at the top, or goes back to its place.
pub(super) fn pin(model: &mut Model) {
    let Some(id) = model.focus else {
        return;
    };
    let mut arrangement = model.rows.arrangement();
    if !arrangement.pins.remove(&id) {
        arrangement.pins.insert(id);
    }
    arrange(model, arrangement);
}

/// Where a filter counts time, some rows fit by now that did not, and the other way round.
pub(super) fn again(model: &mut Model) {
    let now = model.gate_now();
    let due = model.now.as_second() % AGAIN == 0;
    if let Some(filter) = model.rows.filter().filter(|_| due).and_then(|filter| filter.later(now)) {
        let arrangement = model.rows.arrangement();
        model.rows.arrange(Arrangement {
            filter: Some(filter),
            ..arrangement
        });
    }
}

/// Takes a row out; the cursor on it goes to the row that comes into its place.
pub(super) fn remove(model: &mut Model, id: EnvelopeId) {
    let place = model.rows.place(id);
    model.rows.remove(id);
    model.begun.forget_all(id);
    if model.focus == Some(id) {
        model.focus = None;
        if let Some(place) = place {
            go(model, place);
        }
        changed_by_itself(model);
    }
}

/// After every message: keeps the cursor on a row, in the window, and asks for what it needs.
pub(super) fn settle(model: &mut Model, before: Option<EnvelopeId>) -> Vec<Effect> {
    end_claim(model);
    if model.focus.is_none_or(|id| model.rows.place(id).is_none()) {
        let lost = model.focus.is_some();
        match model.keeping.return_to.filter(|id| model.rows.place(*id).is_some()) {
            Some(id) => model.focus = Some(id),
            None => go(model, 0),
        }
        if !model.rows.is_empty() {
            model.keeping.return_to = None;
        }
        if lost || model.focus.is_some() {
            changed_by_itself(model);
        }
    }
    let height = Layout::of(model).queue_rows;
    let place = model.focus.and_then(|id| model.rows.place(id)).unwrap_or(0);
    model.top = list_top(model.top, place, model.rows.count_shown(), height);
    if model.focus != before {
        model.scroll = 0;
        model.page = None;
    }
    let laying = lay::settle(model);
    let asks = ask(model).into_iter().chain(ask_trail(model));
    laying.into_iter().chain(asks).collect()
}

/// Whoever said that they are at the envelope under the cursor is believed for as long as they said. The gate
/// sends no word when that is over; what was read of it is read again.
fn end_claim(model: &mut Model) {
    let now = model.gate_now();
    let Some(row) = model.focus.and_then(|id| model.rows.get(id)) else {
        return;
    };
    if row.claim.as_ref().is_some_and(|claim| claim.until <= now) {
        let row = Summary {
            claim: None,
            ..row.clone()
        };
        model.rows.put(vec![row]);
    }
}

/// Asks what the agent did before, once, where that is on the screen.
fn ask_trail(model: &mut Model) -> Option<Effect> {
    let wanted = match model.page {
        Some(page) => page.whole == Whole::Trail,
        None => Layout::of(model).kind == Kind::Full,
    };
    let id = model.case().filter(|case| wanted && case.steps.is_none())?.about.id;
    if model.trail_asked == Some(id) {
        return None;
    }
    model.trail_asked = Some(id);
    Some(Effect::AskTrail { id })
}

/// What an agent did before came, or did not.
pub(super) fn trail(model: &mut Model, id: EnvelopeId, answer: Result<PastPage, ClientError>) {
    match answer {
        Ok(page) => {
            let cases = model.cases.iter_mut().filter(|case| case.about.id == id);
            cases.for_each(|case| case.follow(page.rows.clone()));
            model.trail_asked = model.trail_asked.filter(|asked| *asked != id);
        }
        Err(error) => notice(model, format!("What its agent did before could not be read: {error}.")),
    }
}

/// Asks for the envelope under the cursor, once for each state of its row.
fn ask(model: &mut Model) -> Option<Effect> {
    let row = model.rows.get(model.focus?)?;
    let about = About::of(row);
    let known = model.cases.iter().rev().find(|case| case.about == about);
    let is_known = known.is_some_and(|case| {
        // Row and envelope come by two ways: one may be a moment behind the other.
        let lately = model.now.duration_since(case.read_at) < LATELY;
        case.view.summary == *row || (case.read_for.as_ref() == Some(row) && lately)
    });
    let asked = model.asked.filter(|(asked, _)| *asked == about);
    if is_known || asked.is_some_and(|(_, at)| model.now.duration_since(at) < PATIENCE) {
        return None;
    }
    model.asked = Some((about, model.now));
    Some(Effect::AskEnvelope { id: about.id })
}

/// The envelope came, or did not.
pub(super) fn envelope(model: &mut Model, id: EnvelopeId, answer: Result<Box<EnvelopeView>, ClientError>) {
    match answer {
        Ok(view) => lay::read(model, *view),
        // Asked for again after a while, not at once: a gate that is gone is not run against.
        Err(error) if model.focus == Some(id) => notice(model, format!("It could not be read: {error}.")),
        Err(_) => {}
    }
}

/// Says in an open box that what it is about is no longer there, or no longer the same.
pub(super) fn warn_box(model: &mut Model, sentence: impl Fn(EnvelopeId) -> Option<String>) {
    let (stale, id) = match &mut model.modal {
        Some(Modal::Ask(ask)) => (&mut ask.stale, ask.about.id),
        Some(Modal::Edit(draft)) => (&mut draft.stale, draft.about.id),
        Some(Modal::Help(_) | Modal::Settings(_) | Modal::Tour(_) | Modal::Palette(_) | Modal::Batch(_)) | None => {
            return;
        }
    };
    if stale.is_none() {
        *stale = sentence(id);
    }
}
