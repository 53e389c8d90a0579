//! Values that lead somewhere, in the arguments of a call and in no word of what the user asked.
//!
//! Each has a kind, and is found inside longer text as well: an address in a letter, a file in a command.
//! It says nothing of whether a value is right. What the gate keeps apart for it is the gate's to say.

mod account;
mod key;
mod named;
mod number;
mod scan;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

pub use named::Named;

/// What a value is, by its form or by the name of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum ValueKind {
    Email,
    Domain,
    Account,
    Host,
    Path,
    Amount,
}

/// One value that was not asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unasked {
    /// The field that has it, as a JSON pointer.
    pub pointer: String,
    pub kind: ValueKind,
    /// As it is written there; from outside, and to be shown as such.
    pub text: String,
}

/// So many are told one by one: a hostile call has thousands, each under a long name.
const MOST: usize = 500;

/// Finds each value in the arguments that is not named, and counts those beyond the first 500.
fn unasked(arguments: &Value, named: &Named) -> (Vec<Unasked>, usize) {
    let mut walk = Walk {
        named,
        pointer: String::new(),
        found: Vec::new(),
        more: 0,
    };
    walk.value(arguments, None);
    (walk.found, walk.more)
}

/// The same of an action on a record. The agent names the record, so that no address and no account becomes
/// asked for by standing there; only a file may, which is what it is called.
pub fn unasked_of(arguments: &Value, request: &str, record: &str) -> (Vec<Unasked>, usize) {
    let (mut values, more) = unasked(arguments, &Named::of(request));
    let record = Named::of(record);
    values.retain(|value| value.kind != ValueKind::Path || !record.has(value.kind, &value.text));
    (values, more)
}

struct Walk<'a> {
    named: &'a Named,
    pointer: String,
    found: Vec<Unasked>,
    more: usize,
}

impl Walk<'_> {
    /// Goes through a value; `kind` is what the field's name makes of it.
    fn value(&mut self, value: &Value, kind: Option<ValueKind>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let kind = key::kind(name).or_else(|| in_money(name, members, kind));
                    self.below(&name.replace('~', "~0").replace('/', "~1"), |walk| {
                        // A name can lead somewhere like any text.
                        walk.text(name);
                        walk.value(member, kind);
                    });
                }
            }
            Value::Array(items) => {
                for (n, item) in items.iter().enumerate() {
                    self.below(&n.to_string(), |walk| walk.value(item, kind));
                }
            }
            Value::String(text) => match kind.filter(|kind| key::fits(*kind, text)) {
                // What its name does not say is in it all the same: `60 eve@b.example` is more than an amount.
                Some(by_name) => {
                    self.check(by_name, text);
                    scan::scan(text, &mut |kind, part| {
                        if kind != by_name && part != text {
                            self.check(kind, part);
                        }
                    });
                }
                None => self.text(text),
            },
            Value::Number(number) => {
                if let Some(kind @ (ValueKind::Amount | ValueKind::Account)) = kind {
                    self.check(kind, &number.to_string());
                }
            }
            Value::Bool(_) | Value::Null => {}
        }
    }

    fn below(&mut self, step: &str, go: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(step);
        go(self);
        self.pointer.truncate(length);
    }

    fn text(&mut self, text: &str) {
        scan::scan(text, &mut |kind, text| self.check(kind, text));
    }

    fn check(&mut self, kind: ValueKind, text: &str) {
        if self.named.has(kind, text) {
            return;
        }
        let same = |other: &&Unasked| (other.kind, other.text.as_str()) == (kind, text);
        let here = self
            .found
            .iter()
            .rev()
            .take_while(|other| other.pointer == self.pointer);
        if here.clone().any(|other| same(&other)) {
            return;
        }
        if self.found.len() == MOST {
            self.more += 1;
            return;
        }
        self.found.push(Unasked {
            pointer: self.pointer.clone(),
            kind,
            text: text.to_owned(),
        });
    }
}

/// Below the name of an amount all is one, as in `{"total": {"value": 6000, "currency": "EUR"}}`.
fn in_money(name: &str, members: &Map<String, Value>, above: Option<ValueKind>) -> Option<ValueKind> {
    let is_amount = above == Some(ValueKind::Amount) || members.contains_key("currency");
    (is_amount && name == "value").then_some(ValueKind::Amount)
}
