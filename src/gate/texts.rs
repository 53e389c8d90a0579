//! The texts that are kept of somebody or something, each with what opens its commitment.

use uuid::Uuid;

use crate::bundle::{KeptPayload, KeptText, Texts};
use crate::domain::{Digest, EnvelopeId};
use crate::store::{Db, StoreError};

/// All that was not erased of one envelope, principal, stop or hold. Nothing in it is masked.
pub fn kept_texts(db: &Db<'_>, subject: Uuid) -> Result<Texts, StoreError> {
    let payloads = db.payloads(EnvelopeId(subject))?.into_iter().map(|kept| KeptPayload {
        revision: kept.revision,
        commitment: kept.commitment,
        sha256: kept.sha256,
        salt: Digest(kept.salt.0),
        parts: kept.payload.parts,
        arguments: kept.payload.arguments_raw,
    });
    let texts = db.texts(subject)?.into_iter();
    let texts = texts.map(|kept| KeptText::new(kept.kind, kept.commitment, kept.salt, kept.bytes));
    Ok(Texts {
        subject,
        payloads: payloads.collect(),
        texts: texts.collect(),
    })
}
