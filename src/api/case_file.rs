//! All that there is about one envelope at one moment, for those who look back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{EnvelopeView, HoldView, Share, TimelineEntry};
use crate::domain::{DecisionKind, Digest, EntryKind, Mode, OnTimeout, Role, Severity, Verdict};

/// The case file: the envelope, who had it when, what must not be erased of it, and every entry about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseFile {
    /// When it was read, by the gate's clock.
    pub at: Timestamp,
    /// As it stands; `ledger` in it is the ledger's end at that moment.
    pub envelope: EnvelopeView,
    /// Whose agent it is, where somebody was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The service that may run what the agent proposes, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executor: Option<String>,
    pub custody: Vec<CustodyView>,
    /// What keeps it from being erased, or did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<CaseHold>,
    /// In the ledger's order.
    pub entries: Vec<CaseEntry>,
}

/// One stretch of time in one hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyView {
    /// The entry that put it there, counted from 0.
    pub n: u64,
    pub kind: EntryKind,
    /// Who made that entry true.
    pub by: String,
    /// With whom it lay: a sentence fragment.
    pub holder: String,
    pub since: Timestamp,
    /// Absent while it lies there, and once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// It came back here by itself, because a claim ran out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub claim_over: bool,
    /// Nothing more is to be done with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
}

/// A hold with the entry that began it, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseHold {
    #[serde(flatten)]
    pub hold: HoldView,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
}

/// One entry, with what it says beyond its line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseEntry {
    #[serde(flatten)]
    pub line: TimelineEntry,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<JudgedView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<SaidView>,
    /// What an admin wrote to it: an erasure's basis and reason, a hold's reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The policy's word as its entry has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedView {
    pub policy: Digest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub floors: Vec<String>,
    pub verdict: Verdict,
    pub mode: Mode,
    pub effective: Verdict,
    pub severity: Severity,
    pub quorum: u32,
    pub role: Role,
    pub on_timeout: OnTimeout,
    pub sla_at: Timestamp,
    pub deadline_at: Timestamp,
}

/// A person's word as its entry has it, with its texts where they are there still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidView {
    /// Which decision of the envelope it is, counted from 1.
    pub n: u32,
    pub decision: DecisionKind,
    /// What the person was added as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Kept<String>>,
    /// The commitment of the payload it was made on; absent where none was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Digest>,
    /// Its plain digest and revision; both go when it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload_sha256: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// How it is signed, as the entry says.
    pub signature: String,
    /// The fingerprint of the key, as `ssh-keygen -l` writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The ledger's size that the person saw when signing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_entries: Option<u64>,
    /// Where it led: a role or person, a class, a new deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub led_to: Option<String>,
    /// What was on the screen, in figures; absent where the client sent no record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<Kept<ScreenFigures>>,
}

/// A text that an entry commits to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept<T> {
    There(T),
    /// It was there; its commitment stands in the entry still.
    Erased,
}

/// The record of a screen in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenFigures {
    pub seconds: u32,
    /// How much of the payload was drawn.
    pub payload: Share,
    /// The parts that were opened, and how many of their lines were drawn.
    pub parts: Vec<(String, Share)>,
    /// Whether it was drawn with values that the policy masks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uncovered: bool,
}
