//! Approving and rejecting.

use super::Word;
use crate::domain::{DecisionKind, Event, Stage, apply};
use crate::gate::Refusal;
use crate::ledger::{Decided, Fact};
use crate::store::{Envelope, StoredDecision, Tx};

impl Word<'_> {
    pub(super) fn vote(&self, tx: &mut Tx<'_>, envelope: &mut Envelope) -> Result<(), Refusal> {
        let event = if self.request.decision == DecisionKind::Reject {
            Event::Rejected
        } else {
            self.approval(envelope, &tx.decisions(envelope.id)?)?
        };
        self.cast(tx, envelope, self.request.decision, event)
    }

    /// Writes a vote down, and takes its step.
    pub(super) fn cast(
        &self,
        tx: &mut Tx<'_>,
        envelope: &mut Envelope,
        decision: DecisionKind,
        event: Event,
    ) -> Result<(), Refusal> {
        let given = self.keep(tx, envelope, decision, None)?;
        envelope.stage = apply(envelope.stage, &event)?;
        envelope.votes += u32::from(decision == DecisionKind::Approve);
        let decided = Decided {
            decision,
            payload: given.payload,
            reason: given.reason,
            shown: given.shown,
            signature: given.signature,
            signed: given.signed,
            votes: envelope.votes,
            quorum: envelope.quorum,
        };
        tx.append(&self.entry(envelope, Fact::Decided(decided)))?;
        Ok(())
    }

    /// Whether this approval counts, and whether it is the last one needed.
    fn approval(&self, envelope: &Envelope, earlier: &[StoredDecision]) -> Result<Event, Refusal> {
        if envelope.stage == Stage::Quarantined {
            return Err(Refusal::conflict(
                "not_classified",
                "Nobody has said yet what kind of action this is, so it cannot be approved.",
            )
            .hint("Classify it first: it is then judged as that class."));
        }
        self.role_suffices(envelope.role)?;
        self.is_no_owner()?;
        let again = earlier.iter().any(|d| {
            d.person == self.person.id
                && d.decision == DecisionKind::Approve
                && d.on.is_some_and(|(_, revision)| revision == envelope.revision)
        });
        if again {
            return Err(Refusal::conflict(
                "already_voted",
                "You have approved this already; it waits for somebody else.",
            ));
        }
        if envelope.reason_required && self.reason().is_none() {
            return Err(Refusal::invalid(
                "reason_missing",
                "/reason",
                "Its rule asks for a reason with each approval.",
            ));
        }
        Ok(counted(envelope))
    }
}

/// What one more approval leads to.
pub(super) fn counted(envelope: &Envelope) -> Event {
    if envelope.votes + 1 >= envelope.quorum {
        Event::QuorumMet
    } else {
        Event::Approved
    }
}
