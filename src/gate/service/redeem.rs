//! The agent, or its executor, takes the frozen payload. Once.

use std::sync::Arc;

use jiff::Timestamp;

use super::{RequestKey, Service, actor, due, entry_of, load, stop, world};
use crate::api::RedeemAnswer;
use crate::domain::{Actor, EnvelopeId, Event, Principal, apply};
use crate::gate::Refusal;
use crate::ledger::Fact;
use crate::store::{Envelope, StoreError, Tx};

impl Service {
    /// Hands out the payload as it was proposed and cleared; a retry with the same key gets it again.
    pub async fn redeem(
        &self,
        caller: &Principal,
        id: EnvelopeId,
        key: RequestKey,
        token: &str,
    ) -> Result<RedeemAnswer, Refusal> {
        let envelope = self.runnable(caller, id).await?;
        let good_token = self.tokens.accepts(token, id, envelope.payload_sha256, self.now());
        let digest = envelope.payload_sha256;
        // A retry carries a fresh token: what makes it the same request is the envelope and the key.
        let key = RequestKey::new(key.key, b"");
        let redeemer = actor(caller.kind, caller.id);
        let (caller_id, route) = (caller.id, format!("redeem/{id}"));
        let world = Arc::clone(&self.world);
        let (answer, changed) = self
            .store
            .write(move |tx| {
                let mut envelope = load(tx, id)?;
                if key.replayed(tx, caller_id, &route)?.is_some() {
                    return Ok::<_, Refusal>((frozen(tx, &envelope), false));
                }
                let now = world::now(&*world);
                if due::settle(tx, &mut envelope, now)? {
                    let late = Refusal::conflict(
                        "lapsed",
                        format!("It was cleared and not redeemed in time; it is {} now.", envelope.stage),
                    );
                    return Ok((Err(late), true));
                }
                if envelope.stage.is_redeemable() && !envelope.is_redeemable() {
                    return Err(Refusal::conflict(
                        "not_redeemable",
                        "It was edited, and its agent asked over AAP: the edited call runs when it is sent again.",
                    ));
                }
                if !envelope.stage.is_redeemable() {
                    return Err(Refusal::conflict(
                        "not_redeemable",
                        format!("It is {}, so there is nothing to redeem.", envelope.stage),
                    ));
                }
                if !good_token || envelope.payload_sha256 != digest {
                    return Err(Refusal::forbidden(
                        "bad_token",
                        "The token is not one of this envelope's, or it is over.",
                    )
                    .hint("Read the envelope again: each read gives a fresh token for five minutes."));
                }
                let answer = hand_out(tx, &mut envelope, now, redeemer)?;
                key.remember(tx, caller_id, &route, "")?;
                Ok((Ok(answer), true))
            })
            .await?;
        if changed {
            self.wakes.changed(id);
        }
        answer
    }
}

/// Takes the step and writes it down: from here on nobody else gets the payload.
pub(super) fn hand_out(
    tx: &mut Tx<'_>,
    envelope: &mut Envelope,
    now: Timestamp,
    by: Actor,
) -> Result<RedeemAnswer, Refusal> {
    // Looked up here, so that no door hands anything out past it.
    stop::halted(tx, envelope)?;
    envelope.stage = apply(envelope.stage, &Event::Redeemed)?;
    (envelope.redeemed_at, envelope.seen) = (Some(now), false);
    let payload = tx
        .payload_commitment(envelope.id, envelope.revision)?
        .ok_or(StoreError::Corrupt("payload"))?;
    let answer = frozen(tx, envelope)?;
    tx.append(&entry_of(envelope, now, by, Fact::Redeemed { payload }))?;
    tx.put_envelope(envelope)?;
    Ok(answer)
}

fn frozen(tx: &Tx<'_>, envelope: &Envelope) -> Result<RedeemAnswer, Refusal> {
    let (payload, _) = tx
        .payload(envelope.id, envelope.revision)?
        .ok_or_else(|| Refusal::conflict("erased", "The payload was erased, so it cannot be handed out."))?;
    let payload_sha256 = payload.sha256();
    if payload_sha256 != envelope.payload_sha256 {
        return Err(StoreError::Corrupt("payload").into());
    }
    Ok(RedeemAnswer {
        id: envelope.id,
        tool: payload.parts.tool,
        server: payload.parts.server,
        target: payload.parts.target,
        environment: payload.parts.environment,
        arguments_raw: payload.arguments_raw,
        payload_sha256,
    })
}
