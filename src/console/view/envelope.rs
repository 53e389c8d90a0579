//! The envelope under the cursor.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line as Row;

use super::layout::{Kind, Layout};
use super::{page, put, rule, styled};
use crate::api::Summary;
use crate::console::Model;
use crate::console::keymap::{Command, Place};
use crate::console::sheet::Line;
use crate::console::theme::Tone;
use crate::domain::{Countdown, OnTimeout, Shown, Stage};

pub(super) fn draw(model: &Model, frame: &mut Frame, layout: &Layout) {
    let Some(row) = model.focus.and_then(|id| model.rows.get(id)) else {
        put(
            frame,
            layout.title,
            0,
            Row::raw("-".repeat(usize::from(layout.title.width))),
        );
        if model.heard.is_some() && model.rows.is_empty() {
            let text = format!(" Agents reach this gate at {}.", model.gate);
            put(
                frame,
                layout.sheet,
                1,
                Row::styled(text, model.theme.style(Tone::Label)),
            );
        }
        return;
    };
    title(model, row, frame, layout.title);
    let laid = model.case().and_then(|case| Some((case, case.laid(layout.widths)?)));
    let Some((case, laid)) = laid else {
        put(frame, layout.sheet, 0, reading(model));
        return;
    };
    lines(model, &laid.sheet, model.scroll, frame, layout.sheet);
    if matches!(layout.kind, Kind::Wide | Kind::Full) {
        let folded = laid.fields.folds_itself();
        let whole = model.keymap.name(Place::Main, Command::Diff);
        page::front(model, &laid.fields, folded, whole, frame, layout.side);
    }
    if layout.kind == Kind::Full {
        let nothing = case
            .view
            .claimed
            .as_ref()
            .is_none_or(|claimed| claimed.evidence.is_empty());
        let evidence = if nothing {
            "evidence: none given"
        } else {
            "evidence, as the agent gives it"
        };
        let whole = model.keymap.name(Place::Main, Command::Diff);
        named(model, &format!("payload, {whole} has it all"), frame, layout.side);
        named(model, evidence, frame, layout.evidence);
        named(model, &before(row), frame, layout.trail);
        front(model, &laid.evidence, "at the envelope's end", frame, layout.evidence);
        let trail = model.keymap.name(Place::Main, Command::Trail);
        page::front(model, &case.trail, false, trail, frame, layout.trail);
    }
}

/// Stands where lines are still to come.
pub(super) fn reading(model: &Model) -> Row<'static> {
    Row::styled("reading…", model.theme.style(Tone::Label))
}

/// What an agent's trail is called.
pub(super) fn before(row: &Summary) -> String {
    match &row.run {
        Some(run) => format!("run {}", Shown::line(run)),
        None => format!("{} before, it names no run", Shown::line(&row.agent)),
    }
}

/// The name of a pane, in the row above it.
fn named(model: &Model, name: &str, frame: &mut Frame, pane: Rect) {
    let above = Rect {
        x: pane.x.saturating_sub(1),
        y: pane.y.saturating_sub(1),
        width: pane.width + 1,
        height: 1,
    };
    let text = rule(name, "", "", above.width);
    put(frame, above, 0, Row::styled(text, model.theme.style(Tone::Label)));
}

fn title(model: &Model, row: &Summary, frame: &mut Frame, area: Rect) {
    let class = row.class.as_deref().unwrap_or("unknown kind");
    let others = looking(model, row);
    let left = match &row.rule {
        // Who else is at it matters more than which rule it was.
        _ if !others.is_empty() => format!("{class}, {others}"),
        Some(rule) if area.width >= 80 => format!("{class}, rule {rule}"),
        Some(_) | None => class.to_owned(),
    };
    let time = Countdown(row.deadline_at.duration_since(model.gate_now()));
    let place = model.rows.place(row.id).map_or(0, |place| place + 1);
    let right = if model.rows.count_shown() < model.rows.len() {
        format!("{place} of {} that fit", model.rows.count_shown())
    } else {
        format!("{place} of {}", model.rows.len())
    };
    let now = model.gate_now();
    let sla = row.sla_at.duration_since(now);
    // Where it is due when it ends, the one says it all.
    let due = match (sla.is_negative(), row.sla_at < row.deadline_at) {
        (true, _) => format!("late by {}, ", Countdown(-sla)),
        (false, true) => format!("due in {}, ", Countdown(sla)),
        (false, false) => String::new(),
    };
    let text = rule(&left, &format!("{due}{} {time}", end(row)), &right, area.width);
    put(frame, area, 0, Row::styled(text, model.theme.style(Tone::Label)));
}

/// Who else has it on the screen: a sentence fragment, or nothing.
fn looking(model: &Model, row: &Summary) -> String {
    let names = model.present.iter().filter(|present| present.at == Some(row.id));
    let names: Vec<Shown> = names.map(|present| Shown::line(&present.name)).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!("{one} looks too"),
        [one, other] => format!("{one} and {other} look too"),
        [one, rest @ ..] => format!("{one} and {} more look too", rest.len()),
    }
}

/// What happens at zero and when, and the countdown alone: nothing of what waits no more.
pub(super) fn until(model: &Model, row: &Summary) -> Option<(String, String)> {
    let time = Countdown(row.deadline_at.duration_since(model.gate_now())).to_string();
    row.stage.is_open().then(|| (format!("{} {time}", end(row)), time))
}

/// What happens at zero: a sentence fragment before the countdown.
fn end(row: &Summary) -> &'static str {
    match (row.on_timeout, row.stage) {
        (OnTimeout::Escalate, Stage::Waiting) => "goes higher in",
        (OnTimeout::NoOp, _) => "closes unrun in",
        (OnTimeout::Deny | OnTimeout::Escalate, _) => "denies itself in",
    }
}

/// A window of prepared lines; what is below it is said.
pub(super) fn lines(model: &Model, lines: &[Line], scroll: usize, frame: &mut Frame, area: Rect) {
    let height = usize::from(area.height);
    let rest = lines.len().saturating_sub(scroll);
    let shown = room(rest, height);
    for (line, at) in lines.iter().skip(scroll).take(shown).zip(0..) {
        put(frame, area, at, styled(line, model.theme));
    }
    more(model, rest, shown, down(model), frame, area);
}

/// The key that scrolls.
pub(super) fn down(model: &Model) -> &str {
    model.keymap.name(Place::Everywhere, Command::ScrollDown)
}

/// The first of them, with where the rest stands.
fn front(model: &Model, lines: &[Line], how: &str, frame: &mut Frame, area: Rect) {
    let shown = room(lines.len(), usize::from(area.height));
    for (line, at) in lines.iter().take(shown).zip(0..) {
        put(frame, area, at, styled(line, model.theme));
    }
    more(model, lines.len(), shown, how, frame, area);
}

/// How many rows of so many are drawn: the last one says how many more there are.
pub(super) fn room(rest: usize, height: usize) -> usize {
    if rest > height { height.saturating_sub(1) } else { rest }
}

/// Says how many rows are below, and how they are reached.
pub(super) fn more(model: &Model, rest: usize, shown: usize, how: &str, frame: &mut Frame, area: Rect) {
    if rest > shown {
        let text = format!("… {} more lines, {how}", rest - shown);
        let row = area.height.saturating_sub(1);
        put(frame, area, row, Row::styled(text, model.theme.style(Tone::Label)));
    }
}
