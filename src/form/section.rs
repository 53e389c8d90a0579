//! One table of the file: typed access to its keys, and a fault for each key nobody asked for.

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::SignedDuration;
use strum::IntoEnumIterator;
use toml::de::{DeTable, DeValue};

use super::Reader;
use crate::domain::{parse_retention, parse_span};

/// A value and the byte of the source where it stands.
#[derive(Debug)]
pub struct Place<T> {
    pub value: T,
    pub at: usize,
}

impl<T> Place<T> {
    pub fn into_inner(self) -> T {
        self.value
    }
}

/// The text, or the list of texts, that stands behind a key; each with where it stands.
pub fn texts<'a>(key: &str, place: &Place<&'a DeValue<'a>>, faults: &mut Reader<'_>) -> Vec<Place<&'a str>> {
    let texts: Option<Vec<Place<&'a str>>> = match place.value {
        DeValue::String(text) => Some(vec![Place {
            value: text.as_ref(),
            at: place.at,
        }]),
        DeValue::Array(items) => items
            .iter()
            .map(|item| {
                let (value, at) = (item.get_ref().as_str()?, item.span().start);
                Some(Place { value, at })
            })
            .collect(),
        _ => None,
    };
    if texts.is_none() {
        faults.add(place.at, format!("`{key}` is neither text nor a list of texts."), None);
    }
    texts.unwrap_or_default()
}

/// A table whose keys are taken out one by one; what is left at the end is a fault.
#[derive(Debug)]
pub struct Section<'a> {
    name: &'static str,
    pub at: usize,
    keys: BTreeMap<&'a str, (usize, Place<&'a DeValue<'a>>)>,
    asked: Vec<&'static str>,
}

impl<'a> Section<'a> {
    pub fn new(name: &'static str, table: &'a DeTable<'a>, at: usize) -> Self {
        let keys = table
            .iter()
            .map(|(key, value)| {
                let place = Place {
                    value: value.get_ref(),
                    at: value.span().start,
                };
                (key.get_ref().as_ref(), (key.span().start, place))
            })
            .collect();
        Self {
            name,
            at,
            keys,
            asked: Vec::new(),
        }
    }

    pub fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// The byte where a key's value stands, while it was not taken out.
    pub fn place_of(&self, key: &str) -> Option<usize> {
        self.keys.get(key).map(|(_, place)| place.at)
    }

    /// Takes a key out, whatever its type.
    pub fn take(&mut self, key: &'static str) -> Option<Place<&'a DeValue<'a>>> {
        self.asked.push(key);
        self.keys.remove(key).map(|(_, place)| place)
    }

    /// Takes every key that is left: for tables whose keys are names of the author's.
    pub fn take_rest(&mut self) -> Vec<(&'a str, usize, Place<&'a DeValue<'a>>)> {
        let keys = std::mem::take(&mut self.keys);
        keys.into_iter().map(|(key, (at, place))| (key, at, place)).collect()
    }

