//! The `[keys]` of the settings: what they put in the place of the table's, and what they must not.

use std::collections::HashSet;

use crossterm::event::{KeyCode, KeyModifiers};
use strum::IntoEnumIterator;

use super::{Code, Command, Keymap, Place, written};
use crate::form::{self, Reader, Section};

/// Held down with Ctrl, these never come, or come as another key: tmux, the terminal or its line takes them.
const TAKEN: &str = "bajkmihs[";

/// A key that the settings give, with the byte where they do.
struct Given {
    place: Place,
    command: Command,
    code: Code,
    at: usize,
}

impl Keymap {
    /// Reads `[keys]`: a table for each place, in it actions and the keys they have instead of the built-in ones.
    pub fn read(mut keys: Section<'_>, faults: &mut Reader<'_>) -> Self {
        let mut map = Self::default();
        let mut given = Vec::new();
        for place in Place::iter() {
            let Some(mut section) = keys.section(place.into(), faults) else {
                continue;
            };
            for (name, at, value) in section.take_rest() {
                let Some(command) = known(&map, place, name, at, faults) else {
                    continue;
                };
                if value.value.as_array().is_some_and(|keys| keys.is_empty()) {
                    let message = format!("`{name}` is left without a key.");
                    faults.add(value.at, message, Some("Leave it out to keep those it has."));
                    continue;
                }
                let texts = form::texts(name, &value, faults);
                let before = given.len();
                for text in texts {
                    match written::read(text.value) {
                        Ok(codes) => give(place, command, &codes, text.at, &mut given, faults),
                        Err(why) => {
                            let message = format!("`{}` is no key that can be bound. {why}", text.value);
                            let hint = "Write a character such as \"A\", or a name such as \"ctrl-x\" or \"f5\".";
                            faults.add(text.at, message, Some(hint));
                        }
                    }
                }
                let codes: Vec<Code> = given[before..].iter().map(|given| given.code).collect();
                map.rebind(place, command, &codes, faults.line(at));
            }
        }
        conflicts(&map, &given, faults);
        keys.finish(faults);
        map
    }
}

/// The action of exactly this place that has this name.
fn known(map: &Keymap, place: Place, name: &str, at: usize, faults: &mut Reader<'_>) -> Option<Command> {
    let of = |place: Place| map.keys_in(place).filter(move |bound| bound.place == place);
    let named = |place| of(place).find(|bound| bound.command.name() == name);
    match named(place).map(|bound| bound.command) {
        Some(Command::Back) if place == Place::Everywhere => {
            faults.add(at, "Esc always goes back.".to_owned(), Some("Leave this out."));
            None
        }
        Some(Command::Suspend) => {
            faults.add(
                at,
                "Ctrl-Z always goes back to the shell.".to_owned(),
                Some("Leave this out."),
            );
            None
        }
        None if named(Place::Everywhere).is_some() => {
            let message = format!("`{name}` counts anywhere, not in {place} alone.");
            faults.add(at, message, Some("Write it under [keys.anywhere]."));
            None
        }
        None => {
            let known: Vec<&str> = of(place).map(|bound| bound.command.name()).collect();
            faults.add_unknown(at, name, &format!("keys.{place}"), &known);
            None
        }
        known => known,
    }
}

/// Takes a key in, in all the ways it may come, unless it must not mean this.
fn give(place: Place, command: Command, codes: &[Code], at: usize, given: &mut Vec<Given>, faults: &mut Reader<'_>) {
    if let Some((message, hint)) = codes.iter().find_map(|code| refusal(command, place, *code)) {
        faults.add(at, message, Some(hint));
        return;
    }
    given.extend(codes.iter().map(|code| Given {
        place,
        command,
        code: *code,
        at,
    }));
}

/// Why an action must not have a key: a sentence, and a hint.
fn refusal(command: Command, place: Place, (code, modifiers): Code) -> Option<(String, &'static str)> {
    let key = written::name((code, modifiers));
    let another = "Choose another key.";
    match code {
        KeyCode::Char(c) if modifiers.contains(KeyModifiers::CONTROL) => {
            if TAKEN.contains(c) {
                let message = format!("{key} does not reach programs everywhere: tmux or the terminal takes it.");
                return Some((message, another));
            }
            let always = match c {
                'c' => "leaves",
                'z' => "goes back to the shell",
                _ => return None,
            };
            Some((format!("{key} always {always}."), another))
        }
        KeyCode::Char('u') if modifiers.is_empty() && command != Command::TakeBack && holds(place) => {
            let message = "`u` takes back what is held, whatever else it would mean.".to_owned();
            Some((message, another))
        }
        _ if !command.decides() => None,
        KeyCode::Enter
        | KeyCode::Tab
        | KeyCode::BackTab
        | KeyCode::Esc
        | KeyCode::Backspace
        | KeyCode::Delete
        | KeyCode::Char(' ')
        | KeyCode::Up
        | KeyCode::Down
        | KeyCode::Left
        | KeyCode::Right
        | KeyCode::Home
        | KeyCode::End
        | KeyCode::PageUp
        | KeyCode::PageDown => {
            let message = format!("{key} never decides: it is pressed without a thought.");
            Some((message, "Give what decides a letter or a sign."))
        }
        KeyCode::Char('y' | '0'..='9') => {
            let message = format!("`{key}` answers in the box that this opens: pressed twice, it would decide.");
            Some((message, another))
        }
        _ => None,
    }
}

/// Where severe approvals are made, and so taken back.
fn holds(place: Place) -> bool {
    match place {
        Place::Main | Place::Page | Place::Everywhere => true,
        Place::After | Place::Past | Place::Case | Place::Proof | Place::Oversight | Place::Policy => false,
    }
}

/// No key means two things in one place.
fn conflicts(map: &Keymap, given: &[Given], faults: &mut Reader<'_>) {
    let mut said = HashSet::new();
    for this in given {
        let other = map
            .every()
            .filter(|bound| (bound.place, bound.command) != (this.place, this.command))
            .filter(|bound| bound.place == this.place || [bound.place, this.place].contains(&Place::Everywhere))
            .find(|bound| bound.codes.contains(&this.code));
        let Some(other) = other else { continue };
        // Of two that the file gives, the later one is at fault.
        let later = given
            .iter()
            .any(|given| (given.place, given.command) == (other.place, other.command) && given.at > this.at);
        if !later && said.insert(this.at) {
            let key = written::name(this.code);
            let message = format!("`{key}` means `{}` in {} already.", other.command.name(), other.place);
            faults.add(
                this.at,
                message,
                Some("Choose another key, or give that action another."),
            );
        }
    }
}

#[cfg(test)]
mod tests;
