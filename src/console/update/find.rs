//! Writing what to look for: in the queue, which follows while it is written, or in the past.

use crossterm::event::KeyCode;

use super::{boxes, past, queue};
use crate::console::model::{Filter, Finding, Tab};
use crate::console::{Effect, Model, Pressed};
use crate::domain::{SEARCH_KEYS as KEYS, Search};

/// Whether keys are letters of it now.
pub(super) fn is_open(model: &Model) -> bool {
    model.finding.is_some()
}

/// Whether it is the past that is searched.
fn looks_back(model: &Model) -> bool {
    model.tab == Tab::Audit
}

/// `/`: begins with what was looked for last.
pub(super) fn open(model: &mut Model) {
    let before = model.rows.filter().cloned();
    let text = if looks_back(model) {
        model.past.search.clone()
    } else {
        before
            .as_ref()
            .map_or_else(String::new, |filter| filter.as_str().to_owned())
    };
    model.finding = Some(Finding {
        text,
        before,
        fault: None,
    });
}

/// A key: Enter looks for it, Esc leaves it as it was.
pub(super) fn write(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    let Some(finding) = &mut model.finding else {
        return Vec::new();
    };
    match pressed.code {
        KeyCode::Esc => {
            let before = model.finding.take().and_then(|finding| finding.before);
            if !looks_back(model) {
                queue::show(model, before);
            }
        }
        KeyCode::Enter => match finding.text.parse::<Search>() {
            Ok(search) => {
                model.finding = None;
                if looks_back(model) {
                    return past::search(model, search.as_str().to_owned());
                }
                show(model, search);
            }
            // What was written is not lost for a slip of the finger.
            Err(error) => finding.fault = Some(error.to_string()),
        },
        _ => {
            boxes::type_into(&mut finding.text, pressed);
            follow(model);
        }
    }
    Vec::new()
}

/// Pasted text is part of it.
pub(super) fn paste(model: &mut Model, line: &str) {
    if let Some(finding) = &mut model.finding {
        finding.text.push_str(line.trim_end());
    }
    follow(model);
}

/// The queue shows what fits so far.
fn follow(model: &mut Model) {
    let Some(finding) = &mut model.finding else {
        return;
    };
    finding.fault = None;
    let so_far = so_far(&finding.text).parse();
    if let Some(search) = so_far.ok().filter(|_| !looks_back(model)) {
        show(model, search);
    }
}

/// Without a last word that may yet become a key or is half of one: the queue would be empty for a moment.
fn so_far(text: &str) -> &str {
    let start = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let last = text[start..].trim_start_matches('-').to_lowercase();
    let becomes = KEYS.iter().any(|key| key.starts_with(&last));
    let half = text[start..].parse::<Search>().is_err();
    if becomes || half { &text[..start] } else { text }
}

fn show(model: &mut Model, search: Search) {
    let filter = Filter::of(search, model.gate_now());
    queue::show(model, filter);
}
