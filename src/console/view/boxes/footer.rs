//! Which keys the footer names: those that can be used now, by need, as many as there is room for.

use crate::console::Model;
use crate::console::keymap::{Bound, Command, Place};
use crate::console::model::{Case, Sides, Tab, Whole};
use crate::console::sheet::Body;
use crate::console::view::layout::{Kind, Layout};
use crate::domain::Stage;

/// Keys and their words, in the order they are named in.
pub(super) fn keys(model: &Model, room: usize) -> Vec<(&Bound, &'static str)> {
    let place = Place::of(model);
    let row = model.focus.and_then(|id| model.rows.get(id));
    let quarantined = row.is_some_and(|row| row.stage == Stage::Quarantined);
    let alike = row.is_some_and(|row| row.alike.is_some());
    let layout = Layout::of(model);
    let narrow = layout.kind == Kind::Narrow;
    // What cannot be done with what is under the cursor is not offered.
    let trail = model.page.is_some_and(|page| page.whole == Whole::Trail);
    let record = model.page.is_some_and(|page| page.sides == Sides::Before);
    let case = model.shown_case();
    let shown = model.page.zip(case);
    let shown = shown.and_then(|(page, case)| case.body(page, layout.widths));
    let fields = case.and_then(|case| case.laid(layout.widths)).map(|laid| &laid.fields);
    let back = model.page.is_some() && model.tab != Tab::Queue;
    let unseen = trail || record || back || (place == Place::Main && !layout.shows_envelope);
    let file = model.past.page.as_ref().filter(|_| place == Place::Case);
    let masked = case
        .filter(|_| file.is_none())
        .filter(|case| !case.view.masked.is_empty());
    let idle = |command| match command {
        Command::Approve | Command::Edit => quarantined || unseen,
        Command::Classify => !quarantined || unseen,
        Command::Reject | Command::Escalate | Command::Claim => unseen,
        Command::Batch => !alike,
        Command::SwitchPane => !narrow,
        Command::Look => masked.is_none(),
        Command::NextChange if file.is_some() => file.is_none_or(|page| page.body.changes.is_empty()),
        Command::Saw => file.is_none_or(|page| page.recorded().is_empty()),
        Command::NextChange | Command::PreviousChange => shown.is_none_or(|body| body.changes.is_empty()),
        Command::Fold => !shown.is_some_and(Body::has_folds),
        Command::Sides => trail,
        _ => false,
    };
    let word = |key: &Bound| match key.command {
        Command::Leave if !model.looks_back => Some("back"),
        Command::Leave => Some("quit"),
        Command::Look if masked.is_some_and(Case::is_uncovered) => Some("mask"),
        Command::TextOrFields if trail => Some("payload"),
        Command::Diff if key.word.is_some() && fields.is_some_and(|body| body.changes.is_empty()) => Some("payload"),
        _ => key.word,
    };
    let usable = model.keymap.keys_in(place).filter(|key| !idle(key.command));
    let mut keys: Vec<(&Bound, &str)> = usable.filter_map(|key| Some((key, word(key)?))).collect();
    // Stable: those of one need stay in the order of the table.
    keys.sort_by_key(|(key, _)| key.command != Command::Classify);
    fit(&keys, room)
}

/// How much a key is needed where there is no room for all of them, the most first.
fn need(key: &Bound) -> u8 {
    match key.command {
        // The help that has all of them, the way back, in a narrow terminal the way to the other half, and the
        // way to what is masked.
        Command::Help | Command::SwitchPane | Command::Back | Command::Look => 0,
        // Nothing else can be done with what nobody knows, but for saying no; and nothing before it is read.
        Command::Classify | Command::Diff => 1,
        Command::Palette | Command::Stop => 3,
        Command::Find if key.place == Place::Main => 3,
        _ => 2,
    }
}

/// Those there is room for: each whole, and what is short takes the room that a longer one left.
fn fit<'a>(keys: &[(&'a Bound, &'static str)], room: usize) -> Vec<(&'a Bound, &'static str)> {
    let mut by_need: Vec<usize> = (0..keys.len()).collect();
    by_need.sort_by_key(|at| need(keys[*at].0));
    // What parts the last one from the next is not drawn.
    let mut left = room + 1;
    let mut fits = vec![false; keys.len()];
    for at in by_need {
        let (key, word) = keys[at];
        let width = key.name.chars().count() + word.len() + 3;
        if width <= left || need(key) == 0 {
            left = left.saturating_sub(width);
            fits[at] = true;
        }
    }
    keys.iter()
        .zip(fits)
        .filter(|(_, fits)| *fits)
        .map(|(key, _)| *key)
        .collect()
}
