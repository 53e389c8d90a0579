//! A person decides. The first valid answer wins, and it names what it is about.

mod batch;
mod classify;
mod custody;
mod edit;
mod request;
mod signed;
mod vote;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{RequestKey, Rules, Service, actor, due, entry_of, load, mask, standing, world};
use crate::api::{DecisionReceipt, DecisionRequest};
use crate::domain::{AgentPrincipal, DecisionKind, EnvelopeId, Person, PrincipalId, PrincipalKind, Role, Stage, Verb};
use crate::gate::{Refusal, World};
use crate::ledger::{Entry, Fact, Given, SIGNATURE_WITH_EDIT, Salt, commit};
use crate::store::{Envelope, StoreError, StoredDecision, Tx};

/// Everybody's name, for sentences about who did what.
type Names = [(PrincipalId, String)];

impl Service {
    /// Records a decision, or says in one sentence why it does not count.
    pub async fn decide(
        &self,
        person: Person,
        id: EnvelopeId,
        key: RequestKey,
        request: DecisionRequest,
    ) -> Result<DecisionReceipt, Refusal> {
        request::check(&person, &request)?;
        let agent = self.agent_of(id).await?;
        let heir = self.heir(&request)?;
        let signing = request
            .signed
            .as_ref()
            .map(|word| self.signing(&person, word))
            .transpose()?;
        let (ledger, signatures_only) = (self.ledger, self.signatures_demanded());
        let route = format!("decide/{id}");
        let names = self.all_names();
        let (world, rules) = (Arc::clone(&self.world), Arc::clone(&self.rules));
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
                let said = Word {
                    person: &person,
                    request: &request,
                    agent: &agent,
                    heir,
                    rules: &rules,
                    world: &*world,
                    names: &names,
                    now,
                    batch: None,
                    signing: signing.as_ref(),
                    signatures_only,
                    ledger,
                };
                let receipt = said.record(tx, &mut envelope)?;
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

    /// The agent that proposed it, as it is registered now.
    pub(super) async fn agent_of(&self, id: EnvelopeId) -> Result<AgentPrincipal, Refusal> {
        let envelope = self
            .store
            .read(move |db| db.envelope(id))
            .await?
            .ok_or_else(Refusal::not_found)?;
        let known = self
            .directory()
            .get(envelope.agent)
            .and_then(crate::domain::Principal::agent);
        known.ok_or_else(|| StoreError::Corrupt("agent").into())
    }

    /// Whom an escalation names: a role, or a person who is there and decides.
    fn heir(&self, request: &DecisionRequest) -> Result<Option<Heir>, Refusal> {
        let Some(to) = request.to.as_deref() else {
            return Ok(None);
        };
        let role = to.parse::<Role>().ok();
        let person = self.directory().live(to).and_then(crate::domain::Principal::person);
        let heir = match (role, person) {
            (Some(role), _) => Heir { role, person: None },
            (None, Some(person)) => Heir {
                role: person.role,
                person: Some(person.id),
            },
            (None, None) => {
                return Err(
                    Refusal::invalid("unknown_person", "/to", "There is no such role or person here.")
                        .hint("Name reviewer, senior, or a person as `signoff reviewer list` shows them."),
                );
            }
        };
        // Somebody who cannot approve it could only hand it on.
        let decides = heir.role.may(Verb::Approve);
        decides.map_err(|why| Refusal::invalid(why.code(), "/to", why.to_string()))?;
        Ok(Some(heir))
    }

    pub(super) fn all_names(&self) -> Vec<(PrincipalId, String)> {
        self.directory()
            .all()
            .into_iter()
            .map(|p| (p.id, p.name.clone()))
            .collect()
    }
}

/// Who gets an escalated envelope.
#[derive(Debug, Clone, Copy)]
struct Heir {
    /// The role that was named, or the named person's.
    role: Role,
    person: Option<PrincipalId>,
}

/// A person's word on its way into the ledger, with all it takes to act on it.
struct Word<'a> {
    person: &'a Person,
    request: &'a DecisionRequest,
    agent: &'a AgentPrincipal,
    heir: Option<Heir>,
    rules: &'a Rules,
    world: &'a dyn World,
    names: &'a Names,
    now: Timestamp,
    /// The batch it is part of.
    batch: Option<Uuid>,
    signing: Option<&'a signed::Signing>,
    /// Whether unsigned words count at all.
    signatures_only: bool,
    ledger: Uuid,
}

