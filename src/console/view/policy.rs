//! The policy in force: its classes, floors and unknown tools above, the one under the cursor below.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line as Row, Span};

use super::layout::Layout;
use super::queue::fit;
use super::{envelope, put, rule};
use crate::console::Model;
use crate::console::sheet::{Entry, Line};
use crate::console::theme::Tone;

/// The figures' share of a row.
const FIGURES: usize = 22;

pub(super) fn draw(model: &Model, frame: &mut Frame, layout: &Layout) {
    let theme = model.theme;
    let Some(policy) = &model.policy else {
        put(
            frame,
            layout.queue,
            0,
            Row::styled(" reading…", theme.style(Tone::Label)),
        );
        return;
    };
    let count = Entry::count(policy);
    if layout.shows_queue {
        let window = model.class_top..count.min(model.class_top + layout.queue_rows);
        for (n, at) in window.zip(0..) {
            let row = line(model, Entry::at(policy, n), n == model.class_at, layout.queue.width);
            put(frame, layout.queue, at, row);
        }
    }
    if !layout.shows_envelope {
        return;
    }
    let name = Entry::at(policy, model.class_at).name();
    let version = format!("policy {}, read-only", &policy.version.short()[..6]);
    let right = format!("{} of {count}", model.class_at + 1);
    let title = rule(&name, &version, &right, layout.title.width);
    put(frame, layout.title, 0, Row::styled(title, theme.style(Tone::Label)));
    envelope::lines(model, &lines(model, layout), model.scroll, frame, sheet(layout));
}

/// What is said of the one under the cursor.
pub(in crate::console) fn lines(model: &Model, layout: &Layout) -> Vec<Line> {
    let Some(policy) = &model.policy else {
        return Vec::new();
    };
    Entry::at(policy, model.class_at).lines(policy, usize::from(sheet(layout).width))
}

/// Nothing stands beside it: it has the whole width.
fn sheet(layout: &Layout) -> Rect {
    Rect {
        width: layout.header.width.saturating_sub(2),
        ..layout.sheet
    }
}

fn line<'a>(model: &Model, entry: Entry<'_>, here: bool, width: u16) -> Row<'a> {
    let style = |tone| model.theme.style(if here { Tone::Cursor } else { tone });
    let rest = usize::from(width).saturating_sub(2);
    let name = rest / 3;
    let figures = FIGURES.min(rest - name);
    Row::from(vec![
        Span::styled(if here { "> " } else { "  " }, style(Tone::Strong)),
        Span::styled(fit(&entry.name(), name), style(Tone::Plain)),
        Span::styled(fit(&format!(" {}", entry.figures()), figures), style(Tone::Strong)),
        Span::styled(
            fit(&format!(" {}", entry.why()), rest.saturating_sub(name + figures)),
            style(Tone::Label),
        ),
    ])
}
