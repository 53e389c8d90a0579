//! From one tab to another.

use super::{after, changed_by_itself, notice, past};
use crate::console::model::{Load, Pane, Tab};
use crate::console::sheet::Entry;
use crate::console::{Effect, Model};

/// Opens a tab where it was left, and asks for what it shows.
pub(super) fn open(model: &mut Model, tab: Tab) -> Vec<Effect> {
    if model.looks_back {
        if tab != Tab::Audit {
            notice(model, "This console only looks back: it has one tab.");
        }
        return Vec::new();
    }
    if model.tab == tab {
        return Vec::new();
    }
    model.tab = tab;
    (model.page, model.scroll, model.pane) = (None, 0, Pane::Queue);
    (model.past.page, model.past.proof.is_shown) = (None, false);
    // Whatever comes on the screen was not there when the next key was meant.
    changed_by_itself(model);
    match tab {
        Tab::Queue => Vec::new(),
        Tab::After => vec![after::fresh(model)],
        Tab::Audit => past::open(model),
        Tab::Oversight => {
            sum(model);
            Vec::new()
        }
        Tab::Policy => vec![Effect::AskPolicy],
    }
}

/// Sums the queue anew, where the sums are on the screen.
pub(super) fn sum(model: &mut Model) {
    if model.tab == Tab::Oversight {
        model.load = Load::of(model.rows.all(), model.gate_now(), model.load.top);
    }
}

/// Moves what the tab shows, where it has no cursor of its own.
pub(super) fn step(model: &mut Model, by: isize) {
    match model.tab {
        Tab::Oversight => {
            let lines = crate::console::view::load_lines(model);
            model.load.top = model.load.top.saturating_add_signed(by).min(lines.saturating_sub(1));
        }
        Tab::Policy => {
            let height = crate::console::view::Layout::of(model).queue_rows.max(1);
            let count = model.policy.as_ref().map_or(0, Entry::count);
            let at = model.class_at.saturating_add_signed(by).min(count.saturating_sub(1));
            model.class_top = model.class_top.min(at).max((at + 1).saturating_sub(height));
            (model.class_at, model.scroll) = (at, 0);
        }
        Tab::Queue | Tab::After | Tab::Audit => {}
    }
}
