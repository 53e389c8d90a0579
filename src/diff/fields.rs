//! Field by field: keys by name, array items by their name or content, numbers with their difference.

use std::collections::BTreeSet;

use serde_json::Value;

use super::arrays::{Aligned, Step, align};
use super::{Delta, Until};

/// What the call would do to the record, as far as the two can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldDiff {
    pub changes: Vec<FieldChange>,
    /// Fields the call names with the value they have: pointer and value. The record is a claim, so
    /// what is the same in it must still be seen.
    pub same: Vec<(String, String)>,
    /// Fields of the record that the call does not name.
    pub untouched: usize,
    /// Time ran out: items of arrays that are the same may stand as removed and added.
    pub partial: bool,
    /// The item that is being compared.
    item: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// RFC 6901 pointer; for array items by their place in the new array, or the old one if removed.
    pub pointer: String,
    /// The item of an array that it is in, by its own name: `sku a-1`.
    pub item: Option<String>,
    pub change: Change,
}

/// Values as JSON text, strings without their quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Added(String),
    Removed(String),
    Changed {
        before: String,
        after: String,
        /// How far apart they are, where both are numbers.
        delta: Option<Delta>,
    },
    /// An item of an array that others are now on the other side of; its value where that is all that changed.
    Moved {
        from: String,
        value: Option<String>,
    },
}

/// Compares a record with the arguments of a call that changes it.
///
/// At the top level a key that only the record has is untouched, not removed: calls name what they set.
/// Below that a value replaces the old one whole, so what is missing there is removed.
pub fn fields(before: &Value, arguments: &Value, until: Until) -> FieldDiff {
    let mut diff = FieldDiff::default();
    match (before, arguments) {
        (Value::Object(record), Value::Object(call)) => {
            diff.untouched = record.keys().filter(|key| !call.contains_key(*key)).count();
            for (key, after) in call {
                diff.compare(&step("", key), record.get(key), Some(after), until);
            }
        }
        (_, _) => diff.compare("", Some(before), Some(arguments), until),
    }
    diff
}

/// Compares two versions of one call: what is missing in the new one is removed, at every level.
pub fn versions(before: &Value, after: &Value, until: Until) -> FieldDiff {
    let mut diff = FieldDiff::default();
    diff.compare("", Some(before), Some(after), until);
    diff
}

impl FieldDiff {
    fn compare(&mut self, pointer: &str, before: Option<&Value>, after: Option<&Value>, until: Until) {
        match (before, after) {
            (None, None) => {}
            (None, Some(after)) => self.push(pointer, Change::Added(plain(after))),
            (Some(before), None) => self.push(pointer, Change::Removed(plain(before))),
            (Some(before), Some(after)) if equal(before, after) => {
                self.same.push((pointer.to_owned(), plain(after)));
            }
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
                for key in keys {
                    self.compare(&step(pointer, key), before.get(key), after.get(key), until);
                }
            }
            (Some(Value::Array(before)), Some(Value::Array(after))) => self.arrays(pointer, before, after, until),
            (Some(before), Some(after)) => {
                let delta = Delta::of(before, after);
                self.push(
                    pointer,
                    Change::Changed {
                        before: plain(before),
                        after: plain(after),
                        delta,
                    },
                );
            }
        }
    }

    fn arrays(&mut self, pointer: &str, before: &[Value], after: &[Value], until: Until) {
        let Aligned { steps, key, partial } = align(before, after, until);
        self.partial |= partial;
        let place = |at: usize| step(pointer, &at.to_string());
        for step in steps {
            match step {
                Step::Removed(old) => self.compare(&place(old), before.get(old), None, until),
                Step::Added(new) => self.compare(&place(new), None, after.get(new), until),
                Step::Kept { old, new, moved } => {
                    let (old_item, new_item) = (before.get(old), after.get(new));
                    let is_same = old_item.zip(new_item).is_some_and(|(old, new)| equal(old, new));
                    if moved {
                        let value = new_item.filter(|_| is_same).map(plain);
                        let from = place(old);
                        self.push(&place(new), Change::Moved { from, value });
                    }
                    if !(moved && is_same) {
                        let name = key.as_deref().and_then(|key| Some((key, new_item?.get(key)?)));
                        let of = name.map(|(key, name)| format!("{key} {}", plain(name)));
                        let of = of.or_else(|| self.item.clone());
                        let outer = std::mem::replace(&mut self.item, of);
                        self.compare(&place(new), old_item, new_item, until);
                        self.item = outer;
                    }
                }
            }
        }
    }

    fn push(&mut self, pointer: &str, change: Change) {
        self.changes.push(FieldChange {
            pointer: pointer.to_owned(),
            item: self.item.clone(),
            change,
        });
    }
}

fn step(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), spelt)
}

/// A text without its quotes, where it cannot be taken for something else than a text: for a word of JSON,
/// or for what stands around values.
pub fn spelt(text: &str) -> String {
    let is_word = matches!(text, "" | "true" | "false" | "null") || text.starts_with(['"', '{', '[']);
    let around = [", /", " -> ", " = "].iter().any(|sign| text.contains(sign)) || text.starts_with('/');
    let edges = text.trim() != text;
    let is_block = text.contains('\n');
    if !is_block && (is_word || around || edges) {
        return Value::from(text).to_string();
    }
    text.to_owned()
}

