//! A reviewer's screen as it was: drawn from its own record, and not as this program would draw it.

use super::{Body, Sheet};
use crate::api::{Screen, ScreenLines, ShownScreen};
use crate::console::theme::Tone;
use crate::domain::Shown;

/// What the record has, part by part; each can be stepped to.
pub fn screen(shown: &ShownScreen, n: u32, width: usize) -> Body {
    let mut sheet = Sheet::new(width);
    let by = Shown::line(&shown.by);
    let text = format!("{n}. {by} {} it at {}", shown.decision.done(), shown.at);
    sheet.labelled("screen", Tone::Strong, &text, "");
    match &shown.screen {
        Some(screen) => parts(&mut sheet, screen),
        None => sheet.indented(0, Tone::Warn, "No record is there: none came, or it is erased."),
    }
    if shown.withheld {
        sheet.indented(
            0,
            Tone::Warn,
            "Its lines held values that the policy masks, and are withheld from others.",
        );
    }
    sheet.body()
}

fn parts(sheet: &mut Sheet, screen: &Screen) {
    let text = format!(
        "{} s, {} of {} lines of the payload, drawn by {}",
        screen.seconds,
        screen.payload.shown,
        screen.payload.of,
        Shown::line(&screen.program)
    );
    sheet.labelled("shown", Tone::Plain, &text, "");
    for part in &screen.parts {
        sheet.indented(0, Tone::Plain, "");
        sheet.change();
        let drawn: usize = part.shown.iter().map(|lines| lines.count).sum();
        let name = format!("-- {}, {drawn} of {} lines --", Shown::line(&part.name), part.of);
        sheet.indented(0, Tone::Strong, &name);
        for lines in &part.shown {
            run(sheet, lines);
        }
    }
}

/// Lines by their numbers: what is between two runs was not drawn.
fn run(sheet: &mut Sheet, lines: &ScreenLines) {
    if let Some(sha256) = lines.sha256 {
        let (from, to) = (lines.from + 1, lines.from + lines.count);
        let text = format!("lines {from} to {to} were shown; their texts are left out, SHA-256 {sha256}");
        sheet.indented(2, Tone::Label, &text);
        return;
    }
    for (n, text) in (lines.from + 1..).zip(&lines.lines) {
        let pieces = vec![
            (Tone::Label, format!("{n:>4}  ")),
            (Tone::Quote, Shown::line(text).to_string()),
        ];
        sheet.pieces(0, pieces);
    }
}
