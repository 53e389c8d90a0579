//! Classes in which people only ever said yes.

use jiff::Timestamp;
use serde::Serialize;

use super::ByClass;
use crate::domain::Severity;

/// How many approvals in a row are no accident.
pub const ENOUGH: u64 = 20;

/// A class of which people approved everything as it was proposed: `approved` of `approved`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlwaysApproved {
    pub class: String,
    pub approved: u64,
    /// When the first of them was proposed.
    pub since: Option<Timestamp>,
    /// The heaviest severity of the class: what a slip could cost.
    pub severity: Option<Severity>,
    /// Took no answer, and so are not among them.
    pub withdrawn: u64,
    pub still_waits: u64,
}

impl AlwaysApproved {
    /// What no class knew is left out: there is no class to change.
    pub(super) fn of(row: &ByClass) -> Option<Self> {
        let group = &row.group;
        let only_yes = group.approved == group.settled;
        let nothing_else = [group.edited, group.classified, group.expired]
            .iter()
            .all(|share| share.n == 0);
        let always = group.approved >= ENOUGH && only_yes && nothing_else;
        let class = row.class.clone().filter(|_| always)?;
        Some(Self {
            class,
            approved: group.approved,
            since: group.settled_since,
            severity: group.severity,
            withdrawn: group.withdrawn,
            still_waits: group.still_waits,
        })
    }
}
