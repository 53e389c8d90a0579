//! How the queue stands: sums of what waits, by class, by who is asked, by who is at it.

use ratatui::Frame;
use ratatui::text::{Line as Row, Span};

use super::layout::Layout;
use super::queue::fit;
use super::{put, rule};
use crate::console::Model;
use crate::console::model::Sum;
use crate::console::theme::Tone;
use crate::domain::Countdown;

/// Columns of the numbers beside a name.
const NUMBERS: usize = 4 * 9 + 10;

pub(super) fn draw(model: &Model, frame: &mut Frame, layout: &Layout) {
    let area = ratatui::layout::Rect {
        y: 1,
        height: layout.footer.y.saturating_sub(1),
        ..layout.header
    };
    let rows = rows(model, usize::from(area.width));
    let room = usize::from(area.height);
    let rest = rows.len().saturating_sub(model.load.top + room);
    let shown = if rest > 0 { room.saturating_sub(1) } else { room };
    for (row, at) in rows.into_iter().skip(model.load.top).take(shown).zip(0..) {
        put(frame, area, at, row);
    }
    if rest > 0 {
        let text = format!(" … {} more lines, j", rest + 1);
        let last = area.height.saturating_sub(1);
        put(frame, area, last, Row::styled(text, model.theme.style(Tone::Label)));
    }
}

/// How many lines there are.
pub(in crate::console) fn lines(model: &Model) -> usize {
    rows(model, usize::from(model.width)).len()
}

fn rows(model: &Model, width: usize) -> Vec<Row<'_>> {
    let load = &model.load;
    let theme = model.theme;
    let label = |text: String| Row::styled(text, theme.style(Tone::Label));
    let columns = u16::try_from(width).unwrap_or(u16::MAX);
    let mut rows = vec![label(rule("how the queue stands", "", "now", columns))];
    rows.push(head(model, width));
    rows.push(sum(model, "all of it", load.all, width));
    for (title, sums) in [
        ("by class, the latest first", &load.classes),
        ("by who is asked", &load.roles),
        ("being looked at", &load.claims),
    ] {
        if sums.is_empty() {
            continue;
        }
        rows.push(label(rule(title, "", "", columns)));
        rows.extend(sums.iter().map(|(name, figures)| sum(model, name, *figures, width)));
    }
    let text = format!(
        "You decided {} since you opened this console. `signoff report` counts people from the ledger.",
        model.decided
    );
    let lines = textwrap::wrap(&text, width.saturating_sub(2).max(8));
    rows.extend(lines.into_iter().map(|line| label(format!(" {line}"))));
    rows
}

fn head(model: &Model, width: usize) -> Row<'_> {
    let name = width.saturating_sub(NUMBERS + 2);
    let text = format!(
        " {:<name$}{:>9}{:>9}{:>9}{:>9}{:>10}",
        "", "waiting", "severe", "late", "oldest", "first end"
    );
    Row::styled(text, model.theme.style(Tone::Label))
}

fn sum<'a>(model: &Model, name: &str, sum: Sum, width: usize) -> Row<'a> {
    let theme = model.theme;
    let now = model.gate_now();
    let age = sum.oldest.map(|at| Countdown(now.duration_since(at)).to_string());
    let end = sum.first.map(|at| Countdown(at.duration_since(now)).to_string());
    let name = fit(name, width.saturating_sub(NUMBERS + 2));
    let count = |count: usize, tone| {
        let tone = if count == 0 { Tone::Label } else { tone };
        let text = if count == 0 { "-".to_owned() } else { count.to_string() };
        Span::styled(format!("{text:>9}"), theme.style(tone))
    };
    Row::from(vec![
        Span::raw(format!(" {name}")),
        count(sum.waiting, Tone::Strong),
        count(sum.severe, Tone::Danger),
        count(sum.late, Tone::Warn),
        Span::raw(format!("{:>9}", age.as_deref().unwrap_or("-"))),
        Span::raw(format!("{:>10}", end.as_deref().unwrap_or("-"))),
    ])
}
