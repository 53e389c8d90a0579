//! Writing what to look for: in the queue, or in everything there ever was.

use crossterm::event::KeyCode;

use super::{boxes, past, queue};
use crate::console::model::Filter;
use crate::console::{Effect, Model, Pressed};

/// Whether keys are letters of it now.
pub(super) fn is_open(model: &Model) -> bool {
    model.finding.is_some()
}

/// `/`: begins with what was looked for last.
pub(super) fn open(model: &mut Model) {
    let before = match &model.past {
        Some(past) => past.search.clone(),
        None => model
            .rows
            .filter()
            .map_or_else(String::new, |filter| filter.as_str().to_owned()),
    };
    model.finding = Some(before);
}

/// A key: Enter looks for it, Esc leaves it as it was.
pub(super) fn write(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    match pressed.code {
        KeyCode::Esc => model.finding = None,
        KeyCode::Enter => {
            let text = model.finding.take().unwrap_or_default();
            if model.past.is_some() {
                return past::search(model, text.trim().to_owned());
            }
            queue::show(model, Filter::of(&text));
        }
        _ => {
            if let Some(text) = &mut model.finding {
                boxes::type_into(text, pressed);
            }
        }
    }
    Vec::new()
}

/// Pasted text is part of it.
pub(super) fn paste(model: &mut Model, line: &str) {
    if let Some(text) = &mut model.finding {
        text.push_str(line.trim_end());
    }
}
