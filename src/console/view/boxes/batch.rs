//! Several alike on one sheet: what is common once, then a table of what varies.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line as Row, Span};
use ratatui::widgets::Clear;
use textwrap::core::display_width;

use super::ask::keys;
use crate::console::Model;
use crate::console::model::{Batch, Item, Modal};
use crate::console::theme::Tone;
use crate::console::view::layout::Layout;
use crate::console::view::queue::fit;
use crate::console::view::{put, rule};

/// Columns of the marks in front of a row, and of what stands out in it.
const MARKS: usize = 9;
const ODD: usize = 24;

/// The columns a name, and a cell, has at least and at most.
const NAME: (usize, usize) = (10, 28);
const CELL: (usize, usize) = (8, 28);

/// The widths of one sheet, for its table.
struct Table {
    name: usize,
    cell: usize,
    fits: bool,
}

impl Table {
    fn of(batch: &Batch, width: usize) -> Self {
        let longest = batch.items.iter().map(|item| display_width(&item.name)).max();
        let name = longest.unwrap_or(0).clamp(NAME.0, NAME.1);
        let room = width.saturating_sub(MARKS + name + 1 + ODD);
        let each = room / batch.columns.len().max(1);
        Self {
            name,
            cell: each.saturating_sub(1).clamp(CELL.0, CELL.1),
            fits: batch.columns.is_empty() || each > CELL.0,
        }
    }
}

/// What is the same in all of them, in lines.
fn common(batch: &Batch, width: usize) -> Vec<String> {
    let text = batch.common.join("   ");
    let lines = textwrap::wrap(&text, width.saturating_sub(MARKS).max(8));
    lines.into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// Why the sheet cannot show enough to be approved from: a sentence.
pub(in crate::console) fn too_much(model: &Model) -> Option<String> {
    let Some(Modal::Batch(batch)) = &model.modal else {
        return None;
    };
    let layout = Layout::of(model);
    let width = usize::from(layout.header.width).saturating_sub(2);
    let what = if common(batch, width).len() > most(&layout) {
        "the same"
    } else if !Table::of(batch, width).fits {
        "different"
    } else {
        return None;
    };
    Some(format!("More is {what} than fits here: enlarge the window."))
}

/// How many lines of what is common there is room for.
fn most(layout: &Layout) -> usize {
    usize::from(layout.footer.y / 3).max(3)
}

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
    for (n, line) in common(batch, width).into_iter().take(most(layout)).enumerate() {
        let label = if n == 0 { " all     " } else { "         " };
        rows.push(Row::from(vec![
            Span::styled(label, theme.style(Tone::Label)),
            Span::raw(line),
        ]));
    }
    let table = Table::of(batch, width);
    let mut head = vec![Span::styled(
        format!(" varies  {:<1$}", "", table.name + 1),
        theme.style(Tone::Label),
    )];
    for column in &batch.columns {
        let name = column.rsplit('/').next().unwrap_or(column);
        head.push(Span::styled(
            format!("{} ", fit(name, table.cell)),
            theme.style(Tone::Label),
        ));
    }
    rows.push(Row::from(head));
    let mut below = Vec::new();
    if let Some(item) = batch.items.get(batch.at).filter(|item| is_cut(item, &table)) {
        let cells = batch.columns.iter().zip(&item.cells);
        let cells = cells.map(|(column, value)| format!("{column} {value}"));
        let text: Vec<String> = [item.name.clone()].into_iter().chain(cells).collect();
        let lines = textwrap::wrap(&text.join("   "), width.max(8))
            .into_iter()
            .map(|line| Row::styled(format!(" {line}"), theme.style(Tone::Strong)))
            .collect::<Vec<_>>();
        below.extend(lines.into_iter().take(most(layout)));
    }
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
        rows.push(line(model, item, n == batch.at, &table));
    }
    for (row, at) in rows.into_iter().zip(0..) {
        put(frame, area, at, row);
    }
    let at = area.height.saturating_sub(u16::try_from(below.len()).unwrap_or(0));
    for (row, at) in below.into_iter().zip(at..) {
        put(frame, area, at, row);
    }
}

/// Whether a value of it is longer than its place in the table.
fn is_cut(item: &Item, table: &Table) -> bool {
    display_width(&item.name) > table.name || item.cells.iter().any(|cell| display_width(cell) > table.cell)
}

fn line<'a>(model: &Model, item: &'a Item, here: bool, table: &Table) -> Row<'a> {
    let theme = model.theme;
    let tone = if here { Tone::Cursor } else { Tone::Plain };
    let mark = if item.is_chosen() { "[x]" } else { "[ ]" };
    let mut spans = vec![
        Span::raw(if here { " > " } else { "   " }),
        Span::styled(mark, theme.style(Tone::Strong)),
        Span::raw("   "),
        Span::styled(fit(&item.name, table.name), theme.style(tone)),
        Span::raw(" "),
    ];
    for value in &item.cells {
        spans.push(Span::raw(format!("{} ", fit(value, table.cell))));
    }
    if let Some(out) = &item.out {
        spans.push(Span::styled(format!("X {out}"), theme.style(Tone::Danger)));
    } else if let Some(odd) = &item.odd {
        spans.push(Span::styled(odd.as_str(), theme.style(Tone::Warn)));
    } else if is_cut(item, table) {
        spans.push(Span::styled("! longer than this", theme.style(Tone::Warn)));
    }
    Row::from(spans)
}
