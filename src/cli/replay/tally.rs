//! What came of the lines, in counts: as large for a million lines as for ten.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::api::{EnvelopeView, ErrorDetail};
use crate::domain::{Shown, Verdict};

/// How many different reasons are counted; a policy that words each one anew does not fill the memory.
const MOST_REASONS: usize = 1_000;

/// How many of them are told.
const TOLD_REASONS: usize = 10;

/// Counts as they come in, in any order.
#[derive(Debug, Default)]
pub(super) struct Tally {
    lines: u64,
    proposed: u64,
    known: u64,
    no_call: u64,
    unanswered: u64,
    refused: BTreeMap<String, Refused>,
    judged: BTreeMap<(Option<String>, Verdict, Verdict), u64>,
    reasons: BTreeMap<String, u64>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ended {
    /// All lines, or as many as were asked for.
    Complete,
    Interrupted,
    /// The gate stopped answering, or refuses the credential; or the file cannot be read on.
    Failed,
}

/// What is printed.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    pub ended: Ended,
    /// What the keys of this run begin with.
    pub key: String,
    pub seconds: f64,
    /// Lines that were read and are not blank.
    pub lines: u64,
    /// Envelopes, those that stood already under the same key among them.
    pub proposed: u64,
    pub known: u64,
    pub no_call: u64,
    /// Sent, and perhaps recorded.
    pub unanswered: u64,
    pub refused: Vec<Refused>,
    pub judged: Vec<Judged>,
    pub reasons: Vec<Reason>,
}

/// A code of refusal and the first line that met it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Refused {
    pub code: String,
    pub count: u64,
    pub first_line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    pub message: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Judged {
    pub class: Option<String>,
    pub verdict: Verdict,
    pub effective: Verdict,
    pub count: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Reason {
    pub reason: String,
    pub count: u64,
}

impl Tally {
    /// A line was sent.
    pub fn sent(&mut self) {
        self.lines += 1;
    }

    /// A line was no call.
    pub fn no_call(&mut self) {
        self.lines += 1;
        self.no_call += 1;
    }

    pub fn unanswered(&mut self, count: usize) {
        self.unanswered += count as u64;
    }

    pub fn proposed(&mut self, view: &EnvelopeView, fresh: bool) {
        self.proposed += 1;
        self.known += u64::from(!fresh);
        let summary = &view.summary;
        let class = summary.class.as_deref().map(shown);
        *self
            .judged
            .entry((class, summary.verdict, summary.effective))
            .or_default() += 1;
        for reason in &view.reasons {
            self.because(reason);
        }
    }

    fn because(&mut self, reason: &str) {
        let reason = shown(reason);
        if self.reasons.len() < MOST_REASONS || self.reasons.contains_key(&reason) {
            *self.reasons.entry(reason).or_default() += 1;
        }
    }

    pub fn refused(&mut self, line: u64, detail: &ErrorDetail) {
        let code = shown(&detail.code);
        let first = Refused {
            code: code.clone(),
            count: 0,
            first_line: line,
            pointer: detail
                .pointer
                .as_deref()
                .filter(|pointer| !pointer.is_empty())
                .map(shown),
            message: shown(&detail.message),
        };
        let refused = self.refused.entry(code).or_insert_with(|| first.clone());
        let count = refused.count + 1;
        if line < refused.first_line {
            *refused = first;
        }
        refused.count = count;
    }

    pub fn summary(self, key: String, ended: Ended, time: Duration) -> Summary {
        let mut refused: Vec<Refused> = self.refused.into_values().collect();
        refused.sort_by_key(|refused| std::cmp::Reverse(refused.count));
        let judged = self
            .judged
            .into_iter()
            .map(|((class, verdict, effective), count)| Judged {
                class,
                verdict,
                effective,
                count,
            });
        let reasons = self.reasons.into_iter().map(|(reason, count)| Reason { reason, count });
        let mut reasons: Vec<Reason> = reasons.collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
        reasons.truncate(TOLD_REASONS);
        Summary {
            ended,
            key,
            seconds: time.as_secs_f64(),
            lines: self.lines,
            proposed: self.proposed,
            known: self.known,
            no_call: self.no_call,
            unanswered: self.unanswered,
            refused,
            judged: judged.collect(),
            reasons,
        }
    }
}

/// The gate may quote an agent in any of its words.
fn shown(text: &str) -> String {
    Shown::line(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ErrorType;

    fn summary(tally: Tally) -> Summary {
        tally.summary("k".to_owned(), Ended::Complete, Duration::ZERO)
    }

    #[test]
    fn a_code_is_told_with_its_first_line_whichever_was_answered_first() {
        let mut tally = Tally::default();
        for line in [7, 3, 5] {
            let detail = ErrorDetail {
                kind: ErrorType::InvalidRequest,
                code: "duplicate_key".to_owned(),
                message: format!("line {line} \u{202e}"),
                pointer: Some("/action\u{1b}".to_owned()),
                hint: None,
                request_id: String::new(),
            };
            tally.refused(line, &detail);
        }
        let refused = &summary(tally).refused[0];
        assert_eq!((refused.count, refused.first_line), (3, 3));
        assert_eq!(refused.message, "line 3 ⟨U+202E⟩");
        assert_eq!(refused.pointer.as_deref(), Some("/action⟨U+001B⟩"));
    }

    #[test]
    fn ever_new_reasons_do_not_fill_the_memory() {
        let mut tally = Tally::default();
        for n in 0..3 * MOST_REASONS {
            tally.because("often");
            tally.because(&n.to_string());
        }
        assert_eq!(tally.reasons.len(), MOST_REASONS);
        let reasons = summary(tally).reasons;
        assert_eq!((reasons.len(), reasons[0].reason.as_str()), (TOLD_REASONS, "often"));
        assert_eq!(reasons[0].count, 3 * MOST_REASONS as u64);
    }
}