impl Heir {
    /// As a signed document names it: never by a name, which entries do not hold.
    fn signed(&self) -> String {
        self.person
            .map_or_else(|| self.role.to_string(), |person| person.to_string())
    }
}

impl Word<'_> {
    /// Takes the step and writes it down. An error leaves everything as it was.
    fn record(&self, tx: &mut Tx<'_>, envelope: &mut Envelope) -> Result<DecisionReceipt, Refusal> {
        if !envelope.stage.is_open() {
            return Err(closed(envelope, tx, self.names)?);
        }
        self.same_payload(envelope)?;
        standing::decidable(tx, envelope)?;
        self.same_shown(tx, envelope)?;
        self.is_signed(tx, envelope)?;
        match self.request.decision {
            DecisionKind::Approve | DecisionKind::Reject => self.vote(tx, envelope)?,
            DecisionKind::Edit => self.edit(tx, envelope)?,
            DecisionKind::Escalate => self.escalate(tx, envelope)?,
            DecisionKind::Extend => self.extend(tx, envelope)?,
            DecisionKind::Classify => self.classify(tx, envelope)?,
        }
        if !envelope.stage.is_open() {
            envelope.settled_by = Some(self.person.id);
            envelope.settled_at = Some(self.now);
        }
        if envelope.stage == Stage::Approved {
            let valid_for = SignedDuration::from_secs(envelope.valid_for_s);
            envelope.clear(self.now, self.now.saturating_add(valid_for).ok());
        }
        tx.put_envelope(envelope)?;
        Ok(DecisionReceipt {
            id: envelope.id,
            decision: self.request.decision,
            by: self.person.name.clone(),
            at: self.now,
            stage: envelope.stage,
            votes: envelope.votes,
            rejections: envelope.reject_quorum.then_some(envelope.rejections),
            quorum: envelope.quorum,
            revision: envelope.revision,
            payload_sha256: envelope.payload_sha256,
            deadline_at: envelope.deadline_at,
            entry: tx.size() - 1,
            signature: self.mark().0.to_owned(),
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

    /// What was on the screen must be what this gate shows of it, where something of it is masked.
    fn same_shown(&self, tx: &Tx<'_>, envelope: &Envelope) -> Result<Option<String>, Refusal> {
        let Some(named) = self.request.shown_sha256 else {
            return Ok(None);
        };
        match mask::shown(self.rules, tx, envelope)? {
            Some((raw, digest)) if digest == named => Ok(Some(raw)),
            Some(_) | None => Err(Refusal::conflict(
                "shown_changed",
                "What was on the screen is not what this envelope looks like with its values masked.",
            )
            .hint("Read it again and decide on what you then see.")),
        }
    }

    fn reason(&self) -> Option<&str> {
        let reason = self.request.reason.as_deref().map(str::trim);
        reason.filter(|reason| !reason.is_empty())
    }

    /// Keeps what was said: the row of the decision and its reason. `led_to` is where it led.
    fn keep(
        &self,
        tx: &Tx<'_>,
        envelope: &Envelope,
        decision: DecisionKind,
        led_to: Option<String>,
    ) -> Result<Given, Refusal> {
        let n = u32::try_from(tx.decisions(envelope.id)?.len()).map_err(|_| StoreError::Corrupt("count"))?;
        // An edit's reason stands with the edit, not once more with the approval that follows from it.
        let own = decision == self.request.decision;
        let named = self.request.payload_sha256.zip(self.request.revision);
        let on = if own {
            named
        } else {
            Some((envelope.payload_sha256, envelope.revision))
        };
        tx.put_decision(
            envelope.id,
            n,
            &StoredDecision {
                person: self.person.id,
                decision,
                on,
                at: self.now,
                detail: led_to,
                key: self.key(),
            },
        )?;
        // What was on the screen, by the console's own word; where it has none, what was masked of it.
        let shown = match &self.request.screen {
            _ if !own => None,
            Some(screen) => Some(screen.clone()),
            None => self.same_shown(tx, envelope)?,
        };
        // Everything is checked before anything is kept: in a batch the others go on.
        let reason = self.own_text(self.reason().filter(|_| own), |salts| salts.reason)?;
        let shown = self.own_text(shown.as_deref(), |salts| salts.shown)?;
        let made = |text: Option<(Salt, &str)>| text.map(|(salt, text)| commit(&salt, text.as_bytes()));
        if own {
            self.is_committed("reason", made(reason), |document| document.reason)?;
            self.is_committed("screen", made(shown), |document| document.shown)?;
        }
        let keep = |kind: &str, text: Option<(Salt, &str)>| {
            let put = |(salt, text): (Salt, &str)| tx.put_blob(envelope.id.0, kind, n, salt, text.as_bytes());
            text.map(put).transpose()
        };
        let (reason, shown) = (keep("reason", reason)?, keep("shown", shown)?);
        let payload = match on {
            Some((_, revision)) => tx.payload_commitment(envelope.id, revision)?,
            None => None,
        };
        let (signature, signed) = match self.signing {
            Some(_) if !own => (SIGNATURE_WITH_EDIT, None),
            Some(_) | None => self.mark(),
        };
        Ok(Given {
            payload,
            reason,
            shown,
            signature: signature.to_owned(),
            signed,
        })
    }

    /// The person's entry about the envelope, at its revision.
    fn entry(&self, envelope: &Envelope, fact: Fact) -> Entry {
        Entry {
            batch: self.batch,
            ..entry_of(envelope, self.now, actor(PrincipalKind::Human, self.person.id), fact)
        }
    }

    fn role_suffices(&self, role: Role) -> Result<(), Refusal> {
        if self.person.role.releases(role, self.batch.is_some()) {
            return Ok(());
        }
        Err(Refusal::forbidden(
            "role_too_low",
            format!(
                "This waits for {}; you are {}.",
                role.with_article(),
                self.person.role.with_article()
            ),
        ))
    }

    /// Who answers for an agent does not release what it does.
    fn is_no_owner(&self) -> Result<(), Refusal> {
        if self.agent.owner != Some(self.person.id) {
            return Ok(());
        }
        Err(Refusal::forbidden(
            "owner_cannot_approve",
            "You answer for this agent, so somebody else must approve it.",
        ))
    }
}

/// That what was decided on is not what is there any more.
fn changed(envelope: &Envelope) -> Refusal {
    let (digest, revision) = (envelope.payload_sha256.short(), envelope.revision);
    let message = format!("The payload is now {digest} at revision {revision}, which is not what was decided on.");
    Refusal::conflict("payload_changed", message).hint("Read it again and decide on what you then see.")
}

/// Who settled it, what they said, and when.
fn closed(envelope: &Envelope, tx: &Tx<'_>, names: &Names) -> Result<Refusal, Refusal> {
    let at = envelope.settled_at.unwrap_or(envelope.created_at);
    let last = tx.decisions(envelope.id)?.into_iter().next_back();
    let by = envelope
        .settled_by
        .and_then(|id| names.iter().find(|(known, _)| *known == id))
        .map(|(_, name)| name.as_str());
    let message = match (last, by) {
        (Some(last), Some(by)) if envelope.settled_by == Some(last.person) => {
            format!(
                "{by} {} it at {}; it is {} now.",
                last.decision.done(),
                last.at,
                envelope.stage
            )
        }
        (_, Some(by)) => format!("It is {} since {at}, by {by}.", envelope.stage),
        (_, None) => format!("It is {} since {at}.", envelope.stage),
    };
    Ok(Refusal::conflict("already_decided", message))
}
