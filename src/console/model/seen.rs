//! What of an envelope was on the screen: an approval is of what could be looked at, to the last line.

use std::ops::Range;

use super::{About, Laid, Page, Sides, Whole, Widths};

/// What one frame showed of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    pub about: About,
    pub part: Part,
    pub widths: Widths,
    /// The lines of the part that were drawn whole, in order, and how many it has.
    pub lines: Vec<Range<usize>>,
    pub of: usize,
    /// All of the payload stood beside the sheet.
    pub beside: bool,
}

/// Lines that scroll as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Sheet,
    Fields,
    Text,
    /// The payload alone.
    Payload,
}

/// How much of one envelope was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub about: About,
    sheet: Lines,
    fields: Lines,
    text: Lines,
    payload: Lines,
    beside: bool,
}

/// The lines of one part that were drawn, at one width, apart and in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Lines {
    widths: Widths,
    drawn: Vec<Range<usize>>,
    /// All of them were, at this width or another.
    all: bool,
}

impl Lines {
    /// Takes lines in. Of another width they are other lines.
    fn take(&mut self, drawn: &Drawn) {
        if self.widths != drawn.widths {
            self.widths = drawn.widths;
            self.drawn.clear();
        }
        for lines in &drawn.lines {
            self.add(lines.clone());
        }
        self.all |= drawn.of > 0 && self.next() >= drawn.of;
    }

    fn add(&mut self, lines: Range<usize>) {
        if lines.is_empty() {
            return;
        }
        let from = self.drawn.partition_point(|other| other.end < lines.start);
        let until = self.drawn.partition_point(|other| other.start <= lines.end);
        let touched = &self.drawn[from..until];
        let start = touched
            .first()
            .map_or(lines.start, |other| other.start.min(lines.start));
        let end = touched.last().map_or(lines.end, |other| other.end.max(lines.end));
        self.drawn.splice(from..until, std::iter::once(start..end));
    }

    /// The first line that was not drawn.
    fn next(&self) -> usize {
        self.drawn
            .first()
            .filter(|first| first.start == 0)
            .map_or(0, |first| first.end)
    }

    /// Only so many of the first lines are what they were.
    fn keep(&mut self, lines: usize) {
        for drawn in &mut self.drawn {
            drawn.end = drawn.end.min(lines);
        }
        self.drawn.retain(|drawn| !drawn.is_empty());
        self.all = false;
    }
}

impl Seen {
    /// Nothing yet.
    pub fn of(about: About) -> Self {
        Self {
            about,
            sheet: Lines::default(),
            fields: Lines::default(),
            text: Lines::default(),
            payload: Lines::default(),
            beside: false,
        }
    }

    /// Takes in a frame. A line that was skipped, or folded away, was not seen.
    pub fn take(&mut self, drawn: &Drawn) {
        self.beside |= drawn.beside;
        match drawn.part {
            Part::Sheet => self.sheet.take(drawn),
            Part::Fields => self.fields.take(drawn),
            Part::Text => self.text.take(drawn),
            Part::Payload => self.payload.take(drawn),
        }
    }

    /// The sheet was made anew, and only so many of its first lines are what they were.
    pub fn keep_sheet(&mut self, lines: usize) {
        self.sheet.keep(lines);
    }

    /// How far the sheet was read.
    pub fn sheet(&self) -> usize {
        self.sheet.next()
    }

    /// The first line of a part that was not seen.
    pub fn next(&self, part: Part) -> usize {
        match part {
            Part::Sheet => self.sheet.next(),
            Part::Fields => self.fields.next(),
            Part::Text => self.text.next(),
            Part::Payload => self.payload.next(),
        }
    }

    /// Which lines of a part were drawn at these widths, in order and apart.
    pub fn drawn(&self, part: Part, widths: Widths) -> &[Range<usize>] {
        let lines = match part {
            Part::Sheet => &self.sheet,
            Part::Fields => &self.fields,
            Part::Text => &self.text,
            Part::Payload => &self.payload,
        };
        if lines.widths == widths { &lines.drawn } else { &[] }
    }

    /// Whether all of the payload stood beside the sheet.
    pub fn stood_beside(&self) -> bool {
        self.beside
    }

    /// Whether the gate's figures and the names were seen.
    pub fn has_head(&self, laid: &Laid) -> bool {
        self.sheet() >= laid.head
    }

    /// Whether every value that would run was seen, in one of the ways it can be shown.
    pub fn has_payload(&self, laid: &Laid) -> bool {
        let on_sheet = laid.is_complete && self.has_head(laid);
        on_sheet || self.beside || self.fields.all || self.text.all || self.payload.all
    }
}

impl Part {
    /// The part that has the whole screen, where all of the payload is in it.
    pub fn of(page: Page) -> Option<Self> {
        match (page.whole, page.sides) {
            (Whole::Trail, _) | (_, Sides::Before) => None,
            (_, Sides::Payload) => Some(Self::Payload),
            (Whole::Fields, Sides::Both) => Some(Self::Fields),
            (Whole::Text, Sides::Both) => Some(Self::Text),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{Digest, EnvelopeId};

    fn drawn(lines: Range<usize>, of: usize) -> Drawn {
        Drawn {
            about: About {
                id: EnvelopeId(Uuid::nil()),
                digest: Digest([0; 32]),
                revision: 1,
            },
            part: Part::Sheet,
            widths: Widths::default(),
            lines: vec![lines],
            of,
            beside: false,
        }
    }

    #[test]
    fn lines_that_were_skipped_were_not_seen() {
        let mut lines = Lines::default();
        let mut draw = |from, until| {
            lines.take(&drawn(from..until, 12));
            (lines.next(), lines.all)
        };
        assert_eq!(draw(0, 5), (5, false));
        assert_eq!(draw(6, 12), (5, false), "line 5 was not there");
        assert_eq!(draw(3, 6), (12, true), "what was drawn below it was");
    }

    #[test]
    fn lines_of_another_width_are_others_and_what_was_seen_whole_was_seen() {
        let mut lines = Lines::default();
        lines.take(&drawn(0..5, 10));
        let narrow = Widths {
            diff: 40,
            ..Widths::default()
        };
        lines.take(&Drawn {
            widths: narrow,
            ..drawn(5..10, 10)
        });
        assert!(!lines.all);
        lines.take(&Drawn {
            widths: narrow,
            ..drawn(0..5, 10)
        });
        lines.take(&drawn(0..1, 10));
        assert!(lines.all);
        lines.keep(4);
        assert!(!lines.all, "until it says something else");
    }

    proptest! {
        #[test]
        fn exactly_what_was_drawn_was_seen(frames in proptest::collection::vec((0_usize..20, 0_usize..6), 0..12)) {
            let mut lines = Lines::default();
            for (from, length) in &frames {
                lines.take(&drawn(*from..from + length, 20));
            }
            let was = |line: usize| frames.iter().any(|(from, length)| (*from..from + length).contains(&line));
            for line in 0..26 {
                prop_assert_eq!(lines.drawn.iter().any(|drawn| drawn.contains(&line)), was(line));
            }
            prop_assert_eq!(lines.all, (0..20).all(was));
        }
    }
}
