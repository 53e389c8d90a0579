//! The settings, on the whole screen: each one's value, and where that comes from.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line as Row, Span};
use ratatui::widgets::Clear;
use strum::IntoEnumIterator;

use crate::config::{Source, ThemeName};
use crate::console::Model;
use crate::console::theme::Tone;
use crate::console::view::layout::Layout;
use crate::console::view::queue::fit;
use crate::console::view::{put, rule};
use crate::domain::Shown;

/// Columns of a setting's name where there is room, of where it comes from, and of its value at most.
const NAME: usize = 26;
const FROM: usize = 12;
const VALUE: usize = 40;

/// One line: a name, a value, and where it comes from; or a text alone.
enum Line {
    Setting(String, String, String),
    Text(String),
}

/// As many rows as there is room for, from `top` on.
pub(in crate::console::view) fn settings(model: &Model, top: usize, frame: &mut Frame, layout: &Layout) {
    let theme = model.theme;
    let area = Rect {
        y: 1,
        height: layout.footer.y.saturating_sub(1),
        ..layout.header
    };
    frame.render_widget(Clear, area);
    let room = usize::from(area.height).saturating_sub(1);
    let lines = lines(model, usize::from(area.width));
    let top = top.min(lines.len().saturating_sub(room));
    let more = if lines.len() > room { "j and k scroll" } else { "" };
    let title = rule("Settings", more, "any other key goes back", area.width);
    put(frame, area, 0, Row::styled(title, theme.style(Tone::Label)));
    let (name_width, value_width) = columns(usize::from(area.width));
    for (line, at) in lines.into_iter().skip(top).take(room).zip(1..) {
        let row = match line {
            Line::Setting(name, value, from) => Row::from(vec![
                Span::styled(format!("  {}", fit(&name, name_width)), theme.style(Tone::Strong)),
                Span::raw(format!(" {}", fit(&value, value_width))),
                Span::styled(format!(" {from}"), theme.style(Tone::Label)),
            ]),
            Line::Text(text) => Row::raw(format!("  {text}")),
        };
        put(frame, area, at, row);
    }
}

/// Columns of a name and of a value.
fn columns(width: usize) -> (usize, usize) {
    let name = NAME.min(width * 2 / 5);
    (name, width.saturating_sub(name + FROM + 4).clamp(8, VALUE))
}

/// How far they can be scrolled.
pub(in crate::console) fn end(model: &Model) -> usize {
    let layout = Layout::of(model);
    let room = usize::from(layout.footer.y).saturating_sub(2);
    lines(model, usize::from(layout.header.width))
        .len()
        .saturating_sub(room)
}

fn lines(model: &Model, width: usize) -> Vec<Line> {
    let settings = &model.settings;
    let room = width.saturating_sub(3).max(8);
    let mut lines = Vec::new();
    let text = |lines: &mut Vec<Line>, text: &str| {
        let wrapped = textwrap::wrap(text, room);
        lines.extend(wrapped.into_iter().map(|line| Line::Text(line.into_owned())));
    };
    for (name, value, from) in settings.list() {
        lines.push(Line::Setting(name.to_owned(), value, from.to_string()));
    }
    for bound in model.keymap.every() {
        let Some(line) = bound.line else { continue };
        let name = format!("{}.{}", bound.place, bound.command.name());
        let from = Source::Line(line).to_string();
        lines.push(Line::Setting(format!("keys.{name}"), bound.written(), from));
    }
    text(&mut lines, "");
    let themes: Vec<String> = ThemeName::iter().map(|theme| theme.to_string()).collect();
    text(&mut lines, &format!("Themes: {}.", themes.join(", ")));
    let file = match &settings.file {
        Some(file) => {
            let there = if file.is_there { "" } else { ", which is not there" };
            let path = file.path.display().to_string();
            format!("Settings are read at the start from {}{there}.", Shown::line(&path))
        }
        None => "There is no home folder to read settings from.".to_owned(),
    };
    text(&mut lines, &file);
    let memory = match &model.keeping.path {
        Some(path) => format!(
            "How you looked at things is kept in {}.",
            Shown::line(&path.display().to_string())
        ),
        None => "How you looked at things is kept nowhere: there is no home folder.".to_owned(),
    };
    text(&mut lines, &memory);
    lines
}
