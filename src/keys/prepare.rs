//! A decision's document, made of what was read.

use std::str::FromStr;

use jiff::Timestamp;

use super::KeyError;
use crate::api::{DecisionRequest, EnvelopeView, PayloadView, Salts};
use crate::domain::Digest;
use crate::ledger::{DOCUMENT, Document, Payload, PayloadParts, Salt, Seen, commit};

/// Names everything that `request` decides on, as `view` was read; `heir` is whom an escalation names, a role
/// or a person's id. Digest and commitment are computed here, from the bytes.
pub(super) fn document(
    view: &EnvelopeView,
    request: &DecisionRequest,
    heir: Option<String>,
    at: Timestamp,
    random: &dyn Fn() -> [u8; 32],
) -> Result<(Document, Salts), KeyError> {
    let payload = view.payload.as_ref().ok_or(KeyError::NoPayload)?;
    let point = view.ledger.ok_or(KeyError::NoLedger)?;
    let row = &view.summary;
    let other_digest = request.payload_sha256.is_some_and(|on| on != row.payload_sha256);
    let other_revision = request.revision.is_some_and(|on| on != row.revision);
    if other_digest
        || other_revision
        || request.shown_sha256 != payload.shown_sha256 && request.payload_sha256.is_some()
    {
        return Err(KeyError::OtherRevision);
    }
    let mut salts = Salts::default();
    let text =
        |salt: &mut Option<Digest>, text: Option<&str>| text.map(|text| commit(&fresh(salt, random), text.as_bytes()));
    let reason = request
        .reason
        .as_deref()
        .map(str::trim)
        .filter(|reason| !reason.is_empty());
    let reason = text(&mut salts.reason, reason);
    // Without a record of the screen, what was masked of it stands for that.
    let masked = request.shown_sha256.map(|_| payload.raw.as_str());
    let shown = text(&mut salts.shown, request.screen.as_deref().or(masked));
    let edited = match &request.arguments_raw {
        Some(raw) => {
            let edited = Payload::from_raw(parts(payload)?, raw.clone()).map_err(|_| KeyError::OtherPayload)?;
            Some(edited.commitment(&fresh(&mut salts.edited, random)))
        }
        None => None,
    };
    let document = Document {
        v: DOCUMENT,
        ledger: point.id,
        envelope: row.id,
        revision: row.revision,
        payload: commitment(payload, row.payload_sha256)?,
        decision: request.decision,
        policy: view.policy,
        shown,
        masked: request.shown_sha256,
        reason,
        edited,
        class: request.class.clone(),
        to: heir,
        by: request.by.clone(),
        at,
        seen: Seen {
            size: point.size,
            root: point.root,
        },
        nonce: hex::encode(&random()[..16]),
    };
    Ok((document, salts))
}

fn fresh(slot: &mut Option<Digest>, random: &dyn Fn() -> [u8; 32]) -> Salt {
    let salt = random();
    *slot = Some(Digest(salt));
    Salt(salt)
}

fn parts(payload: &PayloadView) -> Result<PayloadParts, KeyError> {
    serde_json::from_str(&payload.parts).map_err(|_| KeyError::OtherPayload)
}

/// The payload's commitment, computed from its bytes. Where something of it is masked the bytes are not here:
/// then it is the gate's word, and the document says what was drawn.
fn commitment(payload: &PayloadView, named: Digest) -> Result<Digest, KeyError> {
    let whole = Payload::from_raw(parts(payload)?, payload.raw.clone()).map_err(|_| KeyError::OtherPayload)?;
    if let Some(shown) = payload.shown_sha256 {
        let same = whole.sha256() == shown && payload.payload_sha256 == named;
        return if same {
            Ok(payload.commitment)
        } else {
            Err(KeyError::OtherPayload)
        };
    }
    let salt = Digest::from_str(&payload.salt).map_err(|_| KeyError::OtherPayload)?;
    let computed = whole.commitment(&Salt(salt.0));
    if computed == payload.commitment && whole.sha256() == named {
        Ok(computed)
    } else {
        Err(KeyError::OtherPayload)
    }
}
