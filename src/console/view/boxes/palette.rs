//! The line in which everything can be named, with what it may mean above it.

use ratatui::Frame;
use ratatui::text::{Line as Row, Span};

use super::{at_the_bottom, place_cursor, written};
use crate::console::Model;
use crate::console::model::Palette;
use crate::console::sheet::truncate;
use crate::console::theme::Tone;
use crate::console::view::layout::Layout;
use crate::console::view::rule;
use crate::domain::Shown;

/// Columns of a key or a word of ours.
const NAME: usize = 8;

pub(in crate::console::view) fn palette(model: &Model, palette: &Palette, frame: &mut Frame, layout: &Layout) {
    let theme = model.theme;
    let width = layout.header.width;
    let room = usize::from(layout.footer.y / 2).clamp(3, 16);
    let top = palette.at.saturating_sub(room - 1);
    let count = palette.offers.len();
    let right = if count > room {
        format!("{} of {count}", palette.at + 1)
    } else {
        String::new()
    };
    let mut rows = vec![Row::styled(
        rule("What to do", "Enter does it, Esc goes back", &right, width),
        theme.style(Tone::Strong),
    )];
    if count == 0 {
        rows.push(Row::styled("   nothing is called that", theme.style(Tone::Warn)));
    }
    for (n, offer) in palette.offers.iter().enumerate().skip(top).take(room) {
        let here = n == palette.at;
        let tone = |tone| theme.style(if here { Tone::Cursor } else { tone });
        let help = Shown::line(&offer.help);
        let help = truncate(help.as_str(), usize::from(width).saturating_sub(NAME + 5));
        rows.push(Row::from(vec![
            Span::raw(if here { " > " } else { "   " }),
            Span::styled(format!("{:<NAME$}", offer.name), tone(Tone::Strong)),
            Span::styled(format!(" {help}"), tone(Tone::Plain)),
        ]));
    }
    let (row, column) = written(" : ", &palette.text, width);
    let at = rows.len();
    rows.push(Row::styled(row, theme.style(Tone::Strong)));
    let area = at_the_bottom(rows, frame, layout);
    place_cursor(frame, area, at, column);
}
