//! Keys as they are written in the settings, and as they are shown.

use crokey::{KeyCombinationFormat, OneToThree};
use crossterm::event::{KeyCode, KeyModifiers};

use super::Code;

/// Reads one: a character as it comes (`A`, `*`), or a name with what is held down (`ctrl-x`, `pagedown`).
///
/// Several codes where a terminal may say the same key in several ways.
pub(super) fn read(text: &str) -> Result<Vec<Code>, &'static str> {
    let mut characters = text.chars();
    if let (Some(c), None) = (characters.next(), characters.next()) {
        return if c.is_control() {
            Err("No key writes this.")
        } else {
            Ok(character(c))
        };
    }
    let pressed = crokey::parse(text).map_err(|_| "No key has this name.")?;
    let OneToThree::One(code) = pressed.codes else {
        return Err("Terminals tell of one key at a time.");
    };
    let shift = pressed.modifiers.contains(KeyModifiers::SHIFT);
    let control = pressed.modifiers.contains(KeyModifiers::CONTROL);
    if pressed.modifiers.contains(KeyModifiers::SUPER) {
        return Err("Terminals keep this key to themselves.");
    }
    match code {
        KeyCode::Char(c) if shift && control => {
            let _ = c;
            Err("No terminal tells this from the same key without Shift.")
        }
        KeyCode::Char(c) if shift && !c.is_alphabetic() => Err("Write the character that comes of it instead."),
        KeyCode::Char(c) if pressed.modifiers == KeyModifiers::SHIFT => Ok(character(c)),
        _ => Ok(vec![(code, pressed.modifiers)]),
    }
}

/// Capital letters and signs come with or without the shift flag, depending on the terminal.
fn character(c: char) -> Vec<Code> {
    let plain = (KeyCode::Char(c), KeyModifiers::NONE);
    if c.is_lowercase() || c == ' ' {
        vec![plain]
    } else {
        vec![plain, (KeyCode::Char(c), KeyModifiers::SHIFT)]
    }
}

/// How keys are shown, each once.
pub(super) fn names(codes: &[Code]) -> Vec<String> {
    let mut names: Vec<String> = codes.iter().map(|code| name(*code)).collect();
    names.dedup();
    names
}

/// How a key is shown.
pub(super) fn name((code, modifiers): Code) -> String {
    match code {
        KeyCode::Char(c) if c != ' ' && (modifiers - KeyModifiers::SHIFT).is_empty() => c.to_string(),
        KeyCode::Char(c) if c != ' ' && modifiers == KeyModifiers::CONTROL => format!("Ctrl-{}", c.to_uppercase()),
        _ => {
            let pressed = crokey::KeyCombination::new(code, modifiers);
            KeyCombinationFormat::default().to_string(pressed)
        }
    }
}
