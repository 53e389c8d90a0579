//! What the verifier is handed and what it finds.

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    DecisionKind, Digest, EnvelopeId, PrincipalId, PrincipalKind, Review, Role, Severity, Stage, StopEffect, StopScope,
    Verdict,
};
use crate::ledger::Salt;

/// What kind of trouble was found; each has its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The end is missing or was never sealed, and all before it is sound.
    TornTail,
    /// Something differs from what was recorded.
    Tampered,
}

/// The first thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    pub kind: FaultKind,
    /// The first bad entry, counted from 0, where the fault lies in one.
    pub entry: Option<u64>,
    /// One sentence.
    pub message: String,
}

/// What a sound ledger was found to hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    pub entries: u64,
    pub envelopes: u64,
    pub blobs: u64,
    /// Blobs whose bytes were erased: the entries that commit to them still verify.
    pub erased: u64,
    /// Heads that were signed.
    pub checkpoints: u64,
}

/// A stored text, its place, and the commitment under which it is kept.
#[derive(Debug)]
pub struct BlobCheck<'a> {
    pub subject: Uuid,
    /// With its part where it is one of several: `excerpt/2`.
    pub kind: String,
    pub commitment: Digest,
    /// Salt and bytes; `None` once erased.
    pub content: Option<(Salt, &'a [u8])>,
}

/// A row of the lists, as far as entries say what must stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: EnvelopeId,
    pub stage: Stage,
    pub revision: u32,
    pub votes: u32,
    pub reject_quorum: bool,
    pub rejections: u32,
    pub agent: PrincipalId,
    pub created_at: Timestamp,
    pub tool: String,
    /// `system:record`.
    pub target: Option<String>,
    pub class: Option<String>,
    pub rule: Option<String>,
    pub verdict: Verdict,
    pub effective: Verdict,
    pub severity: Severity,
    pub quorum: u32,
    pub role: Role,
    pub deadline_at: Timestamp,
    pub policy: Digest,
    /// The digest its payload row has; `None` once erased.
    pub payload_sha256: Option<Digest>,
    pub listed_sha256: Digest,
    pub latest_at: Option<Timestamp>,
    pub alike: Option<Digest>,
    pub escalated: u32,
    pub custody: Option<PrincipalId>,
    pub claim: Option<(PrincipalId, Timestamp)>,
    pub edited: u32,
    pub decisions: Vec<Said>,
    /// Who asked, when, and when the agent answered.
    pub questions: Vec<(Option<PrincipalId>, Timestamp, Option<Timestamp>)>,
    pub answered: u32,
    pub outcome: Option<bool>,
    pub redeemed_at: Option<Timestamp>,
    pub signals: u32,
    pub review: Option<Review>,
    /// Who looked at it afterwards, and when.
    /// Whether a person looked since something last happened.
    pub seen: bool,
    pub reviewed: Option<(Option<PrincipalId>, Review, Timestamp)>,
    /// Who asked for an undo, when, and what came of it.
    pub undo: Option<UndoAsked>,
    pub outer_at: Option<Timestamp>,
    pub passed_to: Option<EnvelopeId>,
    /// Whether it still has words of its agent, beside tool and class.
    pub words: bool,
}

/// Who asked for an undo, when, and what came of it when.
pub type UndoAsked = (Option<PrincipalId>, Timestamp, Option<(bool, Timestamp)>);

/// A person's word as lists show it: who, what, when, where it led, and the key it was signed with.
pub type Said = (
    Option<PrincipalId>,
    DecisionKind,
    Timestamp,
    Option<String>,
    Option<Digest>,
);

/// A stop as the table has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownStop {
    pub id: Uuid,
    pub scope: StopScope,
    pub agent: Option<PrincipalId>,
    pub class: Option<String>,
    pub effect: StopEffect,
    pub by: Option<PrincipalId>,
    pub at: Timestamp,
    pub resumed: Option<(Option<PrincipalId>, Timestamp)>,
}

/// A legal hold as the table has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHold {
    pub id: Uuid,
    pub envelope: Option<EnvelopeId>,
    pub class: Option<String>,
    pub by: Option<PrincipalId>,
    pub at: Timestamp,
    pub released: Option<(Option<PrincipalId>, Timestamp)>,
}

/// A principal as the table has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPrincipal {
    pub id: PrincipalId,
    pub kind: PrincipalKind,
    pub role: Option<Role>,
    pub owner: Option<PrincipalId>,
    pub executor: Option<PrincipalId>,
    pub added_at: Timestamp,
    /// Of its credential; `None` once revoked.
    pub key: Option<Digest>,
    pub revoked: bool,
    /// The RFC 8785 form of name and scopes, as the profile text must have it.
    pub profile: Vec<u8>,
}
