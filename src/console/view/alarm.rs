//! The gate does not prove that its ledger grew from what was seen of it: nothing else is drawn.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line as Row, Span};

use super::{Layout, put};
use crate::console::Model;
use crate::console::theme::Tone;
use crate::console::update::UNPROVED;
use crate::domain::Shown;

/// What came, what to do, and what was expected; the first of it also where there is little room.
pub(super) fn draw(model: &Model, why: &str, frame: &mut Frame, layout: &Layout) {
    let screen = frame.area();
    let area = Rect {
        y: layout.header.bottom(),
        height: layout.footer.y.saturating_sub(layout.header.bottom()),
        ..screen
    };
    let width = usize::from(area.width.saturating_sub(4)).max(8);
    let gate = Shown::line(&model.gate);
    let why = Shown::line(why);
    let said = [
        "THIS GATE IS NOT BELIEVED. Nothing can be decided here.".to_owned(),
        format!("What was seen of it and what it shows now: {why}."),
        UNPROVED.to_owned(),
        format!(
            "A ledger only grows: what {gate} shows has to begin with all that this console saw of it, signed with the \
             same key or with one that it handed over to."
        ),
    ];
    let mut row = 1;
    for (n, text) in said.iter().enumerate() {
        let tone = if n < 2 { Tone::Danger } else { Tone::Plain };
        for line in textwrap::wrap(text, width) {
            let line = Span::styled(format!("  {line}"), model.theme.style(tone));
            put(frame, area, row, Row::from(line));
            row += 1;
        }
        row += 1;
    }
}
