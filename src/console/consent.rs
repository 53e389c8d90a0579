//! What an approval takes and what is said before it is given: the same on the screen and line by line.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::model::{Case, Proof};
use super::sheet::{both_ends, in_quotes};
use crate::api::{EnvelopeView, StopView, Summary};
use crate::domain::{Role, Severity, Shown, StopScope, read_amount};

/// Who approves sooner than this after it was shown has not read it, or says why.
const FAST: SignedDuration = SignedDuration::from_millis(1_500);

/// The longest target that is worth typing.
pub(crate) const LONGEST_PROOF: usize = 40;

/// How much of a tool's name a question repeats; the sheet has all of it.
const LONGEST_TOOL: usize = 60;

/// How much of a value, and of where it stands.
const LONGEST_VALUE: usize = 40;
const LONGEST_POINTER: usize = 24;

/// Whether it was shown so lately that nobody can have read it. Low risk is taken at a glance.
pub(crate) fn is_fast(row: &Summary, shown_since: Option<Timestamp>, now: Timestamp) -> bool {
    row.severity != Severity::Low && shown_since.is_none_or(|since| now.duration_since(since) < FAST)
}

/// The amount; where there is none, the record; where nobody could type that, the digest's first digits.
pub(crate) fn proof(row: &Summary) -> Proof {
    let amount = row.amount.as_deref().filter(|amount| read_amount(amount).is_some());
    if let Some(amount) = amount.and_then(|amount| amount.split(' ').next()) {
        return Proof {
            name: "amount",
            text: amount.to_owned(),
        };
    }
    let target = row.target.as_deref().unwrap_or_default();
    let record = target.split_once(':').map_or(target, |(_, record)| record);
    let can_be_typed = |c: char| c.is_ascii_graphic();
    // A held key must not be able to spell it.
    let varies = record.chars().any(|c| !record.starts_with(c));
    if varies && record.len() <= LONGEST_PROOF && record.chars().all(can_be_typed) {
        return Proof {
            name: "record",
            text: record.to_owned(),
        };
    }
    Proof {
        name: "digest",
        text: row.payload_sha256.short().clone(),
    }
}

/// What an approval sets off, in sentences.
pub(crate) fn consequences(case: &Case) -> Vec<String> {
    let row = &case.view.summary;
    let mut lines = Vec::new();
    // The name comes from the agent: it does not begin a line, where it could be another sentence of ours.
    let tool = both_ends(Shown::line(&row.tool).as_str(), LONGEST_TOOL);
    let said = case
        .view
        .claimed
        .as_ref()
        .and_then(|claimed| claimed.impact.as_ref()?.amount.as_ref());
    let said = said.map(|money| format!("{} {}", money.value, money.currency));
    match row.amount.as_deref().and_then(read_amount) {
        Some(amount) => {
            let who = if row.edited {
                "as edited"
            } else if said == row.amount {
                "as the agent says"
            } else {
                "as the payload says"
            };
            lines.push(format!("It runs {tool}: {amount}, {who}"));
        }
        None => lines.push(format!("It runs {tool}")),
    }
    lines.extend(unasked(&case.view));
    lines.push(votes(row.votes + 1, row.quorum, row.role));
    let reversal = case.view.claimed.as_ref().and_then(|claimed| claimed.reversal.as_ref());
    lines.push(match reversal {
        Some(reversal) if reversal.how.is_some() => "The agent says it can be undone.".to_owned(),
        Some(_) => "It cannot be undone.".to_owned(),
        None => "Whether it can be undone was not said.".to_owned(),
    });
    lines
}

/// The values that the sheet marks with `!`, on two lines at most. Names before numbers: an amount is said
/// already, and to whom it goes is what a mistake is about.
fn unasked(view: &EnvelopeView) -> Vec<String> {
    let raw = view.payload.as_ref().map_or("", |payload| payload.raw.as_str());
    let arguments: Value = serde_json::from_str(raw).unwrap_or_default();
    let values = view.novel.iter().map(|pointer| {
        let value = arguments.pointer(pointer).map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        (pointer.as_str(), value.unwrap_or_default())
    });
    let is_amount = |value: &str| read_amount(value).is_some();
    let (amounts, names): (Vec<_>, Vec<_>) = values.partition(|(_, value)| is_amount(value));
    let all: Vec<_> = names.into_iter().chain(amounts).collect();
    let told = |(pointer, value): &(&str, String)| {
        let pointer = both_ends(&Shown::line(pointer).as_str().replace("  ", "␣␣"), LONGEST_POINTER);
        let value = both_ends(&in_quotes(value), LONGEST_VALUE);
        format!("! {pointer} {value} is not in what the user asked")
    };
    match all.as_slice() {
        [first, _, rest @ ..] if !rest.is_empty() => {
            let more = format!("! {} more values are not in it either", rest.len() + 1);
            vec![told(first), more]
        }
        few => few.iter().map(told).collect(),
    }
}

/// What one more vote leads to: a sentence.
pub(crate) fn votes(vote: u32, quorum: u32, role: Role) -> String {
    let more = match quorum.saturating_sub(vote) {
        0 => return format!("You are vote {vote} of {quorum}. The agent may run it at once."),
        1 => format!("1 more {role} says yes"),
        more => format!("{more} more {role}s say yes"),
    };
    format!("You are vote {vote} of {quorum}. It runs after {more}.")
}

/// The stop that an approved envelope would run into: a sentence.
pub(crate) fn stopped(stops: &[StopView], row: &Summary) -> Option<String> {
    let reaches = |stop: &&StopView| {
        let name = stop.name.as_deref();
        match stop.scope {
            StopScope::Everything => true,
            StopScope::Agent => name == Some(row.agent.as_str()),
            StopScope::Class => name == row.class.as_deref(),
            StopScope::Run => name == row.run.as_deref(),
        }
    };
    let stop = stops.iter().find(reaches)?;
    let by = &stop.by;
    let what = what_is_stopped(stop);
    Some(format!(
        "! {by} stopped {}: nothing of it runs until a senior resumes it.",
        Shown::line(&what)
    ))
}

/// `agent coder-2`; made safe to show where it is shown.
pub(crate) fn what_is_stopped(stop: &StopView) -> String {
    match &stop.name {
        Some(name) => format!("{} {name}", stop.scope),
        None => stop.scope.to_string(),
    }
}
