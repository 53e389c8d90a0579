//! A person decides. The first valid answer wins, and it names what it is about.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{RequestKey, Service, actor, due, entry_of, load, world};
use crate::api::{DecisionReceipt, DecisionRequest};
use crate::domain::{DecisionKind, EnvelopeId, Event, Person, PrincipalId, PrincipalKind, Stage, apply};
use crate::gate::Refusal;
use crate::ledger::{Decided, Fact, SIGNATURE_NONE};
use crate::store::{Envelope, StoreError, StoredDecision, Tx};

/// The longest reason, in bytes.
const MAX_REASON: usize = 4_000;

impl Service {
    /// Records a decision, or says in one sentence why it does not count.
    pub async fn decide(
        &self,
        person: Person,
        id: EnvelopeId,
        key: RequestKey,
        request: DecisionRequest,
    ) -> Result<DecisionReceipt, Refusal> {
        check(&person, &request)?;
        let owner = self.owner_of(id).await?;
        let route = format!("decide/{id}");
        let names = Arc::new(self.all_names());
        let world = Arc::clone(&self.world);
        let (receipt, changed) = self
            .store
            .write(move |tx| {
                if let Some(answer) = key.replayed(tx, person.id, &route)? {
                    let receipt = serde_json::from_str(&answer).map_err(|_| StoreError::Corrupt("answer"))?;
                    return Ok::<_, Refusal>((Ok(receipt), false));
                }
                let now = world::now(&*world);
                let mut envelope = load(tx, id)?;
                // The deadline holds even if nobody acted on it yet; that step is kept, the decision is not.
                if due::settle(tx, &mut envelope, now)? {
                    let refusal = if envelope.stage.is_open() {
                        changed(&envelope)
                    } else {
                        closed(&envelope, tx, &names)?
                    };
                    return Ok((Err(refusal), true));
                }
                let case = Case {
                    person: &person,
                    request: &request,
                    owner,
                    now,
                };
                let receipt = case.record(tx, &mut envelope, world::salt(&*world), &names)?;
                let answer = serde_json::to_string(&receipt).map_err(|_| StoreError::Corrupt("answer"))?;
                key.remember(tx, person.id, &route, &answer)?;
                Ok((Ok(receipt), true))
            })
            .await?;
        if changed {
            self.wakes.changed(id);
        }
        receipt
    }

    /// Who answers for the envelope's agent.
    async fn owner_of(&self, id: EnvelopeId) -> Result<Option<PrincipalId>, Refusal> {
        let envelope = self
            .store
            .read(move |db| db.envelope(id))
            .await?
            .ok_or_else(Refusal::not_found)?;
        Ok(self.directory().get(envelope.agent).and_then(|agent| agent.owner))
    }

    fn all_names(&self) -> Vec<(PrincipalId, String)> {
        self.directory()
            .all()
            .into_iter()
            .map(|p| (p.id, p.name.clone()))
            .collect()
    }
}

/// What can be said without looking at the envelope.
fn check(person: &Person, request: &DecisionRequest) -> Result<(), Refusal> {
    if !person.role.decides() {
        return Err(Refusal::forbidden(
            "role_does_not_decide",
            format!("The role {} does not decide.", person.role),
        ));
    }
    let reason = request.reason.as_deref().map(str::trim);
    if reason.is_some_and(|reason| reason.len() > MAX_REASON) {
        return Err(Refusal::invalid(
            "wrong_length",
            "/reason",
            format!("A reason has at most {MAX_REASON} bytes."),
        ));
    }
    match request.decision {
        DecisionKind::Approve if request.payload_sha256.is_none() || request.revision.is_none() => {
            Err(Refusal::invalid(
                "digest_missing",
                "/payload_sha256",
                "An approval names the digest and revision it is about.",
            ))
        }
        DecisionKind::Reject if reason.is_none_or(str::is_empty) => Err(Refusal::invalid(
            "reason_missing",
            "/reason",
            "A rejection gives a reason: the agent reads it.",
        )),
        DecisionKind::Approve | DecisionKind::Reject => Ok(()),
    }
}

struct Case<'a> {
    person: &'a Person,
    request: &'a DecisionRequest,
    owner: Option<PrincipalId>,
    now: Timestamp,
}

