//! The agent takes its proposal back.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Service, actor, due, entry_of, load, world};
use crate::api::EnvelopeView;
use crate::domain::{Actor, EnvelopeId, Event, Principal, Stage, apply};
use crate::gate::Refusal;
use crate::ledger::Fact;
use crate::store::{Envelope, Tx};

impl Service {
    /// Withdraws what has not run. Doing it twice is no error.
    pub async fn withdraw(&self, caller: &Principal, id: EnvelopeId) -> Result<EnvelopeView, Refusal> {
        self.runnable(caller, id).await?;
        let by = actor(caller.kind, caller.id);
        let world = Arc::clone(&self.world);
        self.store
            .write(move |tx| {
                let mut envelope = load(tx, id)?;
                let now = world::now(&*world);
                if envelope.stage == Stage::Withdrawn {
                    return Ok::<_, Refusal>(());
                }
                let settled = due::settle(tx, &mut envelope, now)?;
                if settled && !envelope.stage.is_open() {
                    return Ok(());
                }
                take_back(tx, &mut envelope, now, by)
            })
            .await?;
        self.wakes.changed(id);
        self.view_for(&caller.name, id).await
    }
}

/// Takes the step and writes it down.
pub(super) fn take_back(tx: &mut Tx<'_>, envelope: &mut Envelope, now: Timestamp, by: Actor) -> Result<(), Refusal> {
    envelope.stage = apply(envelope.stage, &Event::Withdrawn)?;
    envelope.settled_by = by.id;
    envelope.settled_at = Some(now);
    tx.append(&entry_of(envelope, now, by, Fact::Withdrawn {}))?;
    tx.put_envelope(envelope)?;
    Ok(())
}
