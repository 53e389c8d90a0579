//! How often the policy said what, as the entries tell it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Fault, Verifier, tampered};
use crate::domain::Verdict;
use crate::ledger::{Entry, Fact};

/// Judgements by day, class, rule and verdict, and floors by day; what is not there is an empty text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JudgementCounts {
    pub judged: BTreeMap<(i64, String, String, Verdict), u64>,
    pub floored: BTreeMap<(i64, String), u64>,
}

impl JudgementCounts {
    pub(super) fn take(&mut self, entry: &Entry) {
        let Fact::Judged(judged) = &entry.fact else {
            return;
        };
        let day = day(entry.at);
        let name = |name: &Option<String>| name.clone().unwrap_or_default();
        let key = (day, name(&judged.class), name(&judged.rule), judged.verdict);
        *self.judged.entry(key).or_default() += 1;
        for floor in &judged.floors {
            *self.floored.entry((day, floor.clone())).or_default() += 1;
        }
    }
}

/// Since 1970, in UTC.
fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(24 * 60 * 60)
}

impl Verifier {
    /// Checks the counts that are there against the entries.
    pub fn counts(&self, listed: &JudgementCounts) -> Result<(), Fault> {
        if self.counts == *listed {
            return Ok(());
        }
        Err(tampered(
            "The counts of judgements are not those that the entries tell of.".to_owned(),
        ))
    }
}
