//! The check of the whole ledger: what has the whole screen while it is looked at.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line as Row;

use super::envelope::reading;
use super::layout::Layout;
use super::{put, rule, styled};
use crate::console::Model;
use crate::console::sheet;
use crate::console::theme::Tone;

pub(super) fn draw(model: &Model, frame: &mut Frame, layout: &Layout) {
    let title = Rect { y: 1, ..layout.header };
    let (tone, word) = word(model).unwrap_or((Tone::Label, String::new()));
    let text = rule("the whole ledger is checked", &word, "", title.width);
    put(frame, title, 0, Row::styled(text, model.theme.style(tone)));
    match (&model.past.proof.view, &model.past.proof.error) {
        (Some(view), _) => {
            let lines = sheet::proof(view, usize::from(layout.diff.width));
            for (line, at) in lines.iter().zip(0..) {
                put(frame, layout.diff, at, styled(line, model.theme));
            }
        }
        (None, Some(_)) => put(
            frame,
            layout.diff,
            0,
            Row::styled("It is not known how it stands.", model.theme.style(Tone::Danger)),
        ),
        (None, None) => put(frame, layout.diff, 0, reading(model)),
    }
}

/// How the newest check stands, in a few words.
pub(super) fn word(model: &Model) -> Option<(Tone, String)> {
    model.past.proof.view.as_deref().map(sheet::proof_word)
}
