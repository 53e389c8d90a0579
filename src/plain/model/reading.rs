//! An envelope that was opened, and how much of it was printed since.

use std::sync::Arc;

use jiff::Timestamp;

use crate::api::EnvelopeView;
use crate::console::Line;
use crate::console::model::{Case, Drawn, PATIENCE, Part, Seen, Widths, lay_out};

/// Columns that the sheet stands in from the left edge.
const INDENT: usize = 2;

/// How many lines of the payload the sheet may take before it points to the whole one.
const INLINE: usize = 12;

/// One reading. Opened again, it begins anew.
#[derive(Debug)]
pub struct Reading {
    pub case: Case,
    widths: Widths,
    /// Approvals and answers there were when it was read.
    pub votes: u32,
    pub answered: u32,
    /// Since when its first lines can be read.
    pub shown_since: Option<Timestamp>,
    pub seen: Seen,
    /// What is being printed, and its first line that was not yet.
    pub part: Part,
    next: usize,
    /// What was handed over and is not known to be printed.
    printing: Option<Drawn>,
}

impl Reading {
    pub fn new(view: EnvelopeView, width: usize, now: Timestamp) -> Self {
        // The last column stays free: a terminal may break the line after it.
        let width = width.saturating_sub(INDENT + 1);
        let widths = Widths {
            sheet: width,
            inline: INLINE,
            diff: width,
            beside: 0,
            evidence: 0,
        };
        let (votes, answered) = (view.summary.votes, view.summary.answered);
        // Nothing is drawn here meanwhile, so nothing waits for it but who asked.
        let laid = lay_out(&view, widths, PATIENCE);
        let case = Case::new(Arc::new(view), laid, now);
        Self {
            widths,
            votes,
            answered,
            shown_since: None,
            seen: Seen::of(case.about),
            part: Part::Sheet,
            next: 0,
            printing: None,
            case,
        }
    }

    /// Begins another part from its first line.
    pub fn turn_to(&mut self, part: Part) {
        (self.part, self.next) = (part, 0);
    }

    /// Back to the sheet, where it was left.
    pub fn back_to_sheet(&mut self) {
        if self.part != Part::Sheet {
            (self.part, self.next) = (Part::Sheet, self.seen.sheet());
        }
    }

    /// The next lines, at most so many, as they are to be printed.
    pub fn take_lines(&mut self, most: usize) -> Vec<String> {
        let lines = self.lines();
        let top = self.next.min(lines.len());
        let end = (top + most).min(lines.len());
        let texts = lines[top..end].iter().map(Line::text).collect();
        let of = lines.len();
        self.next = end;
        self.printing = Some(Drawn {
            about: self.case.about,
            part: self.part,
            widths: self.widths,
            lines: std::iter::once(top..end).collect(),
            of,
            beside: false,
        });
        texts
    }

    /// The columns that its lines were made for.
    pub fn widths(&self) -> Widths {
        self.widths
    }

    /// How many lines of this part are still to come.
    pub fn left(&self) -> usize {
        self.lines().len().saturating_sub(self.next)
    }

    /// All lines of this part: nothing is folded away here.
    fn lines(&self) -> &[Line] {
        self.case.laid(self.widths).map_or(&[], |laid| match self.part {
            Part::Sheet => &laid.sheet,
            Part::Fields => &laid.fields.lines,
            Part::Text => &laid.text.lines,
            Part::Payload => &laid.payload.lines,
        })
    }

    /// What was handed over is printed: from now on a line can be about it.
    pub fn printed(&mut self, at: Timestamp) {
        if let Some(drawn) = self.printing.take() {
            self.seen.take(&drawn);
            self.shown_since.get_or_insert(at);
        }
    }

    /// Whether all that would be approved was printed.
    pub fn has_all(&self) -> bool {
        let laid = self.case.laid(self.widths);
        self.has_head() && laid.is_some_and(|laid| self.seen.has_payload(laid))
    }

    pub fn has_head(&self) -> bool {
        let laid = self.case.laid(self.widths);
        laid.is_some_and(|laid| self.seen.has_head(laid))
    }
}
