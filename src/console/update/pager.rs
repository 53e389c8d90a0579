//! All of an envelope in the reviewer's own pager: to search in it, and to read it at leisure.

use std::fmt::Write as _;

use super::notice;
use crate::console::sheet::Line;
use crate::console::{Effect, Model};

/// Hands over what the console's own lines say, which are safe to show by the way they were made.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(case) = model.shown_case() else {
        return Vec::new();
    };
    let mut text = format!("envelope {}\n\n", case.about.id);
    let parts = [
        ("", &case.sheet),
        ("the payload, field by field", &case.fields),
        ("the payload, as text", &case.text),
        ("evidence, as the agent gives it", &case.evidence),
    ];
    for (title, lines) in parts.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        if !title.is_empty() {
            let _ = write!(text, "\n-- {title} --\n");
        }
        for Line(pieces) in lines {
            text.extend(pieces.iter().map(|(_, piece)| piece.as_str()));
            text.push('\n');
        }
    }
    vec![Effect::OpenPager { text }]
}

/// The pager has ended.
pub(super) fn closed(model: &mut Model, answer: Result<(), String>) {
    if let Err(why) = answer {
        notice(model, why);
    }
}
