//! Masked values in running text: found however they are spaced or cased.

use serde_json::Value;

use crate::api::MASK;

/// What is shorter is too common to be looked for.
const SHORTEST: usize = 4;

/// Letters and digits of each value, in small letters.
#[derive(Debug, Default)]
pub(super) struct Words(Vec<Vec<char>>);

impl Words {
    pub fn of<'a>(values: impl Iterator<Item = &'a Value>) -> Self {
        let mut words: Vec<Vec<char>> = Vec::new();
        for value in values {
            leaves(value, &mut |leaf| {
                let word: Vec<char> = leaf.chars().filter(|c| c.is_alphanumeric()).map(small).collect();
                if word.len() >= SHORTEST && !words.contains(&word) {
                    words.push(word);
                }
            });
        }
        // The longest first: one may be the beginning of another.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Self(words)
    }

    /// The text with every one of them masked; `None` where there is none.
    pub fn masked(&self, text: &str) -> Option<String> {
        let mut out = String::new();
        let mut done = 0;
        let mut before = None;
        for (at, c) in text.char_indices() {
            let begins = at >= done && !before.is_some_and(char::is_alphanumeric);
            before = Some(c);
            if !begins {
                continue;
            }
            let end = self.0.iter().find_map(|word| end(word, &text[at..]));
            if let Some(end) = end {
                out.push_str(&text[done..at]);
                out.push_str(MASK);
                done = at + end;
            }
        }
        if done == 0 {
            return None;
        }
        out.push_str(&text[done..]);
        Some(out)
    }
}

/// How many bytes of a text a word takes, where the text begins with it as a whole word.
fn end(word: &[char], text: &str) -> Option<usize> {
    let mut wanted = word.iter();
    let mut next = wanted.next();
    let mut end = None;
    for (at, c) in text.char_indices() {
        let Some(letter) = next else {
            return if c.is_alphanumeric() { None } else { end };
        };
        if small(c) == *letter {
            next = wanted.next();
            end = Some(at + c.len_utf8());
        } else if at == 0 || !parts(c) {
            return None;
        }
    }
    if next.is_none() { end } else { None }
}

/// What people put between the groups of a number.
fn parts(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '.' | '/' | '(' | ')' | '+' | ',' | ':' | '_' | '\'')
}

fn small(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Every text and number in a value.
pub(super) fn leaves(value: &Value, each: &mut impl FnMut(&str)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| leaves(item, each)),
        Value::Object(members) => members.values().for_each(|member| leaves(member, each)),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Number(_) => {
            if let Some(text) = plain(value) {
                each(&text);
            }
        }
    }
}

/// What a text or number says.
pub(super) fn plain(leaf: &Value) -> Option<String> {
    match leaf {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
