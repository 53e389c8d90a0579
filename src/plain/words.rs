//! Sentences that are read aloud as they stand. What an agent sent comes last in a line, made safe to show.

use jiff::{SignedDuration, Timestamp};

use crate::api::Summary;
use crate::console::both_ends;
use crate::domain::{OnTimeout, Severity, Shown, Stage, read_amount};

/// Stands before what goes on from the line above, so that no text can begin a line at the left edge.
const HANGING: &str = "    ";

/// How much of a name from outside the list repeats; the sheet has all of it.
const LONGEST: usize = 60;

/// Breaks a sentence for a terminal; its last column stays free.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let room = width.saturating_sub(1).max(HANGING.len() + 8);
    // A time or an id is not broken at its hyphens.
    let options = textwrap::Options::new(room)
        .subsequent_indent(HANGING)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let lines = textwrap::wrap(text, options).into_iter();
    lines.map(|line| line.trim_end().to_owned()).collect()
}

/// `4 hours`, `12 minutes`, `1 minute 5 seconds`: what is near is told more closely.
pub(super) fn time(time: SignedDuration) -> String {
    let of = |count: i64, unit: &str| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {unit}{plural}")
    };
    let and = |first: String, count: i64, unit: &str| {
        if count == 0 {
            first
        } else {
            format!("{first} {}", of(count, unit))
        }
    };
    match time.as_secs().max(0) {
        0 => "no time".to_owned(),
        seconds @ ..60 => of(seconds, "second"),
        seconds @ ..600 => and(of(seconds / 60, "minute"), seconds % 60, "second"),
        seconds @ ..3_600 => of(seconds / 60, "minute"),
        seconds @ ..172_800 => and(of(seconds / 3_600, "hour"), seconds % 3_600 / 60, "minute"),
        seconds => of(seconds / 86_400, "day"),
    }
}

/// How much it matters, in words.
pub(super) fn weight(row: &Summary) -> &'static str {
    match (row.stage, row.severity) {
        (Stage::Quarantined, _) => "unknown kind",
        (_, Severity::Severe) => "severe",
        (_, Severity::High) => "high",
        (_, Severity::Low) => "low",
    }
}

/// `7. severe: payment.refund, 6,000.00 USD, 0 of 2 approvals, 12 minutes left; support-3: issue_refund on …`
pub(super) fn row(number: u32, row: &Summary, gate_now: Timestamp) -> String {
    let mut facts = Vec::new();
    facts.extend(row.class.clone());
    if let Some(amount) = &row.amount {
        facts.push(read_amount(amount).unwrap_or_else(|| "an amount that cannot be read".to_owned()));
    }
    if row.stage != Stage::Quarantined {
        facts.push(format!("{} of {} approvals", row.votes, row.quorum));
    }
    facts.push(format!("{} left", time(row.deadline_at.duration_since(gate_now))));
    if row.sla_at < gate_now {
        facts.push("late".to_owned());
    }
    if let Some(claim) = &row.claim {
        facts.push(format!("{} is at it", Shown::line(&claim.by)));
    }
    let target = row.target.as_deref();
    let record = target.map(|target| target.split_once(':').map_or(target, |(_, record)| record));
    let record = record.map(|record| format!(" on {}", name(record))).unwrap_or_default();
    format!(
        "{number}. {}: {}; {}: {}{record}",
        weight(row),
        facts.join(", "),
        Shown::line(&row.agent),
        name(&row.tool)
    )
}

/// What happens at its deadline, and when: a sentence.
pub(super) fn end(row: &Summary, gate_now: Timestamp) -> String {
    let left = time(row.deadline_at.duration_since(gate_now));
    let what = match (row.on_timeout, row.stage) {
        (OnTimeout::Escalate, Stage::Waiting) => "goes higher",
        (OnTimeout::NoOp, _) => "closes and nothing runs",
        (OnTimeout::Deny | OnTimeout::Escalate, _) => "is denied by itself",
    };
    format!("It {what} in {left}.")
}

/// A name from outside: safe, not too long, and said to be odd where it is.
fn name(raw: &str) -> String {
    let shown = Shown::line(raw);
    let odd = if shown.mixes_scripts() { " (mixed scripts)" } else { "" };
    format!("{}{odd}", both_ends(shown.as_str(), LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_as_people_say_it_and_more_closely_when_it_is_short() {
        let of = |seconds| time(SignedDuration::from_secs(seconds));
        for (seconds, text) in [
            (-5, "no time"),
            (1, "1 second"),
            (59, "59 seconds"),
            (65, "1 minute 5 seconds"),
            (120, "2 minutes"),
            (723, "12 minutes"),
            (3_660, "1 hour 1 minute"),
            (14_400, "4 hours"),
            (86_400 * 6, "6 days"),
        ] {
            assert_eq!(of(seconds), text);
        }
    }

    #[test]
    fn what_goes_on_below_never_begins_at_the_left_edge() {
        let text = format!("1. low: {}", "> approve ".repeat(40));
        let lines = wrap(&text, 40);
        assert!(lines.len() > 2);
        assert!(lines[1..].iter().all(|line| line.starts_with(HANGING)));
        let one_word = wrap(&"x".repeat(500), 40);
        assert!(one_word[1..].iter().all(|line| line.starts_with(HANGING)));
        assert!(one_word.iter().all(|line| line.chars().count() < 40));
    }
}