    fn typed<T>(
        &mut self,
        key: &'static str,
        wanted: &str,
        faults: &mut Reader<'_>,
        read: impl FnOnce(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<Place<T>> {
        let place = self.take(key)?;
        let value = read(place.value);
        if value.is_none() {
            faults.add(place.at, format!("`{key}` is not {wanted}."), None);
        }
        value.map(|value| Place { value, at: place.at })
    }

    pub fn text(&mut self, key: &'static str, faults: &mut Reader<'_>) -> Option<Place<&'a str>> {
        self.typed(key, "text in quotes", faults, DeValue::as_str)
    }

    pub fn flag(&mut self, key: &'static str, faults: &mut Reader<'_>) -> Option<bool> {
        self.typed(key, "true or false", faults, DeValue::as_bool)
            .map(Place::into_inner)
    }

    pub fn integer(&mut self, key: &'static str, faults: &mut Reader<'_>) -> Option<(i64, usize)> {
        let place = self.typed(key, "a whole number", faults, |v| {
            v.as_integer()
                .and_then(|i| i64::from_str_radix(i.as_str(), i.radix()).ok())
        })?;
        Some((place.value, place.at))
    }

    pub fn span_of_time(&mut self, key: &'static str, faults: &mut Reader<'_>) -> Option<SignedDuration> {
        let place = self.text(key, faults)?;
        match parse_span(place.value) {
            Ok(span) => Some(span),
            Err(error) => {
                faults.add(place.at, format!("`{key}`: {error}."), None);
                None
            }
        }
    }

    /// How long something is kept: a span, or years.
    pub fn retention(&mut self, key: &'static str, faults: &mut Reader<'_>) -> Option<SignedDuration> {
        let place = self.text(key, faults)?;
        match parse_retention(place.value) {
            Ok(span) => Some(span),
            Err(error) => {
                faults.add(place.at, format!("`{key}`: {error}."), None);
                None
            }
        }
    }

    /// One of an enum's words.
    pub fn word<T>(&mut self, key: &'static str, faults: &mut Reader<'_>) -> Option<Place<T>>
    where
        T: FromStr + IntoEnumIterator + ToString,
    {
        let place = self.text(key, faults)?;
        if let Ok(value) = place.value.parse() {
            return Some(Place { value, at: place.at });
        }
        let words: Vec<String> = T::iter().map(|word| word.to_string()).collect();
        faults.add(
            place.at,
            format!("`{key}` is none of the words it can be."),
            Some(&format!("Write one of {}.", words.join(", "))),
        );
        None
    }

    /// Text, or a list of texts.
    pub fn texts(&mut self, key: &'static str, faults: &mut Reader<'_>) -> Vec<&'a str> {
        let texts = self.places(key, faults).into_iter();
        texts.map(Place::into_inner).collect()
    }

    /// The same, each with where it stands.
    pub fn places(&mut self, key: &'static str, faults: &mut Reader<'_>) -> Vec<Place<&'a str>> {
        self.take(key).map_or_else(Vec::new, |place| texts(key, &place, faults))
    }

    pub fn section(&mut self, key: &'static str, faults: &mut Reader<'_>) -> Option<Section<'a>> {
        let place = self.typed(key, "a table", faults, DeValue::as_table)?;
        Some(Section::new(key, place.value, place.at))
    }

    /// The tables of `[[key]]`, in the order of the file.
    pub fn sections(&mut self, key: &'static str, faults: &mut Reader<'_>) -> Vec<Section<'a>> {
        let Some(place) = self.take(key) else {
            return Vec::new();
        };
        let tables: Option<Vec<Section<'a>>> = place.value.as_array().and_then(|items| {
            items
                .iter()
                .map(|item| Some(Section::new(key, item.get_ref().as_table()?, item.span().start)))
                .collect()
        });
        if tables.is_none() {
            faults.add(
                place.at,
                format!("`{key}` is not a list of tables."),
                Some(&format!("Write `[[{key}]]` above each.")),
            );
        }
        tables.unwrap_or_default()
    }

    /// The id that entries and screens will name: plain, so that it cannot act as anything else.
    pub fn id(&mut self, faults: &mut Reader<'_>) -> Option<String> {
        if !self.has("id") {
            faults.add(self.at, format!("This {} has no `id`.", self.name), None);
        }
        let place = self.text("id", faults)?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        if place.value.is_empty() || place.value.len() > 64 || !place.value.bytes().all(plain) {
            faults.add(
                place.at,
                "An id has 1 to 64 letters, digits, dots, dashes and underscores.".to_owned(),
                None,
            );
            return None;
        }
        Some(place.value.to_owned())
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self, faults: &mut Reader<'_>) {
        for (key, (at, _)) in &self.keys {
            faults.add_unknown(*at, key, self.name, &self.asked);
        }
    }
}
