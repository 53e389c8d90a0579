//! What of an envelope was on the screen: an approval is of what could be looked at, to the last line.

use super::{About, Laid, Whole};

/// What one frame showed of an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    pub about: About,
    pub part: Part,
    /// The first line of the part that was drawn, and how many from there.
    pub top: usize,
    pub lines: usize,
    /// All of the payload stood beside the sheet.
    pub beside: bool,
}

/// Lines that scroll as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Sheet,
    Fields,
    Text,
}

/// How much of one envelope was drawn, from each part's first line on without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub about: About,
    sheet: usize,
    fields: usize,
    text: usize,
    beside: bool,
}

impl Seen {
    /// Nothing yet.
    pub fn of(about: About) -> Self {
        Self {
            about,
            sheet: 0,
            fields: 0,
            text: 0,
            beside: false,
        }
    }

    /// Takes in a frame. A line that was skipped was not seen.
    pub fn take(&mut self, drawn: &Drawn) {
        self.beside |= drawn.beside;
        let until = match drawn.part {
            Part::Sheet => &mut self.sheet,
            Part::Fields => &mut self.fields,
            Part::Text => &mut self.text,
        };
        if drawn.top <= *until {
            *until = (*until).max(drawn.top + drawn.lines);
        }
    }

    /// The sheet was made anew, and only so many of its first lines are what they were.
    pub fn keep_sheet(&mut self, lines: usize) {
        self.sheet = self.sheet.min(lines);
    }

    /// How far the sheet was read.
    pub fn sheet(&self) -> usize {
        self.sheet
    }

    /// Whether the gate's figures and the names were seen.
    pub fn has_head(&self, laid: &Laid) -> bool {
        self.sheet >= laid.head
    }

    /// Whether every value that would run was seen, in one of the ways it can be shown.
    pub fn has_payload(&self, laid: &Laid) -> bool {
        let on_sheet = laid.is_complete && self.has_head(laid);
        on_sheet || self.beside || self.fields >= laid.fields.len() || self.text >= laid.text.len()
    }
}

impl Part {
    /// The part that has the whole screen, where it is of the payload.
    pub fn of(whole: Whole) -> Option<Self> {
        match whole {
            Whole::Fields => Some(Self::Fields),
            Whole::Text => Some(Self::Text),
            Whole::Trail => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{Digest, EnvelopeId};

    #[test]
    fn lines_that_were_skipped_were_not_seen() {
        let about = About {
            id: EnvelopeId(Uuid::nil()),
            digest: Digest([0; 32]),
            revision: 1,
        };
        let mut seen = Seen::of(about);
        let mut draw = |top, lines| {
            seen.take(&Drawn {
                about,
                part: Part::Sheet,
                top,
                lines,
                beside: false,
            });
            seen.sheet()
        };
        assert_eq!(draw(0, 5), 5);
        assert_eq!(draw(6, 5), 5, "line 5 was not there");
        assert_eq!(draw(3, 5), 8);
        assert_eq!(draw(0, 5), 8);
    }
}
