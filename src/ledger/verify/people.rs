//! Whether whoever approved could, from what the entries say of people.

use std::collections::HashMap;

use super::{Case, KnownPrincipal};
use crate::domain::{DecisionKind, PrincipalId, Role, counts_from};
use crate::ledger::{Entry, Fact};

type Principals = HashMap<PrincipalId, KnownPrincipal>;

/// An approval is by somebody whose role it waits for, who does not answer for the agent, and who is not new
/// where that matters. The error is a sentence fragment.
pub(super) fn may_count(principals: &Principals, entry: &Entry, case: &Case) -> Result<(), String> {
    let Fact::Decided(decided) = &entry.fact else {
        return Ok(());
    };
    if decided.decision != DecisionKind::Approve {
        return Ok(());
    }
    let known = |id: Option<PrincipalId>| id.and_then(|id| principals.get(&id));
    let person = known(entry.actor.id).ok_or("whoever approved it was never added")?;
    // The gate looks in the transaction that writes the approval, so the order of entries says the same.
    if person.revoked {
        return Err("whoever approved it was revoked".to_owned());
    }
    let asked = case.judged.as_ref().map_or(Role::Reviewer, |judged| judged.role);
    let releases = |role: Role| role.releases(asked, entry.batch.is_some());
    if !person.role.is_some_and(releases) {
        return Err("whoever approved it has not the role that it waits for".to_owned());
    }
    if known(case.agent).is_some_and(|agent| agent.owner == Some(person.id)) {
        return Err("whoever answers for the agent approved it".to_owned());
    }
    let admins = principals
        .values()
        .filter(|known| known.role == Some(Role::Admin))
        .count();
    let from = counts_from(person.added_at, admins).filter(|_| case.quorum >= 2);
    if from.is_some_and(|from| entry.at < from) {
        return Err("somebody who was new approved it as one of several".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
