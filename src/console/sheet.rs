//! An envelope as lines: what the gate computed first, then behind a gutter what the agent says.
//!
//! Made once for an envelope and a width. Whatever an agent sent goes through [`Shown`] here.

mod body;
mod case_file;
mod claims;
mod envelope;
mod evidence;
mod hidden;
mod json;
mod money;
mod names;
mod origin;
mod payload;
mod people;
mod place;
mod policy;
mod policy_then;
mod proof;
mod screen;
mod text;
mod trail;

pub use body::Body;
pub use case_file::{case_file, case_text};
pub use envelope::envelope;
pub use evidence::evidence;
pub use names::both_ends;
pub use origin::unknown;
pub use payload::{compare, fields};
pub use people::{becomes, edit};
pub use policy::Entry;
pub use policy_then::{policy_text, policy_then};
pub use proof::{proof, proof_word};
pub use screen::screen;
pub use text::{before, payload, text};
pub use trail::trail;

use std::borrow::Cow;

use body::Fold;

use super::theme::Tone;
use crate::domain::Shown;

/// One line of the screen, in pieces that look alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line(pub Vec<(Tone, String)>);

impl Line {
    pub fn of(tone: Tone, text: impl Into<String>) -> Self {
        Self(vec![(tone, text.into())])
    }

    /// Without its looks.
    pub fn text(&self) -> String {
        self.0.iter().map(|(_, text)| text.as_str()).collect()
    }

    fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| textwrap::core::display_width(text)).sum()
    }
}

/// Columns of a label and the space after it.
const LABEL: usize = 9;

/// Stands before what goes on from the line above, wherever a text from outside is wrapped.
pub const HANGING: &str = "> ";

/// Lines in the making, for one width.
struct Sheet {
    width: usize,
    lines: Vec<Line>,
    /// Where something changes, and what is the same.
    changes: Vec<usize>,
    folds: Vec<Fold>,
}

impl Sheet {
    fn new(width: usize) -> Self {
        Self {
            width: width.max(LABEL + 8),
            lines: Vec::new(),
            changes: Vec::new(),
            folds: Vec::new(),
        }
    }

    /// What comes next is a change to step to.
    fn change(&mut self) {
        self.changes.push(self.lines.len());
    }

    /// What came since line `from` is the same on both sides: so many things of a kind.
    fn fold(&mut self, from: usize, indent: usize, count: usize, what: &str) {
        let text = format!("{:indent$}… {count} {what} the same", "");
        self.folds.push(Fold {
            lines: from..self.lines.len(),
            sign: Line::of(Tone::Label, text),
            row: 0,
        });
    }

    fn body(self) -> Body {
        Body::new(self.lines, self.changes, self.folds)
    }

    /// A labelled text, wrapped below itself, with a note at the right edge of its first line.
    fn labelled(&mut self, label: &str, tone: Tone, text: &str, note: &str) {
        self.within(usize::MAX, label, tone, text, note);
    }

    /// Columns that a text beside a label and a note has.
    fn room(&self, note: &str) -> usize {
        let room = self.width - LABEL;
        if note.is_empty() {
            room
        } else {
            room.saturating_sub(note.len() + 2).max(8)
        }
    }

    /// The same on at most so many lines: what is above the payload must not push it off the screen.
    fn within(&mut self, most: usize, label: &str, tone: Tone, text: &str, note: &str) {
        // Wrapped to the first line's room throughout where there is a note: the edge stays straight.
        let parts = wrap(text, self.room(note));
        self.beside(most, parts, label, tone, note);
    }

    /// The same for what quotes an agent: what goes on below hangs behind a sign of ours. Says whether all of
    /// it is there.
    fn said(&mut self, most: usize, label: &str, tone: Tone, text: &str, note: &str) -> bool {
        let options = textwrap::Options::new(self.room(note)).subsequent_indent(HANGING);
        let parts = textwrap::wrap(text, options).into_iter();
        self.beside(most, parts.map(Cow::into_owned).collect(), label, tone, note)
    }

    /// Lines beside a label, the first with a note at the right edge; false where some were left out.
    fn beside(&mut self, most: usize, mut parts: Vec<String>, label: &str, tone: Tone, note: &str) -> bool {
        let is_whole = parts.len() <= most;
        if !is_whole {
            parts.truncate(most);
            if let Some(last) = parts.last_mut() {
                let cut = truncate(last, self.room(note).saturating_sub(2));
                *last = format!("{} …", cut.trim_end_matches('…'));
            }
        }
        for (n, part) in parts.into_iter().enumerate() {
            let label = if n == 0 { label } else { "" };
            let mut line = Line(vec![(Tone::Label, format!("{label:<LABEL$}")), (tone, part)]);
            if n == 0 && !note.is_empty() {
                let gap = self.width.saturating_sub(line.width() + note.len()).max(1);
                line.0.push((Tone::Label, format!("{:gap$}{note}", "")));
            }
            self.lines.push(line);
        }
        is_whole
    }

