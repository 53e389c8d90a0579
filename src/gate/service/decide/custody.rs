//! Moving a case to somebody else, and giving it more time.

use jiff::SignedDuration;

use super::Word;
use crate::domain::{DecisionKind, Event, apply, parse_span};
use crate::gate::Refusal;
use crate::ledger::Fact;
use crate::store::{Envelope, StoreError, Tx};

impl Word<'_> {
    /// Another role or person has it now. Approvals lapse; the deadline stays what the agent was told.
    ///
    /// Custody says who is expected to answer and who had it before. It does not lock others of the role
    /// out: a person who is asleep must not hold an envelope until it expires.
    pub(super) fn escalate(&self, tx: &mut Tx<'_>, envelope: &mut Envelope) -> Result<(), Refusal> {
        let heir = self.heir.ok_or(StoreError::Corrupt("heir"))?;
        if !heir.role.fulfils(envelope.role) {
            return Err(Refusal::conflict(
                "role_too_low",
                format!(
                    "It waits for {}, and {} cannot give that.",
                    envelope.role.with_article(),
                    heir.role.with_article()
                ),
            ));
        }
        if heir.person == Some(self.person.id) {
            return Err(Refusal::conflict(
                "own_custody",
                "You have it already; claim it to say so.",
            ));
        }
        let led_to = heir
            .person
            .map_or_else(|| heir.role.to_string(), |person| person.to_string());
        let given = self.keep(tx, envelope, DecisionKind::Escalate, Some(led_to))?;
        envelope.stage = apply(envelope.stage, &Event::Escalated)?;
        // A role that was named is asked for from now on; a person is asked as what the envelope wants.
        if heir.person.is_none() {
            envelope.role = heir.role;
        }
        let sla = envelope
            .sla_at
            .duration_since(envelope.created_at)
            .max(SignedDuration::ZERO);
        envelope.sla_at = self
            .now
            .saturating_add(sla)
            .unwrap_or(self.now)
            .min(envelope.deadline_at);
        envelope.custody = heir.person;
        envelope.leave_company("somebody handed it on");
        envelope.escalated += 1;
        envelope.start_over();
        envelope.revision += 1;
        let fact = Fact::Escalated {
            to: envelope.role,
            deadline_at: envelope.deadline_at,
            person: heir.person,
            given: Some(given),
        };
        tx.append(&self.entry(envelope, fact))?;
        Ok(())
    }

    /// Puts the deadline off, within what the class allows in all.
    pub(super) fn extend(&self, tx: &mut Tx<'_>, envelope: &mut Envelope) -> Result<(), Refusal> {
        self.role_suffices(envelope.role)?;
        let by = self
            .request
            .by
            .as_deref()
            .and_then(|text| parse_span(text).ok())
            .unwrap_or_default();
        let Some(latest) = envelope.latest_at else {
            let why = match envelope.outer_at {
                Some(outer) => {
                    format!("Its agent was told that it is over at {outer} at the latest, and takes no other word.")
                }
                None => "Its class gives no more time: the policy sets no `extend_max`.".to_owned(),
            };
            return Err(Refusal::conflict("no_extension", why));
        };
        let deadline_at = envelope.deadline_at.saturating_add(by).unwrap_or(latest);
        if deadline_at > latest {
            return Err(Refusal::conflict(
                "beyond_bound",
                format!("It can wait until {latest} at the latest, and that would be {deadline_at}."),
            ));
        }
        let given = self.keep(tx, envelope, DecisionKind::Extend, Some(deadline_at.to_string()))?;
        envelope.stage = apply(envelope.stage, &Event::Extended)?;
        envelope.deadline_at = deadline_at;
        tx.append(&self.entry(envelope, Fact::Extended { given, deadline_at }))?;
        Ok(())
    }
}
