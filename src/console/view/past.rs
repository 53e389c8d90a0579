//! An auditor's screen: what fits the search above, one envelope or its timeline below.

use ratatui::Frame;
use ratatui::text::{Line as Row, Span};

use super::envelope::{lines, reading};
use super::layout::{Layout, list_rows};
use super::queue::{self, fit};
use super::{put, rule};
use crate::api::{Summary, TimelineEntry};
use crate::console::Model;
use crate::console::model::Past;
use crate::console::theme::Tone;
use crate::domain::Shown;

pub(super) fn draw(model: &Model, past: &Past, frame: &mut Frame, layout: &Layout) {
    let theme = model.theme;
    if layout.shows_queue {
        if past.rows.is_empty() {
            let text = if past.read { " Nothing fits." } else { " reading…" };
            put(frame, layout.queue, 0, Row::styled(text, theme.style(Tone::Label)));
        }
        let rest = past.rows.len().saturating_sub(past.top);
        let shown = list_rows(rest, layout.queue_rows);
        let window = past.rows.iter().enumerate().skip(past.top).take(shown);
        for ((n, row), at) in window.zip(0..) {
            put(
                frame,
                layout.queue,
                at,
                line(model, row, n == past.at, layout.queue.width),
            );
        }
        let plus = if past.more { "+" } else { "" };
        queue::more(model, rest, shown, plus, frame, layout.queue);
    }
    if !layout.shows_envelope {
        return;
    }
    title(model, past, frame, layout);
    let id = past.row().map(|row| row.id);
    if past.shows_timeline {
        let known = past.timeline.as_ref().filter(|(of, _)| Some(*of) == id);
        let entries = known.map_or(&[][..], |(_, entries)| entries);
        let rows = entries.iter().skip(model.scroll).take(usize::from(layout.sheet.height));
        for (entry, at) in rows.zip(0..) {
            put(frame, layout.sheet, at, timeline(model, entry));
        }
        return;
    }
    match model.shown_case().and_then(|case| case.laid(layout.widths)) {
        Some(laid) => lines(model, &laid.sheet, model.scroll, frame, layout.sheet),
        None if model.shown_id().is_some() => put(frame, layout.sheet, 0, reading(model)),
        None => {}
    }
}

fn title(model: &Model, past: &Past, frame: &mut Frame, layout: &Layout) {
    let style = model.theme.style(Tone::Label);
    let more = if past.more { "+" } else { "" };
    let right = format!("{} of {}{more}", (past.at + 1).min(past.rows.len()), past.rows.len());
    let search = if past.search.is_empty() {
        "everything".to_owned()
    } else {
        format!("find: {}", Shown::line(&past.search))
    };
    let shows = if past.shows_timeline { "timeline" } else { "read-only" };
    let proof = super::proof::word(model);
    let style = proof.as_ref().map_or(style, |(tone, _)| model.theme.style(*tone));
    let what = match &proof {
        Some((_, word)) => format!("{shows}, {word}"),
        None => shows.to_owned(),
    };
    put(
        frame,
        layout.title,
        0,
        Row::styled(rule(&search, &what, &right, layout.title.width), style),
    );
}

/// `> 04:12:09Z rejected       payment.refund   support-3   order/12345    6000.00 USD`
fn line<'a>(model: &Model, row: &'a Summary, here: bool, width: u16) -> Row<'a> {
    let style = |tone| model.theme.style(if here { Tone::Cursor } else { tone });
    let rest = usize::from(width).saturating_sub(2 + 21 + 15);
    let (class, agent) = (rest * 36 / 100, rest * 24 / 100);
    let target = row.target.as_deref().unwrap_or(&row.tool);
    let record = target.split_once(':').map_or(target, |(_, record)| record);
    let name = row.class.as_deref().unwrap_or(&row.tool);
    Row::from(vec![
        Span::styled(if here { "> " } else { "  " }, style(Tone::Strong)),
        Span::styled(
            format!("{} ", row.created_at.strftime("%Y-%m-%d %H:%M:%SZ")),
            style(Tone::Label),
        ),
        Span::styled(format!("{:<14} ", row.stage.to_string()), style(Tone::Plain)),
        Span::styled(fit(Shown::line(name).as_str(), class), style(Tone::Plain)),
        Span::styled(
            format!(" {}", fit(Shown::line(&row.agent).as_str(), agent)),
            style(Tone::Plain),
        ),
        Span::styled(
            format!(
                " {}",
                fit(Shown::line(record).as_str(), rest.saturating_sub(class + agent + 2))
            ),
            style(Tone::Plain),
        ),
    ])
}

fn timeline<'a>(model: &Model, entry: &'a TimelineEntry) -> Row<'a> {
    let theme = model.theme;
    // Its end tells it from others well enough; the whole of it stands in `show --timeline`.
    let batch = entry.batch.map(|batch| {
        let hex = batch.simple().to_string();
        format!("batch …{}: ", &hex[hex.len() - 8..])
    });
    Row::from(vec![
        Span::styled(format!("{:>7}  ", entry.n), theme.style(Tone::Label)),
        Span::raw(format!("{}  ", entry.at.strftime("%H:%M:%SZ"))),
        Span::styled(format!("{:<14} ", entry.kind.to_string()), theme.style(Tone::Strong)),
        Span::raw(format!("{:<12} ", Shown::line(&entry.by))),
        Span::styled(batch.unwrap_or_default(), theme.style(Tone::Label)),
        Span::raw(Shown::line(&entry.what).to_string()),
    ])
}
