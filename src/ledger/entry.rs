//! One fact, and the frame that carries it.
//!
//! Entries are never erased, so they hold ids, enums, the policy's own words and numbers, times and
//! commitments; every text of an agent or a person is a blob that an entry only commits to.

mod read;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CanonicalError, Document, Vouched, form};
use crate::domain::{
    Actor, DecisionKind, Digest, EntryKind, EnvelopeId, Event, Mode, OnTimeout, PrincipalId, PrincipalKind, Review,
    Role, Severity, StopEffect, StopScope, Verdict,
};

/// The longest entry: what a tile of the export layout can carry with room to spare.
pub const MAX_ENTRY_BYTES: usize = 16 * 1024;

/// How a decision is marked that rests on a bearer credential alone.
pub const SIGNATURE_NONE: &str = "unsigned (bearer)";

/// How a decision is marked that carries a [`Signed`].
pub const SIGNATURE_SSH: &str = "signed (ssh)";

/// How the approval is marked that is part of its editor's signed edit.
pub const SIGNATURE_WITH_EDIT: &str = "signed with the edit";

/// What an entry says. One variant for each kind that this version writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fact {
    Opened {
        ledger: Uuid,
    },
    PolicyActivated {
        policy: Digest,
    },
    PrincipalAdded {
        principal: PrincipalId,
        kind: PrincipalKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<Role>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<PrincipalId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        executor: Option<PrincipalId>,
        /// Commits to name and scopes.
        profile: Digest,
        /// The first admin's word, where it took two.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request: Option<Uuid>,
    },
    /// An admin wants what takes two; another one's act names this.
    Requested {
        request: Uuid,
        wanted: Wanted,
    },
    /// `key` is the SHA-256 of a bearer credential of 256 random bits; or of the public key that stands with it.
    KeyAdded {
        principal: PrincipalId,
        key: Digest,
        /// A person's signing key as in a `.pub` file: kind and base64.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        public: Option<String>,
        /// Whether signatures by it count only with the hardware's PIN.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pin: bool,
    },
    /// An admin answers for whose key that is.
    KeyVouched(Vouched),
    /// Nothing that this key signs from here on counts.
    KeyRevoked {
        principal: PrincipalId,
        key: Digest,
    },
    PrincipalRevoked {
        principal: PrincipalId,
    },
    /// Heads are signed with this key from here on: a public key as signed notes name it.
    KeyRotated {
        key: String,
        /// How the key before handed over to it; absent on the first one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signed: Option<String>,
    },
    /// Tokens are signed with this key from here on, by the gate's word: `x` of its JSON Web Key (RFC 8037).
    TokenKeyNamed {
        key: String,
    },
    /// The ledger that is there is an earlier one than was seen, and an admin goes on with it.
    RollbackAccepted {
        /// What was seen, as it stood elsewhere.
        size: u64,
        root: Digest,
        /// The key from here on, under a new name: no checkpoint of before passes for one of after.
        key: String,
        reason: Digest,
        /// The other admin, where there are two.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        second: Option<PrincipalId>,
    },
    /// From here on nothing of it is handed out.
    Stopped(StoppedFact),
    Resumed {
        stop: Uuid,
        reason: Digest,
    },
    /// `payload` commits to the payload, `blobs` to every other text, by what it is.
    Proposed {
        payload: Digest,
        blobs: BTreeMap<String, Digest>,
        /// When it is over whatever people do, as its agent was told; only what came over AAP has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outer_at: Option<Timestamp>,
    },
    /// A service attested something.
    Signal {
        signals: Digest,
    },
    Judged(Judged),
    Decided(Decided),
    /// A person put other arguments in place; a judgement and the editor's approval follow.
    Edited {
        given: Given,
        /// Commits to the payload that is to run now.
        payload: Digest,
    },
    /// A person said what kind of action a quarantined one is; a judgement as that follows.
    Classified {
        given: Given,
        class: String,
    },
    Escalated {
        to: Role,
        deadline_at: Timestamp,
        /// The person it was handed to, where it was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PrincipalId>,
        /// Absent where the gate did it at the deadline.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given: Option<Given>,
    },
    Extended {
        given: Given,
        deadline_at: Timestamp,
    },
    /// Somebody works on it until then; others may too.
    Claimed {
        until: Timestamp,
    },
    Asked {
        question: Digest,
    },
    /// The agent's word on question `n`, counted from 0.
    Answered {
        n: u32,
        answer: Digest,
    },
    Expired {},
    Closed {
        /// The envelope that got the approval of this one's edit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        passed_to: Option<EnvelopeId>,
    },
    Lapsed {},
    Withdrawn {},
    Redeemed {
        payload: Digest,
    },
    Outcome {
        succeeded: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report: Option<Digest>,
    },
    /// A person was shown what the policy masks, of the payload that this commits to.
    Looked {
        payload: Digest,
    },
    /// A person looked at what ran alone.
    Reviewed {
        finding: Review,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Digest>,
    },
    UndoRequested {
        reason: Digest,
    },
    /// The agent tried to take it back, and says whether it could.
    Undone {
        succeeded: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report: Option<Digest>,
    },
    /// The bytes of all texts that the envelope had until here are gone, its payload among them.
    Erased {
        /// How many were erased.
        texts: u64,
        reason: Digest,
        /// Commits to the legal basis, as it was named.
        basis: Digest,
        /// The first admin's word, where it took two.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request: Option<Uuid>,
    },
    LegalHold(HoldFact),
    /// The bytes of all texts of a principal that was revoked, or of a stop that is over, are gone: the name, or
    /// the run and the reasons.
    Forgotten {
        /// The principal or stop.
        subject: Uuid,
        texts: u64,
        reason: Digest,
        basis: Digest,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request: Option<Uuid>,
    },
}

