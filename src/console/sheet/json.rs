//! One line of laid-out JSON in pieces: its key, what is text, what is not.

use crate::console::theme::Tone;

/// Splits a line that [`crate::diff::pretty`] made, after it was made safe to show. Text that is no such line
/// is one piece.
pub(super) fn coloured(line: &str) -> Vec<(Tone, String)> {
    let rest = line.trim_start();
    let mut pieces = vec![(Tone::Plain, line[..line.len() - rest.len()].to_owned())];
    let value = match string_end(rest).map(|end| rest.split_at(end)) {
        Some((key, value)) if value.starts_with(": ") => {
            pieces.push((Tone::Key, key.to_owned()));
            value
        }
        Some(_) | None => rest,
    };
    let plain = value.trim_start_matches(": ");
    let tone = match plain.chars().next() {
        Some('-' | '0'..='9' | 't' | 'f' | 'n') => Tone::Number,
        Some(_) | None => Tone::Plain,
    };
    pieces.push((tone, value.to_owned()));
    pieces.retain(|(_, text)| !text.is_empty());
    pieces
}

/// Bytes of the string that a text begins with.
fn string_end(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('"')?;
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match c {
            '"' if !escaped => return Some(at + 2),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_a_text_and_a_number_look_different() {
        let tones = |line: &str| coloured(line).into_iter().map(|(tone, _)| tone).collect::<Vec<_>>();
        assert_eq!(tones(r#"  "a\"b": 1.50,"#), [Tone::Plain, Tone::Key, Tone::Number]);
        assert_eq!(tones(r#""a": "b: 1""#), [Tone::Key, Tone::Plain]);
        assert_eq!(tones(r#"  "only a text","#), [Tone::Plain, Tone::Plain]);
        assert_eq!(tones("}"), [Tone::Plain]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(line in any::<String>()) {
            let all: String = coloured(&line).into_iter().map(|(_, text)| text).collect();
            prop_assert_eq!(all, line);
        }
    }
}
