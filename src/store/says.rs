//! `says(text, word)`: whether a kept text contains a word, whatever way the text spells it.
//!
//! JSON may write any letter as an escape, so a search of its bytes would not find what an agent wants
//! hidden from it. Case does not count, in any alphabet.

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use serde_json::Value;

use crate::domain::folded;

/// Teaches it to a connection. It is pure, and not to be used by what a schema defines.
pub(super) fn teach(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("says", 2, flags, |context: &Context<'_>| {
        let text = context.get_raw(0).as_bytes_or_null()?.unwrap_or_default();
        let word = context.get_raw(1).as_str()?;
        Ok(says(&String::from_utf8_lossy(text), word))
    })
}

/// Adds all that a text says, in lower case and in every spelling that [`says`] looks at.
pub(super) fn spelt(text: &[u8], out: &mut String) {
    let text = String::from_utf8_lossy(text);
    line(&text, out);
    if text.contains('\\')
        && let Ok(value) = serde_json::from_str(&text)
    {
        value_spelt(&value, out);
    }
}

fn value_spelt(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => line(text, out),
        Value::Array(items) => items.iter().for_each(|item| value_spelt(item, out)),
        Value::Object(members) => {
            for (key, member) in members {
                line(key, out);
                value_spelt(member, out);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn line(text: &str, out: &mut String) {
    out.push_str(&folded(text));
    out.push('\n');
}

/// The word is in lower case.
fn says(text: &str, word: &str) -> bool {
    if folded(text).contains(word) {
        return true;
    }
    // Only an escape can hide it.
    text.contains('\\') && serde_json::from_str(text).is_ok_and(|value| value_says(&value, word))
}

fn value_says(value: &Value, word: &str) -> bool {
    match value {
        Value::String(text) => folded(text).contains(word),
        Value::Array(items) => items.iter().any(|item| value_says(item, word)),
        Value::Object(members) => members
            .iter()
            .any(|(key, member)| folded(key).contains(word) || value_says(member, word)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_however_it_is_spelt() {
        for text in [
            r#"{"iban":"DE89 3704"}"#,
            r#"{"iban":"\u0044\u0045\u0038\u0039 3704"}"#,
            r#"[{"\u0064e89":1}]"#,
            "paid to de89, he says",
        ] {
            assert!(says(text, "de89"), "{text}");
        }
        assert!(says(r#"{"path":"evil\/x"}"#, "evil/x"));
        assert!(says("MÜLLER", "müller"));
        for word in ["οδοσ", "οδοσα", "σίσυφοσ"] {
            assert!(says("ΟΔΟΣΑΘΗΝΑ ΣΊΣΥΦΟΣ", word), "{word}");
        }
        assert!(!says(r#"{"iban":"DE88"}"#, "de89"));
        assert!(!says("broken \\u0044", "d"));
    }
}
