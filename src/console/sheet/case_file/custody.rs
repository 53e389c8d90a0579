//! Who had it, from when to when, as lines: the chain has no gap, so its times add up.

use jiff::SignedDuration;

use super::MOMENT;
use crate::api::{CaseFile, CustodyView};
use crate::console::sheet::Sheet;
use crate::console::theme::Tone;
use crate::domain::{EntryKind, Shown};

/// A token is handed out with each reading of what may run, and no entry tells of it.
const TOKENS: &str = "A token is made anew whenever it is read by who may run it, and is no entry: that one was \
                      used stands in the entry of its redemption.";

pub(super) fn lines(sheet: &mut Sheet, file: &CaseFile) {
    for one in &file.custody {
        let how_long = match (one.until, one.over) {
            (Some(until), _) => format!("for {}", in_words(until.duration_since(one.since))),
            (None, true) => "from then on".to_owned(),
            (None, false) => format!("for {} so far", in_words(file.at.duration_since(one.since))),
        };
        sheet.pieces(
            0,
            vec![
                (Tone::Label, format!("{}  ", one.since.strftime(MOMENT))),
                (Tone::Strong, Shown::line(&one.holder).to_string()),
                (Tone::Plain, format!(", {how_long}")),
                (Tone::Label, format!("  ({})", why(one))),
            ],
        );
    }
    if file.custody.iter().any(|one| one.kind == EntryKind::Redeemed) {
        sheet.indented(0, Tone::Label, TOKENS);
    }
}

/// The entry that put it there.
fn why(one: &CustodyView) -> String {
    let by = Shown::line(&one.by);
    if one.claim_over {
        return format!("the claim by {by} ran out; entry {}", one.n);
    }
    format!("{} by {by}; entry {}", one.kind, one.n)
}

/// `18 min 40 s`: the two largest parts that say anything.
fn in_words(time: SignedDuration) -> String {
    let seconds = time.as_secs().max(0);
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let from = parts.iter().position(|(count, _)| *count > 0);
    let Some(from) = from else {
        return "less than a second".to_owned();
    };
    let said = parts.iter().skip(from).take(2).filter(|(count, _)| *count > 0);
    let said: Vec<String> = said.map(|(count, unit)| format!("{count} {unit}")).collect();
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_said_by_its_two_largest_parts() {
        for (seconds, words) in [
            (0, "less than a second"),
            (7, "7 s"),
            (60, "1 min"),
            (1_120, "18 min 40 s"),
            (3_605, "1 h"),
            (3_660, "1 h 1 min"),
            (200_000, "2 d 7 h"),
            (-5, "less than a second"),
        ] {
            assert_eq!(in_words(SignedDuration::from_secs(seconds)), words, "{seconds}");
        }
    }
}
