//! From a key to what it means here.

use crossterm::event::{KeyCode, KeyModifiers};

use super::{
    after, approve, batch, boxes, case_page, decide, edit, find, hold, look, notice, page, palette, past, proof, queue,
    stop, tab, tour,
};
use crate::console::keymap::{self, Command, Place};
use crate::console::model::{Choosing, Confirm, Modal, Page, Pane, Step, Tab, Whole};
use crate::console::view::{self, Kind, Layout};
use crate::console::{Effect, Model, Pressed};

pub(super) fn pressed(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    let mut pressed = pressed;
    if (pressed.code, pressed.modifiers) == keymap::SUSPEND {
        return vec![Effect::Suspend];
    }
    pressed.burst |= is_early(model, &pressed);
    if pressed.code == KeyCode::Char('c') && pressed.modifiers == KeyModifiers::CONTROL {
        if model.modal.is_none() {
            return decide::end(model);
        }
        // It ends what is open first, as Esc does: what was written there is kept where Esc keeps it.
        (pressed.code, pressed.modifiers) = (KeyCode::Esc, KeyModifiers::NONE);
    }
    if Layout::of(model).kind == Kind::TooSmall && pressed.code != KeyCode::Esc {
        // Nothing can be seen, so nothing is meant; but who wants to leave may.
        let means = model.keymap.command(Place::Main, pressed.code, pressed.modifiers);
        let free = matches!(model.modal, None | Some(Modal::Tour(_)));
        let leaves = free && means == Some(Command::Quit);
        return if leaves { decide::end(model) } else { Vec::new() };
    }
    match &model.modal {
        Some(Modal::Help(top)) => {
            let top = scrolled(model, pressed.code, *top, view::help_end(model));
            model.modal = top.map(Modal::Help);
            Vec::new()
        }
        Some(Modal::Settings(top)) => {
            let top = scrolled(model, pressed.code, *top, view::settings_end(model));
            model.modal = top.map(Modal::Settings);
            Vec::new()
        }
        Some(Modal::Tour(tour)) => tour::key(model, *tour, pressed),
        Some(Modal::Ask(_)) => boxes::answer(model, pressed),
        Some(Modal::Edit(_)) => edit::key(model, pressed),
        Some(Modal::Batch(_)) => batch::key(model, pressed),
        Some(Modal::Palette(_)) => palette::key(model, pressed),
        None if find::is_open(model) => find::write(model, pressed),
        None => {
            let place = Place::of(model);
            if pressed.code == KeyCode::Char('u') && pressed.modifiers.is_empty() && !model.held.is_empty() {
                // Whatever else it means here: what is on its way comes first.
                hold::take_back(model);
                return Vec::new();
            }
            match model.keymap.command(place, pressed.code, pressed.modifiers) {
                Some(command) => {
                    let effects = obey(model, command, pressed.burst);
                    if model.modal.is_some() {
                        // What was said before is not about what opens now.
                        model.notice = None;
                    }
                    effects
                }
                None => Vec::new(),
            }
        }
    }
}

/// The first row of what can only be read, after a key; any other key closes it.
fn scrolled(model: &Model, code: KeyCode, top: usize, end: usize) -> Option<usize> {
    let page = Layout::of(model).diff_rows;
    match code {
        KeyCode::Char('j') | KeyCode::Down => Some((top + 1).min(end)),
        KeyCode::Char('k') | KeyCode::Up => Some(top.saturating_sub(1)),
        KeyCode::Char(' ') | KeyCode::PageDown => Some((top + page).min(end)),
        KeyCode::PageUp => Some(top.saturating_sub(page)),
        _ => None,
    }
}

/// Whether a key was typed before all that was shown of what is under the cursor came on the screen, or
/// before it could be seen to have changed: while a frame takes long, typing goes on.
fn is_early(model: &Model, pressed: &Pressed) -> bool {
    let guard = &model.guard;
    let unseen = guard.shown_at.is_some_and(|shown_at| pressed.read_at < shown_at);
    let inert = |until| pressed.read_at < until && until <= model.now;
    unseen || guard.inert_until.is_some_and(inert)
}

