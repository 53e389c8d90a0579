//! Reasons by their digits: the class's, the one to write, the reviewer's own, what was begun.

use ratatui::text::{Line as Row, Span};
use textwrap::core::display_width;

use super::ask::keys;
use crate::console::model::{Digit, Reasons, Then};
use crate::console::sheet::truncate;
use crate::console::theme::{Theme, Tone};
use crate::console::view::queue::fit;
use crate::domain::Shown;

/// Columns between two of them.
const GAP: usize = 3;

pub(super) fn rows(theme: Theme, reasons: &Reasons, width: u16, rows: &mut Vec<Row<'_>>) {
    let asked = match (&reasons.then, reasons.opens) {
        (_, true) => "Which one? It opens in a line, to be changed:",
        (Then::Approve, false) => "Why? It stands in the ledger:",
        (_, false) => "The agent reads your reason:",
    };
    rows.push(Row::raw(format!("   {asked}")));
    let offered = reasons.offered();
    let mut first = Vec::new();
    let mut own = Vec::new();
    for (digit, offered) in offered {
        match offered {
            Digit::Canned(text) => first.push((digit, Shown::line(text).to_string())),
            Digit::Write => first.push((digit, "write one".to_owned())),
            Digit::Recent(text) => own.push((digit, format!("yours: {}", Shown::line(text)))),
            Digit::Begun(text) => own.push((digit, format!("what you began: {}", Shown::line(text)))),
        }
    }
    let room = usize::from(width).saturating_sub(3);
    let longest = first.iter().map(|(_, text)| display_width(text)).max().unwrap_or(0);
    let cell = (longest + 2 + GAP).max(25);
    let a_row = room / cell;
    if a_row < 2 {
        rows.extend(first.iter().flat_map(|(digit, text)| one(theme, *digit, text, room)));
    } else {
        rows.extend(first.chunks(a_row).map(|some| row(theme, some, cell - 2)));
    }
    // These are opened before they are given: here a line of each is enough.
    let cut = |(digit, text): (char, String)| (digit, truncate(&text, room.saturating_sub(2)));
    rows.extend(
        own.into_iter()
            .map(cut)
            .flat_map(|(digit, text)| one(theme, digit, &text, room)),
    );
    let words = if reasons.opens {
        [("e", "give it as it is"), ("Esc", "back")]
    } else {
        [("e", "change one first"), ("Esc", "back")]
    };
    rows.push(keys(theme, &words));
}

/// Several beside each other.
fn row<'a>(theme: Theme, some: &[(char, String)], cell: usize) -> Row<'a> {
    let mut spans = vec![Span::raw("   ")];
    for (digit, text) in some {
        spans.push(Span::styled(digit.to_string(), theme.style(Tone::Strong)));
        spans.push(Span::raw(format!(" {}", fit(text, cell - 1))));
    }
    Row::from(spans)
}

/// One on as many rows as it needs.
fn one<'a>(theme: Theme, digit: char, text: &str, room: usize) -> Vec<Row<'a>> {
    let lines = textwrap::wrap(text, room.saturating_sub(2).max(8));
    let digits = [digit].into_iter().chain(std::iter::repeat(' '));
    let row = |(digit, line): (char, std::borrow::Cow<'_, str>)| {
        Row::from(vec![
            Span::raw("   "),
            Span::styled(digit.to_string(), theme.style(Tone::Strong)),
            Span::raw(format!(" {line}")),
        ])
    };
    digits.zip(lines).map(row).collect()
}
