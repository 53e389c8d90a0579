//! Approving and rejecting.

use super::Word;
use crate::domain::{DecisionKind, Event, Role, Stage, apply, counts_from};
use crate::gate::Refusal;
use crate::ledger::{Decided, Fact};
use crate::store::{Envelope, StoreError, Tx};

impl Word<'_> {
    pub(super) fn vote(&self, tx: &mut Tx<'_>, envelope: &mut Envelope) -> Result<(), Refusal> {
        let event = if self.request.decision == DecisionKind::Reject {
            self.rejection(tx, envelope)?
        } else {
            self.approval(tx, envelope)?
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
            rejections: (decision == DecisionKind::Reject && envelope.reject_quorum).then_some(envelope.rejections),
        };
        tx.append(&self.entry(envelope, Fact::Decided(decided)))?;
        Ok(())
    }

    /// Whether this approval counts, and whether it is the last one needed.
    fn approval(&self, tx: &Tx<'_>, envelope: &mut Envelope) -> Result<Event, Refusal> {
        if envelope.stage == Stage::Quarantined {
            return Err(Refusal::conflict(
                "not_classified",
                "Nobody has said yet what kind of action this is, so it cannot be approved.",
            )
            .hint("Classify it first: it is then judged as that class."));
        }
        self.role_suffices(envelope.role)?;
        self.is_no_owner()?;
        self.counts_now(tx, envelope.quorum)?;
        let said = self.said(tx, envelope)?;
        if said == Some(DecisionKind::Approve) {
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
        // Whoever had rejected it takes that back.
        let back = u32::from(said == Some(DecisionKind::Reject));
        envelope.rejections = envelope.rejections.saturating_sub(back);
        Ok(counted(envelope))
    }

    /// Whether this rejection ends it: alone, or as the last of as many as it takes to approve.
    fn rejection(&self, tx: &Tx<'_>, envelope: &mut Envelope) -> Result<Event, Refusal> {
        if !envelope.reject_quorum {
            return Ok(Event::Rejected);
        }
        if self.request.payload_sha256.is_none() {
            return Err(Refusal::invalid(
                "digest_missing",
                "/payload_sha256",
                format!(
                    "Rejecting this takes {} people, so each names what is rejected.",
                    envelope.quorum
                ),
            ));
        }
        let said = self.said(tx, envelope)?;
        if said == Some(DecisionKind::Reject) {
            return Err(Refusal::conflict(
                "already_voted",
                "You have rejected this already; it waits for somebody else.",
            ));
        }
        let back = u32::from(said == Some(DecisionKind::Approve));
        envelope.votes = envelope.votes.saturating_sub(back);
        envelope.rejections += 1;
        Ok(if envelope.rejections >= envelope.quorum {
            Event::Rejected
        } else {
            Event::Noted
        })
    }

    /// What the person said last of this very revision.
    fn said(&self, tx: &Tx<'_>, envelope: &Envelope) -> Result<Option<DecisionKind>, StoreError> {
        let decisions = tx.decisions(envelope.id)?;
        let own = decisions.iter().rfind(|said| {
            let of_this = said.on.is_some_and(|(_, revision)| revision == envelope.revision);
            let is_vote = matches!(said.decision, DecisionKind::Approve | DecisionKind::Reject);
            said.person == self.person.id && of_this && is_vote
        });
        Ok(own.map(|said| said.decision))
    }

    /// Whether the person is still there, and, where more than one admin ever was, long enough to be one of several.
    ///
    /// Looked up in the transaction, so that the order of entries says the same.
    pub(super) fn counts_now(&self, tx: &Tx<'_>, quorum: u32) -> Result<(), Refusal> {
        let all = tx.principals()?;
        let all = || all.iter().map(|(principal, _)| principal);
        let own = all().find(|principal| principal.id == self.person.id);
        let own = own.ok_or(StoreError::Corrupt("person"))?;
        if own.revoked_at.is_some() {
            return Err(Refusal::unauthorized());
        }
        let admins = all().filter(|principal| principal.role == Some(Role::Admin)).count();
        let from = counts_from(own.added_at, admins).filter(|from| quorum >= 2 && self.now < *from);
        from.map_or(Ok(()), |from| {
            let message = format!(
                "You were added at {}, and count as one of {quorum} from {from} on.",
                own.added_at
            );
            Err(Refusal::forbidden("too_new", message)
                .hint("Somebody who was here before can approve it; you can reject it or hand it on."))
        })
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
