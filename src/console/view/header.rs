//! One row: which gate, how fresh, who you are, how much waits.

use std::fmt::Write as _;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use strum::IntoEnumIterator;

use super::put;
use crate::console::Model;
use crate::console::model::{Link, Scope, Tab};
use crate::console::sheet::truncate;
use crate::console::theme::Tone;
use crate::domain::Shown;

/// How much of a filter, and of the name of what is stopped, is shown, in columns.
const FILTER_SHOWN: usize = 16;
const NAME_SHOWN: usize = 16;

/// Columns below which a gate's name says nothing.
const GATE_LEAST: usize = 4;

/// Clocks further apart than this are said to be.
const SKEW_SHOWN: i64 = 2;

pub(super) fn draw(model: &Model, frame: &mut Frame, area: Rect) {
    let theme = model.theme;
    let (tone, link) = link(model);
    let link = Span::styled(link, theme.style(tone));
    // How it stands with the gate is whole at any width: what it is called gives way.
    let room = usize::from(area.width).saturating_sub(link.width());
    // The queue is the console itself; what is no queue says so where the eye begins.
    let name = match model.tab {
        Tab::Queue => " signoff ".to_owned(),
        tab => format!(" {} ", tab.to_string().to_lowercase()),
    };
    let name = if name.len() < room { name } else { " ".to_owned() };
    let room = room.saturating_sub(name.len() + 2);
    let mut left = vec![Span::styled(name, theme.style(Tone::Strong))];
    if room >= GATE_LEAST {
        let gate = format!(" {} ", truncate(&model.gate, room));
        left.push(Span::styled(gate, theme.style(Tone::Label)));
    }
    left.push(link);
    let right = if model.looks_back {
        vec![vec![Span::raw("read-only ")]]
    } else {
        let all = [who(model, true), look(model)].concat();
        let with_tabs = [tabs(model), all.clone()].concat();
        let (whole, short) = (counts(model, true), counts(model, false));
        vec![with_tabs, all, who(model, true), whole, short, who(model, false)]
    };
    let left = left.into_iter().chain(stopped(model)).collect::<Vec<_>>();
    let width = |spans: &[Span<'_>]| spans.iter().map(Span::width).sum::<usize>();
    let room = usize::from(area.width).saturating_sub(width(&left) + 1);
    // The first that fits; how it stands with the gate is never cut for it.
    let right = right.into_iter().find(|right| width(right) <= room).unwrap_or_default();
    let gap = usize::from(area.width).saturating_sub(width(&left) + width(&right));
    put(
        frame,
        area,
        0,
        left.into_iter()
            .chain([Span::raw(" ".repeat(gap))])
            .chain(right)
            .collect(),
    );
}

/// `1 queue  2 after …`, where there is room for all of it.
fn tabs(model: &Model) -> Vec<Span<'static>> {
    let name = |(n, tab): (usize, Tab)| {
        let tone = if tab == model.tab { Tone::Cursor } else { Tone::Label };
        let name = format!(" {n} {} ", tab.to_string().to_lowercase());
        Span::styled(name, model.theme.style(tone))
    };
    let names = (1..).zip(Tab::iter()).map(name);
    names.chain([Span::raw("  ")]).collect()
}

/// `you, senior`, and how much waits.
fn who(model: &Model, with_counts: bool) -> Vec<Span<'static>> {
    let role = model.role.map(|role| format!(", {role}")).unwrap_or_default();
    let mut spans = vec![Span::raw(format!("{}{role} ", model.name))];
    if with_counts {
        spans.extend(counts(model, true));
    }
    spans
}

/// How much waits; the filter's own text is the first to give way.
fn counts(model: &Model, with_filter: bool) -> Vec<Span<'static>> {
    let theme = model.theme;
    let how = model.rows.arrangement();
    let mut spans = if how.leaves_out() {
        let mut text = format!(" {} of {}", model.rows.count_shown(), model.rows.len());
        if how.scope != Scope::All {
            let _ = write!(text, ", {}", how.scope);
        }
        if let Some(filter) = how.filter.as_ref().filter(|_| with_filter) {
            let _ = write!(
                text,
                ", /{}",
                truncate(Shown::line(filter.as_str()).as_str(), FILTER_SHOWN)
            );
        }
        vec![Span::styled(text + " ", theme.style(Tone::Warn))]
    } else {
        let text = format!(" {} waiting ", model.rows.len());
        vec![Span::styled(text, theme.style(Tone::Strong))]
    };
    if model.rows.severe() > 0 {
        spans.push(Span::styled(
            format!(" {} severe ", model.rows.severe()),
            theme.style(Tone::Danger),
        ));
    }
    if model.rows.unknown() > 0 {
        spans.push(Span::styled(
            format!(" {} ? ", model.rows.unknown()),
            theme.style(Tone::Warn),
        ));
    }
    spans
}

/// What ran and should be looked at.
fn look(model: &Model) -> Vec<Span<'static>> {
    let count = model.after.look;
    let text = format!(" {count} to look at ");
    let span = Span::styled(text, model.theme.style(Tone::Warn));
    (count > 0).then_some(span).into_iter().collect()
}

/// What is stopped: it stays in sight, and takes no row from what is looked at.
fn stopped(model: &Model) -> Option<Span<'static>> {
    let stop = model.stops.first()?;
    let name = stop.name.as_deref().map_or_else(String::new, |name| {
        format!(" {}", truncate(Shown::line(name).as_str(), NAME_SHOWN))
    });
    let more = match model.stops.len() {
        1 => String::new(),
        n => format!(" +{}", n - 1),
    };
    let text = format!("  STOPPED: {}{name}{more}", stop.scope);
    Some(Span::styled(text, model.theme.style(Tone::Danger)))
}

fn link(model: &Model) -> (Tone, String) {
    let skew = model.skew.as_secs();
    match &model.link {
        Link::Connecting => (Tone::Warn, "connecting".to_owned()),
        Link::Live if model.still_since.is_some() => {
            let since = model.still_since.unwrap_or(model.now);
            (Tone::Warn, format!("as of {}", since.strftime("%H:%M:%SZ")))
        }
        Link::Live if skew.abs() > SKEW_SHOWN => (Tone::Warn, format!("* live, clocks {skew} s apart")),
        Link::Live if model.overdue().is_some() => (Tone::Warn, "~ slow".to_owned()),
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
        Link::Refused(_) => (Tone::Danger, "X refused".to_owned()),
        Link::Unauthorised(_) => (Tone::Danger, "X not let in".to_owned()),
        Link::OtherVersion { .. } => (Tone::Danger, "X other version".to_owned()),
        Link::WentBack => (Tone::Danger, "X the ledger went back".to_owned()),
        Link::Unproved(_) => (Tone::Danger, "X not believed".to_owned()),
    }
}
