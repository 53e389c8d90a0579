//! What a gate proves of its ledger.

use serde::{Deserialize, Serialize};

use crate::domain::Digest;

/// That the ledger still begins with what somebody saw of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Growth {
    /// How many entries were seen.
    pub from: u64,
    /// How many there are at the end of the proof.
    pub to: u64,
    /// RFC 6962, 2.1.2; empty where the ledger is the shorter one.
    pub proof: Vec<Digest>,
    /// The signed note over the newest head, where it was asked for and is signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
    /// The entries that named a key to sign with, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<KeyEntry>,
}

/// An entry that names a key, with its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEntry {
    /// Its place, counted from 0.
    pub n: u64,
    /// Its bytes, which are JSON.
    pub entry: String,
    /// RFC 6962, 2.1.1, up to the newest head.
    pub proof: Vec<Digest>,
}
