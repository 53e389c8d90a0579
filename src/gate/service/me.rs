//! What a caller may know of itself: who it is, and what it decided a moment ago.

use jiff::SignedDuration;

use super::Service;
use crate::api::{LastDecision, Me};
use crate::domain::{DecisionKind, Principal, PrincipalKind};
use crate::gate::Refusal;
use crate::ledger::{Entry, Fact};
use crate::store::StoreError;

/// For how long a decision is told to who made it: as long as a console would try to have it answered.
const LATELY: SignedDuration = SignedDuration::from_mins(2);

impl Service {
    /// Who calls, and for a person the last decision, so that who lost the answer is told whether it counts.
    pub async fn me(&self, caller: &Principal) -> Result<Me, Refusal> {
        let last_decision = match caller.kind {
            PrincipalKind::Human => self.last_decision(caller).await?,
            PrincipalKind::Agent | PrincipalKind::Service => None,
        };
        Ok(Me {
            principal: self.view_of(caller),
            now: self.now(),
            ledger: self.ledger,
            last_decision,
        })
    }

    async fn last_decision(&self, person: &Principal) -> Result<Option<LastDecision>, Refusal> {
        let (id, since) = (person.id, self.now().checked_sub(LATELY).unwrap_or(self.now()));
        let lately = self.store.read(move |db| db.entries_by(id, since)).await?;
        let decided = |entry: &Entry| Some((entry.envelope?, decision(&entry.fact)?));
        let found = lately.iter().find_map(|(n, entry)| Some((*n, entry, decided(entry)?)));
        let Some((n, entry, (envelope, decision))) = found else {
            return Ok(None);
        };
        let own = || lately.iter().map(|(_, own)| own);
        // An edit is followed by its editor's approval, in the same moment.
        let same = |own: &&Entry| own.envelope == Some(envelope) && own.at == entry.at;
        let is_edit = own().filter(same).any(|own| matches!(own.fact, Fact::Edited { .. }));
        let batch = |batch| own().filter(|own| own.batch == Some(batch)).count();
        let together = entry.batch.map_or(1, batch);
        let row = self.store.read(move |db| db.envelope(envelope)).await?;
        let row = row.ok_or(StoreError::Corrupt("envelope"))?;
        Ok(Some(LastDecision {
            decision: if is_edit { DecisionKind::Edit } else { decision },
            at: entry.at,
            entry: n,
            envelope: self.summary(&row),
            together,
        }))
    }
}

/// What a person decided by it, if it is a decision.
fn decision(fact: &Fact) -> Option<DecisionKind> {
    match fact {
        Fact::Decided(decided) => Some(decided.decision),
        Fact::Edited { .. } => Some(DecisionKind::Edit),
        Fact::Classified { .. } => Some(DecisionKind::Classify),
        Fact::Escalated { .. } => Some(DecisionKind::Escalate),
        Fact::Extended { .. } => Some(DecisionKind::Extend),
        _ => None,
    }
}
