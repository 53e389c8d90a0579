//! Values that the user's request does not have: what each is, and the first place that the agent shows it in.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Bound;

use serde_json::Value;

use super::both_ends;
use super::place::each_field;
use crate::api::{Claimed, EnvelopeView, MaskedView};
use crate::domain::{Named, Shown, unasked_of};

/// Columns of a value among others on the sheet; the page has it whole.
pub(super) const ROOM: usize = 48;

/// What is known of each value of unknown origin, by its pointer into the arguments.
#[derive(Debug, Default)]
pub(super) struct Origins {
    values: BTreeMap<String, Vec<Origin>>,
    /// So many more were counted only.
    more: usize,
}

/// One value of unknown origin.
#[derive(Debug)]
struct Origin {
    /// `amount 6000.00`, made safe; nothing where it is masked or of no kind.
    value: Option<String>,
    mixed: bool,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Masked,
    Nowhere,
    In(String),
}

/// All values of unknown origin on one line, with where each stands; nothing where there is none.
pub fn unknown(view: &EnvelopeView) -> Option<String> {
    Origins::of(view).line(usize::MAX)
}

impl Origins {
    pub fn of(view: &EnvelopeView) -> Self {
        let raw = view.payload.as_ref().map_or("", |payload| payload.raw.as_str());
        let arguments = serde_json::from_str::<Value>(raw).unwrap_or_default();
        let nothing = Claimed::default();
        let claimed = view.claimed.as_ref().unwrap_or(&nothing);
        let (found, more) = claimed.request.as_ref().map_or_else(Default::default, |request| {
            unasked_of(&arguments, request, &record(view))
        });
        let mut origins = Self {
            values: BTreeMap::new(),
            more,
        };
        if found.is_empty() && view.novel.is_empty() {
            return origins;
        }
        let places = places(claimed);
        for value in found.iter().filter(|value| !is_covered(view, &value.pointer)) {
            let origin = Origin {
                value: Some(format!("{} {}", value.kind, word(&value.text))),
                mixed: Shown::line(&value.text).mixes_scripts(),
                place: first(&places, |text, named| named.shows(value) || holds(text, &value.text)),
            };
            origins.values.entry(value.pointer.clone()).or_default().push(origin);
        }
        // The gate's word stands, whatever is found here.
        for pointer in &view.novel {
            let text = arguments.pointer(pointer).map(text).unwrap_or_default();
            let covered = is_covered(view, pointer);
            origins.values.entry(pointer.clone()).or_insert_with(|| {
                let place = if covered {
                    // Masks look alike: where else the value stands cannot be told by them.
                    Place::Masked
                } else {
                    first(&places, |place, _| holds(place, &text))
                };
                vec![Origin {
                    value: None,
                    mixed: false,
                    place,
                }]
            });
        }
        origins
    }

    /// Whether a field, or one below it, has a value of unknown origin.
    pub fn marks(&self, pointer: &str) -> bool {
        self.below(pointer).next().is_some()
    }

    /// What is to be said of a field, and of all below it: a sentence fragment each.
    pub fn get(&self, pointer: &str) -> Vec<String> {
        self.below(pointer).map(Origin::told).collect()
    }

    fn below<'a>(&'a self, pointer: &'a str) -> impl Iterator<Item = &'a Origin> {
        let from = self
            .values
            .range::<str, _>((Bound::Included(pointer), Bound::Unbounded));
        let begins = from.take_while(move |(at, _)| at.starts_with(pointer));
        let within = begins.filter(|(at, _)| matches!(at.as_bytes().get(pointer.len()), None | Some(b'/')));
        within.flat_map(|(_, origins)| origins)
    }

    /// What is to be said of each line of a payload that is laid out plainly, by the number of the line.
    pub fn by_line(&self, lines: &[String]) -> BTreeMap<usize, Vec<String>> {
        let mut found = BTreeMap::new();
        if self.values.is_empty() {
            return found;
        }
        each_field(lines, |n, pointer| {
            if let Some(origins) = self.values.get(pointer) {
                found.insert(n, origins.iter().map(Origin::told).collect());
            }
        });
        found
    }

