//! What a text names, so that a value is found in it however it is spelt, and nothing that only looks like it.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

use super::account::accounts;
use super::number::numbers;
use super::scan::{self, scan};
use super::{Unasked, ValueKind};

/// Words that stand side by side and can be one account: `DE89 3704 0044 …`.
const GROUPS: usize = 9;

/// So long is an account at most, without what groups it.
const LONGEST: usize = 64;

/// All that a text names, found in one pass: a call and its request are both as long as an agent likes.
#[derive(Debug, Default)]
pub struct Named {
    values: HashSet<String>,
    paths: HashSet<String>,
    accounts: HashSet<String>,
    numbers: HashSet<String>,
}

impl Named {
    pub fn of(text: &str) -> Self {
        let mut named = Self::default();
        scan(text, &mut |kind, value| named.add(kind, value));
        // A piece of an account is another account.
        let mut from = 0;
        for place in accounts(text) {
            named.add_words(&text[from..place.start]);
            from = place.end;
        }
        named.add_words(&text[from..]);
        for number in [numbers(text, false), numbers(text, true)].concat() {
            for reading in number.readings {
                // A dash may be a dash.
                named.numbers.insert(reading.trim_start_matches('-').to_owned());
                named.numbers.insert(reading);
            }
        }
        named
    }

    fn add_words(&mut self, text: &str) {
        let mut groups = Vec::new();
        for word in scan::words(text) {
            self.values.insert(folded(word));
            self.paths.insert(path(word));
            // Longer than any group, it still is what it is.
            self.accounts.insert(compact(word));
            groups.push(compact(word));
        }
        for n in 0..groups.len() {
            let mut joined = String::new();
            for group in groups[n..].iter().take(GROUPS) {
                joined.push_str(group);
                if joined.len() > LONGEST {
                    break;
                }
                self.accounts.insert(joined.clone());
            }
        }
    }

    fn add(&mut self, kind: ValueKind, value: &str) {
        match kind {
            ValueKind::Path => {
                self.paths.insert(path(value));
            }
            ValueKind::Account => {
                self.accounts.insert(compact(value));
            }
            ValueKind::Amount => {}
            ValueKind::Email => {
                // Who names an address names its domain.
                let domain = value.rsplit(scan::is_at).next().unwrap_or_default();
                self.values.insert(folded(domain));
                self.values.insert(folded(value));
            }
            ValueKind::Domain | ValueKind::Host => {
                self.values.insert(folded(value));
            }
        }
    }

    /// Whether the text names a value: the same one, not one that has it within, and none that looks like it.
    pub fn has(&self, kind: ValueKind, value: &str) -> bool {
        match kind {
            ValueKind::Email | ValueKind::Domain | ValueKind::Host => self.values.contains(&folded(value)),
            // Files that differ in case are two files.
            ValueKind::Path => self.paths.contains(&path(value)),
            ValueKind::Account => self.accounts.contains(&compact(value)),
            ValueKind::Amount => {
                let found = numbers(value, false);
                // Digits that are no number by themselves were not read: `60 9000x`.
                let digits = value.chars().filter(|c| c.is_numeric()).count();
                let read = found.iter().map(|number| &value[number.from..number.to]);
                let read = read.flat_map(str::chars).filter(char::is_ascii_digit).count();
                let mut readings = found.iter().flat_map(|number| &number.readings);
                !found.is_empty() && digits == read && readings.all(|reading| self.numbers.contains(reading))
            }
        }
    }

    /// Whether the text names what was not asked for elsewhere.
    pub fn shows(&self, value: &Unasked) -> bool {
        self.has(value.kind, &value.text)
    }
}

/// One spelling of letters that are written the same, whatever their case.
fn folded(text: &str) -> String {
    let text: String = text.nfc().flat_map(char::to_lowercase).nfc().collect();
    text.trim_end_matches('.').to_owned()
}

fn path(text: &str) -> String {
    let text: String = text.nfc().collect();
    let short = text.trim_end_matches('/');
    if short.is_empty() { text } else { short.to_owned() }
}

fn compact(text: &str) -> String {
    let apart = |c: char| c.is_whitespace() || matches!(c, '-' | '.');
    folded(text).chars().filter(|c| !apart(*c)).collect()
}
