//! What came of it, ready to print. `DEFINITIONS` says what each figure is.

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::counts::Counts;
use super::{AlwaysApproved, ByReviewer, Decisions, Times};
use crate::domain::{PrincipalId, Severity};

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Share {
    pub n: u64,
    pub of: u64,
}

/// What became of a set of actions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    pub actions: u64,
    pub allowed: Share,
    pub watched: Share,
    /// Hold and quarantine.
    pub held: Share,
    pub denied: Share,
    pub quarantined: Share,
    /// Judged heavier than what came into effect.
    pub eased: Share,
    /// How many waited for people; the nine below add up to it.
    pub waited: u64,
    pub approved: u64,
    pub approved_as_edited: u64,
    pub rejected: u64,
    pub denied_as_named: u64,
    pub denied_at_deadline: u64,
    pub closed_at_deadline: u64,
    pub withdrawn: u64,
    /// A later judgement denied it while it waited.
    pub overtaken: u64,
    pub still_waits: u64,
    /// The first four of the nine.
    pub settled: u64,
    pub overridden: Share,
    pub expired: Share,
    pub edited: Share,
    pub classified: Share,
    pub escalated: Share,
    pub escalated_by_gate: Share,
    pub time_to_decide: Times,
    /// The heaviest severity of what waited.
    pub severity: Option<Severity>,
    /// When the first of those settled was proposed.
    pub settled_since: Option<Timestamp>,
}

impl Group {
    pub(super) fn of(counts: Counts) -> Self {
        let of_judged = |n| Share { n, of: counts.judged };
        let of_waited = |n| Share { n, of: counts.waited };
        let settled = counts.settled();
        Self {
            actions: counts.actions,
            allowed: of_judged(counts.allowed),
            watched: of_judged(counts.watched),
            held: of_judged(counts.held),
            denied: of_judged(counts.denied),
            quarantined: of_judged(counts.quarantined),
            eased: of_judged(counts.eased),
            waited: counts.waited,
            approved: counts.approved,
            approved_as_edited: counts.approved_as_edited,
            rejected: counts.rejected,
            denied_as_named: counts.denied_as_named,
            denied_at_deadline: counts.expired,
            closed_at_deadline: counts.closed,
            withdrawn: counts.withdrawn,
            overtaken: counts.overtaken,
            still_waits: counts.waiting,
            settled,
            overridden: Share {
                n: counts.overridden(),
                of: settled,
            },
            expired: of_waited(counts.expired + counts.closed),
            edited: of_waited(counts.edited),
            classified: of_waited(counts.classified),
            escalated: of_waited(counts.escalated),
            escalated_by_gate: of_waited(counts.escalated_by_gate),
            severity: counts.severity,
            settled_since: counts.settled_since,
            time_to_decide: Times::of(counts.times.into_values().flatten().collect()),
        }
    }
}

/// The actions of one class; without one, what no class knew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ByClass {
    pub class: Option<String>,
    #[serde(flatten)]
    pub group: Group,
}

/// The actions of one rule of a class; without one, what none of its rules matched, or it has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ByRule {
    pub class: Option<String>,
    pub rule: Option<String>,
    #[serde(flatten)]
    pub group: Group,
}

/// The actions of one agent; without a name, that was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ByAgent {
    pub id: Option<PrincipalId>,
    pub name: Option<String>,
    #[serde(flatten)]
    pub group: Group,
}

/// What a ledger says of oversight as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub ledger: Option<Uuid>,
    pub entries: u64,
    /// When the first and the last entry were written.
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// What is counted begins here; without it, with the ledger.
    pub since: Option<Timestamp>,
    /// Entries that do not follow from those before them, and were left out; a sound ledger has none.
    pub odd: u64,
    pub all: Group,
    pub decisions: Decisions,
    pub always_approved: Vec<AlwaysApproved>,
}

/// All that a ledger says of oversight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figures {
    #[serde(flatten)]
    pub summary: Summary,
    pub by_class: Vec<ByClass>,
    pub by_agent: Vec<ByAgent>,
    pub by_reviewer: Vec<ByReviewer>,
    pub by_rule: Vec<ByRule>,
}
