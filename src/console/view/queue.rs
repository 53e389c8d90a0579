//! The queue: only the rows of its window are ever built.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line as Row, Span};

use super::layout::list_rows;
use super::put;
use crate::api::Summary;
use crate::console::Model;
use crate::console::model::Grouping;
use crate::console::theme::Tone;
use crate::domain::{Countdown, Severity, Shown, Stage, read_amount};

pub(super) fn draw(model: &Model, frame: &mut Frame, area: Rect) {
    if model.rows.count_shown() == 0 {
        let text = match (model.rows.len(), model.heard) {
            (0, None) => "Waiting for the gate.".to_owned(),
            (0, Some(_)) => "Nothing waits.".to_owned(),
            (hidden, _) => format!("Nothing fits; {hidden} waiting. Esc shows all."),
        };
        put(
            frame,
            area,
            0,
            Row::styled(format!(" {text}"), model.theme.style(Tone::Label)),
        );
        return;
    }
    let mut above = None;
    let rest = model.rows.count_shown().saturating_sub(model.top);
    let shown = list_rows(rest, usize::from(area.height));
    // The mark has its columns where a row of the window has it.
    let now = model.gate_now();
    let some_late = model.rows.window(model.top, shown).any(|row| row.sla_at < now);
    let columns = Columns::of(area.width, some_late);
    for (row, at) in model.rows.window(model.top, shown).zip(0..) {
        let group = model.rows.group(row);
        put(frame, area, at, line(model, row, group, group == above, columns));
        above = group;
    }
    more(model, rest, shown, "", frame, area);
}

/// How wide each column is that is not the same everywhere.
#[derive(Clone, Copy)]
struct Columns {
    names: [usize; 3],
    time: usize,
    has_amounts: bool,
}

impl Columns {
    /// Fixed columns at the right, so that numbers stand below numbers; the target takes what is left.
    fn of(width: u16, some_late: bool) -> Self {
        let has_amounts = width >= 70;
        let time = if some_late { 12 } else { 7 };
        let fixed = if has_amounts { 14 } else { 0 } + 5 + 1 + time;
        let rest = usize::from(width).saturating_sub(5 + fixed);
        let (first, second) = (rest * 36 / 100, rest * 24 / 100);
        Self {
            names: [first, second, rest.saturating_sub(first + second + 2)],
            time,
            has_amounts,
        }
    }
}

/// Says in the last row of a list how many more there are, where that row was kept free for it.
pub(super) fn more(model: &Model, rest: usize, shown: usize, plus: &str, frame: &mut Frame, area: Rect) {
    if rest > shown && shown < usize::from(area.height) {
        let text = format!("  … {}{plus} more", rest - shown);
        let row = area.height.saturating_sub(1);
        put(frame, area, row, Row::styled(text, model.theme.style(Tone::Label)));
    }
}

/// The three names of a row. Where rows are grouped the group stands first, once, with how many there are.
fn names<'a>(row: &'a Summary, group: Option<(&'a str, usize)>, is_below_it: bool, grouping: Grouping) -> [String; 3] {
    let class = row.class.as_deref().unwrap_or(&row.tool);
    // The record alone: its system stands in the envelope.
    let target = row.target.as_deref().map_or("-", |target| {
        target.split_once(':').map_or(target, |(_, record)| record)
    });
    let shown = |text: &str| Shown::line(text).to_string();
    let Some((name, count)) = group else {
        return [shown(class), shown(&row.agent), shown(target)];
    };
    let first = match (is_below_it, count) {
        (true, _) => String::new(),
        (false, 1) => shown(name),
        (false, count) => format!("({count}) {}", shown(name)),
    };
    let second = match grouping {
        // What it is called is all that is known of it.
        Grouping::Class if row.class.is_none() => shown(&row.tool),
        Grouping::None | Grouping::Class => shown(&row.agent),
        Grouping::Agent | Grouping::Run => shown(class),
    };
    [first, second, shown(target)]
}

/// `> !! payment.refund   support-3   billing:order/12345   6,000.00 USD  0/2   12:03`
fn line<'a>(
    model: &Model,
    row: &'a Summary,
    group: Option<(&'a str, usize)>,
    is_below_it: bool,
    columns: Columns,
) -> Row<'a> {
    let theme = model.theme;
    let focused = model.focus == Some(row.id);
    let tone = |tone| {
        // Under the cursor colours would become grounds: the row is one bar.
        let tone = if focused { Tone::Cursor } else { tone };
        if model.is_stale() {
            theme.style(tone).patch(theme.style(Tone::Stale))
        } else {
            theme.style(tone)
        }
    };
    let (mark_tone, mark) = mark(row);
    let left = Countdown(row.deadline_at.duration_since(model.gate_now())).to_string();
    let late = row.sla_at < model.gate_now();
    let amount = match row.amount.as_deref().map(read_amount) {
        Some(Some(amount)) => amount,
        Some(None) => "?".to_owned(),
        None => "-".to_owned(),
    };
    let votes = if row.stage == Stage::Quarantined {
        "-".to_owned()
    } else {
        format!("{}/{}", row.votes, row.quorum)
    };
    let [class_width, agent_width, target_width] = columns.names;
    let [first, second, target] = names(row, group, is_below_it, model.rows.grouping());
    let chosen = model.selected.contains(&row.id);
    let cursor = match (focused, chosen, model.rows.is_pinned(row.id)) {
        (true, _, _) => ">",
        (false, true, _) => "x",
        (false, false, true) => "^",
        (false, false, false) => " ",
    };
    let mark = if chosen && mark.is_empty() { "x" } else { mark };
    let mut spans = vec![
        Span::styled(cursor, tone(Tone::Strong)),
        Span::styled(format!(" {mark:>2} "), tone(mark_tone)),
        Span::styled(fit(&first, class_width), tone(Tone::Plain)),
        Span::styled(format!(" {}", fit(&second, agent_width)), tone(Tone::Plain)),
        Span::styled(format!(" {}", fit(&target, target_width)), tone(Tone::Plain)),
    ];
    if columns.has_amounts {
        spans.push(Span::styled(format!(" {amount:>13}"), tone(Tone::Plain)));
    }
    spans.push(Span::styled(format!(" {votes:>4}"), tone(Tone::Plain)));
    let left = if late {
        format!("late {left:>7}")
    } else {
        format!("{left:>0$}", columns.time)
    };
    spans.push(Span::styled(
        format!(" {left}"),
        tone(if late { Tone::Warn } else { Tone::Plain }),
    ));
    Row::from(spans)
}

fn mark(row: &Summary) -> (Tone, &'static str) {
    match (row.stage, row.severity) {
        (Stage::Quarantined, _) => (Tone::Warn, "?"),
        (_, Severity::Severe) => (Tone::Danger, "!!"),
        (_, Severity::High) => (Tone::Warn, "!"),
        (_, Severity::Low) => (Tone::Plain, ""),
    }
}

/// Exactly `width` columns: padded, or cut with `…`.
pub(super) fn fit(text: &str, width: usize) -> String {
    use textwrap::core::display_width;
    let mut out = String::new();
    let whole = display_width(text) <= width;
    let room = if whole { width } else { width.saturating_sub(1) };
    let mut used = 0;
    for c in text.chars() {
        let wide = display_width(c.encode_utf8(&mut [0; 4]));
        if used + wide > room {
            break;
        }
        out.push(c);
        used += wide;
    }
    if !whole && width > 0 {
        out.push('…');
        used += 1;
    }
    out.push_str(&" ".repeat(width.saturating_sub(used)));
    out
}
