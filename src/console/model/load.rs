//! How the queue stands, summed: what waits for whom, and how late it is.
//!
//! Not the oversight of people, which is counted from the ledger: `signoff report` has that.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::api::Summary;
use crate::domain::{Role, Severity, Shown, Stage};

/// The sums, made when the tab opens and at each second while it is open, never while drawing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Load {
    pub all: Sum,
    /// By class, the one with most that is late first.
    pub classes: Vec<(String, Sum)>,
    /// By who is asked for.
    pub roles: Vec<(String, Sum)>,
    /// By who works on it now.
    pub claims: Vec<(String, Sum)>,
    /// First line that is shown.
    pub top: usize,
}

/// Sums of some envelopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    pub waiting: usize,
    pub severe: usize,
    /// Waiting for longer than its class says.
    pub late: usize,
    pub oldest: Option<Timestamp>,
    /// The first deadline.
    pub first: Option<Timestamp>,
}

impl Sum {
    fn take(&mut self, row: &Summary, now: Timestamp) {
        self.waiting += 1;
        self.severe += usize::from(row.severity == Severity::Severe);
        self.late += usize::from(row.sla_at < now);
        let oldest = self.oldest.map_or(row.created_at, |oldest| oldest.min(row.created_at));
        let first = self.first.map_or(row.deadline_at, |first| first.min(row.deadline_at));
        (self.oldest, self.first) = (Some(oldest), Some(first));
    }
}

impl Load {
    /// Sums rows as they stand at the gate's time `now`.
    pub fn of<'a>(rows: impl Iterator<Item = &'a Summary>, now: Timestamp, top: usize) -> Self {
        let mut all = Sum::default();
        let mut classes: BTreeMap<String, Sum> = BTreeMap::new();
        let mut roles: BTreeMap<String, Sum> = BTreeMap::new();
        let mut claims: BTreeMap<String, Sum> = BTreeMap::new();
        for row in rows {
            all.take(row, now);
            let class = match (&row.class, row.stage) {
                (Some(class), _) => Shown::line(class).to_string(),
                (None, _) => "unknown kind".to_owned(),
            };
            classes.entry(class).or_default().take(row, now);
            let whom = row.custody.clone().unwrap_or_else(|| asked(row.role, row.stage));
            roles.entry(whom).or_default().take(row, now);
            if let Some(claim) = row.claim.as_ref().filter(|claim| claim.until > now) {
                claims.entry(claim.by.clone()).or_default().take(row, now);
            }
        }
        Self {
            all,
            classes: worst_first(classes),
            roles: worst_first(roles),
            claims: worst_first(claims),
            top,
        }
    }
}

fn asked(role: Role, stage: Stage) -> String {
    match stage {
        Stage::Quarantined => "to be classified".to_owned(),
        _ => role.to_string(),
    }
}

fn worst_first(sums: BTreeMap<String, Sum>) -> Vec<(String, Sum)> {
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(name, sum)| (usize::MAX - sum.late, sum.first, name.clone()));
    sums
}
