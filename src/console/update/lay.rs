//! From an envelope that was read to its lines: little is laid out at once, much elsewhere, one at a time.

use std::sync::Arc;

use jiff::SignedDuration;

use super::changed_by_itself;
use crate::api::EnvelopeView;
use crate::console::model::{About, Case, Laid, lay_out_small};
use crate::console::view::Layout;
use crate::console::{Effect, Model};

/// What takes longer to come than this was not there when the next key was pressed.
const PROMPT: SignedDuration = SignedDuration::from_millis(150);

/// How many envelopes are kept as they were read, and how many lines of them in all.
const CASES: usize = 16;
const LINES: usize = 150_000;

/// An envelope was read: it is a case once it is laid out.
pub(super) fn read(model: &mut Model, view: EnvelopeView) {
    let view = Arc::new(view);
    if let Some(laid) = lay_out_small(&view, Layout::of(model).widths) {
        arrived(model, view, laid);
        return;
    }
    // Of what nobody looks at any more nothing is made.
    let wanted = [model.focus, model.shown_id()];
    let is_wanted = |id| wanted.contains(&Some(id)) && id != view.summary.id;
    model.unlaid.retain(|other| is_wanted(other.summary.id));
    model.unlaid.push(view);
}

/// After every message: has laid out what the screen needs and is not there for its width.
pub(super) fn settle(model: &mut Model) -> Option<Effect> {
    let widths = Layout::of(model).widths;
    let about = model.shown_case().map(|case| case.about);
    let shown = model.cases.iter_mut().rev().find(|case| Some(case.about) == about);
    let mut wanted = None;
    if let Some(case) = shown {
        case.widen_trail(widths);
        let under_way = model
            .laying
            .as_ref()
            .is_some_and(|(view, _, _)| Arc::ptr_eq(view, &case.view));
        if case.laid(widths).is_none() && !under_way {
            match lay_out_small(&case.view, widths) {
                Some(laid) => case.put(laid),
                None => wanted = Some(Arc::clone(&case.view)),
            }
        }
    }
    if model.laying.is_some() {
        return None;
    }
    let view = model.unlaid.pop().or(wanted)?;
    model.laying = Some((Arc::clone(&view), widths, model.now));
    Some(Effect::LayOut { view, widths })
}

/// An envelope was laid out. What is about an older one, or for another width, is dropped: the right one is
/// asked for after this message.
pub(super) fn laid(model: &mut Model, view: &Arc<EnvelopeView>, laid: Laid) {
    let asked = model.laying.take_if(|(asked, _, _)| Arc::ptr_eq(asked, view));
    let Some((view, _, since)) = asked else {
        return;
    };
    let known = model.cases.iter_mut().find(|case| Arc::ptr_eq(&case.view, &view));
    let Some(case) = known else {
        arrived(model, view, laid);
        return;
    };
    let id = case.about.id;
    case.put(laid);
    if model.shown_id() == Some(id) && model.now.duration_since(since) > PROMPT {
        changed_by_itself(model);
    }
    forget(model);
}

/// An envelope is there, read and laid out.
fn arrived(model: &mut Model, view: Arc<EnvelopeView>, laid: Laid) {
    let id = view.summary.id;
    let asked = model.asked.filter(|(about, _)| about.id == id);
    // It came so late that a key may have been on its way already.
    let late = asked.is_some_and(|(_, at)| model.now.duration_since(at) > PROMPT);
    if asked.is_some() {
        model.asked = None;
    }
    let row = model.rows.get(id);
    if row.is_some_and(|row| row.revision > view.summary.revision) {
        // The row went on while it was laid out: it is read again.
        return;
    }
    let mut case = Case::new(view, laid, model.now);
    let under_focus = model.focus == Some(id);
    // Votes may have come with the same payload: the newest reading counts.
    let old = model.cases.iter().position(|old| old.about == case.about);
    let old = old.map(|at| model.cases.remove(at));
    let seen_before = old.is_some();
    if let Some(old) = old {
        keep_seen(model, &old, &case);
        if let Some(steps) = old.steps {
            case.follow(steps);
        }
    }
    // The row may be older than what was just read.
    let newer = model
        .rows
        .get(id)
        .is_some_and(|row| About::of(row) != case.about && case.view.summary.stage.is_open());
    if newer {
        model.rows.put(vec![case.view.summary.clone()]);
    }
    case.read_for = model.rows.get(id).cloned();
    if under_focus && (newer || seen_before || late) {
        changed_by_itself(model);
    }
    model.cases.push(case);
    forget(model);
}

/// What an envelope says anew has to be seen again; what it says as before was seen.
fn keep_seen(model: &mut Model, old: &Case, new: &Case) {
    let widths = Layout::of(model).widths;
    let Some(seen) = model.guard.seen.as_mut().filter(|seen| seen.about == new.about) else {
        return;
    };
    let (old, new) = (old.laid(widths), new.laid(widths));
    let same = old.zip(new).map_or(0, |(old, new)| {
        let lines = old.sheet.iter().zip(&new.sheet);
        lines.take_while(|(old, new)| old == new).count()
    });
    seen.keep_sheet(same);
    if model.scroll > seen.sheet() {
        model.scroll = 0;
    }
}

/// Lets go of what was read longest ago, so that memory does not grow with what was looked at.
fn forget(model: &mut Model) {
    let shown = model.shown_id();
    let mut lines = 0;
    let mut kept = 0;
    let mut keeps = Vec::with_capacity(model.cases.len());
    for case in model.cases.iter().rev() {
        lines += case.weight();
        kept += 1;
        keeps.push(Some(case.about.id) == shown || (kept <= CASES && lines <= LINES));
    }
    let mut keeps = keeps.into_iter().rev();
    model.cases.retain(|_| keeps.next().unwrap_or(true));
}
