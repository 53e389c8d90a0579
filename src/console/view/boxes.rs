//! The footer, the help, and the boxes that ask before they decide.

mod ask;
mod batch;
mod edit;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line as Row, Span};
use ratatui::widgets::Clear;

pub(super) use ask::ask;
pub(super) use batch::batch;
pub(super) use edit::edit;

use super::layout::Layout;
use super::{put, rule};
use crate::console::Model;
use crate::console::keymap::{Command, KEYS, Key, Place};
use crate::console::model::{Link, Phase};
use crate::console::theme::Tone;
use crate::domain::{Shown, Stage};

/// A notice while there is one, else the keys in words.
pub(super) fn footer(model: &Model, frame: &mut Frame, area: Rect) {
    let theme = model.theme;
    if let (Some(text), None) = (&model.finding, &model.past) {
        let (row, column) = written(" show only: ", text, area.width);
        put(frame, area, 0, Row::styled(row, theme.style(Tone::Strong)));
        place_cursor(frame, area, 0, column);
        return;
    }
    let sentence = trouble(model).map(|sentence| (Tone::Danger, Shown::line(&sentence)));
    let notice = model
        .notice
        .as_ref()
        .map(|notice| (Tone::Strong, Shown::line(&notice.text)));
    let sentence = notice.or(sentence);
    if let Some((tone, sentence)) = sentence {
        sentence_above(model, tone, &sentence, frame, area);
        return;
    }
    // A box names its own keys, and no others count in it.
    if model.modal.is_some() {
        return;
    }
    let place = Place::of(model);
    let row = model.focus.and_then(|id| model.rows.get(id));
    let quarantined = row.is_some_and(|row| row.stage == Stage::Quarantined);
    let alike = row.is_some_and(|row| row.alike.is_some());
    // What cannot be done with what is under the cursor is not offered.
    let idle = |command| match command {
        Command::Approve | Command::Edit => quarantined,
        Command::Classify => !quarantined,
        Command::Batch => !alike,
        _ => false,
    };
    let mut keys: Vec<(&Key, &str)> = KEYS
        .iter()
        .filter(|key| (key.place == place || key.place == Place::Everywhere) && !idle(key.command))
        .filter_map(|key| Some((key, key.word?)))
        .collect();
    let width =
        |keys: &[(&Key, &str)]| -> usize { keys.iter().map(|(key, word)| key.name.len() + word.len() + 3).sum() };
    // What does not fit is left out whole, from the end; the help that has all of them stays.
    while width(&keys) > usize::from(area.width) {
        let Some(last) = keys.iter().rposition(|(key, _)| key.command != Command::Help) else {
            break;
        };
        keys.remove(last);
    }
    let mut spans = vec![Span::raw(" ")];
    for (key, word) in keys {
        spans.push(Span::styled(key.name, theme.style(Tone::Strong)));
        spans.push(Span::styled(format!(" {word}  "), theme.style(Tone::Label)));
    }
    put(frame, area, 0, Row::from(spans));
}

/// What stays said for as long as it is so.
fn trouble(model: &Model) -> Option<String> {
    if model.pending.iter().any(|pending| pending.phase == Phase::Waiting) {
        return Some("No answer to your decision yet: sent again for 2 min, it counts once.".to_owned());
    }
    if let Some(stop) = model.stops.first() {
        let more = match model.stops.len() {
            1 => String::new(),
            n => format!(" And {} more.", n - 1),
        };
        return Some(format!(
            "STOPPED: {}.{more} ! resumes.",
            crate::console::update::describe(stop)
        ));
    }
    match &model.link {
        Link::Refused(why) => Some(format!("The gate refuses: {why}")),
        Link::WentBack => Some("Deciding is off: the gate serves less than it did before. Ask an admin.".to_owned()),
        Link::Connecting | Link::Live | Link::Silent => None,
    }
}

/// A sentence at the bottom, upwards over as many rows as it needs: it is never cut off.
fn sentence_above(model: &Model, tone: Tone, sentence: &Shown, frame: &mut Frame, area: Rect) {
    let lines = textwrap::wrap(sentence.as_str(), usize::from(area.width).saturating_sub(2).max(1));
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
    let keys: Vec<_> = KEYS
        .iter()
        .filter(|key| key.place == place || key.place == Place::Everywhere)
        .collect();
    let room = usize::from(area.height).saturating_sub(1);
    let top = top.min(keys.len().saturating_sub(room));
    let more = if keys.len() > room { "j and k scroll" } else { "" };
    let title = rule("Keys", more, "any other key goes back", area.width);
    put(frame, area, 0, Row::styled(title, model.theme.style(Tone::Label)));
    for (key, at) in keys.into_iter().skip(top).take(room).zip(1..) {
        let row = Row::from(vec![
            Span::styled(format!("  {:<8}", key.name), model.theme.style(Tone::Strong)),
            Span::raw(key.help),
        ]);
        put(frame, area, at, row);
    }
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
