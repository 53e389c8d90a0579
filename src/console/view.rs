//! Draws the model. Cannot change anything, and does no work that grows with the queue.

mod after;
mod boxes;
mod envelope;
mod header;
mod layout;
mod past;
mod queue;

use std::fmt::Write as _;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line as Row, Span};

pub use layout::{Kind, Layout};

pub(in crate::console) use boxes::{help_end, too_much};

use super::Model;
use super::model::{About, Modal};
use super::sheet::Line;
use super::theme::Theme;

/// Draws one frame.
pub fn view(model: &Model, frame: &mut Frame) {
    let layout = Layout::of(model);
    if layout.kind == Kind::TooSmall {
        put(frame, frame.area(), 0, Row::raw("At least 40x10, please."));
        return;
    }
    header::draw(model, frame, layout.header);
    if let Some(past) = &model.past {
        past::draw(model, past, frame, &layout);
    } else if let Some(after) = &model.after {
        after::draw(model, after, frame, &layout);
    } else if model.page.is_some() {
        envelope::page(model, frame, &layout);
    } else {
        if layout.shows_queue {
            queue::draw(model, frame, layout.queue);
        }
        if layout.shows_envelope {
            envelope::draw(model, frame, &layout);
        }
    }
    boxes::footer(model, frame, layout.footer);
    match &model.modal {
        Some(Modal::Help(top)) => boxes::help(model, *top, frame, &layout),
        Some(Modal::Ask(ask)) => boxes::ask(model, ask, frame, &layout),
        Some(Modal::Edit(draft)) => boxes::edit(model, draft, frame, &layout),
        Some(Modal::Batch(batch)) => boxes::batch(model, batch, frame, &layout),
        None => {}
    }
}

/// What a frame of this model shows whole enough to decide on.
pub(super) fn shows(model: &Model) -> Option<About> {
    let layout = Layout::of(model);
    let visible =
        layout.kind != Kind::TooSmall && layout.shows_envelope && model.page.is_none() && model.after.is_none();
    let covered = matches!(model.modal, Some(Modal::Help(_) | Modal::Edit(_) | Modal::Batch(_)));
    let case = model.case().filter(|_| visible && !covered)?;
    Some(case.about)
}

/// How many lines of the envelope's sheet a frame of this model shows.
pub(super) fn lines_shown(model: &Model) -> usize {
    if model.modal.is_some() {
        return 0;
    }
    let layout = Layout::of(model);
    let length = model.case().map_or(0, |case| case.sheet.len());
    let rest = length.saturating_sub(model.scroll);
    // The last row then says how many more there are.
    let more = usize::from(rest > layout.sheet_rows);
    rest.min(layout.sheet_rows)
        .saturating_sub(more.max(boxes::covered(model, layout.footer)))
}

/// Writes one line into a row of an area, cut at its right edge.
fn put(frame: &mut Frame, area: Rect, row: u16, line: Row<'_>) {
    if row < area.height {
        frame.render_widget(
            line,
            Rect {
                y: area.y + row,
                height: 1,
                ..area
            },
        );
    }
}

/// A prepared line in the theme's looks.
fn styled(line: &Line, theme: Theme) -> Row<'_> {
    line.0
        .iter()
        .map(|(tone, text)| Span::styled(text.as_str(), theme.style(*tone)))
        .collect()
}

/// `-- left ------ middle ------ right --`, as wide as the area.
fn rule(left: &str, middle: &str, right: &str, width: u16) -> String {
    use textwrap::core::display_width;
    let width = usize::from(width);
    // The left piece gives way, so that a digest or a count at the right is never cut off.
    let others: usize = [middle, right].iter().map(|piece| display_width(piece) + 2).sum();
    let left = crate::console::sheet::truncate(left, width.saturating_sub(others + 6).max(8));
    let pieces: Vec<&str> = [left.as_str(), middle, right]
        .into_iter()
        .filter(|piece| !piece.is_empty())
        .collect();
    let used: usize = pieces.iter().map(|piece| display_width(piece) + 2).sum();
    let dashes = width.saturating_sub(used + 4);
    let each = dashes / pieces.len().saturating_sub(1).max(1);
    let mut text = String::from("--");
    for (n, piece) in pieces.iter().enumerate() {
        if n > 0 {
            text.push_str(&"-".repeat(each));
        }
        let _ = write!(text, " {piece} ");
    }
    let rest = width.saturating_sub(display_width(&text));
    text.push_str(&"-".repeat(rest));
    text
}
