//! What the reviewer decided a moment ago, told at the start: the console before may have had no answer.

use jiff::{SignedDuration, Timestamp};

use super::Notice;
use crate::api::LastDecision;
use crate::domain::{DecisionKind, Shown};

/// How long it is told: it is read before the first envelope is.
const TOLD_FOR: SignedDuration = SignedDuration::from_secs(20);

/// What is said at the start: what the last decision came to, and why something could not be recalled.
pub(super) fn first_words(
    decided: Option<&(LastDecision, SignedDuration)>,
    trouble: Option<&str>,
    now: Timestamp,
) -> Option<Notice> {
    let decided = decided.map(|(last, ago)| sentence(last, *ago));
    let trouble = trouble.map(|text| Shown::line(text).to_string());
    let words: Vec<_> = decided.into_iter().chain(trouble).collect();
    (!words.is_empty()).then(|| Notice {
        text: words.join(" "),
        until: now.saturating_add(TOLD_FOR).unwrap_or(now),
    })
}

/// `Your last decision, 40 s ago: approved payment.refund, order/12345: it is approved now, entry 91.`
pub(crate) fn sentence(last: &LastDecision, ago: SignedDuration) -> String {
    let row = &last.envelope;
    let what = Shown::line(row.target.as_deref().unwrap_or(&row.tool));
    let class = Shown::line(row.class.as_deref().unwrap_or("unknown action"));
    let others = match last.together {
        0 | 1 => String::new(),
        n => format!(" and {} alike", n - 1),
    };
    let against = row.rejections.filter(|_| last.decision == DecisionKind::Reject);
    let now_is = if let Some(against) = against.filter(|_| row.stage.is_open()) {
        format!("{against} of {} against", row.quorum)
    } else if row.stage.is_open() {
        format!("vote {} of {}", row.votes, row.quorum)
    } else {
        format!("it is {} now", row.stage)
    };
    let (seconds, done) = (ago.as_secs().max(0), last.decision.done());
    format!(
        "Your last decision, {seconds} s ago: {done} {class}, {what}{others}: {now_is}, entry {}.",
        last.entry
    )
}
