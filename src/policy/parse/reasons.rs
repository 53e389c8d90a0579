//! The reasons that a class offers to its reviewers.

use crate::domain::Shown;
use crate::form::{Reader, Section};
use crate::policy::Reasons;

/// How many of each: with a digit to write one, they are one key each.
const MOST: usize = 8;

/// The longest, in characters: it stands on a line with its digit.
const LONGEST: usize = 60;

/// Reads `reasons.approve` and `reasons.reject`.
pub(super) fn read(section: &mut Section<'_>, faults: &mut Reader<'_>) -> Reasons {
    let Some(mut given) = section.section("reasons", faults) else {
        return Reasons::default();
    };
    let reasons = Reasons {
        approve: some(&mut given, "approve", faults),
        reject: some(&mut given, "reject", faults),
    };
    given.finish(faults);
    reasons
}

fn some(section: &mut Section<'_>, key: &'static str, faults: &mut Reader<'_>) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    for (n, place) in section.places(key, faults).into_iter().enumerate() {
        let text = place.value;
        if n == MOST {
            faults.add(
                place.at,
                format!("A class has at most {MOST} reasons to {key}."),
                Some("Keep those that are given most; any other can be written."),
            );
        }
        let fits = (1..=LONGEST).contains(&text.chars().count()) && text.trim() == text;
        if !fits || Shown::line(text).hidden() > 0 {
            faults.add(
                place.at,
                format!("A reason has 1 to {LONGEST} characters that can be seen, and no space around it."),
                None,
            );
        } else if reasons.iter().any(|earlier| earlier == text) {
            faults.add(place.at, format!("The reason `{text}` is given twice."), None);
        }
        reasons.push(text.to_owned());
    }
    reasons
}
