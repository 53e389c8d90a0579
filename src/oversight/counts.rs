//! Counts of a set of actions that can be added up: what every table is made of.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::case::{Answer, Case, End};
use crate::domain::{PrincipalId, Severity, Verdict};

/// The finest set of actions: every table but that of reviewers is a sum of these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub class: Option<String>,
    pub rule: Option<String>,
    pub agent: Option<PrincipalId>,
}

impl Cell {
    pub fn of(case: &Case) -> Self {
        let first = case.first.as_ref();
        Self {
            class: first.and_then(|first| first.class.clone()),
            rule: first.and_then(|first| first.rule.clone()),
            agent: case.agent,
        }
    }
}

/// What became of a set of actions.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub actions: u64,
    pub judged: u64,
    pub allowed: u64,
    pub watched: u64,
    pub held: u64,
    pub quarantined: u64,
    pub denied: u64,
    pub eased: u64,
    pub waited: u64,
    pub approved: u64,
    pub approved_as_edited: u64,
    pub rejected: u64,
    pub denied_as_named: u64,
    pub expired: u64,
    pub closed: u64,
    pub withdrawn: u64,
    pub overtaken: u64,
    pub waiting: u64,
    pub edited: u64,
    pub classified: u64,
    pub escalated: u64,
    pub escalated_by_gate: u64,
    /// The heaviest of what waited.
    pub severity: Option<Severity>,
    /// When the first that people settled was proposed.
    pub settled_since: Option<Timestamp>,
    /// How long each that people settled had waited, by who settled it.
    pub times: BTreeMap<PrincipalId, Vec<i64>>,
}

impl Counts {
    /// Counts an action in, as it stands.
    pub fn take(&mut self, case: &Case) {
        self.actions += 1;
        if let Some(first) = &case.first {
            self.judged += 1;
            self.eased += u64::from(first.eased);
            match first.effective {
                Verdict::Allow => self.allowed += 1,
                Verdict::Watch => self.watched += 1,
                Verdict::Hold => self.held += 1,
                Verdict::Quarantine => (self.held, self.quarantined) = (self.held + 1, self.quarantined + 1),
                Verdict::Deny => self.denied += 1,
            }
        }
        let Some(end) = case.end() else { return };
        self.waited += 1;
        match end {
            End::Settled(Answer::Approved) => self.approved += 1,
            End::Settled(Answer::ApprovedAsEdited) => self.approved_as_edited += 1,
            End::Settled(Answer::Rejected) => self.rejected += 1,
            End::Settled(Answer::DeniedAsNamed) => self.denied_as_named += 1,
            End::Expired => self.expired += 1,
            End::ClosedUnrun => self.closed += 1,
            End::Withdrawn => self.withdrawn += 1,
            End::Overtaken => self.overtaken += 1,
            End::Waits => self.waiting += 1,
        }
        self.edited += u64::from(case.edited);
        self.classified += u64::from(case.classified);
        self.escalated += u64::from(case.escalated.by_people || case.escalated.by_gate);
        self.escalated_by_gate += u64::from(case.escalated.by_gate);
        self.severity = self.severity.max(case.first.as_ref().map(|first| first.severity));
        if let Some(settled) = &case.settled {
            self.settled_since = earlier(self.settled_since, Some(case.proposed_at));
            self.times.entry(settled.by).or_default().push(settled.took_ms);
        }
    }

    pub fn add(&mut self, other: &Self) {
        // Named one by one, so that none is forgotten.
        let Self {
            actions,
            judged,
            allowed,
            watched,
            held,
            quarantined,
            denied,
            eased,
            waited,
            approved,
            approved_as_edited,
            rejected,
            denied_as_named,
            expired,
            closed,
            withdrawn,
            overtaken,
            waiting,
            edited,
            classified,
            escalated,
            escalated_by_gate,
            severity,
            settled_since,
            times,
        } = other;
        self.actions += actions;
        self.judged += judged;
        self.allowed += allowed;
        self.watched += watched;
        self.held += held;
        self.quarantined += quarantined;
        self.denied += denied;
        self.eased += eased;
        self.waited += waited;
        self.approved += approved;
        self.approved_as_edited += approved_as_edited;
        self.rejected += rejected;
        self.denied_as_named += denied_as_named;
        self.expired += expired;
        self.closed += closed;
        self.withdrawn += withdrawn;
        self.overtaken += overtaken;
        self.waiting += waiting;
        self.edited += edited;
        self.classified += classified;
        self.escalated += escalated;
        self.escalated_by_gate += escalated_by_gate;
        self.severity = self.severity.max(*severity);
        self.settled_since = earlier(self.settled_since, *settled_since);
        for (by, times) in times {
            self.times.entry(*by).or_default().extend(times);
        }
    }

    pub fn settled(&self) -> u64 {
        self.approved + self.overridden()
    }

    pub fn overridden(&self) -> u64 {
        self.approved_as_edited + self.rejected + self.denied_as_named
    }
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
