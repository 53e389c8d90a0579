//! Reading a case file: opening it, going to the policy and to reviewers' screens and back, writing it down.

use std::sync::Arc;

use super::{changed_by_itself, notice};
use crate::api::{CaseFile, PolicyThen, ShownScreen};
use crate::client::ClientError;
use crate::console::model::{CasePage, Leaf, Tab};
use crate::console::view::Layout;
use crate::console::{Effect, Model};
use crate::domain::EnvelopeId;

/// Said at either end: nothing begins again from the other one.
const LAST: &str = "That was the last part.";
const FIRST: &str = "That was the first part.";

/// The page, where it is what the screen shows.
pub(super) fn is_open(model: &Model) -> bool {
    model.tab == Tab::Audit && model.past.page.is_some()
}

/// `f`: all there is about the envelope under the cursor, as it is now.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.shown_id().filter(|_| model.tab == Tab::Audit) else {
        return Vec::new();
    };
    model.past.page = Some(Box::new(CasePage::new(id)));
    changed_by_itself(model);
    vec![Effect::AskCaseFile { id }]
}

/// Esc: from policy or screen to the case file, from there to the list.
pub(super) fn back(model: &mut Model) {
    match model.past.page.as_ref().map(|page| page.leaf) {
        Some(Leaf::Policy | Leaf::Screen(_)) => turn(model, Leaf::Case),
        Some(Leaf::Case) | None => model.past.page = None,
    }
    changed_by_itself(model);
}

/// `p`: the policy that judged it, or the case file again.
pub(super) fn policy(model: &mut Model) -> Vec<Effect> {
    let Some(page) = &model.past.page else {
        return Vec::new();
    };
    let (id, leaf, read) = (page.id, page.leaf, page.policy.is_some());
    if leaf == Leaf::Policy {
        turn(model, Leaf::Case);
        return Vec::new();
    }
    turn(model, Leaf::Policy);
    if read {
        Vec::new()
    } else {
        vec![Effect::AskPolicyThen { id }]
    }
}

/// `v`: what the first who decided had on the screen, then the next one; after the last the case file again.
pub(super) fn saw(model: &mut Model) -> Vec<Effect> {
    let Some(page) = &model.past.page else {
        return Vec::new();
    };
    let id = page.id;
    let recorded = page.recorded();
    let at = match page.leaf {
        Leaf::Screen(n) => recorded.iter().position(|of| *of == n).map_or(0, |at| at + 1),
        Leaf::Case | Leaf::Policy => 0,
    };
    let Some(n) = recorded.get(at).copied() else {
        if recorded.is_empty() && page.file.is_some() {
            notice(model, "No record of a screen stands with its decisions.");
        }
        turn(model, Leaf::Case);
        return Vec::new();
    };
    let read = page.screen(n).is_some();
    turn(model, Leaf::Screen(n));
    if read {
        Vec::new()
    } else {
        vec![Effect::AskScreen { id, n }]
    }
}

/// `w`: the case file as a file, wherever on the page it is asked for.
pub(super) fn write(model: &mut Model) -> Vec<Effect> {
    let file = model.past.page.as_ref().and_then(|page| page.file.clone());
    if let Some(file) = file {
        return vec![Effect::WriteOut { file }];
    }
    notice(model, "It is still being read: nothing was written.");
    Vec::new()
}

/// It was written, and where; or why not.
pub(super) fn written(model: &mut Model, answer: Result<String, String>) {
    match answer {
        Ok(path) => notice(model, format!("It is in {path}, which you alone can read.")),
        Err(why) => notice(model, format!("It was not written: {why}.")),
    }
}

/// The case file came, or did not; one that is about another envelope by now is dropped.
pub(super) fn file(model: &mut Model, id: EnvelopeId, answer: Result<CaseFile, ClientError>) {
    match answer {
        Ok(file) => arrived(model, id, |page| page.file = Some(Arc::new(file))),
        Err(error) => {
            if model
                .past
                .page
                .as_ref()
                .is_some_and(|page| page.id == id && page.file.is_none())
            {
                model.past.page = None;
            }
            notice(model, format!("Its case file could not be read: {error}"));
        }
    }
}