/// What the first of two admins wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Wanted {
    /// The person as it is to be; `profile` commits to its name.
    AddPerson {
        principal: PrincipalId,
        role: Role,
        profile: Digest,
    },
    Erase {
        envelope: EnvelopeId,
    },
    Forget {
        subject: Uuid,
    },
}

/// What a person stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoppedFact {
    pub stop: Uuid,
    pub scope: StopScope,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<PrincipalId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Commits to the run's id, which an agent chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Digest>,
    pub effect: StopEffect,
    pub reason: Digest,
}

/// What must not be erased: the envelope of the entry, or all of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldFact {
    pub hold: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Whether it ends here.
    pub released: bool,
    pub reason: Digest,
}

/// The policy's word, as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
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
    /// How late extensions and escalations can make it; absent where they cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_at: Option<Timestamp>,
    /// The same for all that may be cleared together with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alike: Option<Digest>,
    /// Whether a rejection takes the quorum too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reject_quorum: bool,
    /// The envelope whose approved edit this one repeats: that approval lifted the hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass: Option<EnvelopeId>,
    /// Commits to the facts and every condition that was tried.
    pub trace: Digest,
}

/// A decision under a person's own signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    pub document: Document,
    /// The digests that one signature is over, where several documents were signed with one keypress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub together: Option<Vec<Digest>>,
    /// The fingerprint of the key: SHA-256 of its blob.
    pub key: Digest,
    /// Base64 of the SSHSIG.
    pub signature: String,
}

/// What every word of a person rests on, beside votes: those have [`Decided`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The commitment of the payload it was said of; absent where none was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Digest>,
    /// Commits to what was on the reviewer's screen, where the client said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Digest>,
    pub signature: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Box<Signed>>,
}

/// A person's word, as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    pub decision: DecisionKind,
    /// The commitment of the payload that was decided on; absent on a rejection that named none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Digest>,
    /// Commits to what was on the reviewer's screen, where the client said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Digest>,
    pub signature: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Box<Signed>>,
    /// Approvals so far, this one included.
    pub votes: u32,
    pub quorum: u32,
    /// Rejections so far, this one included, where one does not end it but the quorum's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejections: Option<u32>,
}

/// A fact with who, when and about which envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Version of the frame: 1.
    pub v: u32,
    pub at: Timestamp,
    pub actor: Actor,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub envelope: Option<EnvelopeId>,
    /// The envelope's revision after this entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rev: Option<u32>,
    /// Decisions that were made with one keypress share it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<Uuid>,
    #[serde(flatten)]
    pub fact: Fact,
}

/// Why an entry cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    #[error("an entry of {0} bytes is longer than {MAX_ENTRY_BYTES}")]
    TooLong(usize),
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
}

