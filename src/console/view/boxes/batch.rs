//! Several alike on one sheet: what is common once, then a table of what varies.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line as Row, Span};
use ratatui::widgets::Clear;

use super::ask::keys;
use crate::console::Model;
use crate::console::model::{Batch, Item};
use crate::console::theme::Tone;
use crate::console::view::layout::Layout;
use crate::console::view::queue::fit;
use crate::console::view::{put, rule};

/// Columns of the name in front of the table.
const NAME: usize = 14;

/// Takes the whole screen between header and footer.
pub(in crate::console::view) fn batch(model: &Model, batch: &Batch, frame: &mut Frame, layout: &Layout) {
    let theme = model.theme;
    let area = Rect {
        y: 1,
        height: layout.footer.y.saturating_sub(1),
        ..layout.header
    };
    frame.render_widget(Clear, area);
    let chosen = batch.chosen().count();
    let out = batch.items.len() - chosen;
    let right = format!("{chosen} chosen, {out} struck out");
    let mut rows = vec![Row::styled(
        rule(&batch.title, "", &right, area.width),
        theme.style(Tone::Strong),
    )];
    let width = usize::from(area.width).saturating_sub(2);
    if !batch.read {
        rows.push(Row::styled(" reading…", theme.style(Tone::Label)));
    }
    let common = batch.common.join("   ");
    for (n, line) in textwrap::wrap(&common, width.saturating_sub(9).max(8))
        .into_iter()
        .enumerate()
    {
        let label = if n == 0 { " all     " } else { "         " };
        rows.push(Row::from(vec![
            Span::styled(label, theme.style(Tone::Label)),
            Span::raw(line.into_owned()),
        ]));
    }
    let cell = cell_width(batch, width);
    let mut head = vec![Span::styled(
        format!(" varies  {:<NAME$}", ""),
        theme.style(Tone::Label),
    )];
    for column in &batch.columns {
        let name = column.rsplit('/').next().unwrap_or(column);
        head.push(Span::styled(format!("{} ", fit(name, cell)), theme.style(Tone::Label)));
    }
    rows.push(Row::from(head));
    let mut below = Vec::new();
    if !batch.apart.is_empty() {
        let text = format!("not here: {}", batch.apart.join(", "));
        let lines = textwrap::wrap(&text, width.max(8))
            .into_iter()
            .map(std::borrow::Cow::into_owned);
        below.extend(lines.map(|line| Row::styled(format!(" {line}"), theme.style(Tone::Label))));
    }
    below.push(keys(
        theme,
        &[("y", "approve the chosen"), ("space", "in or out"), ("Esc", "back")],
    ));
    let room = usize::from(area.height).saturating_sub(rows.len() + below.len()).max(1);
    let top = batch.at.saturating_sub(room - 1);
    for (n, item) in batch.items.iter().enumerate().skip(top).take(room) {
        rows.push(line(model, item, n == batch.at, cell));
    }
    for (row, at) in rows.into_iter().zip(0..) {
        put(frame, area, at, row);
    }
    let at = area.height.saturating_sub(u16::try_from(below.len()).unwrap_or(0));
    for (row, at) in below.into_iter().zip(at..) {
        put(frame, area, at, row);
    }
}

/// Columns of a cell: all alike, as wide as there is room for.
fn cell_width(batch: &Batch, width: usize) -> usize {
    let room = width.saturating_sub(8 + NAME + 24);
    (room / batch.columns.len().max(1)).clamp(8, 28)
}

fn line<'a>(model: &Model, item: &'a Item, here: bool, cell: usize) -> Row<'a> {
    let theme = model.theme;
    let tone = if here { Tone::Cursor } else { Tone::Plain };
    let mark = if item.is_chosen() { "[x]" } else { "[ ]" };
    let mut spans = vec![
        Span::raw(if here { " > " } else { "   " }),
        Span::styled(mark, theme.style(Tone::Strong)),
        Span::raw("   "),
        Span::styled(fit(&item.name, NAME - 1), theme.style(tone)),
        Span::raw(" "),
    ];
    for value in &item.cells {
        spans.push(Span::raw(format!("{} ", fit(value, cell))));
    }
    if let Some(out) = &item.out {
        spans.push(Span::styled(format!("X {out}"), theme.style(Tone::Danger)));
    } else if let Some(odd) = &item.odd {
        spans.push(Span::styled(odd.as_str(), theme.style(Tone::Warn)));
    }
    Row::from(spans)
}
