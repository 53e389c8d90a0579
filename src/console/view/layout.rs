//! Where things are, for a size: the same numbers for drawing, scrolling and laying lines out.

use ratatui::layout::Rect;

use crate::console::Model;
use crate::console::model::{Pane, Widths};

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

impl Layout {
    pub fn of(model: &Model) -> Self {
        let (width, height) = (model.width, model.height);
        let kind = match (width, height) {
            (..40, _) | (_, ..10) => Kind::TooSmall,
            (..80, _) | (_, ..20) => Kind::Narrow,
            (120.., 30..) => Kind::Wide,
            (_, _) => Kind::Usual,
        };
        let row = |y: u16, rows: u16| Rect {
            x: 0,
            y,
            width,
            height: rows,
        };
        let body = height.saturating_sub(2);
        let queue_rows = match kind {
            Kind::TooSmall => 0,
            Kind::Narrow => body,
            Kind::Usual => (height / 5).clamp(5, 12),
            Kind::Wide => (height / 4).clamp(8, 16),
        };
        let narrow = kind == Kind::Narrow;
        let below = if narrow { 1 } else { 1 + queue_rows };
        let sheet_rows = height.saturating_sub(below + 2);
        let wide = kind == Kind::Wide;
        let sheet_width = if wide { SHEET_COLUMNS } else { width };
        let sheet = Rect {
            x: 1,
            y: below + 1,
            width: sheet_width.saturating_sub(2),
            height: sheet_rows,
        };
        let side_x = SHEET_COLUMNS + 1;
        let side_width = if wide { width.saturating_sub(side_x + 1) } else { 0 };
        let side = Rect {
            x: side_x,
            width: side_width,
            ..sheet
        };
        let diff = Rect {
            x: 1,
            y: 2,
            width: width.saturating_sub(2),
            height: height.saturating_sub(3),
        };
        let diff_width = if wide && model.diff.is_none() {
            side.width
        } else {
            diff.width
        };
        Self {
            kind,
            header: row(0, 1),
            queue: row(1, queue_rows),
            title: row(below, 1),
            sheet,
            side: if wide { side } else { Rect::ZERO },
            diff,
            footer: row(height.saturating_sub(1), 1),
            shows_queue: !narrow || model.pane == Pane::Queue,
            shows_envelope: !narrow || model.pane == Pane::Envelope,
            queue_rows: usize::from(queue_rows),
            sheet_rows: usize::from(sheet_rows),
            diff_rows: usize::from(diff.height),
            widths: Widths {
                sheet: usize::from(sheet.width),
                diff: usize::from(diff_width),
            },
        }
    }
}
