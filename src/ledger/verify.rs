//! The check of a whole ledger from its raw entries.
//!
//! It shares nothing with the writer but the canonical form: the tree is computed a second way here,
//! and every envelope's stage is derived again from what the entries say happened.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::{Entry, Fact, Payload, Salt, commit, form};
use crate::domain::{DecisionKind, Digest, EnvelopeId, Event, PrincipalId, Stage, apply};

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
}

/// A stored text and the commitment under which it is kept.
#[derive(Debug)]
pub struct BlobCheck<'a> {
    pub commitment: Digest,
    /// Salt and bytes; `None` once erased.
    pub content: Option<(Salt, &'a [u8])>,
}

#[derive(Debug)]
struct Case {
    stage: Stage,
    revision: u32,
    quorum: u32,
    approvers: Vec<PrincipalId>,
}

/// Reads a ledger front to back. Any method's error ends the check.
#[derive(Debug, Default)]
pub struct Verifier {
    /// Complete subtrees at the right edge: how many entries each covers, and its hash.
    edge: Vec<(u64, Digest)>,
    cases: HashMap<EnvelopeId, Case>,
    committed: HashSet<Digest>,
    report: Report,
}

impl Verifier {
    /// Takes the next entry, with the leaf hash that was stored for it.
    pub fn entry(&mut self, seq: u64, bytes: &[u8], stored_leaf: Option<Digest>) -> Result<(), Fault> {
        let next = self.report.entries;
        let bad = |message: String| Fault {
            kind: FaultKind::Tampered,
            entry: Some(next),
            message,
        };
        if seq != next {
            return Err(bad(format!("Entry {next} is missing.")));
        }
        let leaf = hash(&[&[0], bytes]);
        match stored_leaf {
            Some(stored) if stored == leaf => {}
            Some(_) => {
                return Err(bad(format!("Entry {next} is not what its leaf hash was made of.")));
            }
            None => return Err(bad(format!("Entry {next} has no leaf hash."))),
        }
        let entry: Entry = serde_json::from_slice(bytes)
            .map_err(|error| bad(format!("Entry {next} is not an entry this version knows: {error}.")))?;
        if entry.v != 1 {
            return Err(bad(format!(
                "Entry {next} has frame version {}; this program knows 1.",
                entry.v
            )));
        }
        if form(&entry).ok().as_deref() != Some(bytes) {
            return Err(bad(format!("Entry {next} is not in canonical form.")));
        }
        self.step(&entry)
            .map_err(|why| bad(format!("Entry {next} cannot have happened: {why}.")))?;
        self.committed.extend(entry.commitments());
        self.grow(leaf);
        Ok(())
    }

    fn grow(&mut self, leaf: Digest) {
        let mut new = (1, leaf);
        while let Some(left) = self.edge.pop_if(|left| left.0 == new.0) {
            new = (left.0 * 2, hash(&[&[1], &left.1.0, &new.1.0]));
        }
        self.edge.push(new);
        self.report.entries += 1;
    }

    fn root(&self) -> Digest {
        let mut hashes = self.edge.iter().rev().map(|(_, hash)| *hash);
        let last = hashes.next().unwrap_or_else(|| hash(&[]));
        hashes.fold(last, |right, left| hash(&[&[1], &left.0, &right.0]))
    }

    /// Follows the lifecycle. The error is a sentence fragment.
    fn step(&mut self, entry: &Entry) -> Result<(), String> {
        let Some(id) = entry.envelope else {
            return Ok(());
        };
        let revision = entry.rev.ok_or("it names an envelope and no revision")?;
        if matches!(entry.fact, Fact::Proposed { .. }) {
            let fresh = Case {
                stage: Stage::Proposed,
                revision,
                quorum: 1,
                approvers: Vec::new(),
            };
            self.report.envelopes += 1;
            return match self.cases.insert(id, fresh) {
                None => Ok(()),
                Some(_) => Err("its envelope was proposed before".to_owned()),
            };
        }
        let case = self.cases.get_mut(&id).ok_or("its envelope was never proposed")?;
        let event = match &entry.fact {
            Fact::Judged(judged) => {
                case.quorum = judged.quorum;
                case.approvers.clear();
                Event::Judged(judged.effective)
            }
            Fact::Decided(decided) => match decided.decision {
                DecisionKind::Reject => Event::Rejected,
                DecisionKind::Approve => {
                    let person = entry.actor.id.ok_or("nobody approved")?;
                    if case.approvers.contains(&person) {
                        return Err("one person approved twice".to_owned());
                    }
                    case.approvers.push(person);
                    let votes = u32::try_from(case.approvers.len()).unwrap_or(u32::MAX);
                    if (decided.votes, decided.quorum) != (votes, case.quorum) {
                        return Err("its count of votes is wrong".to_owned());
                    }
                    if votes >= case.quorum {
                        Event::QuorumMet
                    } else {
                        Event::Approved
                    }
                }
            },
            Fact::Escalated { .. } => {
                case.approvers.clear();
                Event::Escalated
            }
            Fact::Expired {} => Event::Expired,
            Fact::Closed {} => Event::ClosedUnrun,
            Fact::Lapsed {} => Event::Lapsed,
            Fact::Withdrawn {} => Event::Withdrawn,
            Fact::Redeemed { .. } => Event::Redeemed,
            Fact::Outcome { succeeded: true, .. } => Event::Succeeded,
            Fact::Outcome { succeeded: false, .. } => Event::Failed,
            Fact::Opened { .. }
            | Fact::PolicyActivated { .. }
            | Fact::PrincipalAdded { .. }
            | Fact::KeyAdded { .. }
            | Fact::PrincipalRevoked { .. }
            | Fact::Proposed { .. } => {
                return Err("its kind is not about an envelope".to_owned());
            }
        };
        case.stage = apply(case.stage, &event).map_err(|step| step.to_string())?;
        case.revision = revision;
        Ok(())
    }

