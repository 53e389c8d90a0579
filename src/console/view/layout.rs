//! Where things are, for a size: the same numbers for drawing, scrolling and laying lines out.

use ratatui::layout::Rect;

use crate::console::Model;
use crate::console::model::{Pane, Tab, Widths};

/// The shapes a screen can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    TooSmall,
    /// One pane at a time.
    Narrow,
    /// Queue above envelope.
    Usual,
    /// Queue above, envelope and payload side by side.
    Wide,
    /// Queue, envelope, payload, evidence and what led here, side by side.
    Full,
}

/// Places and heights of one frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    pub kind: Kind,
    pub header: Rect,
    pub queue: Rect,
    pub title: Rect,
    pub sheet: Rect,
    /// The payload beside the sheet; empty unless wide.
    pub side: Rect,
    /// Below the payload: what the agent brings forward, and what it did before. Empty unless full. Each, and
    /// the payload there, has a row above it for its name.
    pub evidence: Rect,
    pub trail: Rect,
    pub diff: Rect,
    pub footer: Rect,
    pub shows_queue: bool,
    pub shows_envelope: bool,
    pub queue_rows: usize,
    pub sheet_rows: usize,
    pub diff_rows: usize,
    pub widths: Widths,
}

/// The sheet's share of a wide screen: its labels and notes need it.
const SHEET_COLUMNS: u16 = 80;

/// The queue's share of a full screen, and of one with room for amounts.
const QUEUE_COLUMNS: u16 = 60;
const QUEUE_WITH_AMOUNTS: u16 = 76;

/// Rows of the sheet that are not the payload's: what the gate computed, the way back, who says what.
const FIXED_ROWS: u16 = 12;

/// Rows from which on a list has one to spare for how many more there are; below it the title has the count.
const SPARE: usize = 8;

/// How many rows of a list are drawn, of so many from its top on: the last one says how many more there are.
pub fn list_rows(rest: usize, height: usize) -> usize {
    if rest > height && height >= SPARE {
        height - 1
    } else {
        rest.min(height)
    }
}

/// The first row of a window in which the row under the cursor is drawn.
pub fn list_top(top: usize, at: usize, count: usize, height: usize) -> usize {
    // No row stays empty while there is one above the window to stand in it.
    let top = top.min(at).min(count.saturating_sub(height.max(1)));
    let top = top.max((at + 1).saturating_sub(height.max(1)));
    let drawn = list_rows(count.saturating_sub(top), height.max(1));
    // Only the last row can be the one that says how many more there are.
    if at >= top + drawn { top + 1 } else { top }
}

impl Layout {
    pub fn of(model: &Model) -> Self {
        let (width, height) = (model.width, model.height);
        // Lists that are looked back over have one pane beside them at most.
        let looks_back = model.tab != Tab::Queue;
        let kind = match (width, height) {
            (..40, _) | (_, ..10) => Kind::TooSmall,
            (..80, _) | (_, ..20) => Kind::Narrow,
            (180.., 44..) if !looks_back => Kind::Full,
            (120.., 30..) => Kind::Wide,
            (_, _) => Kind::Usual,
        };
        let row = |x: u16, y: u16, width: u16, rows: u16| Rect {
            x,
            y,
            width,
            height: rows,
        };
        let body = height.saturating_sub(2);
        let full = kind == Kind::Full;
        let queue_columns = if width >= 200 {
            QUEUE_WITH_AMOUNTS
        } else {
            QUEUE_COLUMNS
        };
        let queue_rows = match kind {
            Kind::TooSmall => 0,
            Kind::Narrow | Kind::Full => body,
            Kind::Usual => (height / 5).clamp(5, 12),
            Kind::Wide => (height / 4).clamp(8, 16),
        };
        let narrow = kind == Kind::Narrow;
        let (left, below) = match kind {
            Kind::Full => (queue_columns, 1),
            Kind::Narrow => (0, 1),
            Kind::TooSmall | Kind::Usual | Kind::Wide => (0, 1 + queue_rows),
        };
        let sheet_rows = height.saturating_sub(below + 2);
        let beside = matches!(kind, Kind::Wide | Kind::Full);
        let sheet_width = if beside { SHEET_COLUMNS } else { width };
        let sheet = row(left + 1, below + 1, sheet_width.saturating_sub(2), sheet_rows);
        let side_x = left + SHEET_COLUMNS + 1;
        let side_width = if beside { width.saturating_sub(side_x + 1) } else { 0 };
        // The payload has half of the column, and the other two share the rest; a row each names them.
        let (evidence_rows, trail_rows) = if full { (sheet_rows / 4, sheet_rows / 4) } else { (0, 0) };
        let named = if full { 2 } else { 0 };
        let side_rows = sheet_rows.saturating_sub(evidence_rows + trail_rows + named);
        let side = row(side_x, below + 1, side_width, side_rows);
        let evidence = row(side_x, side.y + side_rows + 1, side_width, evidence_rows);
        let trail = row(side_x, evidence.y + evidence_rows + 1, side_width, trail_rows);
        let diff = row(1, 2, width.saturating_sub(2), height.saturating_sub(3));
        let diff_width = if beside && model.page.is_none() {
            side.width
        } else {
            diff.width
        };
        let title_width = if full { SHEET_COLUMNS } else { width };
        let shown = |rect: Rect, is: bool| if is { rect } else { Rect::ZERO };
        Self {
            kind,
            header: row(0, 0, width, 1),
            queue: row(0, 1, if full { queue_columns - 1 } else { width }, queue_rows),
            title: row(left, below, title_width, 1),
            sheet,
            side: shown(side, beside),
            evidence: shown(evidence, full),
            trail: shown(trail, full),
            diff,
            footer: row(0, height.saturating_sub(1), width, 1),
            shows_queue: !narrow || model.pane == Pane::Queue,
            shows_envelope: !narrow || model.pane == Pane::Envelope,
            queue_rows: usize::from(queue_rows),
            sheet_rows: usize::from(sheet_rows),
            diff_rows: usize::from(diff.height),
            widths: Widths {
                sheet: usize::from(sheet.width),
                inline: usize::from(sheet_rows.saturating_sub(FIXED_ROWS)).max(3),
                diff: usize::from(diff_width),
                beside: if full { usize::from(side.width) } else { 0 },
                evidence: usize::from(evidence_rows),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{list_rows, list_top};

    proptest! {
        #[test]
        fn the_row_under_the_cursor_is_drawn_wherever_the_window_was(
            (count, at) in (1_usize..60).prop_flat_map(|count| (Just(count), 0..count)),
            top in 0_usize..80,
            height in 1_usize..30,
        ) {
            let top = list_top(top, at, count, height);
            let drawn = list_rows(count - top, height);
            prop_assert!((top..top + drawn).contains(&at), "{top} {drawn}");
            let said = usize::from(top + drawn < count);
            prop_assert!(drawn + said <= height || height < super::SPARE);
        }
    }
}
