//! What is told of a ledger as a whole.

use jiff::Timestamp;

use super::table::{each, percent, took};
use crate::domain::Shown;
use crate::oversight::{AlwaysApproved, Group, Share, Summary};

/// What was read, and how much of it is counted.
pub(super) fn ledger(summary: &Summary) -> Vec<String> {
    let time = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    let mut lines = vec![
        format!(
            "ledger      {}",
            summary.ledger.map_or_else(|| "-".to_owned(), |id| id.to_string())
        ),
        format!(
            "entries     {} from {} to {}",
            summary.entries,
            time(summary.from),
            time(summary.until)
        ),
    ];
    lines.extend(summary.since.map(|since| format!("counted     from {since} on")));
    if summary.odd > 0 {
        lines.push(format!(
            "left out    {} entries that do not follow from those before them; ask `signoff ledger verify`",
            summary.odd
        ));
    }
    lines
}

/// What the policy did, what people did, and what that points at.
pub(super) fn blocks(summary: &Summary) -> Vec<Vec<String>> {
    let all = &summary.all;
    let mut policy = vec![
        format!("actions     {}", all.actions),
        format!("allowed     {}", of(all.allowed)),
        format!("watched     {}", of(all.watched)),
        format!(
            "held        {}{}",
            of(all.held),
            some(&[(all.quarantined.n, "quarantined")])
        ),
        format!("denied      {}", of(all.denied)),
    ];
    if all.eased.n > 0 {
        policy.push(format!(
            "eased       {}: the policy's own verdict was heavier",
            of(all.eased)
        ));
    }
    let mut people = vec![
        format!("waited      {}{}", all.waited, some(&ends(all))),
        format!(
            "overridden  {}{}",
            of(all.overridden),
            some(&[
                (all.rejected, "rejected"),
                (all.approved_as_edited, "approved as edited"),
                (all.denied_as_named, "denied as classified"),
            ])
        ),
        format!("edited      {}", of(all.edited)),
        format!("classified  {}", of(all.classified)),
        format!(
            "escalated   {}{}",
            of(all.escalated),
            some(&[(all.escalated_by_gate.n, "by the gate")])
        ),
        format!(
            "expired     {}{}",
            of(all.expired),
            some(&[(all.denied_at_deadline, "denied"), (all.closed_at_deadline, "closed")])
        ),
        format!(
            "time        median {}, p95 {}, of {}",
            took(all.time_to_decide.median_ms),
            took(all.time_to_decide.p95_ms),
            all.time_to_decide.n
        ),
    ];
    people.extend(decisions(summary));
    let pointed: Vec<String> = summary.always_approved.iter().map(always).collect();
    let blocks = [policy, people, pointed];
    blocks.into_iter().filter(|block| !block.is_empty()).collect()
}

fn ends(all: &Group) -> [(u64, &'static str); 5] {
    [
        (all.settled, "settled"),
        (all.expired.n, "expired"),
        (all.withdrawn, "withdrawn"),
        (all.overtaken, "denied by a later judgement"),
        (all.still_waits, "still open"),
    ]
}

fn decisions(summary: &Summary) -> Vec<String> {
    let all = &summary.decisions;
    let words = &all.words;
    let kinds = some(&[
        (words.approved, "approved"),
        (words.edited, "edited"),
        (words.rejected, "rejected"),
        (words.escalated, "escalated"),
        (words.classified, "classified"),
        (words.extended, "extended"),
    ]);
    let a_day = Share {
        n: all.n,
        of: all.person_days,
    };
    vec![
        format!(
            "decisions   {} by {}{kinds}",
            all.n,
            many(all.people, "person", "people")
        ),
        format!(
            "a day       {} a person, of {}",
            each(a_day),
            many(all.person_days, "person-day", "person-days")
        ),
    ]
}

/// One sentence on a class in which people only ever said yes.
fn always(always: &AlwaysApproved) -> String {
    let since = always.since.map_or_else(String::new, |since| format!(" since {since}"));
    let severity = always
        .severity
        .map_or_else(String::new, |severity| format!("severity {severity}"));
    let beside = [(always.withdrawn, "withdrawn"), (always.still_waits, "still open")];
    let beside = beside
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{n} {what}"));
    let rests_on: Vec<String> = [severity].into_iter().chain(beside).collect();
    format!(
        "In {} people approved {n} of {n} as proposed{since} and add nothing there as far as this ledger shows; \
         consider `watch` ({}).",
        Shown::line(&always.class),
        rests_on.join(", "),
        n = always.approved,
    )
}

fn of(share: Share) -> String {
    format!("{} of {}, {}", share.n, share.of, percent(share))
}

fn many(n: u64, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}

/// The parts that are there, after a colon.
fn some(parts: &[(u64, &str)]) -> String {
    let parts = parts.iter().filter(|(n, _)| *n > 0);
    let parts: Vec<String> = parts.map(|(n, what)| format!("{n} {what}")).collect();
    if parts.is_empty() {
        return String::new();
    }
    format!(": {}", parts.join(", "))
}
