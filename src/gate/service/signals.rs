//! What services attest: it counts as more than the agent's word, and what comes late only makes it heavier.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::propose::escaped;
use super::{RequestKey, Service, actor, due, entry_of, judged, load, rejudge, world};
use crate::api::{SignalView, Summary};
use crate::domain::{Actor, EnvelopeId, Event, Principal, PrincipalId, PrincipalKind, apply, check_signals};
use crate::gate::Refusal;
use crate::ledger::{Fact, form};

/// The kind of blob that keeps what a service said; one for each time.
pub(super) const SIGNAL: &str = "signal";

/// How often one service may speak of one envelope. Each has its own: none can use up another's.
const MAX_TIMES: usize = 50;

/// Refuses what is no signal, and points at it from where the signals are in a body.
pub(super) fn check(signals: &Map<String, Value>, at: &str) -> Result<(), Refusal> {
    check_signals(signals).map_err(|(name, error)| {
        let step = if name.is_empty() {
            String::new()
        } else {
            format!("/{}", escaped(&name))
        };
        Refusal::invalid(
            "not_a_signal",
            format!("{at}{step}"),
            format!("This is no signal: {error}."),
        )
    })
}

/// What a service said, as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Attested {
    /// The service's id and name.
    pub by: PrincipalId,
    pub name: String,
    pub at: jiff::Timestamp,
    pub signals: Map<String, Value>,
}

impl Service {
    /// Takes a service's signals in, and judges the envelope again where that makes it heavier.
    pub async fn attest(
        &self,
        caller: &Principal,
        id: EnvelopeId,
        key: RequestKey,
        signals: Map<String, Value>,
    ) -> Result<Summary, Refusal> {
        if caller.kind != PrincipalKind::Service {
            return Err(Refusal::forbidden("services_only", "Only a service attests signals."));
        }
        if signals.is_empty() {
            return Err(Refusal::invalid(
                "wrong_shape",
                "",
                "Send an object with at least one signal.",
            ));
        }
        check(&signals, "")?;
        let agent = self.agent_of(id).await?;
        let (caller_id, name) = (caller.id, caller.name.clone());
        let route = format!("signal/{id}");
        let (world, rules) = (Arc::clone(&self.world), Arc::clone(&self.rules));
        let envelope = self
            .store
            .write(move |tx| {
                let mut envelope = load(tx, id)?;
                if key.replayed(tx, caller_id, &route)?.is_some() {
                    return Ok::<_, Refusal>(Ok(envelope));
                }
                let now = world::now(&*world);
                if due::settle(tx, &mut envelope, now)? && !envelope.stage.is_open() {
                    let late = format!("It is {}, so a signal changes nothing any more.", envelope.stage);
                    return Ok(Err(Refusal::conflict("already_decided", late)));
                }
                let said = of(&tx.blobs(id.0)?);
                if said.iter().filter(|said| said.by == caller_id).count() >= MAX_TIMES {
                    return Err(Refusal::conflict("too_many_signals", "You have said enough of it."));
                }
                envelope.stage = apply(envelope.stage, &Event::Attested)?;
                let attested = Attested {
                    by: caller_id,
                    name,
                    at: now,
                    signals,
                };
                let kept = tx.put_blob(id.0, SIGNAL, envelope.signals, world::salt(&*world), &form(&attested)?)?;
                envelope.signals += 1;
                let by = actor(PrincipalKind::Service, caller_id);
                tx.append(&entry_of(&envelope, now, by, Fact::Signal { signals: kept }))?;
                let again = rejudge::as_attested(&rules, tx, &envelope, &agent)?;
                // A pass rests on people's word as an approval does.
                let by_people = tx.was_passed_to(id)?;
                if again.is_heavier(&envelope, by_people) {
                    envelope.stage = apply(envelope.stage, &Event::Judged(again.judgement.effective))?;
                    again.adopt_heavier(&mut envelope);
                    envelope.revision += 1;
                    let trace = again.keep(tx, &envelope, world::salt(&*world))?;
                    let fact = Fact::Judged(judged(&envelope, again.judgement.floors.clone(), trace));
                    tx.append(&entry_of(&envelope, now, Actor::GATE, fact))?;
                    let settled = !envelope.stage.is_open();
                    (envelope.settled_by, envelope.settled_at) = (None, settled.then_some(now));
                }
                tx.put_envelope(&envelope)?;
                key.remember(tx, caller_id, &route, "")?;
                Ok(Ok(envelope))
            })
            .await?;
        self.wakes.changed(id);
        envelope.map(|envelope| self.summary(&envelope))
    }
}

/// What services said of an envelope, the oldest first, from its texts.
pub(super) fn of(blobs: &[(String, u32, Vec<u8>)]) -> Vec<Attested> {
    let said = blobs.iter().filter(|(kind, _, _)| kind == SIGNAL);
    said.filter_map(|(_, _, bytes)| serde_json::from_slice(bytes).ok())
        .collect()
}

impl From<Attested> for SignalView {
    fn from(attested: Attested) -> Self {
        Self {
            by: attested.name,
            at: attested.at,
            signals: attested.signals,
        }
    }
}