impl Case<'_> {
    fn record(
        &self,
        tx: &mut Tx<'_>,
        envelope: &mut Envelope,
        salt: crate::ledger::Salt,
        names: &[(PrincipalId, String)],
    ) -> Result<DecisionReceipt, Refusal> {
        if !envelope.stage.is_open() {
            return Err(closed(envelope, tx, names)?);
        }
        self.same_payload(envelope)?;
        let earlier = tx.decisions(envelope.id)?;
        let event = match self.request.decision {
            DecisionKind::Reject => Event::Rejected,
            DecisionKind::Approve => self.approval(envelope, &earlier)?,
        };
        envelope.stage = apply(envelope.stage, &event)?;
        let n = u32::try_from(earlier.len()).map_err(|_| StoreError::Corrupt("count"))?;
        let reason = self
            .request
            .reason
            .as_deref()
            .map(str::trim)
            .filter(|reason| !reason.is_empty());
        let reason = reason
            .map(|reason| tx.put_blob(envelope.id.0, "reason", n, salt, reason.as_bytes()))
            .transpose()?;
        if self.request.decision == DecisionKind::Approve {
            envelope.votes += 1;
        }
        let on = self.request.payload_sha256.zip(self.request.revision);
        tx.put_decision(
            envelope.id,
            n,
            &StoredDecision {
                person: self.person.id,
                decision: self.request.decision,
                on,
                at: self.now,
            },
        )?;
        let commitment = match on {
            Some((_, revision)) => tx.payload_commitment(envelope.id, revision)?,
            None => None,
        };
        let decided = Decided {
            decision: self.request.decision,
            payload: commitment,
            reason,
            shown: None,
            signature: SIGNATURE_NONE.to_owned(),
            votes: envelope.votes,
            quorum: envelope.quorum,
        };
        let by = actor(PrincipalKind::Human, self.person.id);
        let size = tx.append(&entry_of(envelope, self.now, by, Fact::Decided(decided)))?;
        if !envelope.stage.is_open() {
            envelope.settled_by = Some(self.person.id);
            envelope.settled_at = Some(self.now);
        }
        if envelope.stage == Stage::Approved {
            let valid_for = SignedDuration::from_secs(envelope.valid_for_s);
            envelope.valid_until = self.now.saturating_add(valid_for).ok();
        }
        tx.put_envelope(envelope)?;
        Ok(DecisionReceipt {
            id: envelope.id,
            decision: self.request.decision,
            by: self.person.name.clone(),
            at: self.now,
            stage: envelope.stage,
            votes: envelope.votes,
            quorum: envelope.quorum,
            revision: envelope.revision,
            entry: size - 1,
            signature: SIGNATURE_NONE.to_owned(),
        })
    }

    /// What was decided on must be what is there now.
    fn same_payload(&self, envelope: &Envelope) -> Result<(), Refusal> {
        let digest_differs = self
            .request
            .payload_sha256
            .is_some_and(|digest| digest != envelope.payload_sha256);
        let revision_differs = self
            .request
            .revision
            .is_some_and(|revision| revision != envelope.revision);
        if digest_differs || revision_differs {
            return Err(changed(envelope));
        }
        Ok(())
    }

    /// Whether this approval counts, and whether it is the last one needed.
    fn approval(&self, envelope: &Envelope, earlier: &[StoredDecision]) -> Result<Event, Refusal> {
        if envelope.stage == Stage::Quarantined {
            return Err(Refusal::conflict(
                "not_classified",
                "Nobody has said yet what kind of action this is, so it cannot be approved.",
            ));
        }
        if !self.person.role.fulfils(envelope.role) {
            return Err(Refusal::forbidden(
                "role_too_low",
                format!("This waits for a {}; you are a {}.", envelope.role, self.person.role),
            ));
        }
        if self.owner == Some(self.person.id) {
            return Err(Refusal::forbidden(
                "owner_cannot_approve",
                "You answer for this agent, so somebody else must approve it.",
            ));
        }
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
        if envelope.reason_required
            && self
                .request
                .reason
                .as_deref()
                .is_none_or(|reason| reason.trim().is_empty())
        {
            return Err(Refusal::invalid(
                "reason_missing",
                "/reason",
                "Its rule asks for a reason with each approval.",
            ));
        }
        Ok(if envelope.votes + 1 >= envelope.quorum {
            Event::QuorumMet
        } else {
            Event::Approved
        })
    }
}

/// That what was decided on is not what is there any more.
fn changed(envelope: &Envelope) -> Refusal {
    let (digest, revision) = (envelope.payload_sha256.short(), envelope.revision);
    let message = format!("The payload is now {digest} at revision {revision}, which is not what was decided on.");
    Refusal::conflict("payload_changed", message).hint("Read it again and decide on what you then see.")
}

/// Who settled it, what they said, and when.
fn closed(envelope: &Envelope, tx: &Tx<'_>, names: &[(PrincipalId, String)]) -> Result<Refusal, Refusal> {
    let at = envelope.settled_at.unwrap_or(envelope.created_at);
    let last = tx.decisions(envelope.id)?.into_iter().next_back();
    let by = envelope
        .settled_by
        .and_then(|id| names.iter().find(|(known, _)| *known == id))
        .map(|(_, name)| name.as_str());
    let message = match (last, by) {
        (Some(last), Some(by)) if envelope.settled_by == Some(last.person) => {
            let what = match last.decision {
                DecisionKind::Approve => "approved",
                DecisionKind::Reject => "rejected",
            };
            format!("{by} {what} it at {}; it is {} now.", last.at, envelope.stage)
        }
        (_, Some(by)) => format!("It is {} since {at}, by {by}.", envelope.stage),
        (_, None) => format!("It is {} since {at}.", envelope.stage),
    };
    Ok(Refusal::conflict("already_decided", message))
}