pub(super) fn policy_came(model: &mut Model, id: EnvelopeId, answer: Result<PolicyThen, ClientError>) {
    match answer {
        Ok(then) => {
            arrived(model, id, |page| page.policy = Some(then));
            // What spoke is what is looked for: it is on the screen at once.
            if model.past.page.as_ref().is_some_and(|page| page.leaf == Leaf::Policy) {
                step(model, true);
            }
        }
        Err(error) => failed(
            model,
            id,
            Leaf::Policy,
            format!("The policy could not be read: {error}"),
        ),
    }
}

pub(super) fn screen_came(model: &mut Model, id: EnvelopeId, n: u32, answer: Result<ShownScreen, ClientError>) {
    match answer {
        Ok(shown) => arrived(model, id, |page| page.screens.push((n, shown))),
        Err(error) => failed(
            model,
            id,
            Leaf::Screen(n),
            format!("The record of the screen could not be read: {error}"),
        ),
    }
}

fn arrived(model: &mut Model, id: EnvelopeId, put: impl FnOnce(&mut CasePage)) {
    let Some(page) = model.past.page.as_mut().filter(|page| page.id == id) else {
        return;
    };
    put(page);
    page.width = 0;
    changed_by_itself(model);
    settle(model);
}

/// What did not come is not waited for on an empty page.
fn failed(model: &mut Model, id: EnvelopeId, leaf: Leaf, why: String) {
    let is_open = |page: &CasePage| page.id == id && page.leaf == leaf;
    if model.past.page.as_deref().is_some_and(is_open) {
        turn(model, Leaf::Case);
    }
    notice(model, why);
}

fn turn(model: &mut Model, leaf: Leaf) {
    if let Some(page) = &mut model.past.page {
        (page.leaf, page.scroll, page.width) = (leaf, 0, 0);
    }
    settle(model);
}

/// After every message: its lines are for the width that the screen has.
pub(super) fn settle(model: &mut Model) {
    let width = usize::from(Layout::of(model).diff.width);
    let height = Layout::of(model).diff_rows;
    if let Some(page) = model.past.page.as_mut().filter(|page| page.width != width) {
        // What stood at the top was this far below the head of its part.
        let part = page.body.changes.iter().rposition(|line| *line <= page.scroll);
        let below = part.and_then(|part| Some(page.scroll - page.body.changes.get(part)?));
        page.lay(width);
        let head = part.and_then(|part| page.body.changes.get(part));
        let last = page.body.lines.len().saturating_sub(height);
        page.scroll = head.map_or(0, |head| head + below.unwrap_or(0)).min(last);
    }
}

/// Scrolls by some rows, or by all that are shown but two.
pub(super) fn scroll(model: &mut Model, direction: isize, by: Option<usize>) {
    let height = Layout::of(model).diff_rows;
    let by = by.unwrap_or(height.saturating_sub(2).max(1));
    let step = direction * isize::try_from(by).unwrap_or(1);
    if let Some(page) = &mut model.past.page {
        let last = page.body.lines.len().saturating_sub(height);
        page.scroll = page.scroll.saturating_add_signed(step).min(last);
    }
}

/// `g` and `G`: its beginning or its end.
pub(super) fn end(model: &mut Model, forward: bool) {
    let height = Layout::of(model).diff_rows;
    if let Some(page) = &mut model.past.page {
        let last = page.body.lines.len().saturating_sub(height);
        page.scroll = if forward { last } else { 0 };
    }
}

/// `n` and `N`: to the next part, or the one before; at either end it says so and stays.
pub(super) fn step(model: &mut Model, forward: bool) {
    let height = Layout::of(model).diff_rows;
    let Some(page) = &mut model.past.page else { return };
    let last = page.body.lines.len().saturating_sub(height);
    let parts = page.body.changes.iter().map(|line| (*line).min(last));
    let found = if forward {
        parts.filter(|line| *line > page.scroll).min()
    } else {
        parts.filter(|line| *line < page.scroll).max()
    };
    match found {
        Some(line) => {
            page.scroll = line;
            model.notice.take_if(|notice| [LAST, FIRST].contains(&&*notice.text));
        }
        None => notice(model, if forward { LAST } else { FIRST }),
    }
}
