//! What is remembered, and when it is written: at the second after it changed, and at the end.

use super::{notice, tab};
use crate::console::model::Memory;
use crate::console::{Effect, Model};

/// Opens the tab where the console was left, and says what is not shown because of it.
pub(super) fn recall(model: &mut Model) -> Vec<Effect> {
    let tab = model.keeping.written.tab;
    let arrangement = model.rows.arrangement();
    if arrangement.leaves_out() && !model.looks_back {
        notice(
            model,
            "The queue is shown as you left it, not all of it: Esc shows all.",
        );
    }
    tab::open(model, tab)
}

/// What is to be written, if it is not what was written last.
pub(super) fn remember(model: &mut Model) -> Option<Effect> {
    let memory = Memory::of(model);
    if memory == model.keeping.written {
        return None;
    }
    model.keeping.written = memory.clone();
    Some(Effect::Remember(Box::new(memory)))
}

/// It was written, or not: that is said once, and decides nothing.
pub(super) fn written(model: &mut Model, answer: Result<(), String>) {
    if let Err(why) = answer
        && !model.keeping.failed
    {
        model.keeping.failed = true;
        notice(
            model,
            format!("How you look at things cannot be kept for next time: {why}."),
        );
    }
}
