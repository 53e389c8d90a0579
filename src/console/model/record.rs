//! The record of a screen that goes with a decision.

use std::ops::Range;

use super::{Batch, Case, Item, Part, Seen, Widths};
use crate::api::{MAX_SCREEN, Screen, ScreenLines, ScreenPart, Share};
use crate::console::sheet::Line;
use crate::ledger::sha256;

/// Room for the texts of one item of a batch, in bytes: there are up to 50 of them.
const OF_AN_ITEM: usize = 4 * 1024;

/// What a JSON text adds to each line: quotes and comma, with room for what is escaped.
const PER_LINE: usize = 8;

/// A record in the making: texts go in as long as there is room.
struct Recorder {
    left: usize,
}

impl Recorder {
    fn part(&mut self, name: &str, lines: &[Line], drawn: &[Range<usize>]) -> ScreenPart {
        let shown = drawn.iter().map(|range| {
            let from = range.start.min(lines.len());
            let texts: Vec<String> = lines[from..range.end.min(lines.len())].iter().map(Line::text).collect();
            self.lines(from, texts)
        });
        ScreenPart {
            name: name.to_owned(),
            of: lines.len(),
            shown: shown.collect(),
        }
    }

    fn lines(&mut self, from: usize, texts: Vec<String>) -> ScreenLines {
        let count = texts.len();
        // A text that is escaped may be twice as long.
        let weight: usize = texts.iter().map(|text| 2 * text.len() + PER_LINE).sum();
        if weight <= self.left {
            self.left -= weight;
            return ScreenLines {
                from,
                count,
                lines: texts,
                sha256: None,
            };
        }
        let whole: String = texts.iter().flat_map(|text| [text.as_str(), "\n"]).collect();
        ScreenLines {
            from,
            count,
            lines: Vec::new(),
            sha256: Some(sha256(whole.as_bytes())),
        }
    }
}

fn program() -> String {
    format!("signoff {}", env!("CARGO_PKG_VERSION"))
}

/// What was drawn of an envelope at these widths, for so long.
pub(crate) fn of_case(case: &Case, seen: &Seen, widths: Widths, seconds: u32) -> Option<String> {
    let laid = case.laid(widths)?;
    let mut recorder = Recorder { left: MAX_SCREEN };
    let mut parts = Vec::new();
    let mut payload = Share::default();
    let known = [
        (Part::Sheet, "sheet", &laid.sheet[..]),
        (Part::Fields, "changes", &laid.fields.lines[..]),
        (Part::Text, "text", &laid.text.lines[..]),
        (Part::Payload, "payload", &laid.payload.lines[..]),
    ];
    for (part, name, lines) in known {
        let all = std::slice::from_ref(&(0..lines.len())).to_vec();
        let drawn = match part {
            // All of it stood beside the sheet.
            Part::Fields if seen.stood_beside() => all,
            Part::Sheet | Part::Fields | Part::Text | Part::Payload => seen.drawn(part, widths).to_vec(),
        };
        if drawn.is_empty() {
            continue;
        }
        let share = Share {
            shown: drawn
                .iter()
                .map(|range| range.end.min(lines.len()).saturating_sub(range.start))
                .sum(),
            of: lines.len(),
        };
        let on_sheet = part == Part::Sheet && laid.is_complete;
        if (part != Part::Sheet || on_sheet) && (payload.of == 0 || share.shown * payload.of > payload.shown * share.of)
        {
            payload = share;
        }
        parts.push(recorder.part(name, lines, &drawn));
    }
    let screen = Screen {
        v: 1,
        program: program(),
        uncovered: case.is_uncovered(),
        seconds,
        payload,
        parts,
    };
    serde_json::to_string(&screen).ok()
}

/// What a batch's sheet showed of one item for so long: what all have in common, and its own row.
pub(crate) fn of_item(batch: &Batch, item: &Item, seconds: u32) -> Option<String> {
    let mut recorder = Recorder { left: OF_AN_ITEM };
    let row = std::iter::once(&item.name)
        .chain(&item.cells)
        .cloned()
        .collect::<Vec<_>>();
    let head = std::iter::once(batch.title.clone()).chain(batch.common.iter().cloned());
    let columns = batch.columns.join("  ");
    let lines: Vec<Line> = head
        .chain([columns, row.join("  ")])
        .map(|text| Line::of(crate::console::theme::Tone::Plain, text))
        .collect();
    let of = lines.len();
    let part = recorder.part("batch", &lines, std::slice::from_ref(&(0..of)));
    let screen = Screen {
        v: 1,
        program: program(),
        uncovered: false,
        seconds,
        payload: Share { shown: of, of },
        parts: vec![part],
    };
    serde_json::to_string(&screen).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::theme::Tone;

    #[test]
    fn what_there_is_no_room_for_is_named_by_its_digest() {
        let line = |text: &str| Line::of(Tone::Plain, text);
        let lines = [line("one"), line(&"x".repeat(100)), line("three")];
        let mut recorder = Recorder { left: 120 };
        let part = recorder.part("sheet", &lines, &[0..1, 1..2, 2..3]);
        let texts: Vec<(usize, usize, bool)> = part
            .shown
            .iter()
            .map(|run| (run.from, run.lines.len(), run.sha256.is_some()))
            .collect();
        assert_eq!(texts, [(0, 1, false), (1, 0, true), (2, 1, false)]);
        let whole = format!("{}\n", "x".repeat(100));
        assert_eq!(part.shown[1].sha256, Some(sha256(whole.as_bytes())));
        assert_eq!((part.of, part.shown[1].count), (3, 1));
    }
}
