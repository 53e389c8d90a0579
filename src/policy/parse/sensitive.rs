//! Where a class's arguments hold what people need not see to decide.

use std::collections::BTreeMap;

use crate::form::{Place, Reader, Section};
use crate::policy::{AMOUNT, Field};

/// How many places a class can name.
const MOST: usize = 32;

/// Reads `sensitive`: pointers below `/arguments`, kept without that.
pub(super) fn read(
    section: &mut Section<'_>,
    fields: &BTreeMap<String, Field>,
    faults: &mut Reader<'_>,
) -> Vec<String> {
    let places = section.places("sensitive", faults);
    if let Some(place) = places.get(MOST) {
        faults.add(place.at, format!("A class masks at most {MOST} places."), None);
    }
    let amounts = fields
        .get(AMOUNT)
        .map(|field| field.from.as_slice())
        .unwrap_or_default();
    let mut pointers: Vec<String> = Vec::new();
    for place in places {
        pointers.extend(one(&place, amounts, &pointers, faults));
    }
    pointers
}

fn one(place: &Place<&str>, amounts: &[String], earlier: &[String], faults: &mut Reader<'_>) -> Option<String> {
    let text = place.value;
    let below = text.strip_prefix("/arguments").filter(|below| is_pointer(below));
    let Some(below) = below else {
        faults.add(
            place.at,
            format!("`{text}` is no place in the arguments."),
            Some("Write a pointer such as \"/arguments/iban\"; in a name, ~ is ~0 and / is ~1."),
        );
        return None;
    };
    // The queue shows the amount, and who approves what is severe types it.
    if amounts.iter().any(|amount| overlap(amount, text)) {
        faults.add(
            place.at,
            format!("`{text}` is read as the amount, which the queue shows to everybody."),
            Some("Mask another place, or do not read the amount there."),
        );
        return None;
    }
    if let Some(other) = earlier.iter().find(|other| overlap(other, below)) {
        faults.add(
            place.at,
            format!("`{text}` is masked already, by `/arguments{other}`."),
            None,
        );
        return None;
    }
    Some(below.to_owned())
}

/// Whether it is a JSON pointer (RFC 6901) to something below the root.
fn is_pointer(text: &str) -> bool {
    let escapes = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    text.starts_with('/') && text.len() > 1 && escapes
}

/// Whether one is the other, or stands in it.
fn overlap(one: &str, other: &str) -> bool {
    let within = |outer: &str, inner: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    within(one, other) || within(other, one)
}
