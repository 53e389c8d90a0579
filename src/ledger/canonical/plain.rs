//! The canonical form of what entries are made of, made quickly: text, whole numbers, switches.
//!
//! Of such a value the form is what `serde_json` writes with the members of each object in order. A whole ledger
//! is checked by it. Whatever it might get wrong is left to the canonicaliser: floats, nulls (which a float that
//! is not finite is written as), numbers beyond a double's whole ones, keys that do not sort by their bytes.

use std::cell::Cell;
use std::io;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// The largest whole number that a double holds with all below it.
const WHOLE: u64 = (1 << 53) - 1;

/// The form, or nothing where somebody more careful has to make it.
pub(super) fn form(value: &impl Serialize) -> Option<Vec<u8>> {
    let is_odd = Cell::new(false);
    let mut written = Vec::with_capacity(512);
    let mut serializer = Serializer::with_formatter(&mut written, Plain(&is_odd));
    value.serialize(&mut serializer).ok()?;
    if is_odd.get() {
        return None;
    }
    let mut sorter = Sorter {
        text: &written,
        at: 0,
        sorted: Vec::with_capacity(written.len()),
        members: Vec::new(),
    };
    sorter.value()?;
    (sorter.at == written.len()).then_some(sorter.sorted)
}

/// Writes without spaces, and notes what is not plain.
struct Plain<'n>(&'n Cell<bool>);

impl Formatter for Plain<'_> {
    fn write_null<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.set(true);
        writer.write_all(b"null")
    }

    fn write_f32<W: ?Sized + io::Write>(&mut self, _: &mut W, _: f32) -> io::Result<()> {
        self.0.set(true);
        Ok(())
    }

    fn write_f64<W: ?Sized + io::Write>(&mut self, _: &mut W, _: f64) -> io::Result<()> {
        self.0.set(true);
        Ok(())
    }

    fn write_u64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        if value > WHOLE {
            self.0.set(true);
        }
        write!(writer, "{value}")
    }

    fn write_i64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        if value.unsigned_abs() > WHOLE {
            self.0.set(true);
        }
        write!(writer, "{value}")
    }

    fn write_u128<W: ?Sized + io::Write>(&mut self, _: &mut W, _: u128) -> io::Result<()> {
        self.0.set(true);
        Ok(())
    }

    fn write_i128<W: ?Sized + io::Write>(&mut self, _: &mut W, _: i128) -> io::Result<()> {
        self.0.set(true);
        Ok(())
    }

    fn write_number_str<W: ?Sized + io::Write>(&mut self, _: &mut W, _: &str) -> io::Result<()> {
        self.0.set(true);
        Ok(())
    }

    fn write_raw_fragment<W: ?Sized + io::Write>(&mut self, _: &mut W, _: &str) -> io::Result<()> {
        self.0.set(true);
        Ok(())
    }
}

/// Copies a text that `serde_json` wrote, with the members of each object sorted.
struct Sorter<'t> {
    text: &'t [u8],
    at: usize,
    sorted: Vec<u8>,
    /// Of the objects that are open: where each member stands in `sorted`, without its comma.
    members: Vec<Member>,
}

#[derive(Clone, Copy)]
struct Member {
    start: usize,
    key_end: usize,
    end: usize,
}

