//! The envelope under the cursor, and its payload on the whole screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line as Row;

use super::layout::{Kind, Layout};
use super::{put, rule, styled};
use crate::api::Summary;
use crate::console::Model;
use crate::console::keymap::{Command, Place};
use crate::console::model::Whole;
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
    let Some(case) = model.case() else {
        put(
            frame,
            layout.sheet,
            0,
            Row::styled("reading…", model.theme.style(Tone::Label)),
        );
        return;
    };
    lines(model, &case.sheet, model.scroll, frame, layout.sheet);
    if matches!(layout.kind, Kind::Wide | Kind::Full) {
        lines(model, &case.fields, 0, frame, layout.side);
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
        lines(model, &case.evidence, 0, frame, layout.evidence);
        lines(model, &case.trail, 0, frame, layout.trail);
    }
}

/// What an agent's trail is called.
fn before(row: &Summary) -> String {
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
    let cut = rest > height;
    let shown = if cut { height.saturating_sub(1) } else { height };
    for (line, at) in lines.iter().skip(scroll).take(shown).zip(0..) {
        put(frame, area, at, styled(line, model.theme));
    }
    if cut {
        let down = model.keymap.name(Place::Everywhere, Command::ScrollDown);
        let text = format!("… {} more lines, {down}", rest - shown);
        let row = area.height.saturating_sub(1);
        put(frame, area, row, Row::styled(text, model.theme.style(Tone::Label)));
    }
}

/// What has the whole screen: the payload by field or as text, or what its agent did before.
pub(super) fn page(model: &Model, frame: &mut Frame, layout: &Layout) {
    let (Some(page), Some(case)) = (model.page, model.shown_case()) else {
        return;
    };
    let row = &case.view.summary;
    let what = Shown::line(row.target.as_deref().unwrap_or(&row.tool));
    let left = format!("{}, {what}", row.class.as_deref().unwrap_or("unknown kind"));
    let how = match page.whole {
        Whole::Fields => "by field".to_owned(),
        Whole::Text => "as text".to_owned(),
        Whole::Trail => before(row),
    };
    let right = format!("digest {}", row.payload_sha256.short());
    let title = Rect { y: 1, ..layout.header };
    put(
        frame,
        title,
        0,
        Row::styled(rule(&left, &how, &right, title.width), model.theme.style(Tone::Label)),
    );
    lines(model, case.whole(page.whole), page.scroll, frame, layout.diff);
}
