//! The footer, the help, and the boxes that ask before they decide.

mod ask;
mod batch;
mod edit;
mod footer;
mod palette;
mod reasons;
mod settings;
mod tour;

use std::fmt::Write as _;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line as Row, Span};
use ratatui::widgets::Clear;

pub(super) use ask::ask;
pub(super) use batch::batch;
pub(in crate::console) use batch::{drawn as batch_drawn, room as batch_room, too_much};
pub(super) use edit::edit;
pub(super) use palette::palette;
pub(in crate::console) use settings::end as settings_end;
pub(super) use settings::settings;
pub(super) use tour::tour;

use super::layout::Layout;
use super::trouble::trouble;
use super::{put, rule};
use crate::console::Model;
use crate::console::keymap::{Keymap, Place};
use crate::console::model::{Finding, Tab};
use crate::console::sheet::truncate;
use crate::console::theme::{Theme, Tone};
use crate::domain::Shown;

/// The most rows that a sentence takes.
const LONGEST: usize = 4;

/// A notice while there is one, else the keys in words.
pub(super) fn footer(model: &Model, frame: &mut Frame, area: Rect) {
    let theme = model.theme;
    if let Some(finding) = &model.finding {
        // Here, where it can be seen in every layout: a narrow one has no title over its list.
        let label = if model.tab == Tab::Audit {
            " find: "
        } else {
            " show only: "
        };
        let keys = match (model.tab, &finding.before) {
            (Tab::Audit, _) => "Enter finds  Esc goes back",
            (_, None) => "Enter keeps  Esc shows all",
            (_, Some(_)) => "Enter keeps  Esc as it was",
        };
        draw_finding(finding, (label, keys), theme, frame, area);
        return;
    }
    if let Some((tone, sentence)) = sentence(model) {
        sentence_above(model, tone, &sentence, frame, area);
        return;
    }
    // A box names its own keys, and no others count in it.
    if model.modal.is_some() {
        return;
    }
    let keys = footer::keys(model, usize::from(area.width));
    let mut spans = Vec::new();
    for (key, word) in keys {
        spans.push(Span::raw(if spans.is_empty() { " " } else { "  " }));
        spans.push(Span::styled(&*key.name, theme.style(Tone::Strong)));
        spans.push(Span::styled(format!(" {word}"), theme.style(Tone::Label)));
    }
    put(frame, area, 0, Row::from(spans));
}

/// What is said at the bottom instead of the keys.
fn sentence(model: &Model) -> Option<(Tone, String)> {
    if let Some(held) = model.held.last() {
        let how = if model.modal.is_some() {
            "Esc and u take"
        } else {
            "u takes"
        };
        let seconds = held.seconds_left(model.now);
        let mut text = format!("Approving {} in {seconds} s: {how} it back.", held.name);
        if model.held.len() > 1 {
            let _ = write!(text, " {} more before it.", model.held.len() - 1);
        }
        if let Some(notice) = &model.notice {
            let _ = write!(text, " {}", notice.text);
        }
        return Some((Tone::Danger, text));
    }
    let notice = model.notice.as_ref();
    notice
        .map(|notice| (Tone::Strong, notice.text.clone()))
        .or_else(|| trouble(model).map(|sentence| (Tone::Danger, sentence)))
}

/// Its lines: the first few, so that a text from outside covers nothing that matters. What goes on stands
/// further in than any sentence of ours.
fn wrapped(sentence: &str, area: Rect) -> Vec<String> {
    let width = usize::from(area.width).saturating_sub(2).max(3);
    let mut lines: Vec<String> = textwrap::wrap(sentence, textwrap::Options::new(width).subsequent_indent("  "))
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect();
    if lines.len() > LONGEST {
        lines.truncate(LONGEST);
        if let Some(last) = lines.last_mut() {
            *last = format!("{}…", truncate(last, width.saturating_sub(2)).trim_end_matches('…'));
        }
    }
    lines
}

/// Rows above the footer that a sentence covers.
pub(super) fn covered(model: &Model, area: Rect) -> usize {
    let lines = sentence(model).map_or(1, |(_, sentence)| wrapped(&sentence, area).len());
    lines.saturating_sub(1)
}

/// A sentence at the bottom, upwards over as many rows as it needs.
fn sentence_above(model: &Model, tone: Tone, sentence: &str, frame: &mut Frame, area: Rect) {
    let lines = wrapped(sentence, area);
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.y);
    let area = Rect {
        y: (area.y + 1).saturating_sub(height),
        height,
        ..area
    };
    frame.render_widget(Clear, area);
    for (line, at) in lines.iter().zip(0..) {
        put(
            frame,
            area,
            at,
            Row::styled(format!(" {line}"), model.theme.style(tone)),
        );
    }
}

