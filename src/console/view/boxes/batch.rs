//! Several alike on one sheet: what is common once, then a table of what varies.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line as Row, Span};
use ratatui::widgets::Clear;
use textwrap::core::display_width;

use crate::console::Model;
use crate::console::model::{Batch, Item, Modal};
use crate::console::sheet::HANGING;
use crate::console::theme::{Theme, Tone};
use crate::console::view::layout::{Kind, Layout};
use crate::console::view::queue::fit;
use crate::console::view::{put, rule};

/// Columns of the marks in front of a row, and of what stands out in it.
const MARKS: usize = 9;
const ODD: usize = 24;

/// Columns from which on the keys have room for more than their words.
const WORDY: usize = 76;

/// Between two pieces of one line.
const APART: &str = "   ";

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
    side_by_side(&batch.common, width.saturating_sub(MARKS).max(8))
}

/// Pieces side by side, in lines. A line begins with a piece of ours, or hangs behind a sign of ours where
/// the piece before it is longer than one: a value cannot begin a piece of its own.
fn side_by_side(pieces: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        let fits = |line: &&mut String| display_width(line) + APART.len() + display_width(piece) <= width;
        if let Some(line) = lines.last_mut().filter(fits) {
            line.push_str(APART);
            line.push_str(piece);
        } else {
            lines.extend(hanging(piece, width));
        }
    }
    lines
}

/// One text in lines; what goes on hangs behind a sign of ours.
fn hanging(text: &str, width: usize) -> Vec<String> {
    let lines = textwrap::wrap(text, textwrap::Options::new(width).subsequent_indent(HANGING));
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

/// The rows of a sheet around its table, and the part of the table between them.
struct Sheet<'a> {
    area: Rect,
    above: Vec<Row<'a>>,
    below: Vec<Row<'a>>,
    table: Table,
    /// The first item of the table that is drawn, and how many.
    top: usize,
    room: usize,
    /// The item under the cursor is shown whole below the table, where it does not fit into it.
    is_whole: bool,
}

impl<'a> Sheet<'a> {
    fn of(model: &Model, batch: &'a Batch, layout: &Layout) -> Self {
        let area = Rect {
            y: 1,
            height: layout.footer.y.saturating_sub(1),
            ..layout.header
        };
        let width = usize::from(area.width).saturating_sub(2);
        let table = Table::of(batch, width);
        let (below, is_whole) = below(model, batch, &table, width, layout);
        let mut sheet = Self {
            area,
            above: Vec::new(),
            below,
            table,
            top: 0,
            room: 0,
            is_whole,
        };
        let common = common(batch, width).into_iter().take(most(layout));
        let common: Vec<String> = common.collect();
        // The title, a line while it is read, what is common, the names of the columns.
        let varies = usize::from(!batch.columns.is_empty());
        let above = 1 + usize::from(!batch.read) + common.len() + varies;
        sheet.room = usize::from(area.height)
            .saturating_sub(above + sheet.below.len())
            .max(1);
        sheet.top = batch.at.saturating_sub(sheet.room - 1);
        sheet.above = sheet.above(model, batch, common);
        sheet
    }