    /// The same of all fields on one line, a value in at most so many columns.
    pub fn line(&self, room: usize) -> Option<String> {
        let field = |(pointer, origins): (&String, &Vec<Origin>)| {
            let pointer = word(pointer);
            let one = |origin: &Origin| origin.among(&pointer, room);
            origins.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        let mut text = self.values.iter().map(field).collect::<Vec<_>>().join(", ");
        if self.more > 0 {
            // Writing to a String cannot fail.
            let _ = write!(text, ", and {} more", self.more);
        }
        (!text.is_empty()).then(|| format!("! not in what the user asked: {text}"))
    }
}

impl Origin {
    fn told(&self) -> String {
        let value = self.value.as_ref().map(|value| format!(": {value}{}", self.badge()));
        let value = value.unwrap_or_default();
        match &self.place {
            Place::Masked => "not in what the user asked; masked, and so is where it is from".to_owned(),
            Place::Nowhere => format!("not in what the user asked{value}; nowhere in what the agent shows"),
            Place::In(place) => format!("not in what the user asked{value}; in {place}, as the agent shows it"),
        }
    }

    /// `amount 6000.00 (/amount, first in invoice.pdf)`; a pointer alone where no kind is known.
    fn among(&self, pointer: &str, room: usize) -> String {
        let place = match &self.place {
            Place::Masked | Place::Nowhere => String::new(),
            Place::In(place) => format!(", first in {place}"),
        };
        match &self.value {
            Some(value) => format!("{}{} ({pointer}{place})", both_ends(value, room), self.badge()),
            None if place.is_empty() => pointer.to_owned(),
            None => format!("{pointer} ({})", &place[2..]),
        }
    }

    fn badge(&self) -> &'static str {
        if self.mixed { " (! mixed scripts)" } else { "" }
    }
}

fn is_covered(view: &EnvelopeView, pointer: &str) -> bool {
    let within = |at: &MaskedView| {
        pointer
            .strip_prefix(&at.pointer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    view.is_masked() && view.masked.iter().any(within)
}

/// The record that the call is about, which the gate does not take for a surprise either.
fn record(view: &EnvelopeView) -> String {
    let parts = view.payload.as_ref().map_or("", |payload| payload.parts.as_str());
    let parts = serde_json::from_str::<Value>(parts).unwrap_or_default();
    parts["target"]["record"].as_str().unwrap_or_default().to_owned()
}

/// A text from outside as one word among ours: what could end it early stands in quotes.
fn word(text: &str) -> String {
    let text = Shown::line(text).to_string();
    if text.contains([' ', ',', '(', ')', '"', ';']) {
        return format!("\"{}\"", text.replace("  ", "␣␣").replace('"', "\\\""));
    }
    text
}

/// What the agent sent besides the call itself, each with its name, in the order a reviewer would look.
fn places(claimed: &Claimed) -> Vec<(String, String, Named)> {
    let evidence = claimed.evidence.iter().map(|piece| {
        let texts = [Some(&piece.title), piece.reference.as_ref(), piece.excerpt.as_ref()];
        let texts: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
        (word(&piece.title), texts.join("\n"))
    });
    let before = claimed.before.iter();
    let before = before.map(|before| ("the record before".to_owned(), before.clone()));
    let context = claimed.context.iter();
    let context = context.map(|context| ("its context".to_owned(), context.clone()));
    let places = evidence.chain(before).chain(context);
    places
        .map(|(name, text)| (name, text.to_lowercase(), Named::of(&text)))
        .collect()
}

fn first(places: &[(String, String, Named)], is_in: impl Fn(&str, &Named) -> bool) -> Place {
    let mut places = places.iter();
    let found = places.find(|(_, text, named)| is_in(text, named));
    found.map_or(Place::Nowhere, |(name, ..)| Place::In(name.clone()))
}

/// Whether a text in lower case has a value in it.
fn holds(text: &str, value: &str) -> bool {
    !value.is_empty() && text.contains(&value.to_lowercase())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn a_value_cannot_end_its_word_early() {
        assert_eq!(word("/a"), "/a");
        assert_eq!(word("1 (/amount), host fine"), "\"1 (/amount), host fine\"");
        assert_eq!(word("1\", host fine"), "\"1\\\", host fine\"");
        assert_eq!(word("eve\u{202e}@x"), "eve⟨U+202E⟩@x");
    }
}
