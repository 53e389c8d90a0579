//! Approving other arguments than were proposed: a new payload, judged again, its editor the first approver.

use super::{Word, vote};
use crate::domain::{Actor, DecisionKind, Event, Stage, apply};
use crate::gate::Refusal;
use crate::gate::service::{entry_of, judged, rejudge, world};
use crate::ledger::Fact;
use crate::store::{Envelope, Tx};

impl Word<'_> {
    pub(super) fn edit(&self, tx: &mut Tx<'_>, envelope: &mut Envelope) -> Result<(), Refusal> {
        if envelope.stage == Stage::Quarantined {
            return Err(Refusal::conflict(
                "not_classified",
                "Nobody has said yet what kind of action this is, so it cannot be edited.",
            ));
        }
        self.is_no_owner()?;
        let raw = self.request.arguments_raw.clone().unwrap_or_default();
        let again = rejudge::as_edited(self.rules, tx, envelope, self.agent, raw)?;
        if let Some(why) = again.refused() {
            return Err(Refusal::conflict("edit_not_allowed", why)
                .hint("Nothing was changed. Edit it otherwise, or reject it."));
        }
        self.role_suffices(again.role(envelope))?;
        self.counts_now(tx, again.judgement.gate.quorum)?;
        if again.judgement.gate.reason_required && self.reason().is_none() {
            return Err(Refusal::invalid(
                "reason_missing",
                "/reason",
                "The rule it comes under asks for a reason with each approval.",
            ));
        }
        let given = self.keep(tx, envelope, DecisionKind::Edit, None)?;
        envelope.stage = apply(envelope.stage, &Event::Edited)?;
        envelope.revision += 1;
        envelope.edited += 1;
        let salt = self.salt_of(|salts| salts.edited)?;
        let made = Some(again.payload.commitment(&salt));
        self.is_committed("edit", made, |document| document.edited)?;
        let payload = tx.put_payload(envelope.id, envelope.revision, salt, &again.payload)?;
        tx.append(&self.entry(envelope, Fact::Edited { given, payload }))?;
        envelope.stage = apply(envelope.stage, &Event::Judged(again.judgement.effective))?;
        again.adopt(envelope);
        let trace = again.keep(tx, envelope, world::salt(self.world))?;
        let fact = Fact::Judged(judged(envelope, again.judgement.floors.clone(), trace));
        tx.append(&entry_of(envelope, self.now, Actor::GATE, fact))?;
        let event = vote::counted(envelope);
        self.cast(tx, envelope, DecisionKind::Approve, event)
    }
}
