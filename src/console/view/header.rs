//! One row: which gate, how fresh, who you are, how much waits.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line as Row, Span};

use super::put;
use crate::console::Model;
use crate::console::model::Link;
use crate::console::theme::Tone;
use crate::domain::Shown;

/// Clocks further apart than this are said to be.
const SKEW_SHOWN: i64 = 2;

pub(super) fn draw(model: &Model, frame: &mut Frame, area: Rect) {
    let theme = model.theme;
    let (tone, link) = link(model);
    let left = vec![
        Span::styled(" signoff ", theme.style(Tone::Strong)),
        Span::styled(format!(" {} ", model.gate), theme.style(Tone::Label)),
        Span::styled(link, theme.style(tone)),
    ];
    let role = model.role.map(|role| format!(", {role}")).unwrap_or_default();
    let mut right = vec![Span::raw(format!("{}{role}", model.name))];
    right.push(Span::styled(
        format!("  {} waiting", model.rows.len()),
        theme.style(Tone::Strong),
    ));
    if model.rows.severe() > 0 {
        right.push(Span::styled(
            format!("  {} severe", model.rows.severe()),
            theme.style(Tone::Danger),
        ));
    }
    if model.rows.unknown() > 0 {
        right.push(Span::styled(
            format!("  {} ?", model.rows.unknown()),
            theme.style(Tone::Warn),
        ));
    }
    right.push(Span::raw(" "));
    let width = |spans: &[Span<'_>]| spans.iter().map(Span::width).sum::<usize>();
    let total = usize::from(area.width);
    let gap = total.saturating_sub(width(&left) + width(&right));
    // Where both do not fit, how it stands with the gate wins over how much waits.
    let row: Row<'_> = if gap == 0 {
        left.into_iter().chain([Span::raw(" ")]).chain(right).collect()
    } else {
        left.into_iter()
            .chain([Span::raw(" ".repeat(gap))])
            .chain(right)
            .collect()
    };
    put(frame, area, 0, row);
}

fn link(model: &Model) -> (Tone, String) {
    let skew = model.skew.as_secs();
    match &model.link {
        Link::Connecting => (Tone::Warn, "connecting".to_owned()),
        Link::Live if skew.abs() > SKEW_SHOWN => (Tone::Warn, format!("* live, clocks {skew} s apart")),
        Link::Live => (Tone::Good, "* live".to_owned()),
        Link::Silent => match model.heard {
            Some(heard) => {
                let age = model.now.duration_since(heard).as_secs().max(0);
                (
                    Tone::Danger,
                    format!("! no answer for {age} s, as of {}", heard.strftime("%H:%M:%SZ")),
                )
            }
            None => (Tone::Danger, "! no answer yet".to_owned()),
        },
        Link::Refused(why) => (Tone::Danger, format!("X {}", Shown::line(why))),
        Link::WentBack => (Tone::Danger, "X the ledger went back: deciding is off".to_owned()),
    }
}
