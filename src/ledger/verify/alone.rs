//! What can be said of an entry by itself, without those before it: several can be looked at at once.

use super::hash;
use crate::domain::Digest;
use crate::ledger::{Entry, form};

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
