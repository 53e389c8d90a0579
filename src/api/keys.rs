//! Signing keys, signed words, and sessions opened with a key.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Digest, PrincipalId};

/// A person's signature under one decision, as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedWord {
    /// The document's exact bytes.
    pub document: String,
    pub salts: Salts,
    /// Base64 of the SSHSIG over the document, namespace `decision@signoff.v1`. Absent in a batch, where one
    /// signature stands for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// What a document's commitments were made with: 32 bytes in hex each, for every text that there is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Salts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Digest>,
    /// Of an edit's payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Digest>,
}

/// The ledger that a decision is signed for, as it was when the envelope was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPoint {
    pub id: Uuid,
    /// How many entries there were.
    pub size: u64,
    pub root: Digest,
}

/// A signing key to add, with proof that the caller has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddKey {
    /// As in a `.pub` file.
    pub public: String,
    /// Count signatures only with the hardware's PIN.
    #[serde(default)]
    pub pin: bool,
    /// What [`Challenge`] gave.
    pub nonce: String,
    /// Base64 of the SSHSIG over the [`Login`] document, namespace `login@signoff.v1`.
    pub signature: String,
}

/// A person's signing key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyView {
    /// SHA-256 of the key's blob, in hex.
    pub key: Digest,
    /// The same as `ssh-keygen -l` writes it.
    pub fingerprint: String,
    pub public: String,
    pub pin: bool,
    pub added_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// The admins that vouched for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vouched_by: Vec<String>,
}

/// An admin's word that a key is a person's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VouchRequest {
    /// The voucher's exact bytes.
    pub voucher: String,
    /// The exact bytes of the names that it commits to, and what they were committed to with: 32 bytes in hex.
    pub names: String,
    pub salt: Digest,
    /// Base64 of the SSHSIG over the voucher, namespace `people@signoff.v1`.
    pub signature: String,
}

/// Something to sign, good once and for a minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    pub ledger: Uuid,
    pub nonce: String,
    pub until: Timestamp,
}

/// What is signed to log in or to show that one has a key: its RFC 8785 form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    pub v: u32,
    pub ledger: Uuid,
    pub key: Digest,
    pub nonce: String,
}

/// A session to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenSession {
    pub key: Digest,
    pub nonce: String,
    /// Base64 of the SSHSIG over the [`Login`] document, namespace `login@signoff.v1`.
    pub signature: String,
}

/// A session's credential. It is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub name: String,
    pub id: PrincipalId,
    pub token: String,
    pub until: Timestamp,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("name", &self.name)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}
