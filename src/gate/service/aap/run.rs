//! Using an approval, saying what came of it, taking a request back.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Asked, Told, own, status};
use crate::api::aap::{OutcomeReport, Status};
use crate::api::{OutcomeRequest, OutcomeStatus};
use crate::domain::{EnvelopeId, PrincipalId, PrincipalKind};
use crate::gate::Refusal;
use crate::gate::service::{RequestKey, Service, actor, due, kept, outcome, redeem, stop, withdraw, world};
use crate::store::{Envelope, StoreError, Tx};

/// What a step found, and whether it changed anything. A refusal may stand beside a change: time that was
/// found to be over is kept.
type Step = (Result<(), Refusal>, bool);

impl Service {
    /// Uses an approval, once. The same key again is the same use, also when its time is over by then.
    ///
    /// Adapters run their own copy of the call: what they get here is the word that nobody else may.
    pub async fn consume(&self, agent: PrincipalId, id: EnvelopeId, key: RequestKey) -> Result<Asked, Refusal> {
        // There is no body: what makes it the same request is the request and the key.
        let (key, route) = (RequestKey::new(key.key, b""), format!("aap/consume/{id}"));
        let (world, stops) = (Arc::clone(&self.world), self.in_force());
        self.step(agent, id, move |tx, envelope| {
            if key.replayed(tx, agent, &route)?.is_some() {
                return Ok((Ok(()), false));
            }
            let now = world::now(&*world);
            let settled = due::settle(tx, envelope, now)?;
            if let Err(refusal) = consumable(envelope, now) {
                return Ok((Err(refusal), settled));
            }
            redeem::hand_out(tx, envelope, now, actor(PrincipalKind::Agent, agent), &stops).map_err(in_its_words)?;
            key.remember(tx, agent, &route, "")?;
            Ok((Ok(()), true))
        })
        .await
    }

    /// Keeps what the agent says came of it. Said again it is the same word; another one is refused.
    pub async fn tell(&self, agent: PrincipalId, id: EnvelopeId, report: OutcomeReport) -> Result<Asked, Refusal> {
        let world = Arc::clone(&self.world);
        // An empty note is none: answers have none either.
        let note = report.note.filter(|note| !note.is_empty());
        self.step(agent, id, move |tx, envelope| {
            if envelope.redeemed_at.is_none() {
                return Ok((Err(refused("not_consumed", envelope, "it was not consumed")), false));
            }
            if let Some(told) = told(tx, id)? {
                let same = told.succeeded == (report.status == OutcomeStatus::Succeeded) && told.note == note;
                let another = || Refusal::conflict("outcome_conflict", "Another outcome was reported before.");
                return Ok((if same { Ok(()) } else { Err(another()) }, false));
            }
            let request = OutcomeRequest {
                status: report.status,
                result: note.map(serde_json::Value::String),
                checks: Vec::new(),
            };
            outcome::record(tx, envelope, actor(PrincipalKind::Agent, agent), &request, &*world)?;
            Ok((Ok(()), true))
        })
        .await
    }

    /// Takes a pending request back. Doing it twice is no error; what is final otherwise stays so.
    pub async fn cancel(&self, agent: PrincipalId, id: EnvelopeId) -> Result<Asked, Refusal> {
        let world = Arc::clone(&self.world);
        self.step(agent, id, move |tx, envelope| {
            let now = world::now(&*world);
            let settled = due::settle(tx, envelope, now)?;
            match status(envelope) {
                Status::Cancelled => Ok((Ok(()), settled)),
                Status::Pending => {
                    withdraw::take_back(tx, envelope, now, actor(PrincipalKind::Agent, agent))?;
                    Ok((Ok(()), true))
                }
                Status::Approved | Status::Denied | Status::Expired => {
                    let refusal = refused("already_terminal", envelope, "there is nothing to cancel");
                    Ok((Err(refusal), settled))
                }
            }
        })
        .await
    }

    /// One step on the agent's own request, and how it stands then.
    async fn step(
        &self,
        agent: PrincipalId,
        id: EnvelopeId,
        step: impl FnOnce(&mut Tx<'_>, &mut Envelope) -> Result<Step, Refusal> + Send + 'static,
    ) -> Result<Asked, Refusal> {
        let (done, changed) = self
            .store
            .write(move |tx| {
                let mut envelope = own(tx, agent, id)?;
                step(tx, &mut envelope)
            })
            .await?;
        if changed {
            self.wakes.changed(id);
        }
        done?;
        self.asked(agent, id).await
    }
}

/// Whether the approval can be used now. The order is the protocol's: clients read the code.
fn consumable(envelope: &Envelope, now: Timestamp) -> Result<(), Refusal> {
    if envelope.redeemed_at.is_some() {
        return Err(Refusal::conflict(
            "already_consumed",
            "The approval was used before, and it is good for one use.",
        ));
    }
    if status(envelope) != Status::Approved {
        return Err(refused("not_approved", envelope, "there is nothing to consume"));
    }
    // People may have approved it anew since; the agent was told until when, and holds to that.
    let in_time = envelope
        .cleared
        .and_then(|cleared| cleared.until)
        .is_some_and(|until| now < until);
    if !envelope.is_redeemable() || !in_time {
        return Err(Refusal::conflict(
            "approval_expired",
            "The approval was not used in time, or was taken back since.",
        ));
    }
    Ok(())
}

/// The protocol has no word for a stop. Its clients know this code, and tell the agent that the approval does
/// not hold; the message says why.
fn in_its_words(refusal: Refusal) -> Refusal {
    let code = if refusal.code == stop::STOPPED {
        "approval_expired"
    } else {
        refusal.code
    };
    Refusal { code, ..refusal }
}

fn refused(code: &'static str, envelope: &Envelope, so: &str) -> Refusal {
    Refusal::conflict(code, format!("It is {}, so {so}.", status(envelope)))
}

/// What was said before.
fn told(tx: &Tx<'_>, id: EnvelopeId) -> Result<Option<Told>, StoreError> {
    let Some(outcome) = tx.outcome(id)? else {
        return Ok(None);
    };
    let blobs = tx.blobs(id.0)?;
    let report = kept::blob(&blobs, "outcome").and_then(|b| serde_json::from_slice::<OutcomeRequest>(b).ok());
    Ok(Some(super::told(outcome, report.as_ref())))
}
