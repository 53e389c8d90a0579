//! The agent, or its executor, takes the frozen payload. Once.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{RequestKey, Service, actor, due, entry_of, kept, load, standing, stop, world};
use crate::api::{RedeemAnswer, RedeemRequest};
use crate::domain::{Actor, EnvelopeId, Event, Principal, PrincipalId, apply};
use crate::gate::Refusal;
use crate::ledger::{Fact, Payload, form};
use crate::store::{Envelope, StoreError, StoredStop, Tx};

impl Service {
    /// Hands out the payload as it was proposed and cleared; a retry with the same key gets it again.
    ///
    /// All that it rests on is looked at in the step that spends it: token, time, preconditions, stage.
    pub async fn redeem(
        &self,
        caller: &Principal,
        id: EnvelopeId,
        key: RequestKey,
        request: RedeemRequest,
    ) -> Result<RedeemAnswer, Refusal> {
        self.runnable(caller, id).await?;
        // A retry carries a fresh token: what makes it the same request is the envelope and the key.
        let key = RequestKey::new(key.key, b"");
        let (caller, route) = (caller.clone(), format!("redeem/{id}"));
        let (world, tokens, stops) = (Arc::clone(&self.world), self.tokens.clone(), self.in_force());
        let (answer, changed) = self
            .store
            .write(move |tx| {
                let mut envelope = load(tx, id)?;
                if key.replayed(tx, caller.id, &route)?.is_some() {
                    return Ok::<_, Refusal>((again(tx, &envelope, caller.id), false));
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
                let tokens = tokens.as_ref().ok_or(StoreError::ReadOnly)?;
                tokens.check(&request.token, &envelope, &caller, now)?;
                as_observed(tx, id, request.preconditions.as_ref())?;
                let answer = hand_out(tx, &mut envelope, now, actor(caller.kind, caller.id), &stops)?;
                key.remember(tx, caller.id, &route, "")?;
                Ok((Ok(answer), true))
            })
            .await?;
        if changed {
            self.wakes.changed(id);
        }
        answer
    }
}

/// Whether what the envelope names as its preconditions is what the caller sees now. What it names must be
/// said, and nothing else: what is not compared is not passed over.
fn as_observed(tx: &Tx<'_>, id: EnvelopeId, observed: Option<&Map<String, Value>>) -> Result<(), Refusal> {
    let named = kept::claimed(&tx.blobs(id.0)?).preconditions.unwrap_or_default();
    let observed = observed.cloned();
    if observed.is_none() && !named.is_empty() {
        return Err(Refusal::conflict(
            "preconditions_missing",
            "It was proposed under preconditions, and the request does not say how they are now.",
        )
        .hint("Look again at what they are about, and send all of them as `preconditions` beside the token."));
    }
    if form(&observed.unwrap_or_default())? != form(&named)? {
        return Err(Refusal::conflict(
            "precondition_failed",
            "Its preconditions are not what they were when it was proposed, so nothing was handed out.",
        )
        .hint("Withdraw it and propose it anew on what is there now."));
    }
    Ok(())
}

/// Takes the step and writes it down: from here on nobody else gets the payload.
pub(super) fn hand_out(
    tx: &mut Tx<'_>,
    envelope: &mut Envelope,
    now: Timestamp,
    by: Actor,
    stops: &[StoredStop],
) -> Result<RedeemAnswer, Refusal> {
    let stands = standing::standing(tx, envelope)?;
    // Looked up here, so that no door hands anything out past it.
    stop::halted(tx, envelope, &stands, stops)?;
    let answer = frozen(envelope, standing::payload(tx, envelope, &stands)?);
    envelope.stage = apply(envelope.stage, &Event::Redeemed)?;
    (envelope.redeemed_at, envelope.seen) = (Some(now), false);
    let payload = stands.payload;
    tx.append(&entry_of(envelope, now, by, Fact::Redeemed { payload }))?;
    tx.put_envelope(envelope)?;
    Ok(answer)
}

/// The same answer to the same request; that it was given is in the ledger.
fn again(tx: &Tx<'_>, envelope: &Envelope, caller: PrincipalId) -> Result<RedeemAnswer, Refusal> {
    let stands = standing::standing(tx, envelope)?;
    if stands.redeemed_by != Some(caller) {
        return Err(StoreError::Corrupt("answer").into());
    }
    Ok(frozen(envelope, standing::payload(tx, envelope, &stands)?))
}

fn frozen(envelope: &Envelope, payload: Payload) -> RedeemAnswer {
    RedeemAnswer {
        id: envelope.id,
        payload_sha256: payload.sha256(),
        tool: payload.parts.tool,
        server: payload.parts.server,
        target: payload.parts.target,
        environment: payload.parts.environment,
        arguments_raw: payload.arguments_raw,
    }
}
