//! Draws the model. Cannot change anything, and does no work that grows with the queue.

mod after;
mod boxes;
mod envelope;
mod header;
mod layout;
mod page;
mod past;
mod queue;

use std::fmt::Write as _;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line as Row, Span};

pub use layout::{Kind, Layout};

pub(in crate::console) use boxes::{batch_drawn, batch_room, help_end, too_much};

use super::Model;
use super::model::{Drawn, Modal, Part};
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
    if let Some(page) = model.page {
        page::draw(model, page, frame, &layout);
    } else if let Some(past) = &model.past {
        past::draw(model, past, frame, &layout);
    } else if let Some(after) = &model.after {
        after::draw(model, after, frame, &layout);
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

/// What a frame of this model shows of the envelope under the cursor, if it shows enough to decide on.
pub(super) fn drawn(model: &Model) -> Option<Drawn> {
    let layout = Layout::of(model);
    let covered = matches!(model.modal, Some(Modal::Help(_) | Modal::Edit(_) | Modal::Batch(_)));
    if layout.kind == Kind::TooSmall || covered || model.after.is_some() || model.past.is_some() {
        return None;
    }
    let case = model.case()?;
    let laid = case.laid(layout.widths)?;
    let said = boxes::covered(model, layout.footer);
    // The last row then says how many more there are.
    let room = |rest: usize, height: usize| rest.min(height.saturating_sub(usize::from(rest > height).max(said)));
    let (part, lines, of) = match model.page {
        Some(page) => {
            let body = laid.body(page)?;
            let folded = page.is_folded(body);
            let rest = body.rows(folded).saturating_sub(page.scroll);
            let rows = page.scroll..page.scroll + room(rest, layout.diff_rows);
            (Part::of(page)?, body.shown(rows, folded), body.lines.len())
        }
        None if layout.shows_envelope => {
            let rest = laid.sheet.len().saturating_sub(model.scroll);
            let lines = model.scroll..model.scroll + room(rest, layout.sheet_rows);
            (Part::Sheet, vec![lines], laid.sheet.len())
        }
        None => return None,
    };
    let side = usize::from(layout.side.height).saturating_sub(said);
    let free = model.modal.is_none();
    let beside = side >= laid.fields.lines.len() && side > 0 && !laid.fields.folds_itself();
    Some(Drawn {
        about: case.about,
        part,
        widths: layout.widths,
        lines: if free { lines } else { Vec::new() },
        of,
        beside: free && part == Part::Sheet && beside,
    })
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
