//! From a key to what it means here.

use crossterm::event::{KeyCode, KeyModifiers};

use super::{decide, notice, queue};
use crate::console::keymap::{self, Command, Place};
use crate::console::model::{DiffScreen, Modal, Pane};
use crate::console::view::Layout;
use crate::console::{Effect, Model, Pressed};

pub(super) fn pressed(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    if pressed.code == KeyCode::Char('c') && pressed.modifiers == KeyModifiers::CONTROL {
        return decide::end(model);
    }
    match &model.modal {
        Some(Modal::Help) => {
            model.modal = None;
            Vec::new()
        }
        Some(Modal::Decide(_)) => decide::answer_box(model, pressed),
        None => {
            let place = if model.diff.is_some() { Place::Diff } else { Place::Main };
            match keymap::command(place, pressed.code, pressed.modifiers) {
                Some(command) => obey(model, command, pressed.burst),
                None => Vec::new(),
            }
        }
    }
}

fn obey(model: &mut Model, command: Command, burst: bool) -> Vec<Effect> {
    match command {
        Command::Approve => return decide::approve(model, burst),
        Command::Reject => decide::reject(model, burst),
        Command::Diff => model.diff = model.case().is_some().then(DiffScreen::default),
        Command::Next => queue::step(model, 1),
        Command::Previous => queue::step(model, -1),
        Command::First => queue::go(model, 0),
        Command::Last => queue::go(model, usize::MAX),
        Command::ScrollDown => scroll(model, 1),
        Command::ScrollUp => scroll(model, -1),
        Command::SwitchPane => {
            model.pane = match model.pane {
                Pane::Queue => Pane::Envelope,
                Pane::Envelope => Pane::Queue,
            };
        }
        Command::TextOrFields => {
            if let Some(diff) = &mut model.diff {
                *diff = DiffScreen {
                    as_text: !diff.as_text,
                    scroll: 0,
                };
            }
        }
        Command::Help => model.modal = Some(Modal::Help),
        Command::Repaint => return vec![Effect::Repaint],
        Command::Back => {
            if model.diff.take().is_none() {
                model.notice = None;
                model.pane = Pane::Queue;
            }
        }
        Command::Quit => return decide::end(model),
    }
    Vec::new()
}

/// Scrolls what is open by half its height; the last line always stays in reach.
fn scroll(model: &mut Model, direction: isize) {
    let layout = Layout::of(model);
    let Some(case) = model.case() else {
        return;
    };
    let (lines, height) = match model.diff {
        Some(diff) if diff.as_text => (case.text.len(), layout.diff_rows),
        Some(_) => (case.fields.len(), layout.diff_rows),
        None => (case.sheet.len(), layout.sheet_rows),
    };
    let by = if model.diff.is_some() { 1 } else { (height / 2).max(1) };
    let last = lines.saturating_sub(height);
    let step = direction * isize::try_from(by).unwrap_or(1);
    let moved = |at: usize| at.saturating_add_signed(step).min(last);
    match &mut model.diff {
        Some(diff) => diff.scroll = moved(diff.scroll),
        None => model.scroll = moved(model.scroll),
    }
}

/// Pasted text goes where text is written and nowhere else.
pub(super) fn pasted(model: &mut Model, text: &str) {
    match &mut model.modal {
        Some(Modal::Decide(ask)) if ask.stale.is_none() && ask.draft.is_some() => {
            let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            if let Some(draft) = &mut ask.draft {
                draft.push_str(line.trim_end());
            }
        }
        Some(_) | None => notice(model, "Pasted text is not keys: nothing was done."),
    }
}
