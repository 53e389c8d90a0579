//! What the mouse may do: scroll what is under it, and move a cursor. It never decides, and opens nothing.

use ratatui::layout::{Position, Rect};

use super::{case_page, changed_by_itself, find, keys, proof};
use crate::console::model::{Modal, Tab};
use crate::console::msg::{Gesture, Pointed};
use crate::console::sheet::Entry;
use crate::console::view::{self, Kind, Layout};
use crate::console::{Effect, Model};

/// How many lines a notch of the wheel scrolls a text.
const NOTCH: usize = 3;

pub(super) fn pointed(model: &mut Model, pointed: Pointed) -> Vec<Effect> {
    let layout = Layout::of(model);
    if layout.kind == Kind::TooSmall || find::is_open(model) {
        return Vec::new();
    }
    let notch = match pointed.gesture {
        Gesture::WheelUp => -1,
        Gesture::WheelDown => 1,
        Gesture::Click => 0,
    };
    let rolled = |top: usize, end: usize| top.saturating_add_signed(notch).min(end);
    match &model.modal {
        Some(Modal::Help(top)) => model.modal = Some(Modal::Help(rolled(*top, view::help_end(model)))),
        Some(Modal::Settings(top)) => model.modal = Some(Modal::Settings(rolled(*top, view::settings_end(model)))),
        // What asks is answered by keys alone.
        Some(Modal::Ask(_) | Modal::Edit(_) | Modal::Batch(_) | Modal::Palette(_) | Modal::Tour(_)) => {}
        None => return on_the_screen(model, &layout, pointed, notch),
    }
    Vec::new()
}

fn on_the_screen(model: &mut Model, layout: &Layout, pointed: Pointed, notch: isize) -> Vec<Effect> {
    let at = Position::new(pointed.column, pointed.row);
    let in_list = model.page.is_none()
        && !case_page::is_open(model)
        && !proof::is_open(model)
        && layout.shows_queue
        && layout.queue.contains(at);
    if !in_list {
        if notch != 0 {
            keys::scroll(model, notch, Some(NOTCH));
        }
        return Vec::new();
    }
    let by = if notch == 0 {
        to_row(model, layout.queue, at)
    } else {
        Some(notch)
    };
    match by {
        Some(by) if by != 0 => {
            // A hand on the mouse is not on the keys: what was meant for the row before must not count here.
            changed_by_itself(model);
            keys::step(model, by)
        }
        Some(_) | None => Vec::new(),
    }
}

/// How far the row under the mouse is from the one that the cursor is on, if there is one.
fn to_row(model: &Model, list: Rect, at: Position) -> Option<isize> {
    let (top, here, count) = match model.tab {
        Tab::Queue => {
            let place = model.focus.and_then(|id| model.rows.place(id));
            (model.top, place?, model.rows.count_shown())
        }
        Tab::After => (model.after.top, model.after.at, model.after.rows.len()),
        Tab::Audit => (model.past.top, model.past.at, model.past.rows.len()),
        Tab::Policy => {
            let count = model.policy.as_ref().map_or(0, Entry::count);
            (model.class_top, model.class_at, count)
        }
        Tab::Oversight => return None,
    };
    let there = top + usize::from(at.y - list.y);
    (there < count).then(|| isize::try_from(there).unwrap_or(0) - isize::try_from(here).unwrap_or(0))
}
