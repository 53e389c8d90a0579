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
        text: written,
        at: 0,
        members: Vec::new(),
        turned: Vec::new(),
    };
    sorter.value()?;
    (sorter.at == sorter.text.len()).then_some(sorter.text)
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

/// Sorts the members of each object in a text that `serde_json` wrote. An object is as long in order as before,
/// so each is put in order where it stands, and one that was in order is only read.
struct Sorter {
    text: Vec<u8>,
    at: usize,
    /// Of the objects that are open: where each member stands, without its comma.
    members: Vec<Member>,
    /// For the object that is put in order.
    turned: Vec<u8>,
}

#[derive(Clone, Copy)]
struct Member {
    start: usize,
    key_end: usize,
    end: usize,
}

impl Sorter {
    fn value(&mut self) -> Option<()> {
        match self.text.get(self.at)? {
            b'{' => self.object(),
            b'[' => self.array(),
            b'"' => self.string(),
            _ => {
                let is_more = |byte: &&u8| !matches!(byte, b',' | b']' | b'}');
                self.at += self.text.get(self.at..)?.iter().take_while(is_more).count();
                Some(())
            }
        }
    }

    fn array(&mut self) -> Option<()> {
        self.at += 1;
        if self.closes(b']')? {
            return Some(());
        }
        loop {
            self.value()?;
            if self.closes(b']')? {
                return Some(());
            }
            self.at += 1;
        }
    }

    fn object(&mut self) -> Option<()> {
        self.at += 1;
        if self.closes(b'}')? {
            return Some(());
        }
        let open = self.members.len();
        loop {
            let start = self.at;
            self.string()?;
            let key_end = self.at;
            // Keys with escapes, or beyond ASCII, sort by UTF-16.
            let key = self.text.get(start..key_end)?;
            if !key.is_ascii() || key.contains(&b'\\') {
                return None;
            }
            self.at += 1;
            self.value()?;
            let end = self.at;
            self.members.push(Member { start, key_end, end });
            if self.closes(b'}')? {
                break;
            }
            self.at += 1;
        }
        self.sort(open)?;
        self.members.truncate(open);
        Some(())
    }

    /// Puts the members of the innermost object in order; two of one name are nothing plain.
    fn sort(&mut self, open: usize) -> Option<()> {
        let (members, text) = (self.members.get_mut(open..)?, &mut self.text);
        let key = |member: &Member| text.get(member.start + 1..member.key_end - 1);
        if members.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])) {
            return Some(());
        }
        let from = members.first()?.start;
        members.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        if members.windows(2).any(|pair| key(&pair[0]) == key(&pair[1])) {
            return None;
        }
        self.turned.clear();
        for (n, member) in members.iter().enumerate() {
            if n > 0 {
                self.turned.push(b',');
            }
            self.turned.extend_from_slice(text.get(member.start..member.end)?);
        }
        text.get_mut(from..from + self.turned.len())?
            .copy_from_slice(&self.turned);
        Some(())
    }

    /// Goes on behind a text with its quotes.
    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            let rest = self.text.get(self.at..)?;
            let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
            if rest.get(end)? == &b'"' {
                self.at += end + 1;
                return Some(());
            }
            self.at += end + 2;
        }
    }

    fn closes(&mut self, bracket: u8) -> Option<bool> {
        let closes = *self.text.get(self.at)? == bracket;
        self.at += usize::from(closes);
        Some(closes)
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
