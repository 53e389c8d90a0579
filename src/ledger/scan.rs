//! The door for JSON from outside: refuses what could not be hashed, shown and run as the same thing.
//!
//! JSON readers keep the last of two equal keys, round integers beyond 2^53 and turn lone surrogates
//! into something else, each silently. A payload that two readers see differently must not be
//! approved, so it is refused before anything parses it. See RFC 8259 section 4 and RFC 8785 section 3.1.

use std::collections::HashSet;

use strum::{Display, IntoStaticStr};

mod number;
mod text;

/// `serde_json` reads an object with such a key as something else than the object it is: a number, or the
/// JSON inside a string. What other readers see as text, policy and digest would then see as fields.
const RESERVED: &str = "$serde_json::private::";

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 32;

/// Why a text is refused. The name is the `code` of the error body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum RefusalCode {
    NotJson,
    TrailingData,
    DuplicateKey,
    IntegerOutOfRange,
    NumberNotExact,
    LoneSurrogate,
    TooDeep,
    ReservedKey,
}

impl RefusalCode {
    /// What to do about it: one sentence for the developer of the agent.
    pub fn hint(self) -> &'static str {
        match self {
            Self::NotJson => "Send one JSON object, encoded as UTF-8; NaN and Infinity are not JSON.",
            Self::TrailingData => "Send one JSON object and nothing after it.",
            Self::DuplicateKey => "Readers disagree on which of two equal keys counts: send it once.",
            Self::IntegerOutOfRange => {
                "Numbers beyond 9007199254740991 are rounded by many readers: send it as a string."
            }
            Self::NumberNotExact => "This number changes when it is read as a double: send it as a string.",
            Self::LoneSurrogate => "Send whole characters: a surrogate comes in pairs or not at all.",
            Self::TooDeep => "Nest at most 32 arrays and objects.",
            Self::ReservedKey => {
                "Keys that begin like this mean something else to a common JSON library: choose another."
            }
        }
    }
}

/// A refused text: why, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    pub code: RefusalCode,
    /// RFC 6901 JSON pointer to the value; for a duplicate key, to the key.
    pub pointer: String,
    /// One sentence.
    pub message: String,
}

/// Reads the whole text by the grammar of RFC 8259 and stops at the first thing to refuse.
pub fn scan(bytes: &[u8]) -> Result<(), Refusal> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(Refusal {
            code: RefusalCode::NotJson,
            pointer: String::new(),
            message: "The body is not UTF-8.".to_owned(),
        });
    };
    let mut scan = Scan {
        text,
        bytes: text.as_bytes(),
        at: 0,
        path: Vec::new(),
    };
    scan.value()?;
    scan.space();
    if scan.at < scan.bytes.len() {
        let at = scan.at;
        return Err(scan.refuse(
            RefusalCode::TrailingData,
            format!("There is more after the JSON value, at byte {at}."),
        ));
    }
    Ok(())
}

/// Line and column of a byte, where the text has lines: whoever wrote it looks there.
fn place(text: &str, at: usize) -> Option<String> {
    let before = text.get(..at).filter(|_| text.trim_end().contains('\n'))?;
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Some(format!("line {line}, column {column}"))
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    path: Vec<String>,
}

impl Scan<'_> {
    fn refuse(&self, code: RefusalCode, message: String) -> Refusal {
        self.refuse_from(self.at, code, message)
    }

    /// Refuses what begins at this byte.
    fn refuse_from(&self, at: usize, code: RefusalCode, message: String) -> Refusal {
        let message = match place(self.text, at) {
            Some(place) => format!("{} ({place}).", message.trim_end_matches('.')),
            None => message,
        };
        let mut pointer = String::new();
        for step in &self.path {
            pointer.push('/');
            pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        }
        Refusal { code, pointer, message }
    }

    fn not_json(&self, expected: &str) -> Refusal {
        let message = format!("The body is not JSON: {expected} was expected at byte {}.", self.at);
        self.refuse(RefusalCode::NotJson, message)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn value(&mut self) -> Result<(), Refusal> {
        self.space();
        match self.peek() {
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(_) | None => Err(self.not_json("a value")),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Refusal> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(())
        } else {
            Err(self.not_json("a value"))
        }
    }

    /// Steps into an array or object; `path` is as long as the nesting is deep.
    fn enter(&mut self) -> Result<(), Refusal> {
        if self.path.len() >= MAX_DEPTH {
            let message = format!("The body nests more than {MAX_DEPTH} levels deep.");
            return Err(self.refuse(RefusalCode::TooDeep, message));
        }
        self.at += 1;
        self.space();
        Ok(())
    }

    fn object(&mut self) -> Result<(), Refusal> {
        self.enter()?;
        let mut seen = HashSet::new();
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.not_json("a key"));
            }
            let start = self.at;
            let key = self.string()?;
            self.path.push(key.clone());
            if key.starts_with(RESERVED) {
                let message = "A key is reserved by a JSON library.".to_owned();
                return Err(self.refuse_from(start, RefusalCode::ReservedKey, message));
            }
            if !seen.insert(key) {
                let message = "The same key stands twice in one object.".to_owned();
                return Err(self.refuse_from(start, RefusalCode::DuplicateKey, message));
            }
            self.space();
            if !self.take(b':') {
                return Err(self.not_json("`:`"));
            }
            self.value()?;
            self.path.pop();
            self.space();
            if self.take(b'}') {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.not_json("`,` or `}`"));
            }
        }
    }

    fn array(&mut self) -> Result<(), Refusal> {
        self.enter()?;
        if self.take(b']') {
            return Ok(());
        }
        for index in 0_usize.. {
            self.path.push(index.to_string());
            self.value()?;
            self.path.pop();
            self.space();
            if self.take(b']') {
                break;
            }
            if !self.take(b',') {
                return Err(self.not_json("`,` or `]`"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
