//! The policy in force: its classes above, the one under the cursor below.

use ratatui::Frame;
use ratatui::text::{Line as Row, Span};

use super::layout::Layout;
use super::queue::fit;
use super::{put, rule};
use crate::api::ClassView;
use crate::console::Model;
use crate::console::theme::Tone;
use crate::domain::Shown;

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
    if layout.shows_queue {
        let window = policy.classes.iter().enumerate().skip(model.class_top);
        for ((n, class), at) in window.take(layout.queue_rows).zip(0..) {
            put(
                frame,
                layout.queue,
                at,
                line(model, class, n == model.class_at, layout.queue.width),
            );
        }
    }
    if !layout.shows_envelope {
        return;
    }
    let count = policy.classes.len();
    let right = format!("{} of {count}", (model.class_at + 1).min(count));
    let version = format!("policy {}", &policy.version.short()[..6]);
    let title = rule(&version, "read-only", &right, layout.title.width);
    put(frame, layout.title, 0, Row::styled(title, theme.style(Tone::Label)));
}

fn line<'a>(model: &Model, class: &'a ClassView, here: bool, width: u16) -> Row<'a> {
    let style = |tone| model.theme.style(if here { Tone::Cursor } else { tone });
    let rest = usize::from(width).saturating_sub(2);
    let name = rest / 3;
    Row::from(vec![
        Span::styled(if here { "> " } else { "  " }, style(Tone::Strong)),
        Span::styled(fit(Shown::line(&class.id).as_str(), name), style(Tone::Plain)),
        Span::styled(
            fit(
                &format!(" {}", Shown::line(class.why.as_deref().unwrap_or_default())),
                rest.saturating_sub(name),
            ),
            style(Tone::Label),
        ),
    ])
}
