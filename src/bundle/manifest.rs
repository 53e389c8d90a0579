//! Which ledger a bundle is of, how much of it, and what was left out.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::Digest;

/// The version of the layout.
const LAYOUT: u32 = 1;

/// The first thing a reader looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the layout: 1.
    pub v: u32,
    pub ledger: Uuid,
    /// How many entries: all of them, whatever was asked for, since proofs need them.
    pub entries: u64,
    /// The RFC 6962 root over them.
    pub root: Digest,
    /// Envelopes whose texts are here; of the others the entries are, which name no text.
    pub envelopes: u64,
    /// The evidence files that are here: of what those texts name, what was sent and not erased.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub files: BTreeSet<Digest>,
    /// How those were picked, by the filters of `signoff ledger export`: `since`, `until`, `class`, `reviewer`,
    /// `agent`. Empty where all were. [`check`](super::check) holds it against the entries.
    pub picked: BTreeMap<String, String>,
}

impl Manifest {
    pub fn new(ledger: Uuid, (entries, root): (u64, Digest), envelopes: u64, picked: BTreeMap<String, String>) -> Self {
        Self {
            v: LAYOUT,
            ledger,
            entries,
            root,
            envelopes,
            files: BTreeSet::new(),
            picked,
        }
    }

    /// Whether this version knows how to read it.
    pub fn is_known(&self) -> bool {
        self.v == LAYOUT
    }
}
