//! What ran, or may: its list above, the envelope under the cursor below.

use ratatui::Frame;
use ratatui::text::{Line as Row, Span};

use super::envelope::{lines, reading};
use super::layout::Layout;
use super::queue::fit;
use super::{put, rule};
use crate::api::AfterRow;
use crate::console::Model;
use crate::console::model::After;
use crate::console::theme::Tone;
use crate::domain::{Review, Shown, Stage};

pub(super) fn draw(model: &Model, after: &After, frame: &mut Frame, layout: &Layout) {
    let theme = model.theme;
    if layout.shows_queue {
        if after.rows.is_empty() {
            let text = if after.read {
                " Nothing ran under anybody's eyes yet."
            } else {
                " reading…"
            };
            put(frame, layout.queue, 0, Row::styled(text, theme.style(Tone::Label)));
        }
        let window = after.rows.iter().enumerate().skip(after.top).take(layout.queue_rows);
        for ((n, row), at) in window.zip(0..) {
            put(
                frame,
                layout.queue,
                at,
                line(model, row, n == after.at, layout.queue.width),
            );
        }
    }
    if !layout.shows_envelope {
        return;
    }
    let more = if after.more { "+" } else { "" };
    let right = format!("{} of {}{more}", (after.at + 1).min(after.rows.len()), after.rows.len());
    let look = format!("{} to look at", after.look);
    let title = rule("what ran", &look, &right, layout.title.width);
    put(frame, layout.title, 0, Row::styled(title, theme.style(Tone::Label)));
    match model.shown_case().and_then(|case| case.laid(layout.widths)) {
        Some(laid) => lines(model, &laid.sheet, model.scroll, frame, layout.sheet),
        None if model.shown_id().is_some() => put(frame, layout.sheet, 0, reading(model)),
        None => {}
    }
}

fn line<'a>(model: &Model, row: &'a AfterRow, here: bool, width: u16) -> Row<'a> {
    let theme = model.theme;
    let tone = |tone| theme.style(if here { Tone::Cursor } else { tone });
    let (state_tone, state) = state(row);
    let rest = usize::from(width).saturating_sub(2 + 22 + 10);
    let (class, agent) = (rest * 36 / 100, rest * 24 / 100);
    let target = row.summary.target.as_deref().unwrap_or(&row.summary.tool);
    let record = target.split_once(':').map_or(target, |(_, record)| record);
    let since = row.redeemed_at.unwrap_or(row.summary.created_at);
    let name = row.summary.class.as_deref().unwrap_or(&row.summary.tool);
    Row::from(vec![
        Span::styled(if here { "> " } else { "  " }, tone(Tone::Strong)),
        Span::styled(format!("{state:<21} "), tone(state_tone)),
        Span::styled(fit(Shown::line(name).as_str(), class), tone(Tone::Plain)),
        Span::styled(
            format!(" {}", fit(Shown::line(&row.summary.agent).as_str(), agent)),
            tone(Tone::Plain),
        ),
        Span::styled(
            format!(
                " {}",
                fit(Shown::line(record).as_str(), rest.saturating_sub(class + agent + 2))
            ),
            tone(Tone::Plain),
        ),
        Span::styled(format!(" {}", since.strftime("%H:%M:%SZ")), tone(Tone::Label)),
    ])
}

/// Where it stands, in a word or two; what somebody should look at has a sign.
fn state(row: &AfterRow) -> (Tone, &'static str) {
    match (row.summary.stage, row.summary.review) {
        (Stage::Failed, _) if !row.look => (Tone::Label, "failed, looked at"),
        (Stage::UndoFailed, _) if !row.look => (Tone::Label, "ran, undo failed"),
        (Stage::Lapsed, Some(Review::Open)) => (Tone::Label, "cleared, never ran"),
        (Stage::Failed, _) => (Tone::Danger, "X failed"),
        (Stage::UndoRequested, _) => (Tone::Warn, "< undo asked for"),
        (Stage::Undone, _) => (Tone::Plain, "< undone"),
        (Stage::UndoFailed, _) => (Tone::Danger, "X ran, undo failed"),
        (Stage::Redeemed, _) if row.overdue && row.look => (Tone::Warn, "! taken, no word"),
        (Stage::Redeemed, _) if row.overdue => (Tone::Label, "no word, looked at"),
        (_, Some(Review::Open)) => (Tone::Warn, "? ran alone, look"),
        (_, Some(Review::Flagged)) => (Tone::Danger, "! flagged"),
        (Stage::Redeemed, _) => (Tone::Plain, "taken"),
        (Stage::Done, Some(Review::Fine)) => (Tone::Good, "fine"),
        (Stage::Done, _) => (Tone::Good, "done"),
        (Stage::Lapsed, _) => (Tone::Label, "cleared, never ran"),
        (_, _) => (Tone::Plain, "cleared, not taken"),
    }
}