    /// Checks a head as soon as as many entries as it names were read.
    pub fn head(&self, size: u64, root: Digest, at: Timestamp) -> Result<(), Fault> {
        if size == self.report.entries && root != self.root() {
            return Err(Fault {
                kind: FaultKind::Tampered,
                entry: size.checked_sub(1),
                message: format!("The head of {at} over {size} entries names another root than theirs."),
            });
        }
        Ok(())
    }

    /// Compares the newest head with what was read: missing or surplus entries are a torn tail.
    pub fn end(&self, size: Option<u64>) -> Result<(), Fault> {
        let read = self.report.entries;
        let message = match size {
            Some(size) if size == read => return Ok(()),
            Some(size) if size > read => {
                format!("The head names {size} entries and {read} are there.")
            }
            Some(size) => format!("{read} entries are there and the head covers {size} of them."),
            None if read == 0 => return Ok(()),
            None => format!("{read} entries are there and no head covers them."),
        };
        let entry = Some(size.unwrap_or(0).min(read));
        Err(Fault {
            kind: FaultKind::TornTail,
            entry,
            message,
        })
    }

    /// Checks a stored inner node against its children.
    pub fn node(&self, level: u8, index: u64, stored: Digest, children: Option<(Digest, Digest)>) -> Result<(), Fault> {
        let sound = children.is_some_and(|(left, right)| hash(&[&[1], &left.0, &right.0]) == stored);
        if sound {
            return Ok(());
        }
        Err(Fault {
            kind: FaultKind::Tampered,
            entry: None,
            message: format!("Tree node {index} of level {level} is not the hash of its children."),
        })
    }

    /// Checks a stored text against its commitment, and the commitment against the entries.
    pub fn blob(&mut self, blob: &BlobCheck<'_>) -> Result<(), Fault> {
        let content = blob.content.as_ref().map(|(salt, bytes)| commit(salt, bytes));
        self.committed_text(blob.commitment, content)
    }

    /// Checks a stored payload: its form must give the commitment, and the digest that was shown.
    pub fn payload(&mut self, commitment: Digest, content: Option<(Salt, &Payload, Digest)>) -> Result<(), Fault> {
        if let Some((_, payload, sha256)) = &content
            && payload.sha256() != *sha256
        {
            return Err(tampered(format!(
                "The payload {} has another digest than the one stored with it.",
                commitment.short()
            )));
        }
        self.committed_text(commitment, content.map(|(salt, payload, _)| payload.commitment(&salt)))
    }

    fn committed_text(&mut self, commitment: Digest, computed: Option<Digest>) -> Result<(), Fault> {
        if computed.is_some_and(|computed| computed != commitment) {
            return Err(tampered(format!(
                "The text {} is not the one its entry commits to.",
                commitment.short()
            )));
        }
        if !self.committed.contains(&commitment) {
            return Err(tampered(format!(
                "No entry commits to the text {}.",
                commitment.short()
            )));
        }
        self.report.blobs += 1;
        self.report.erased += u64::from(computed.is_none());
        Ok(())
    }

    /// Checks what lists show of an envelope against what its entries say.
    pub fn projection(&self, id: EnvelopeId, stage: Stage, revision: u32, votes: u32) -> Result<(), Fault> {
        let Some(case) = self.cases.get(&id) else {
            return Err(tampered(format!("Envelope {id} stands in the lists and in no entry.")));
        };
        if (case.stage, case.revision) != (stage, revision) || case.approvers.len() != votes as usize {
            return Err(tampered(format!(
                "Envelope {id} is listed as {stage} with {votes} votes; its entries say {} with {}.",
                case.stage,
                case.approvers.len()
            )));
        }
        Ok(())
    }

    /// What was found, after everything was handed in. `listed` is how many envelopes the lists hold.
    pub fn finish(self, listed: u64) -> Result<Report, Fault> {
        if listed != self.report.envelopes {
            return Err(tampered(format!(
                "{} envelopes were proposed and {listed} stand in the lists.",
                self.report.envelopes
            )));
        }
        Ok(self.report)
    }
}

fn tampered(message: String) -> Fault {
    Fault {
        kind: FaultKind::Tampered,
        entry: None,
        message,
    }
}

fn hash(parts: &[&[u8]]) -> Digest {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    Digest(hash.finalize().into())
}