/// Does what a key, or its name, asks for.
pub(super) fn obey(model: &mut Model, command: Command, burst: bool) -> Vec<Effect> {
    match command {
        Command::Approve => return approve::open(model, burst),
        Command::Reject => boxes::reject(model, burst),
        Command::Edit => {
            edit::open(model, burst);
            return edit::judge(model);
        }
        Command::Escalate => return boxes::choice(model, Choosing::Heir, burst),
        Command::MoreTime => return boxes::choice(model, Choosing::Time, burst),
        Command::Classify => return boxes::choice(model, Choosing::Class, burst),
        Command::Claim => return boxes::claim(model, burst),
        Command::Question => boxes::question(model, burst),
        Command::Scope => queue::scope(model),
        Command::Group => queue::group(model),
        Command::Pin => queue::pin(model),
        Command::Choose => batch::toggle(model),
        Command::AllAlike => batch::all_alike(model),
        Command::Batch => return batch::open(model, burst),
        Command::Diff => model.page = model.shown_case().is_some().then(Page::default),
        Command::Look if case_page::is_open(model) => {
            notice(model, "A case file is masked as it was read.");
        }
        Command::Look => return look::switch(model, burst),
        Command::Trail => {
            let page = Page {
                whole: Whole::Trail,
                ..Page::default()
            };
            model.page = model.case().is_some().then_some(page);
        }
        Command::Next if case_page::is_open(model) => case_page::scroll(model, 1, Some(1)),
        Command::Previous if case_page::is_open(model) => case_page::scroll(model, -1, Some(1)),
        Command::Next if model.page.is_some() => scroll(model, 1, Some(1)),
        Command::Previous if model.page.is_some() => scroll(model, -1, Some(1)),
        Command::Next => return step(model, 1),
        Command::Previous => return step(model, -1),
        Command::First if case_page::is_open(model) => case_page::end(model, false),
        Command::Last if case_page::is_open(model) => case_page::end(model, true),
        Command::First => return step(model, isize::MIN),
        Command::Last => return step(model, isize::MAX),
        Command::Find => find::open(model),
        Command::Timeline => return past::switch(model),
        Command::CaseFile => return case_page::open(model),
        Command::PolicyThen => return case_page::policy(model),
        Command::Saw => return case_page::saw(model),
        Command::WriteOut => return case_page::write(model),
        Command::Verify => return proof::open(model),
        Command::Cancel => return proof::stop(model),
        Command::Stop => return stop::open(model),
        Command::After => return tab::open(model, Tab::After),
        Command::Audit => return tab::open(model, Tab::Audit),
        Command::Oversight => return tab::open(model, Tab::Oversight),
        Command::Policy => return tab::open(model, Tab::Policy),
        Command::Fine => return after::fine(model, burst),
        Command::Flag => after::flag(model, burst),
        Command::Undo => after::undo(model, burst),
        Command::ScrollDown => scroll(model, 1, None),
        Command::ScrollUp => scroll(model, -1, None),
        Command::SwitchPane => {
            model.pane = match model.pane {
                Pane::Queue => Pane::Envelope,
                Pane::Envelope => Pane::Queue,
            };
        }
        Command::TextOrFields => page::text_or_fields(model),
        Command::NextChange if case_page::is_open(model) => case_page::step(model, true),
        Command::PreviousChange if case_page::is_open(model) => case_page::step(model, false),
        Command::NextChange => page::step(model, true),
        Command::PreviousChange => page::step(model, false),
        Command::Fold => page::fold(model),
        Command::Sides => page::sides(model),
        Command::Palette => palette::open(model),
        Command::Help => model.modal = Some(Modal::Help(0)),
        Command::Settings => model.modal = Some(Modal::Settings(0)),
        Command::Tour => return tour::open(model),
        Command::Repaint => return vec![Effect::Repaint],
        Command::Suspend => return vec![Effect::Suspend],
        Command::Back => return back(model),
        Command::Leave if model.looks_back => return decide::end(model),
        Command::Leave | Command::Queue => return tab::open(model, Tab::Queue),
        Command::TakeBack => hold::take_back(model),
        Command::Quit => return decide::end(model),
    }
    Vec::new()
}

