//! The footer, the help, and the box that asks before it decides.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line as Row, Span};
use ratatui::widgets::Clear;

use super::layout::Layout;
use super::{put, rule};
use crate::console::Model;
use crate::console::keymap::{KEYS, Place};
use crate::console::model::{Ask, Link, Phase, REASONS};
use crate::console::theme::Tone;
use crate::domain::Shown;

/// A notice while there is one, else the keys in words.
pub(super) fn footer(model: &Model, frame: &mut Frame, area: Rect) {
    let theme = model.theme;
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
    let place = if model.diff.is_some() { Place::Diff } else { Place::Main };
    let mut spans = vec![Span::raw(" ")];
    for key in KEYS
        .iter()
        .filter(|key| key.place == place || key.place == Place::Everywhere)
    {
        if let Some(word) = key.word {
            spans.push(Span::styled(key.name, theme.style(Tone::Strong)));
            spans.push(Span::styled(format!(" {word}  "), theme.style(Tone::Label)));
        }
    }
    put(frame, area, 0, Row::from(spans));
}

/// What stays said for as long as it is so.
fn trouble(model: &Model) -> Option<String> {
    if model.pending.iter().any(|pending| pending.phase == Phase::Waiting) {
        return Some("Kept, not sent yet: the gate is silent. After 2 min you are asked again.".to_owned());
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

/// Every key of the place, from the one table.
pub(super) fn help(model: &Model, frame: &mut Frame, layout: &Layout) {
    let place = if model.diff.is_some() { Place::Diff } else { Place::Main };
    let area = Rect {
        y: 1,
        height: layout.footer.y.saturating_sub(1),
        ..layout.header
    };
    frame.render_widget(Clear, area);
    let title = rule("Keys", "", "any key goes back", area.width);
    put(frame, area, 0, Row::styled(title, model.theme.style(Tone::Label)));
    let keys = KEYS
        .iter()
        .filter(|key| key.place == place || key.place == Place::Everywhere);
    for (key, at) in keys.zip(1..) {
        let row = Row::from(vec![
            Span::styled(format!("  {:<8}", key.name), model.theme.style(Tone::Strong)),
            Span::raw(key.help),
        ]);
        put(frame, area, at, row);
    }
}

/// The box owns what it is about; nothing that happens underneath changes what it says.
pub(super) fn ask(model: &Model, ask: &Ask, frame: &mut Frame, layout: &Layout) {
    let theme = model.theme;
    let mut rows: Vec<Row<'_>> = Vec::new();
    let width = layout.header.width;
    let right = format!("digest {} rev {}", ask.about.digest.short(), ask.about.revision);
    rows.push(Row::styled(
        rule(&ask.title, "", &right, width),
        theme.style(Tone::Strong),
    ));
    if let Some(stale) = &ask.stale {
        rows.push(Row::styled(format!("   {stale}"), theme.style(Tone::Danger)));
    }
    rows.extend(ask.lines.iter().map(|line| Row::raw(format!("   {line}"))));
    let mut cursor = None;
    match &ask.draft {
        Some(draft) => {
            let shown = Shown::line(draft);
            let label = "   Reason: ";
            let row = format!("{label}{shown}");
            cursor = Some((rows.len(), textwrap::core::display_width(&row)));
            rows.push(Row::raw(row));
            let enter = if ask.approve {
                "Enter ends the text"
            } else {
                "Enter sends the rejection"
            };
            rows.push(Row::styled(
                format!("   {enter}, Esc goes back"),
                theme.style(Tone::Label),
            ));
        }
        None if ask.approve => {
            if let Some(reason) = &ask.reason {
                rows.push(Row::raw(format!("   Reason: {}", Shown::line(reason))));
            }
            rows.push(Row::from(vec![
                Span::raw("   "),
                Span::styled("y", theme.style(Tone::Strong)),
                Span::raw(" approve    "),
                Span::styled("Esc", theme.style(Tone::Strong)),
                Span::raw(" back"),
            ]));
        }
        None => {
            rows.push(Row::raw("   The agent reads your reason:"));
            for pair in (1..)
                .zip(REASONS.iter().copied().chain(["write one"]))
                .collect::<Vec<_>>()
                .chunks(3)
            {
                let mut spans = vec![Span::raw("   ")];
                for (digit, reason) in pair {
                    spans.push(Span::styled(digit.to_string(), theme.style(Tone::Strong)));
                    spans.push(Span::raw(format!(" {reason:<22}")));
                }
                rows.push(Row::from(spans));
            }
            rows.push(Row::styled("   Esc back", theme.style(Tone::Label)));
        }
    }
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
    if let Some((row, column)) = cursor {
        let x = u16::try_from(column).unwrap_or(0).min(width.saturating_sub(1));
        frame.set_cursor_position(Position {
            x,
            y: area.y + u16::try_from(row).unwrap_or(0),
        });
    }
}