    /// A wrapped text that starts in column `indent`.
    fn indented(&mut self, indent: usize, tone: Tone, text: &str) {
        for part in wrap(text, self.width.saturating_sub(indent).max(8)) {
            self.lines.push(Line::of(tone, format!("{:indent$}{part}", "")));
        }
    }

    /// Pieces of one line, wrapped as one text. What goes on below hangs behind a sign of ours, so that a
    /// value cannot draw a field of its own.
    fn pieces(&mut self, indent: usize, pieces: Vec<(Tone, String)>) {
        let room = self.width.saturating_sub(indent + HANGING.len()).max(8);
        // Most lines are short, and there may be a hundred thousand of them.
        let length: usize = pieces.iter().map(|(_, text)| text.len()).sum();
        if length <= room && fits(pieces.iter().map(|(_, text)| text.as_str())) {
            let mut line = Line(vec![(Tone::Plain, " ".repeat(indent))]);
            line.0.extend(pieces.into_iter().filter(|(_, text)| !text.is_empty()));
            self.lines.push(line);
            return;
        }
        let whole: String = pieces.iter().map(|(_, text)| text.as_str()).collect();
        let mut from = 0;
        // The first piece that has something of the line, and where it begins: a long line has many of both.
        let (mut first, mut begins) = (0, 0);
        for (n, part) in wrap(&whole, room).into_iter().enumerate() {
            // Only spaces at a break are left out, so each part stands in the whole after the one before it.
            let start = whole[from..].find(&part).map_or(from, |at| from + at);
            let end = (start + part.len()).min(whole.len());
            let mut line = Line(vec![(Tone::Plain, " ".repeat(indent))]);
            if n > 0 {
                line.0.push((Tone::Label, HANGING.to_owned()));
            }
            while let Some((_, text)) = pieces.get(first).filter(|(_, text)| begins + text.len() <= start) {
                begins += text.len();
                first += 1;
            }
            let mut at = begins;
            for (tone, text) in &pieces[first..] {
                let (low, high) = (start.max(at), end.min(at + text.len()));
                if low < high {
                    line.0.push((*tone, text[low - at..high - at].to_owned()));
                }
                at += text.len();
                if at >= end {
                    break;
                }
            }
            self.lines.push(line);
            from = end;
        }
    }

    /// One text, wrapped like [`Self::pieces`].
    fn hanging(&mut self, indent: usize, tone: Tone, text: &str) {
        self.pieces(indent, vec![(tone, text.to_owned())]);
    }

    /// Something the agent says: the gutter is ours, and nothing inside can start a line without it.
    fn quoted(&mut self, raw: &str) {
        for shown in Shown::lines(raw) {
            for part in wrap(shown.as_str(), self.width - 2) {
                self.lines
                    .push(Line(vec![(Tone::Label, "| ".to_owned()), (Tone::Quote, part)]));
            }
        }
    }
}

/// A text of an agent within a line of ours: nothing in it can end its quotes, and spaces in it that would
/// part one thing from the next are shown.
pub fn in_quotes(raw: &str) -> String {
    let text = Shown::line(raw).as_str().replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace("  ", "␣␣"))
}

/// Cuts to a width and says so with `…`.
pub fn truncate(text: &str, width: usize) -> String {
    use textwrap::core::display_width;
    if display_width(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if display_width(&out) + display_width(c.encode_utf8(&mut [0; 4])) + 1 > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// Whether the pieces of a text are as wide as they are long, with nothing at the end that would be left out.
fn fits<'a>(pieces: impl IntoIterator<Item = &'a str>) -> bool {
    let mut last = "";
    let plain = pieces.into_iter().all(|text| {
        last = if text.is_empty() { last } else { text };
        text.is_ascii()
    });
    plain && !last.ends_with(' ')
}

/// Breaks text that is already safe into lines of at most `width` columns; nothing is cut off.
fn wrap(text: &str, width: usize) -> Vec<String> {
    if text.is_empty() || (text.len() <= width && fits([text])) {
        return vec![text.to_owned()];
    }
    textwrap::wrap(text, width.max(1))
        .into_iter()
        .map(Cow::into_owned)
        .collect()
}