    fn above(&self, model: &Model, batch: &'a Batch, common: Vec<String>) -> Vec<Row<'a>> {
        let theme = model.theme;
        let chosen = batch.chosen().count();
        let mut right = format!("{chosen} chosen, {} struck out", batch.items.len() - chosen);
        if batch.items.len() > self.room {
            let last = (self.top + self.room).min(batch.items.len());
            right = format!("{} to {last} of {}, {right}", self.top + 1, batch.items.len());
        }
        let mut rows = vec![Row::styled(
            rule(&batch.title, "", &right, self.area.width),
            theme.style(Tone::Strong),
        )];
        if !batch.read {
            rows.push(Row::styled(" reading…", theme.style(Tone::Label)));
        }
        for (n, line) in common.into_iter().enumerate() {
            let label = if n == 0 { " all     " } else { "         " };
            rows.push(Row::from(vec![
                Span::styled(label, theme.style(Tone::Label)),
                Span::raw(line),
            ]));
        }
        if batch.columns.is_empty() {
            return rows;
        }
        let mut head = vec![Span::styled(
            format!(" varies  {:<1$}", "", self.table.name + 1),
            theme.style(Tone::Label),
        )];
        for column in &batch.columns {
            let name = column.rsplit('/').next().unwrap_or(column);
            head.push(Span::styled(
                format!("{} ", fit(name, self.table.cell)),
                theme.style(Tone::Label),
            ));
        }
        rows.push(Row::from(head));
        rows
    }
}

/// What stands below the table: the item under the cursor where it is longer than its row, what is not
/// here, the keys. Says whether that item is shown whole.
fn below<'a>(model: &Model, batch: &'a Batch, table: &Table, width: usize, layout: &Layout) -> (Vec<Row<'a>>, bool) {
    let theme = model.theme;
    let mut below = Vec::new();
    let mut is_whole = true;
    if let Some(item) = batch.items.get(batch.at).filter(|item| is_cut(item, table)) {
        let cells = batch.columns.iter().zip(&item.cells);
        let cells = cells.map(|(column, value)| format!("{column} {value}"));
        let pieces: Vec<String> = [item.name.clone()].into_iter().chain(cells).collect();
        let lines = side_by_side(&pieces, width.saturating_sub(MARKS).max(8));
        is_whole = lines.len() <= most(layout);
        for (n, line) in lines.into_iter().take(most(layout)).enumerate() {
            let label = if n == 0 { " whole   " } else { "         " };
            below.push(Row::from(vec![
                Span::styled(label, theme.style(Tone::Label)),
                Span::styled(line, theme.style(Tone::Strong)),
            ]));
        }
    }
    if !batch.apart.is_empty() {
        let text = format!("not here: {}", batch.apart.join(", "));
        let lines = hanging(&text, width.max(8)).into_iter();
        let rows = lines.map(|line| Row::styled(format!(" {line}"), theme.style(Tone::Label)));
        below.extend(rows.take(most(layout)));
    }
    let words = [("space", "in or out"), ("j k", "move"), ("Esc", "back")];
    below.push(keys(theme, batch.chosen().count(), width, &words));
    (below, is_whole)
}

/// What `y` does comes first, with how many it lets through.
fn keys<'a>(theme: Theme, chosen: usize, width: usize, words: &[(&'a str, &'static str)]) -> Row<'a> {
    let mut row = super::ask::keys(theme, words);
    let each = if width < WORDY { "" } else { ", one entry each" };
    let approve = format!(" approve {chosen}{each}    ");
    let spans = [Span::styled("y", theme.style(Tone::Strong)), Span::raw(approve)];
    row.spans.splice(1..1, spans);
    // Spaces after the last word would count as cut off.
    if let Some(last) = row.spans.last_mut() {
        *last = Span::raw(last.content.trim_end().to_owned());
    }
    row
}

/// Takes the whole screen between header and footer.
pub(in crate::console::view) fn batch(model: &Model, batch: &Batch, frame: &mut Frame, layout: &Layout) {
    let sheet = Sheet::of(model, batch, layout);
    let area = sheet.area;
    frame.render_widget(Clear, area);
    let items = batch.items.iter().enumerate().skip(sheet.top).take(sheet.room);
    let items = items.map(|(n, item)| line(model, item, n == batch.at, &sheet.table));
    for (row, at) in sheet.above.into_iter().chain(items).zip(0..) {
        put(frame, area, at, row);
    }
    let at = area
        .height
        .saturating_sub(u16::try_from(sheet.below.len()).unwrap_or(0));
    for (row, at) in sheet.below.into_iter().zip(at..) {
        put(frame, area, at, row);
    }
}

/// How many items the table of a frame of this model holds.
pub(in crate::console) fn room(model: &Model) -> usize {
    match &model.modal {
        Some(Modal::Batch(batch)) => Sheet::of(model, batch, &Layout::of(model)).room,
        Some(_) | None => 0,
    }
}

/// The places of the items that a frame of this model shows whole: in their row, or below the table.
pub(in crate::console) fn drawn(model: &Model) -> Vec<usize> {
    let Some(Modal::Batch(batch)) = &model.modal else {
        return Vec::new();
    };
    let layout = Layout::of(model);
    let sheet = Sheet::of(model, batch, &layout);
    let used = sheet.above.len() + sheet.below.len();
    if layout.kind == Kind::TooSmall || !batch.read || usize::from(sheet.area.height) <= used {
        return Vec::new();
    }
    let covered = super::covered(model, layout.footer);
    let items = batch.items.iter().enumerate().skip(sheet.top).take(sheet.room);
    let whole = |(n, item): &(usize, &Item)| {
        let below = *n == batch.at && sheet.is_whole && covered == 0;
        !is_cut(item, &sheet.table) || below
    };
    items.filter(whole).map(|(n, _)| n).collect()
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
