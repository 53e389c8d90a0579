//! All of an envelope in the reviewer's own pager: to search in it, and to read it at leisure.

use std::fmt::Write as _;

use super::notice;
use crate::console::sheet::Line;
use crate::console::view::Layout;
use crate::console::{Effect, Model};

/// Hands over what the console's own lines say, which are safe to show by the way they were made.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let widths = Layout::of(model).widths;
    let laid = model
        .shown_case()
        .and_then(|case| Some((case.about.id, case.laid(widths)?)));
    let Some((id, laid)) = laid else {
        notice(model, "It is not on screen yet.");
        return Vec::new();
    };
    let mut text = format!("envelope {id}\n\n");
    let parts = [
        ("", &laid.sheet),
        ("the payload, field by field", &laid.fields.lines),
        ("the payload, as text", &laid.text.lines),
        ("evidence, as the agent gives it", &laid.evidence),
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
