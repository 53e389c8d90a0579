//! The payload and the record before it as text: both aligned, or one alone.

use super::payload::MISSING;
use super::{Body, Sheet, json};
use crate::api::EnvelopeView;
use crate::console::theme::Tone;
use crate::diff::{self, Side, Until};
use crate::domain::Shown;

/// Stands where comparing took too long: nothing that is shown is untrue, but it may be longer than it need be.
const PARTIAL: &str = "! Compared until time ran out: what is the same may stand here as removed and added, and what \
                       differs inside a line may not be marked. Nothing is left out.";

/// Both as laid-out JSON, line by line; true where time ran out on the way.
pub fn text(view: &EnvelopeView, width: usize, until: Until) -> (Body, bool) {
    let mut sheet = Sheet::new(width);
    let raw = view.payload.as_ref().map_or("", |payload| payload.raw.as_str());
    let after = diff::pretty(raw).join("\n");
    let before = record(view).map(|before| diff::pretty(before).join("\n"));
    let diff = diff::text(before.as_deref().unwrap_or(""), &after, until);
    lines(&mut sheet, 0, &diff.lines, false);
    (told(sheet.body(), width, diff.partial), diff.partial)
}

/// The lines, with a word above them where time ran out.
pub(super) fn told(body: Body, width: usize, partial: bool) -> Body {
    let mut head = Sheet::new(width);
    if partial {
        head.indented(0, Tone::Warn, PARTIAL);
    }
    body.below(head.lines)
}

/// The payload alone, as laid-out JSON.
pub fn payload(view: &EnvelopeView, width: usize) -> Body {
    alone(
        view.payload.as_ref().map(|payload| payload.raw.as_str()),
        MISSING,
        width,
    )
}

/// The record before it alone.
pub fn before(view: &EnvelopeView, width: usize) -> Body {
    alone(record(view), "The agent sent no record before.", width)
}

/// The record before it, as the agent sent it.
pub(super) fn record(view: &EnvelopeView) -> Option<&str> {
    view.claimed.as_ref().and_then(|claimed| claimed.before.as_deref())
}

fn alone(raw: Option<&str>, missing: &str, width: usize) -> Body {
    let mut sheet = Sheet::new(width);
    match raw {
        Some(raw) => {
            for line in diff::pretty(raw) {
                sheet.pieces(0, json::coloured(Shown::line(&line).as_str()));
            }
        }
        None => sheet.indented(0, Tone::Warn, missing),
    }
    sheet.body()
}

/// How many lines that are the same stay around what is not, and how many more are worth folding away.
const AROUND: usize = 2;
const WORTH: usize = 3;

/// Lines of two texts, with each place where they differ to step to, and long runs of the same to fold away.
/// What begins right below its name is stepped to by that.
pub(super) fn lines(sheet: &mut Sheet, indent: usize, lines: &[diff::TextLine], is_named: bool) {
    let mut at = 0;
    for run in lines.chunk_by(|one, other| (one.side == Side::Same) == (other.side == Side::Same)) {
        let is_same = run.first().is_some_and(|line| line.side == Side::Same);
        let begins_below_its_name = at == 0 && is_named;
        if !is_same && !begins_below_its_name {
            sheet.change();
        }
        let above = if at == 0 { 0 } else { AROUND };
        let below = if at + run.len() == lines.len() { 0 } else { AROUND };
        at += run.len();
        let folded = run.len().saturating_sub(above + below);
        let mut from = 0;
        for (n, text) in run.iter().enumerate() {
            if n == above {
                from = sheet.lines.len();
            }
            line(sheet, indent, text, lacks_break(text, run));
            if is_same && folded >= WORTH && n + 1 == above + folded {
                sheet.fold(from, indent, folded, "lines");
            }
        }
    }
}

