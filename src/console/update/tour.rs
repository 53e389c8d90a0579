//! The tour: a few sentences over the live screen, about what is on it. Nothing is decided while it is open.

use crossterm::event::KeyCode;

use super::{changed_by_itself, decide, notice, tab};
use crate::console::keymap::{Command, Place};
use crate::console::model::{Modal, Pane, Tab, Tour};
use crate::console::{Effect, Model, Pressed};

/// Opens it for somebody who has never seen it.
pub(super) fn begin(model: &mut Model) {
    if !model.keeping.toured && !model.looks_back {
        go(model, Tour::default());
    }
}

/// Opens it again, over the queue that it is about.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if model.looks_back {
        notice(model, "The tour is of a reviewer's console; this one only looks back.");
        return Vec::new();
    }
    let effects = tab::open(model, Tab::Queue);
    model.page = None;
    go(model, Tour::default());
    effects
}

/// A key while it is open: on, back, out of it, or out of the console.
pub(super) fn key(model: &mut Model, tour: Tour, pressed: Pressed) -> Vec<Effect> {
    match pressed.code {
        KeyCode::Char('n' | ' ') => match tour.next() {
            Some(next) => go(model, next),
            None => end(model),
        },
        KeyCode::Char('p') => go(model, tour.previous()),
        KeyCode::Esc => end(model),
        code => {
            if model.keymap.command(Place::Main, code, pressed.modifiers) == Some(Command::Quit) {
                model.keeping.toured = true;
                return decide::end(model);
            }
        }
    }
    Vec::new()
}

/// In a narrow terminal, the half of the screen that the step is about.
fn go(model: &mut Model, tour: Tour) {
    model.pane = if tour.is_about_the_queue() {
        Pane::Queue
    } else {
        Pane::Envelope
    };
    model.modal = Some(Modal::Tour(tour));
}

fn end(model: &mut Model) {
    model.modal = None;
    model.pane = Pane::Queue;
    model.keeping.toured = true;
    // What comes from under it was not there when the next key was meant.
    changed_by_itself(model);
}