/// Moves the cursor of the tab.
pub(super) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    match model.tab {
        Tab::Queue => queue::step(model, by),
        Tab::After => return after::step(model, by),
        Tab::Audit => return past::step(model, by),
        Tab::Oversight | Tab::Policy => tab::step(model, by),
    }
    Vec::new()
}

/// Esc: leaves what is innermost.
fn back(model: &mut Model) -> Vec<Effect> {
    if model.page.take().is_some() {
        return Vec::new();
    }
    if proof::is_open(model) {
        proof::back(model);
        return Vec::new();
    }
    if case_page::is_open(model) {
        case_page::back(model);
        return Vec::new();
    }
    match model.tab {
        Tab::Queue => {
            model.notice = None;
            // The second time: where there is no envelope to leave, the filter goes.
            if model.pane == Pane::Queue || Layout::of(model).kind != Kind::Narrow {
                queue::show_all(model);
            }
            model.pane = Pane::Queue;
            Vec::new()
        }
        Tab::Audit => past::back(model),
        Tab::After | Tab::Oversight | Tab::Policy => tab::open(model, Tab::Queue),
    }
}

/// Scrolls what is open: a page by all of it but one line, the envelope by half. The last line always stays
/// in reach, and no line is passed over.
pub(super) fn scroll(model: &mut Model, direction: isize, by: Option<usize>) {
    if model.page.is_some() {
        page::scroll(model, direction, by);
        return;
    }
    if proof::is_open(model) {
        // All of it is on the screen.
        return;
    }
    if case_page::is_open(model) {
        case_page::scroll(model, direction, by);
        return;
    }
    let layout = Layout::of(model);
    let shown = model.shown_case();
    let lines = match shown.and_then(|case| case.laid(layout.widths)) {
        Some(laid) => laid.sheet.len(),
        None if shown.is_none() && model.tab == Tab::Policy => view::policy_lines(model, &layout).len(),
        // What is not laid out yet is not scrolled.
        None => return,
    };
    let by = by.unwrap_or((layout.sheet_rows / 2).max(1));
    let last = lines.saturating_sub(layout.sheet_rows);
    let step = direction * isize::try_from(by).unwrap_or(1);
    model.scroll = model.scroll.saturating_add_signed(step).min(last);
}

/// Pasted text goes where text is written and nowhere else.
pub(super) fn pasted(model: &mut Model, pasted: &str) -> Vec<Effect> {
    let line = || -> String { pasted.chars().map(|c| if c.is_control() { ' ' } else { c }).collect() };
    if model.modal.is_none() && find::is_open(model) {
        find::paste(model, &line());
        return Vec::new();
    }
    match &mut model.modal {
        Some(Modal::Ask(ask)) if ask.stale.is_none() && matches!(ask.step, Step::Write { .. }) => {
            if let Step::Write { text, .. } = &mut ask.step {
                text.push_str(line().trim_end());
            }
        }
        Some(Modal::Edit(draft)) if draft.stale.is_none() => match &mut draft.confirm {
            None => draft.insert(pasted),
            Some(Confirm {
                writing: Some(writing), ..
            }) => writing.push_str(line().trim_end()),
            Some(_) => notice(model, "Pasted text is not keys: nothing was done."),
        },
        Some(Modal::Palette(_)) => palette::paste(model, &line()),
        Some(_) | None => notice(model, "Pasted text is not keys: nothing was done."),
    }
    edit::judge(model)
}