impl Decided {
    /// What it rests on, as every other word of a person has it.
    pub fn given(&self) -> Given {
        Given {
            payload: self.payload,
            reason: self.reason,
            shown: self.shown,
            signature: self.signature.clone(),
            signed: self.signed.clone(),
        }
    }

    /// What it does to an envelope: the last one needed ends it, any other is noted.
    pub fn rejects(&self) -> Event {
        match self.rejections {
            Some(said) if said < self.quorum => Event::Noted,
            Some(_) | None => Event::Rejected,
        }
    }
}

impl Entry {
    /// The bytes that stand in the ledger: RFC 8785 JSON, at most [`MAX_ENTRY_BYTES`].
    pub fn bytes(&self) -> Result<Vec<u8>, EntryError> {
        let bytes = form(self)?;
        if bytes.len() > MAX_ENTRY_BYTES {
            return Err(EntryError::TooLong(bytes.len()));
        }
        Ok(bytes)
    }

    pub fn kind(&self) -> EntryKind {
        match self.fact {
            Fact::Opened { .. } => EntryKind::Opened,
            Fact::PolicyActivated { .. } => EntryKind::PolicyActivated,
            Fact::PrincipalAdded { .. } => EntryKind::PrincipalAdded,
            Fact::Requested { .. } => EntryKind::Requested,
            Fact::KeyAdded { .. } => EntryKind::KeyAdded,
            Fact::KeyVouched(_) => EntryKind::KeyVouched,
            Fact::KeyRevoked { .. } => EntryKind::KeyRevoked,
            Fact::PrincipalRevoked { .. } => EntryKind::PrincipalRevoked,
            Fact::KeyRotated { .. } => EntryKind::KeyRotated,
            Fact::TokenKeyNamed { .. } => EntryKind::TokenKeyNamed,
            Fact::RollbackAccepted { .. } => EntryKind::RollbackAccepted,
            Fact::Stopped(_) => EntryKind::Stopped,
            Fact::Resumed { .. } => EntryKind::Resumed,
            Fact::Proposed { .. } => EntryKind::Proposed,
            Fact::Signal { .. } => EntryKind::Signal,
            Fact::Judged(_) => EntryKind::Judged,
            Fact::Decided(_) => EntryKind::Decided,
            Fact::Edited { .. } => EntryKind::Edited,
            Fact::Classified { .. } => EntryKind::Classified,
            Fact::Escalated { .. } => EntryKind::Escalated,
            Fact::Extended { .. } => EntryKind::Extended,
            Fact::Claimed { .. } => EntryKind::Claimed,
            Fact::Asked { .. } => EntryKind::Asked,
            Fact::Answered { .. } => EntryKind::Answered,
            Fact::Expired {} => EntryKind::Expired,
            Fact::Closed { .. } => EntryKind::Closed,
            Fact::Lapsed {} => EntryKind::Lapsed,
            Fact::Withdrawn {} => EntryKind::Withdrawn,
            Fact::Redeemed { .. } => EntryKind::Redeemed,
            Fact::Outcome { .. } => EntryKind::Outcome,
            Fact::Looked { .. } => EntryKind::Looked,
            Fact::Reviewed { .. } => EntryKind::Reviewed,
            Fact::UndoRequested { .. } => EntryKind::UndoRequested,
            Fact::Undone { .. } => EntryKind::Undone,
            Fact::Erased { .. } => EntryKind::Erased,
            Fact::LegalHold(_) => EntryKind::LegalHold,
            Fact::Forgotten { .. } => EntryKind::Forgotten,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_canonical_json_with_sorted_keys() {
        let entry = Entry {
            v: 1,
            at: "2026-11-21T04:12:09.5Z".parse().expect("time"),
            actor: Actor::GATE,
            envelope: Some(EnvelopeId(Uuid::nil())),
            rev: Some(1),
            batch: None,
            fact: Fact::Expired {},
        };
        let bytes = entry.bytes().expect("bytes");
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            r#"{"actor":{"kind":"gate"},"at":"2026-11-21T04:12:09.5Z","data":{},"envelope":"00000000-0000-0000-0000-000000000000","kind":"expired","rev":1,"v":1}"#
        );
        assert_eq!(serde_json::from_slice::<Entry>(&bytes).expect("read back"), entry);
    }
}
