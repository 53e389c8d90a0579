//! Who decided what, when, and how often.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Share, Times};
use crate::domain::{DecisionKind, PrincipalId};

/// Single words of people, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Words {
    pub approved: u64,
    pub edited: u64,
    pub rejected: u64,
    pub escalated: u64,
    pub classified: u64,
    pub extended: u64,
}

impl Words {
    fn say(&mut self, kind: DecisionKind) {
        let count = match kind {
            DecisionKind::Approve => &mut self.approved,
            DecisionKind::Edit => &mut self.edited,
            DecisionKind::Reject => &mut self.rejected,
            DecisionKind::Escalate => &mut self.escalated,
            DecisionKind::Classify => &mut self.classified,
            DecisionKind::Extend => &mut self.extended,
        };
        *count += 1;
    }

    fn add(&mut self, other: &Self) {
        self.approved += other.approved;
        self.edited += other.edited;
        self.rejected += other.rejected;
        self.escalated += other.escalated;
        self.classified += other.classified;
        self.extended += other.extended;
    }

    fn all(&self) -> u64 {
        self.approved + self.edited + self.rejected + self.escalated + self.classified + self.extended
    }
}

/// How much one person decided on one day (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Day {
    pub day: Date,
    pub decisions: u64,
}

/// What all people decided together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decisions {
    pub n: u64,
    pub people: u64,
    /// Each person's days, added up.
    pub person_days: u64,
    #[serde(flatten)]
    pub words: Words,
}

/// What one person decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ByReviewer {
    pub id: PrincipalId,
    /// `None` once erased.
    pub name: Option<String>,
    pub decisions: u64,
    #[serde(flatten)]
    pub words: Words,
    /// Edits and rejections, of approvals, edits and rejections.
    pub overridden: Share,
    /// Of what this person's word settled.
    pub time_to_decide: Times,
    /// Of the actions on which this person said something.
    pub expired: Share,
    pub days: Vec<Day>,
}

/// What is kept of one person while entries come in.
#[derive(Debug, Default)]
pub(super) struct Record {
    words: Words,
    days: BTreeMap<Date, u64>,
    /// Actions on which this person said something, and how many of them expired.
    pub actions: u64,
    pub expired: u64,
}

impl Record {
    pub fn say(&mut self, kind: DecisionKind, at: Timestamp) {
        self.words.say(kind);
        *self.days.entry(at.to_zoned(TimeZone::UTC).date()).or_default() += 1;
    }

    pub fn row(self, id: PrincipalId, name: Option<String>, times: Vec<i64>) -> ByReviewer {
        let words = self.words;
        let against = words.edited + words.rejected;
        ByReviewer {
            id,
            name,
            decisions: words.all(),
            words,
            overridden: Share {
                n: against,
                of: against + words.approved,
            },
            time_to_decide: Times::of(times),
            expired: Share {
                n: self.expired,
                of: self.actions,
            },
            days: self
                .days
                .into_iter()
                .map(|(day, decisions)| Day { day, decisions })
                .collect(),
        }
    }
}

impl Decisions {
    pub(super) fn of(rows: &[ByReviewer]) -> Self {
        let mut words = Words::default();
        for row in rows {
            words.add(&row.words);
        }
        Self {
            n: words.all(),
            people: rows.iter().filter(|row| row.decisions > 0).count() as u64,
            person_days: rows.iter().map(|row| row.days.len() as u64).sum(),
            words,
        }
    }
}