impl Sorter<'_> {
    fn value(&mut self) -> Option<()> {
        match self.text.get(self.at)? {
            b'{' => self.object(),
            b'[' => self.array(),
            b'"' => self.string().map(drop),
            _ => {
                while let Some(byte) = self.text.get(self.at).filter(|byte| !b",]}".contains(byte)) {
                    self.sorted.push(*byte);
                    self.at += 1;
                }
                Some(())
            }
        }
    }

    fn array(&mut self) -> Option<()> {
        self.copy(1)?;
        if self.closes(b']')? {
            return Some(());
        }
        loop {
            self.value()?;
            if self.closes(b']')? {
                return Some(());
            }
            self.copy(1)?;
        }
    }

    fn object(&mut self) -> Option<()> {
        self.copy(1)?;
        if self.closes(b'}')? {
            return Some(());
        }
        let (open, from) = (self.members.len(), self.sorted.len());
        loop {
            let start = self.sorted.len();
            // Keys with escapes, or beyond ASCII, sort by UTF-16.
            if !self.string()? {
                return None;
            }
            let key_end = self.sorted.len();
            self.copy(1)?;
            self.value()?;
            let end = self.sorted.len();
            self.members.push(Member { start, key_end, end });
            if self.text.get(self.at)? == &b'}' {
                break;
            }
            self.copy(1)?;
        }
        self.sort(open, from)?;
        self.members.truncate(open);
        self.copy(1)
    }

    /// Puts the members of the innermost object in order; two of one name are nothing plain.
    fn sort(&mut self, open: usize, from: usize) -> Option<()> {
        let (members, sorted) = (self.members.get_mut(open..)?, &mut self.sorted);
        let key = |text: &[u8], member: &Member| text.get(member.start + 1..member.key_end - 1).map(<[u8]>::to_vec);
        let is_before = |pair: &[Member]| match pair {
            [a, b] => sorted.get(a.start + 1..a.key_end - 1) < sorted.get(b.start + 1..b.key_end - 1),
            _ => true,
        };
        if members.windows(2).all(is_before) {
            return Some(());
        }
        let text = sorted.split_off(from);
        let moved = |member: &Member| Member {
            start: member.start - from,
            key_end: member.key_end - from,
            end: member.end - from,
        };
        for member in members.iter_mut() {
            *member = moved(member);
        }
        members.sort_by_cached_key(|member| key(&text, member));
        for (n, member) in members.iter().enumerate() {
            if n > 0 {
                if key(&text, member) == key(&text, &members[n - 1]) {
                    return None;
                }
                sorted.push(b',');
            }
            sorted.extend_from_slice(text.get(member.start..member.end)?);
        }
        Some(())
    }

    /// Copies a text with its quotes; whether it is ASCII without escapes.
    fn string(&mut self) -> Option<bool> {
        let rest = self.text.get(self.at..)?;
        let (mut end, mut is_plain) = (1, true);
        loop {
            match rest.get(end)? {
                b'"' => break,
                b'\\' => {
                    is_plain = false;
                    end += 2;
                }
                byte => {
                    is_plain &= byte.is_ascii();
                    end += 1;
                }
            }
        }
        self.copy(end + 1)?;
        Some(is_plain)
    }

    fn closes(&mut self, bracket: u8) -> Option<bool> {
        let closes = *self.text.get(self.at)? == bracket;
        if closes {
            self.copy(1)?;
        }
        Some(closes)
    }

    fn copy(&mut self, count: usize) -> Option<()> {
        let some = self.text.get(self.at..self.at + count)?;
        self.sorted.extend_from_slice(some);
        self.at += count;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z_]{0,6}",
            "[ -~]{0,8}",
            ".{0,4}",
            "[\u{0}-\u{20}\"\\\\\u{7f}é𝄞\u{e000}]{0,4}"
        ]
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            4 => texts().prop_map(Value::from),
            2 => any::<i64>().prop_map(Value::from),
            2 => (-9_007_199_254_740_995_i64..=9_007_199_254_740_995).prop_map(Value::from),
            2 => any::<bool>().prop_map(Value::from),
            1 => any::<u64>().prop_map(Value::from),
            1 => any::<f64>().prop_map(Value::from),
            1 => Just(Value::Null),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..5).prop_map(Value::from),
                btree_map(texts(), inner, 0..6).prop_map(|members| json!(members)),
            ]
        })
    }

    /// Members come in the order in which a type declares them, which is not always that of a map.
    struct Turned(Value);

    impl Serialize for Turned {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match &self.0 {
                Value::Object(members) => {
                    serializer.collect_map(members.iter().rev().map(|(key, value)| (key, Turned(value.clone()))))
                }
                Value::Array(items) => serializer.collect_seq(items.iter().cloned().map(Turned)),
                other => other.serialize(serializer),
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn it_is_what_the_canonicaliser_makes_or_nothing(value in values()) {
            let careful = serde_json_canonicalizer::to_vec(&value).expect("a form");
            for quick in [form(&value), form(&Turned(value))].into_iter().flatten() {
                prop_assert_eq!(String::from_utf8_lossy(&quick), String::from_utf8_lossy(&careful));
            }
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_canonicaliser() {
        #[derive(Serialize)]
        struct Twice {
            b: u8,
            #[serde(rename = "b")]
            again: u8,
        }
        assert!(form(&json!({"b": {"d": 1, "c": [true, "é"]}, "a": -7})).is_some());
        for odd in [
            json!(null),
            json!([1.5]),
            json!(1_u64 << 53),
            json!({"é": 1}),
            json!({"\"": 1}),
        ] {
            assert_eq!(form(&odd), None, "{odd}");
        }
        assert_eq!(form(&[f64::NAN]), None);
        assert_eq!(form(&Twice { b: 1, again: 2 }), None);
    }
}
