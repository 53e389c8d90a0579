//! Takes entries in order and adds them up.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use uuid::Uuid;

use super::case::{Case, End};
use super::counts::{Cell, Counts};
use super::meaning::Meaning;
use super::people::Record;
use super::{AlwaysApproved, ByAgent, ByClass, ByReviewer, ByRule, Decisions, Figures, Group, Summary};
use crate::domain::{Digest, EnvelopeId, PrincipalId};
use crate::ledger::Entry;

/// Reads a ledger front to back, and can be asked at its end.
#[derive(Debug, Default)]
pub struct Observer {
    since: Option<Timestamp>,
    ledger: Option<Uuid>,
    entries: u64,
    odd: u64,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    /// Envelopes that are not over.
    cases: HashMap<EnvelopeId, Case>,
    cells: BTreeMap<Cell, Counts>,
    people: BTreeMap<PrincipalId, Record>,
    /// How long what was proposed before the span took, where it was settled in it.
    earlier: BTreeMap<PrincipalId, Vec<i64>>,
    profiles: BTreeMap<PrincipalId, Digest>,
}

impl Observer {
    /// Counts what was proposed, and what was decided, from `since` on; all of it without one.
    pub fn new(since: Option<Timestamp>) -> Self {
        Self {
            since,
            ..Self::default()
        }
    }

    /// Takes the next entry.
    pub fn entry(&mut self, entry: &Entry) {
        self.entries += 1;
        self.from = self.from.or(Some(entry.at));
        self.until = Some(entry.at);
        let meaning = Meaning::of(&entry.fact);
        let follows = match entry.envelope {
            Some(id) => self.about(id, &meaning, entry),
            None => self.about_the_gate(&meaning),
        };
        self.odd += u64::from(!follows);
    }

    fn about_the_gate(&mut self, meaning: &Meaning<'_>) -> bool {
        match meaning {
            Meaning::Opened(ledger) => self.ledger = Some(*ledger),
            Meaning::Added(principal, profile) => {
                self.profiles.insert(*principal, *profile);
            }
            Meaning::Gate => {}
            Meaning::Proposed
            | Meaning::Judged(_)
            | Meaning::Word(..)
            | Meaning::Step(_)
            | Meaning::Aftermath
            | Meaning::Remark
            | Meaning::Odd => return false,
        }
        true
    }

    /// Whether the entry follows from those before it.
    fn about(&mut self, id: EnvelopeId, meaning: &Meaning<'_>, entry: &Entry) -> bool {
        if matches!(meaning, Meaning::Proposed) {
            let known = self.cases.contains_key(&id);
            let new = || Case::new(entry.actor.id, entry.at);
            self.cases.entry(id).or_insert_with(new);
            return !known;
        }
        let Some(case) = self.cases.get_mut(&id) else {
            // What was handed out was counted then.
            return matches!(meaning, Meaning::Aftermath | Meaning::Remark);
        };
        let Ok(word) = case.step(meaning, entry.actor, entry.at) else {
            return false;
        };
        let over = case.is_over();
        if let Some((by, kind)) = word.filter(|_| self.counts(entry.at)) {
            self.people.entry(by).or_default().say(kind, entry.at);
        }
        if over && let Some(case) = self.cases.remove(&id) {
            self.count(&case);
        }
        true
    }

    fn counts(&self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| at >= since)
    }

    fn count(&mut self, case: &Case) {
        if !self.counts(case.proposed_at) {
            if let Some(settled) = case.settled.filter(|settled| self.counts(settled.at)) {
                self.earlier.entry(settled.by).or_default().push(settled.took_ms);
            }
            return;
        }
        self.cells.entry(Cell::of(case)).or_default().take(case);
        let expired = matches!(case.end(), Some(End::Expired | End::ClosedUnrun));
        for person in &case.people {
            let record = self.people.entry(*person).or_default();
            record.actions += 1;
            record.expired += u64::from(expired);
        }
    }

    /// What each principal's profile must commit to: that is where names stand until they are erased.
    pub fn profiles(&self) -> impl Iterator<Item = (PrincipalId, Digest)> {
        self.profiles.iter().map(|(id, profile)| (*id, *profile))
    }

    /// What came of it, with what is still open as it stands.
    pub fn finish(mut self, names: &BTreeMap<PrincipalId, String>) -> Figures {
        let open = std::mem::take(&mut self.cases);
        for case in open.values() {
            self.count(case);
        }
        let name = |id: &PrincipalId| names.get(id).cloned();
        let by_class: Vec<ByClass> = self.table(
            |cell| (cell.class.is_none(), &cell.class),
            |(_, class), group| ByClass {
                class: class.clone(),
                group,
            },
        );
        let by_rule = self.table(
            |cell| (cell.class.is_none(), &cell.class, cell.rule.is_none(), &cell.rule),
            |(_, class, _, rule), group| ByRule {
                class: class.clone(),
                rule: rule.clone(),
                group,
            },
        );
        let by_agent = self.table(
            |cell| {
                let name = cell.agent.as_ref().and_then(name);
                (name.is_none(), name, cell.agent)
            },
            |(_, name, id), group| ByAgent { id, name, group },
        );
        let mut all = Counts::default();
        for counts in self.cells.values() {
            all.add(counts);
        }
        let mut times = std::mem::take(&mut self.earlier);
        for (by, more) in &all.times {
            times.entry(*by).or_default().extend(more);
        }
        let rows = std::mem::take(&mut self.people).into_iter();
        let rows = rows.map(|(id, record)| record.row(id, name(&id), times.remove(&id).unwrap_or_default()));
        let mut by_reviewer: Vec<ByReviewer> = rows.collect();
        by_reviewer.sort_by(|a, b| (a.name.is_none(), &a.name, a.id).cmp(&(b.name.is_none(), &b.name, b.id)));
        Figures {
            summary: Summary {
                ledger: self.ledger,
                entries: self.entries,
                from: self.from,
                until: self.until,
                since: self.since,
                odd: self.odd,
                all: Group::of(all),
                decisions: Decisions::of(&by_reviewer),
                always_approved: by_class.iter().filter_map(AlwaysApproved::of).collect(),
            },
            by_class,
            by_agent,
            by_reviewer,
            by_rule,
        }
    }

    /// Adds the cells up by a key, in its order.
    fn table<'c, K: Ord, R>(&'c self, key: impl Fn(&'c Cell) -> K, row: impl Fn(K, Group) -> R) -> Vec<R> {
        let mut sums: BTreeMap<K, Counts> = BTreeMap::new();
        for (cell, counts) in &self.cells {
            sums.entry(key(cell)).or_default().add(counts);
        }
        let sums = sums.into_iter();
        sums.map(|(key, counts)| row(key, Group::of(counts))).collect()
    }
}

#[cfg(test)]
mod tests;
