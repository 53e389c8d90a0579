//! Draws the model. Cannot change anything, and does no work that grows with the queue.

mod after;
mod alarm;
mod boxes;
mod case_page;
mod envelope;
mod header;
mod layout;
mod load;
mod page;
mod past;
mod policy;
mod proof;
mod queue;
mod trouble;

use std::fmt::Write as _;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line as Row, Span};

pub(in crate::console) use layout::list_top;
pub use layout::{Kind, Layout};
pub(in crate::console) use load::lines as load_lines;
pub(in crate::console) use policy::lines as policy_lines;

pub(in crate::console) use boxes::{batch_drawn, batch_room, help_end, settings_end, too_much};

use super::Model;
use super::model::{Drawn, Link, Modal, Part, Tab};
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
    if let Link::Unproved(why) = &model.link {
        alarm::draw(model, why, frame, &layout);
    } else if let Some(page) = model.page {
        page::draw(model, page, frame, &layout);
    } else {
        tab(model, frame, &layout);
    }
    match &model.modal {
        Some(Modal::Help(top)) => boxes::help(model, *top, frame, &layout),
        Some(Modal::Ask(ask)) => boxes::ask(model, ask, frame, &layout),
        Some(Modal::Edit(draft)) => boxes::edit(model, draft, frame, &layout),
        Some(Modal::Batch(batch)) => boxes::batch(model, batch, frame, &layout),
        Some(Modal::Palette(palette)) => boxes::palette(model, palette, frame, &layout),
        Some(Modal::Settings(top)) => boxes::settings(model, *top, frame, &layout),
        Some(Modal::Tour(tour)) => boxes::tour(model, *tour, frame, &layout),
        None => {}
    }
    // Last: no box covers what is said at the bottom.
    boxes::footer(model, frame, layout.footer);
}

/// The tab that is open.
fn tab(model: &Model, frame: &mut Frame, layout: &Layout) {
    match model.tab {
        Tab::Queue => {
            if layout.shows_queue {
                queue::draw(model, frame, layout.queue);
            }
            if layout.shows_envelope {
                envelope::draw(model, frame, layout);
            }
        }
        Tab::After => after::draw(model, &model.after, frame, layout),
        Tab::Audit if model.past.proof.is_shown => proof::draw(model, frame, layout),
        Tab::Audit => match &model.past.page {
            Some(page) => case_page::draw(model, page, frame, layout),
            None => past::draw(model, &model.past, frame, layout),
        },
        Tab::Oversight => load::draw(model, frame, layout),
        Tab::Policy => policy::draw(model, frame, layout),
    }
}

/// What a frame of this model shows of the envelope under the cursor, if it shows enough to decide on.
pub(super) fn drawn(model: &Model) -> Option<Drawn> {
    let layout = Layout::of(model);
    let covered = match model.modal {
        Some(Modal::Help(_) | Modal::Settings(_) | Modal::Tour(_) | Modal::Edit(_) | Modal::Batch(_)) => true,
        Some(Modal::Ask(_) | Modal::Palette(_)) | None => false,
    };
    if layout.kind == Kind::TooSmall || covered || model.tab != Tab::Queue || !model.link.is_believed() {
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

/// Writes one line into a row of an area. What is cut off at its right edge is said to be.
fn put(frame: &mut Frame, area: Rect, row: u16, line: Row<'_>) {
    if row >= area.height {
        return;
    }
    let is_cut = line.width() > usize::from(area.width);
    let place = Rect {
        y: area.y + row,
        height: 1,
        ..area
    };
    frame.render_widget(line, place);
    if let Some(last) = place.columns().next_back().filter(|_| is_cut) {
        frame.render_widget("…", last);
    }
}

/// A prepared line in the theme's looks.
fn styled(line: &Line, theme: Theme) -> Row<'_> {
    line.0
        .iter()
        .map(|(tone, text)| Span::styled(text.as_str(), theme.style(*tone)))
        .collect()
}

/// How much of the left piece of a title stays beside a longer middle one, and beside any.
const LEFT_STAYS: [usize; 2] = [18, 8];

/// The first of some middle pieces beside which enough is left of the others; the last where none is.
fn fitting(left: &str, middles: &[String], right: &str, width: u16) -> String {
    use textwrap::core::display_width;
    let room = |stays| {
        let taken = display_width(left).min(stays) + display_width(right) + 10;
        usize::from(width).saturating_sub(taken)
    };
    let fits = |stays| middles.iter().find(|middle| display_width(middle) <= room(stays));
    let found = LEFT_STAYS.into_iter().find_map(fits).or(middles.last());
    found.cloned().unwrap_or_default()
}

/// `-- left ------ middle ------ right --`, as wide as the area.
fn rule(left: &str, middle: &str, right: &str, width: u16) -> String {
    use textwrap::core::display_width;
    let width = usize::from(width);
    // Dashes part one piece from the next: inside a piece they are told from ours.
    let whole = [left, middle, right].map(|piece| piece.replace(" --", "␣--"));
    let [left, middle, right] = whole.each_ref().map(String::as_str);
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
