//! What whoever checks a bundle knows from elsewhere, and so need not take from the gate.

use super::Signer;
use crate::domain::Digest;
use crate::signature::NoteKey;

/// Nothing is pinned by default: then the gate's word counts for whatever the entries do not contradict.
#[derive(Debug, Clone, Default)]
pub struct Pins {
    /// Whose word counts. Given, the check is strict.
    pub people: Option<People>,
    /// SHA-256 of the policies that may have judged; any where none is named.
    pub policies: Vec<Digest>,
    /// A key of the log that was seen before: the newest one is it, or was handed over to from it.
    pub log_key: Option<NoteKey>,
}

/// Who says whose signatures count.
#[derive(Debug, Clone)]
pub enum People {
    /// These keys, and no other. Their roles are what the entries say.
    Signers(Vec<Signer>),
    /// The keys that one of these admins vouched for before, in the role that was vouched for.
    Admins(Vec<Signer>),
}