/// Numbers are equal by value: 60 and 60.0 are no change.
fn equal(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Number(before), Value::Number(after)) => before == after || before.as_f64() == after.as_f64(),
        (_, _) => before == after,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use serde_json::json;

    fn fields(before: &Value, after: &Value) -> FieldDiff {
        super::fields(before, after, Until::within(Duration::from_mins(1)))
    }

    fn changed(before: &str, after: &str) -> Change {
        Change::Changed {
            before: before.into(),
            after: after.into(),
            delta: Delta::of(&json!(before), &json!(after)),
        }
    }

    #[test]
    fn a_call_changes_what_it_names_and_leaves_the_rest() {
        let diff = fields(
            &json!({"amount": "60.00", "status": "paid", "note": "x", "id": 7}),
            &json!({"amount": "6000.00", "status": "paid", "why": "twice"}),
        );
        assert_eq!(
            (diff.same.clone(), diff.untouched),
            (vec![("/status".to_owned(), "paid".to_owned())], 2)
        );
        assert_eq!(diff.changes[0].change, changed("60.00", "6000.00"));
        assert_eq!(
            diff.changes[1],
            FieldChange {
                pointer: "/why".into(),
                item: None,
                change: Change::Added("twice".into())
            }
        );
    }

    #[test]
    fn an_inserted_array_item_is_one_addition() {
        let diff = fields(&json!({"to": ["a", "b", "c"]}), &json!({"to": ["x", "a", "b", "c"]}));
        assert_eq!(
            diff.changes,
            [FieldChange {
                pointer: "/to/0".into(),
                item: None,
                change: Change::Added("x".into())
            }]
        );
    }

    #[test]
    fn a_moved_item_is_one_change_and_not_a_removal_and_an_addition() {
        let diff = fields(&json!({"to": ["a", "b", "c"]}), &json!({"to": ["c", "a", "b"]}));
        let moved = |pointer: &str, from: &str, value: Option<&str>| FieldChange {
            pointer: pointer.into(),
            item: None,
            change: Change::Moved {
                from: from.into(),
                value: value.map(str::to_owned),
            },
        };
        assert_eq!(diff.changes, [moved("/to/0", "/to/2", Some("c"))]);
        let diff = fields(
            &json!({"lines": [{"sku": "a", "n": 1}, {"sku": "b", "n": 1}, {"sku": "c", "n": 1}]}),
            &json!({"lines": [{"sku": "c", "n": 5}, {"sku": "a", "n": 1}, {"sku": "b", "n": 2}]}),
        );
        let told: Vec<String> = diff.changes.iter().map(|change| change.pointer.clone()).collect();
        assert_eq!(told, ["/lines/0", "/lines/0/n", "/lines/2/n"]);
        assert_eq!(diff.changes[0], moved("/lines/0", "/lines/2", None));
        assert_eq!(diff.changes[1].change, changed("1", "5"));
        let items: Vec<Option<&str>> = diff.changes.iter().map(|change| change.item.as_deref()).collect();
        assert_eq!(items, [None, Some("sku c"), Some("sku b")]);
        let same: Vec<&str> = diff.same.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(same, ["/lines/0/sku", "/lines/1", "/lines/2/sku"]);
    }

    #[test]
    fn inside_a_value_what_is_missing_is_removed() {
        let diff = fields(&json!({"a": {"b": 1, "c": 2}}), &json!({"a": {"b": 1}}));
        assert_eq!(
            diff.changes,
            [FieldChange {
                pointer: "/a/c".into(),
                item: None,
                change: Change::Removed("2".into())
            }]
        );
    }

    #[test]
    fn numbers_differ_by_value_and_not_by_spelling() {
        let before = serde_json::from_str(r#"{"a": 60.0, "b": 10}"#).expect("json");
        let diff = fields(&before, &json!({"a": 60, "b": 7}));
        assert_eq!(diff.changes.len(), 1);
        assert_eq!(diff.changes[0].change, changed("10", "7"));
    }

    #[test]
    fn a_text_that_could_be_something_else_has_its_quotes() {
        for text in [
            "",
            "false",
            "null",
            "{}",
            "[1]",
            " x",
            "ok, /amount = 1",
            "a -> b",
            "\"x\"",
            "/amount  = 60.00",
        ] {
            assert_eq!(spelt(text), serde_json::to_string(text).expect("a text"), "{text}");
        }
        for text in ["paid", "60.00", "DE89 3704", "a/b", "two\nlines"] {
            assert_eq!(spelt(text), text);
        }
    }

    #[test]
    fn where_time_ran_out_it_is_said_and_every_item_is_there() {
        let (before, after) = (json!({"to": ["a", "b", "c"]}), json!({"to": ["x", "a", "b", "c"]}));
        let diff = super::fields(&before, &after, Until::within(Duration::ZERO));
        assert!(diff.partial);
        let told = format!("{diff:?}");
        for item in ["\"x\"", "\"a\"", "\"b\"", "\"c\""] {
            assert!(told.contains(item), "{told}");
        }
        assert!(!fields(&before, &after).partial);
    }

    #[test]
    fn a_key_order_is_no_change() {
        let one: Value = serde_json::from_str(r#"{"a":{"x":1,"y":2}}"#).expect("json");
        let two: Value = serde_json::from_str(r#"{"a":{"y":2,"x":1}}"#).expect("json");
        assert_eq!(fields(&one, &two).changes, []);
    }
}