/// Every key of the place, from the one table; as many rows as there is room for, from `top` on.
pub(super) fn help(model: &Model, top: usize, frame: &mut Frame, layout: &Layout) {
    let place = Place::of(model);
    let area = Rect {
        y: 1,
        height: layout.footer.y.saturating_sub(1),
        ..layout.header
    };
    frame.render_widget(Clear, area);
    let room = usize::from(area.height).saturating_sub(1);
    let keys = help_lines(&model.keymap, place, usize::from(area.width));
    let top = top.min(keys.len().saturating_sub(room));
    let more = if keys.len() > room { "j and k scroll" } else { "" };
    let title = rule("Keys", more, "any other key goes back", area.width);
    put(frame, area, 0, Row::styled(title, model.theme.style(Tone::Label)));
    for ((name, text), at) in keys.into_iter().skip(top).take(room).zip(1..) {
        let row = Row::from(vec![
            Span::styled(format!("  {name:<8}"), model.theme.style(Tone::Strong)),
            Span::raw(text),
        ]);
        put(frame, area, at, row);
    }
}

/// The keys of a place and what each does, wrapped.
fn help_lines(keymap: &Keymap, place: Place, width: usize) -> Vec<(&str, String)> {
    let lines = keymap.keys_in(place).flat_map(|key| {
        let lines = textwrap::wrap(&key.help, width.saturating_sub(11).max(8));
        let names = [&*key.name].into_iter().chain(std::iter::repeat(""));
        names
            .zip(lines)
            .map(|(name, line)| (name, line.into_owned()))
            .collect::<Vec<_>>()
    });
    lines.collect()
}

/// How far the help can be scrolled.
pub(in crate::console) fn help_end(model: &Model) -> usize {
    let layout = Layout::of(model);
    let room = usize::from(layout.footer.y).saturating_sub(2);
    let lines = help_lines(&model.keymap, Place::of(model), usize::from(layout.header.width)).len();
    lines.saturating_sub(room)
}

/// Rows at the bottom of the screen, over what is there; returns where they stand.
fn at_the_bottom(rows: Vec<Row<'_>>, frame: &mut Frame, layout: &Layout) -> Rect {
    let height = u16::try_from(rows.len() + 1)
        .unwrap_or(u16::MAX)
        .min(layout.footer.y.saturating_sub(1));
    let area = Rect {
        y: layout.footer.y.saturating_sub(height),
        height,
        ..layout.header
    };
    frame.render_widget(Clear, area);
    for (row, at) in rows.into_iter().zip(0..) {
        put(frame, area, at, row);
    }
    area
}

/// A search that is being written, with what is wrong with it at the right, or what the keys do that end it.
fn draw_finding(finding: &Finding, (label, keys): (&str, &str), theme: Theme, frame: &mut Frame, area: Rect) {
    let fault = finding
        .fault
        .as_deref()
        .map(|fault| format!("  {}", Shown::line(fault)));
    let fault = truncate(&fault.unwrap_or_default(), usize::from(area.width) * 2 / 3);
    let used = textwrap::core::display_width(&written(label, &finding.text, area.width).0) + 3;
    let room = usize::from(area.width).saturating_sub(used);
    if fault.is_empty() && keys.len() < room {
        let row = format!("{keys:>0$}", usize::from(area.width) - 1);
        put(frame, area, 0, Row::styled(row, theme.style(Tone::Label)));
    }
    let taken = u16::try_from(textwrap::core::display_width(&fault)).unwrap_or(0);
    let (row, column) = written(label, &finding.text, area.width.saturating_sub(taken));
    let spans = vec![
        Span::styled(row, theme.style(Tone::Strong)),
        Span::styled(fault, theme.style(Tone::Warn)),
    ];
    put(frame, area, 0, Row::from(spans));
    place_cursor(frame, area, 0, column);
}

/// A line that is being written, and the column its cursor stands in. What does not fit leaves on the left.
pub(super) fn written(label: &str, text: &str, width: u16) -> (String, u16) {
    use textwrap::core::display_width;
    let shown = Shown::line(text);
    let room = usize::from(width).saturating_sub(display_width(label) + 4).max(8);
    let mut tail = shown.as_str();
    while display_width(tail) > room {
        tail = tail.char_indices().nth(1).map_or("", |(at, _)| &tail[at..]);
    }
    let cut = if tail.len() < shown.as_str().len() { "…" } else { "" };
    let row = format!("{label}{cut}{tail}");
    let column = u16::try_from(display_width(&row))
        .unwrap_or(0)
        .min(width.saturating_sub(1));
    (row, column)
}

pub(super) fn place_cursor(frame: &mut Frame, area: Rect, row: usize, column: u16) {
    let y = area.y + u16::try_from(row).unwrap_or(0);
    if y < area.y + area.height {
        frame.set_cursor_position(Position { x: area.x + column, y });
    }
}
