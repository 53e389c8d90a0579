//! What can be said of an entry or a text by itself, without those before it: several can be looked at at once.

use uuid::Uuid;

use super::{BlobCheck, hash};
use crate::domain::{Digest, Target};
use crate::ledger::{Entry, Payload, Salt, commit, form};

/// An entry that was looked at by itself.
#[derive(Debug)]
pub struct Alone {
    pub(super) leaf: Digest,
    /// What is wrong with it goes on a sentence that begins with its place.
    pub(super) entry: Result<Entry, String>,
}

impl Alone {
    /// Hashes an entry's bytes and reads them: they must be of this version, and in the one form they can have.
    pub fn read(bytes: &[u8]) -> Self {
        Self {
            leaf: hash(&[&[0], bytes]),
            entry: read(bytes),
        }
    }
}

/// A stored text that was hashed by itself.
#[derive(Debug)]
pub struct BlobAlone {
    pub(super) subject: Uuid,
    pub(super) kind: String,
    pub(super) commitment: Digest,
    /// What its content commits to; `None` once that is erased.
    pub(super) computed: Option<Digest>,
    /// The bytes of a principal's profile, with which its row is compared.
    pub(super) profile: Option<Vec<u8>>,
}

impl BlobAlone {
    pub fn of(blob: &BlobCheck<'_>) -> Self {
        let content = blob.content.as_ref();
        Self {
            subject: blob.subject,
            kind: blob.kind.clone(),
            commitment: blob.commitment,
            computed: content.map(|(salt, bytes)| commit(salt, bytes)),
            profile: content
                .filter(|_| blob.kind == "profile")
                .map(|(_, bytes)| bytes.to_vec()),
        }
    }
}

/// A stored payload that was hashed by itself.
#[derive(Debug)]
pub struct PayloadAlone {
    /// What its form commits to.
    pub(super) commitment: Digest,
    /// Whether the digest that people were shown is its own.
    pub(super) is_shown: bool,
    /// Its tool and target, as lists have them.
    pub(super) about: (String, Option<String>),
}

impl PayloadAlone {
    /// `sha256` is the digest that is stored with it.
    pub fn of(salt: &Salt, payload: &Payload, sha256: Digest) -> Self {
        let target = payload.parts.target.as_ref().map(Target::joined);
        Self {
            commitment: payload.commitment(salt),
            is_shown: payload.sha256() == sha256,
            about: (payload.parts.tool.clone(), target),
        }
    }
}

fn read(bytes: &[u8]) -> Result<Entry, String> {
    let entry: Entry =
        serde_json::from_slice(bytes).map_err(|error| format!("is not an entry this version knows: {error}"))?;
    if entry.v != 1 {
        return Err(format!("has frame version {}; this program knows 1", entry.v));
    }
    if form(&entry).ok().as_deref() != Some(bytes) {
        return Err("is not in canonical form".to_owned());
    }
    Ok(entry)
}
