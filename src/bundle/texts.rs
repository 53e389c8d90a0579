//! The texts that entries commit to, each with what opens its commitment.
//!
//! `SHA-256("signoff/blob/v1\0" ‖ salt ‖ bytes)` is the commitment; a payload's bytes are the RFC 8785 form of
//! {arguments, environment, server, target, tool}. What was erased is not here, and its entry says so.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Digest, Evidence};
use crate::ledger::{Payload, PayloadParts, Salt};

/// All that is kept of one envelope, principal, stop or hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    pub subject: Uuid,
    /// One for each revision that brought a payload.
    pub payloads: Vec<KeptPayload>,
    pub texts: Vec<KeptText>,
}

/// Of an agent's claims, what names files.
#[derive(Default, Deserialize)]
struct Claims {
    #[serde(default)]
    evidence: Vec<Evidence>,
}

/// A payload in its parts: the arguments are the text that came, never written anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptPayload {
    pub revision: u32,
    pub commitment: Digest,
    /// Of the form that is committed to.
    pub sha256: Digest,
    pub salt: Digest,
    pub parts: PayloadParts,
    pub arguments: String,
}

/// Any other text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptText {
    /// With its number where there may be several: `reason/0`.
    pub kind: String,
    pub commitment: Digest,
    pub salt: Digest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Instead, where the bytes are no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

impl KeptText {
    pub fn new(kind: String, commitment: Digest, salt: Salt, bytes: Vec<u8>) -> Self {
        let (text, base64) = match String::from_utf8(bytes) {
            Ok(text) => (Some(text), None),
            Err(bytes) => (None, Some(STANDARD.encode(bytes.as_bytes()))),
        };
        Self {
            kind,
            commitment,
            salt: Digest(salt.0),
            text,
            base64,
        }
    }

    /// The bytes; `None` where it has none, or two.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match (&self.text, &self.base64) {
            (Some(text), None) => Some(text.clone().into_bytes()),
            (None, Some(base64)) => STANDARD.decode(base64).ok(),
            (Some(_), Some(_)) | (None, None) => None,
        }
    }
}

impl Texts {
    /// The evidence files that the agent named by digest. Whether it ever sent them is another thing.
    pub fn evidence(&self) -> Vec<Digest> {
        let claims = self.texts.iter().find(|kept| kept.kind == "claims");
        let bytes = claims.and_then(KeptText::bytes).unwrap_or_default();
        let claims: Claims = serde_json::from_slice(&bytes).unwrap_or_default();
        claims.evidence.iter().filter_map(|one| one.sha256).collect()
    }
}

impl KeptPayload {
    pub fn payload(&self) -> Option<Payload> {
        Payload::from_raw(self.parts.clone(), self.arguments.clone()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_come_back_as_they_were() {
        for bytes in [&b"plain"[..], b"", b"\xff\x00"] {
            let kept = KeptText::new("reason/0".to_owned(), Digest([1; 32]), Salt([2; 32]), bytes.to_vec());
            assert_eq!(kept.bytes().as_deref(), Some(bytes));
        }
    }
}
