//! Reading what has the whole screen: scrolling, stepping from change to change, folding, one side or both.

use super::notice;
use crate::console::Model;
use crate::console::keymap::{Command, Place};
use crate::console::model::{Laid, Page, Part, Seen, Sides, Whole};
use crate::console::sheet::Body;
use crate::console::view::Layout;

/// Said at either end: nothing begins again from the other one.
const LAST: &str = "That was the last change.";
const FIRST: &str = "That was the first change.";

/// How many rows above a change are shown with it.
const ABOVE: usize = 2;

/// The page, what is on it and how many rows of it fit.
fn open(model: &Model) -> Option<(Page, &Body, usize)> {
    let layout = Layout::of(model);
    let page = model.page?;
    let body = model.shown_case()?.body(page, layout.widths)?;
    Some((page, body, layout.diff_rows))
}

/// Scrolls by some rows, or by all that are shown but one.
pub(super) fn scroll(model: &mut Model, direction: isize, by: Option<usize>) {
    let Some((page, body, height)) = open(model) else {
        return;
    };
    let by = by.unwrap_or(height.saturating_sub(2).max(1));
    let last = body.rows(page.is_folded(body)).saturating_sub(height);
    let step = direction * isize::try_from(by).unwrap_or(1);
    let scroll = page.scroll.saturating_add_signed(step).min(last);
    model.page = Some(Page {
        scroll,
        change: None,
        ..page
    });
}

/// `t`: the payload by field, or as text.
pub(super) fn text_or_fields(model: &mut Model) {
    if let Some(page) = &mut model.page {
        let whole = match (page.sides, page.whole) {
            (Sides::Payload | Sides::Before, whole) => whole,
            (Sides::Both, Whole::Fields) => Whole::Text,
            (Sides::Both, Whole::Text | Whole::Trail) => Whole::Fields,
        };
        *page = Page {
            whole,
            folded: page.folded,
            ..Page::default()
        };
    }
}

/// `v`: both sides, then the payload alone, then the record before alone.
pub(super) fn sides(model: &mut Model) {
    if let Some(page) = model.page.as_mut().filter(|page| page.whole != Whole::Trail) {
        let sides = match page.sides {
            Sides::Both => Sides::Payload,
            Sides::Payload => Sides::Before,
            Sides::Before => Sides::Both,
        };
        *page = Page {
            whole: page.whole,
            sides,
            folded: page.folded,
            ..Page::default()
        };
    }
}

/// `n` and `p`: to the next change, or the one before; at either end it says so and stays.
pub(super) fn step(model: &mut Model, forward: bool) {
    let Some((page, body, height)) = open(model) else {
        return;
    };
    let folded = page.is_folded(body);
    let row = |at: &usize| body.changes.get(*at).map(|line| body.row(*line, folded));
    let all = 0..body.changes.len();
    let is_below = |at: &usize| row(at).is_some_and(|row| row > page.scroll || page.scroll == 0);
    let is_above = |at: &usize| row(at).is_some_and(|row| row < page.scroll);
    let found = match page.change {
        Some(at) if forward => Some(at + 1).filter(|at| all.contains(at)),
        Some(at) => at.checked_sub(1),
        None if forward => all.clone().find(is_below),
        None => all.clone().rfind(is_above),
    };
    let last = body.rows(folded).saturating_sub(height);
    // With a little of what stands above it.
    let scroll = found
        .and_then(|at| row(&at))
        .map(|row| row.saturating_sub(ABOVE).min(last));
    match scroll {
        Some(scroll) => {
            model.page = Some(Page {
                scroll,
                change: found,
                ..page
            });
            model.notice.take_if(|notice| [LAST, FIRST].contains(&&*notice.text));
        }
        None if all.is_empty() && page.sides == Sides::Both => notice(model, "Nothing is compared here."),
        None if all.is_empty() => {
            let sides = model.keymap.name(Place::Page, Command::Sides);
            notice(model, format!("This is one side alone: {sides} shows both."));
        }
        None => notice(model, if forward { LAST } else { FIRST }),
    }
}

/// Where the first line is that was not on the screen: a sentence.
pub(super) fn unseen(model: &Model, seen: &Seen, laid: &Laid) -> Option<String> {
    let page = model.page?;
    let key = |command| model.keymap.name(Place::Page, command);
    let body = laid.body(page)?;
    let folded = page.is_folded(body);
    let line = seen.next(Part::of(page)?);
    let row = body.row(line, folded);
    Some(if body.at(row, folded)?.is_folded {
        let fold = key(Command::Fold);
        format!("What is the same is folded away and was not on screen: {fold} shows it.")
    } else if row < page.scroll {
        format!("Some of it was passed over: {} shows it.", key(Command::ScrollUp))
    } else {
        format!("There is more of it: {} goes on.", key(Command::ScrollDown))
    })
}

/// `=`: folds away what is the same, or shows it. What is at the top stays there.
pub(super) fn fold(model: &mut Model) {
    let Some((page, body, height)) = open(model) else {
        return;
    };
    if !body.has_folds() {
        notice(model, "There is nothing to fold away.");
        return;
    }
    let folded = page.is_folded(body);
    let line = body.at(page.scroll, folded).map_or(0, |row| row.lines.start);
    let last = body.rows(!folded).saturating_sub(height);
    model.page = Some(Page {
        folded: Some(!folded),
        scroll: body.row(line, !folded).min(last),
        ..page
    });
}