/// Whether a line is another one only because nothing breaks it at its end.
fn lacks_break(line: &diff::TextLine, run: &[diff::TextLine]) -> bool {
    let is_twin = |other: &diff::TextLine| other.side != line.side && !other.is_open && other.text() == line.text();
    line.is_open && line.side != Side::Same && run.iter().any(is_twin)
}

fn line(sheet: &mut Sheet, indent: usize, line: &diff::TextLine, lacks_break: bool) {
    let (sign, tone, mark) = match line.side {
        Side::Same => (' ', Tone::Plain, Tone::Plain),
        Side::Removed => ('-', Tone::Removed, Tone::RemovedMark),
        Side::Added => ('+', Tone::Added, Tone::AddedMark),
    };
    let mut pieces = vec![(tone, format!("{sign} "))];
    if line.side == Side::Same {
        pieces.extend(json::coloured(Shown::line(&line.text()).as_str()));
    } else {
        let shown = |piece: &diff::Piece| {
            let tone = if piece.marked { mark } else { tone };
            (tone, Shown::line(&piece.text).to_string())
        };
        pieces.extend(line.pieces.iter().map(shown));
    }
    // Spaces at the end would be left out like those at a break.
    let last = pieces.iter_mut().skip(1).rev().find(|(_, text)| !text.is_empty());
    if let Some((_, last)) = last.filter(|_| line.side != Side::Same) {
        let text = last.trim_end_matches(' ').len();
        last.replace_range(text.., &"␣".repeat(last.len() - text));
    }
    if lacks_break {
        pieces.push((Tone::Label, "  (no line break after it)".to_owned()));
    }
    sheet.pieces(indent, pieces);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Line;
    use super::*;

    fn laid(before: &str, after: &str, width: usize) -> Vec<Line> {
        let mut sheet = Sheet::new(width);
        let diff = diff::text(before, after, Until::within(Duration::from_mins(1)));
        lines(&mut sheet, 2, &diff.lines, true);
        sheet.lines
    }

    fn plain(line: &Line) -> String {
        line.0.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn a_line_of_ten_kilobytes_is_wrapped_and_marked_and_none_of_it_is_missing() {
        let text = |word: &str| {
            (0..1_500)
                .map(|n| {
                    if n == 700 {
                        format!("{word} ")
                    } else {
                        format!("word{n} ")
                    }
                })
                .collect::<String>()
                + "tail"
        };
        for width in [40, 76, 196] {
            let lines = laid(&text("old"), &text("new"), width);
            let of = |sign: &str| {
                let from = lines
                    .iter()
                    .position(|line| plain(line).starts_with(sign))
                    .expect("its first line");
                let hanging = |line: &&Line| plain(line).starts_with("  > ");
                let rest = lines[from + 1..].iter().take_while(hanging);
                let parts = std::iter::once(plain(&lines[from])).chain(rest.map(plain));
                parts
                    .map(|part| part[4..].trim_end().to_owned())
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            assert_eq!((of("  - "), of("  + ")), (text("old"), text("new")));
            assert!(lines.iter().all(|line| line.width() <= width));
            let marked = lines
                .iter()
                .flat_map(|line| &line.0)
                .filter(|(tone, _)| *tone == Tone::AddedMark);
            assert_eq!(marked.map(|(_, text)| text.as_str()).collect::<String>(), "new");
        }
    }

    #[test]
    fn a_word_longer_than_the_screen_is_broken_and_none_of_it_is_missing() {
        let lines = laid("", &"x".repeat(10_240), 40);
        let count: usize = lines.iter().map(|line| plain(line).matches('x').count()).sum();
        assert_eq!(count, 10_240);
        assert!(lines.iter().all(|line| line.width() <= 40));
    }

    #[test]
    fn what_cannot_be_seen_at_the_end_of_a_line_is_shown() {
        let lines: Vec<String> = laid("a\nb\n", "a  \nb", 40).iter().map(plain).collect();
        assert_eq!(lines, ["  - a", "  - b", "  + a␣␣", "  + b  (no line break after it)"]);
    }
}
