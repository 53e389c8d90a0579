//! The agent says what happened.

use std::sync::Arc;

use super::{RequestKey, Service, actor, entry_of, load, world};
use crate::api::{EnvelopeView, OutcomeRequest, OutcomeStatus};
use crate::domain::{Actor, EnvelopeId, Event, Principal, Stage, apply};
use crate::gate::{Refusal, World};
use crate::ledger::{Fact, form};
use crate::store::{Envelope, StoreError, StoredOutcome, StoredUndo, Tx};

/// The kind of blob that keeps what the agent said of an undo; one for each time it was asked.
const UNDO: &str = "undo";

impl Service {
    /// Records the outcome of a redeemed action, the last step of most envelopes, or of an undo.
    pub async fn report(
        &self,
        caller: &Principal,
        id: EnvelopeId,
        key: RequestKey,
        request: OutcomeRequest,
    ) -> Result<EnvelopeView, Refusal> {
        self.runnable(caller, id).await?;
        let reporter = actor(caller.kind, caller.id);
        let (caller_id, route) = (caller.id, format!("outcome/{id}"));
        let world = Arc::clone(&self.world);
        self.store
            .write(move |tx| {
                if key.replayed(tx, caller_id, &route)?.is_some() {
                    return Ok::<_, Refusal>(());
                }
                let mut envelope = load(tx, id)?;
                record(tx, &mut envelope, reporter, &request, &*world)?;
                key.remember(tx, caller_id, &route, "")?;
                Ok(())
            })
            .await?;
        self.wakes.changed(id);
        self.view_for(&caller.name, id).await
    }
}

/// Takes the step and writes it down.
pub(super) fn record(
    tx: &mut Tx<'_>,
    envelope: &mut Envelope,
    by: Actor,
    request: &OutcomeRequest,
    world: &dyn World,
) -> Result<(), Refusal> {
    let now = world::now(world);
    let succeeded = request.status == OutcomeStatus::Succeeded;
    let report = form(request)?;
    envelope.seen = false;
    let fact = if envelope.stage == Stage::UndoRequested {
        let event = if succeeded { Event::Undone } else { Event::Failed };
        envelope.stage = apply(envelope.stage, &event)?;
        let n = tx.blob_count(envelope.id.0, UNDO)?;
        let report = Some(tx.put_blob(envelope.id.0, UNDO, n, world::salt(world), &report)?);
        let asked = tx.undo(envelope.id)?.ok_or(StoreError::Corrupt("undo"))?;
        let answer = Some((succeeded, now));
        tx.put_undo(envelope.id, StoredUndo { answer, ..asked })?;
        Fact::Undone { succeeded, report }
    } else {
        let event = if succeeded { Event::Succeeded } else { Event::Failed };
        envelope.stage = apply(envelope.stage, &event)?;
        let report = Some(tx.put_blob(envelope.id.0, "outcome", 0, world::salt(world), &report)?);
        tx.put_outcome(envelope.id, StoredOutcome { succeeded, at: now })?;
        Fact::Outcome { succeeded, report }
    };
    tx.append(&entry_of(envelope, now, by, fact))?;
    tx.put_envelope(envelope)?;
    Ok(())
}
