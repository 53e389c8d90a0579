//! Saying what a quarantined action is: it is judged again as that, and held at least.

use super::Word;
use crate::domain::{Actor, DecisionKind, Event, Stage, Verdict, apply};
use crate::gate::Refusal;
use crate::gate::service::{entry_of, judged, rejudge, world};
use crate::ledger::Fact;
use crate::store::{Envelope, Tx};

impl Word<'_> {
    pub(super) fn classify(&self, tx: &mut Tx<'_>, envelope: &mut Envelope) -> Result<(), Refusal> {
        if envelope.stage != Stage::Quarantined {
            return Err(Refusal::conflict(
                "already_classified",
                "Its kind is known already; only a quarantined action is classified.",
            ));
        }
        self.role_suffices(envelope.role)?;
        self.is_no_owner()?;
        let class = self.request.class.clone().unwrap_or_default();
        let again = rejudge::as_class(self.rules, tx, envelope, self.agent, &class)?;
        // A class that denies is a word too: the agent is told no, by the policy and on a person's account.
        if let Some(why) = again
            .refused()
            .filter(|_| again.judgement.effective == Verdict::Quarantine)
        {
            return Err(Refusal::conflict("still_quarantined", why)
                .hint("Reject it, or have an admin change the agent's credential."));
        }
        let given = self.keep(tx, envelope, DecisionKind::Classify, Some(class.clone()))?;
        envelope.revision += 1;
        tx.append(&self.entry(envelope, Fact::Classified { given, class }))?;
        envelope.stage = apply(envelope.stage, &Event::Classified(again.judgement.effective))?;
        again.adopt(envelope);
        let trace = again.keep(tx, envelope, world::salt(self.world))?;
        let fact = Fact::Judged(judged(envelope, again.judgement.floors.clone(), trace));
        tx.append(&entry_of(envelope, self.now, Actor::GATE, fact))?;
        Ok(())
    }
}
