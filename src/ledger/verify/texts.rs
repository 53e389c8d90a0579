//! Stored texts and payloads against what entries commit to.

use uuid::Uuid;

use super::{BlobAlone, BlobCheck, Fault, PayloadAlone, Verifier, payload_place, tampered};
use crate::domain::{Digest, EnvelopeId, PrincipalId};
use crate::ledger::{Payload, Salt};

impl Verifier {
    /// Checks a stored text: it must stand in the place of an entry, and be what that commits to.
    pub fn blob(&mut self, blob: &BlobCheck<'_>) -> Result<(), Fault> {
        self.blob_alone(&BlobAlone::of(blob))
    }

    /// The same with one that was hashed before.
    pub fn blob_alone(&mut self, blob: &BlobAlone) -> Result<(), Fault> {
        self.text(blob.subject, &blob.kind, blob.commitment, blob.computed)?;
        if let Some(profile) = &blob.profile
            && let Some(known) = self.principals.get_mut(&PrincipalId(blob.subject))
        {
            known.profile.clone_from(profile);
        }
        Ok(())
    }

    /// Checks a stored payload: its form must give the commitment, and the digest that was shown.
    pub fn payload(
        &mut self,
        (id, revision): (EnvelopeId, u32),
        commitment: Digest,
        content: Option<(Salt, &Payload, Digest)>,
    ) -> Result<(), Fault> {
        let alone = content.map(|(salt, payload, sha256)| PayloadAlone::of(&salt, payload, sha256));
        self.payload_alone((id, revision), commitment, alone.as_ref())
    }

    /// The same with one that was hashed before.
    pub fn payload_alone(
        &mut self,
        (id, revision): (EnvelopeId, u32),
        commitment: Digest,
        content: Option<&PayloadAlone>,
    ) -> Result<(), Fault> {
        if let Some(payload) = content {
            if !payload.is_shown {
                let name = commitment.short();
                return Err(tampered(format!(
                    "The payload {name} has another digest than the one stored with it."
                )));
            }
            if let Some(case) = self.cases.get_mut(&id) {
                case.about = Some(payload.about.clone());
            }
        }
        let computed = content.map(|payload| payload.commitment);
        self.text(id.0, &payload_place(revision), commitment, computed)
    }

    fn text(&mut self, owner: Uuid, kind: &str, commitment: Digest, computed: Option<Digest>) -> Result<(), Fault> {
        let accounted = self.is_accounted_for(owner, kind, computed.is_some());
        let held = self.places.held(owner, kind);
        let Some(held) = held.filter(|held| held.commitment == commitment) else {
            return Err(tampered(format!("No entry commits to the {kind} of {owner}.")));
        };
        if computed.is_some_and(|computed| computed != commitment) {
            return Err(tampered(format!(
                "The {kind} of {owner} is not what its entry commits to."
            )));
        }
        accounted?;
        held.is_found = true;
        self.report.blobs += 1;
        self.report.erased += u64::from(computed.is_none());
        Ok(())
    }
}
