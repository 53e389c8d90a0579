//! The check of a whole ledger from its raw entries.
//!
//! It shares nothing with the writer but the canonical form: the tree is computed a second way here,
//! and every envelope's stage is derived again from what the entries say happened.

mod afterwards;
mod alone;
mod apart;
mod case;
mod counts;
mod differs;
mod erased;
mod finding;
mod gate;
mod log;
mod pass;
mod people;
mod places;
mod signed;
mod standing;
#[cfg(test)]
mod tale;
mod texts;
mod tokens;
mod tree;
mod vouched;

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub use alone::{Alone, BlobAlone, PayloadAlone};
pub use counts::JudgementCounts;
pub use erased::{BASIS, REASON};
pub use finding::{BlobCheck, Fault, FaultKind, KnownHold, KnownPrincipal, KnownStop, Listed, Report, Said, UndoAsked};
pub use signed::KnownKey;
pub use standing::{Standing, standing};
pub use tokens::TokenKey;

use super::{Admins, Entry, Fact, Judged, profile, sha256};
use crate::domain::{Digest, EnvelopeId, PrincipalId, Review, Scopes, Stage};

/// The place of a revision's payload among an envelope's texts.
fn payload_place(revision: u32) -> String {
    format!("payload/{revision}")
}

/// What the entries say of one envelope.
#[derive(Debug)]
struct Case {
    proposed_at: Timestamp,
    /// What its payload is about: tool and target, where it was not erased.
    about: Option<(String, Option<String>)>,
    stage: Stage,
    revision: u32,
    quorum: u32,
    approvers: Vec<PrincipalId>,
    rejecters: Vec<PrincipalId>,
    agent: Option<PrincipalId>,
    payload: Digest,
    judged: Option<Judged>,
    judgements: u32,
    /// A person changed it, and no judgement followed yet.
    unjudged: bool,
    /// The class a person named, until the judgement that must follow.
    named: Option<String>,
    /// Who edited, until the approval that must follow.
    editor: Option<PrincipalId>,
    /// The key that edit was signed with.
    edit_signed: Option<Digest>,
    escalated: u32,
    custody: Option<PrincipalId>,
    claim: Option<(PrincipalId, Timestamp)>,
    edited: u32,
    decisions: Vec<Said>,
    questions: Vec<(Option<PrincipalId>, Timestamp, Option<Timestamp>)>,
    outcome: Option<bool>,
    redeemed_at: Option<Timestamp>,
    signals: u32,
    review: Option<Review>,
    reviewed: Option<(Option<PrincipalId>, Review, Timestamp)>,
    reviews: u32,
    /// Whether a person looked since something last happened.
    seen: bool,
    undos: u32,
    undo: Option<UndoAsked>,
    /// Where its agent was told that it is over at the outermost: it came over AAP.
    outer_at: Option<Timestamp>,
    passed_to: Option<EnvelopeId>,
    /// How often its texts were erased.
    erasures: u32,
}

/// Reads a ledger front to back. Any method's error ends the check.
#[derive(Debug, Default)]
pub struct Verifier {
    /// Complete subtrees at the right edge: how many entries each covers, and its hash.
    edge: Vec<(u64, Digest)>,
    /// Each in a place of its own: there may be millions, and the map moves what it holds as it grows.
    cases: HashMap<EnvelopeId, Box<Case>>,
    places: places::Places,
    principals: HashMap<PrincipalId, KnownPrincipal>,
    policies: HashSet<Digest>,
    stops: Vec<KnownStop>,
    signatures: signed::Signatures,
    holds: Vec<KnownHold>,
    /// Principals and stops whose texts were erased.
    forgotten: HashSet<Uuid>,
    /// Texts of others that named one of them, and went too.
    gone: HashMap<Uuid, HashSet<String>>,
    /// Texts that came after their envelope was erased.
    late: HashMap<Uuid, HashSet<String>>,
    passes: pass::Passes,
    counts: JudgementCounts,
    log: log::Log,
    tokens: tokens::TokenKeys,
    admins: Admins,
    report: Report,
}

impl Verifier {
    /// Takes the next entry, with the leaf hash that was stored for it.
    pub fn entry(&mut self, seq: u64, bytes: &[u8], stored_leaf: Option<Digest>) -> Result<(), Fault> {
        self.entry_alone(seq, &Alone::read(bytes), stored_leaf)
    }

    /// The same with one that was looked at by itself before.
    pub fn entry_alone(&mut self, seq: u64, alone: &Alone, stored_leaf: Option<Digest>) -> Result<(), Fault> {
        let next = self.report.entries;
        let bad = |message: String| Fault {
            kind: FaultKind::Tampered,
            entry: Some(next),
            message,
        };
        if seq != next {
            return Err(bad(format!("Entry {next} is missing.")));
        }
        let Alone { leaf, entry } = alone;
        match stored_leaf {
            Some(stored) if stored == *leaf => {}
            Some(_) => {
                return Err(bad(format!("Entry {next} is not what its leaf hash was made of.")));
            }
            None => return Err(bad(format!("Entry {next} has no leaf hash."))),
        }
        let entry = entry.as_ref().map_err(|what| bad(format!("Entry {next} {what}.")))?;
        self.step(entry)
            .map_err(|why| bad(format!("Entry {next} cannot have happened: {why}.")))?;
        self.counts.take(entry);
        self.grow(*leaf);
        Ok(())
    }

    /// Takes an entry that is about no envelope by itself, where only people, keys and stops are compared and
    /// whoever reads has seen that it is in the tree.
    pub fn entry_of_the_gate(&mut self, seq: u64, entry: &Entry) -> Result<(), Fault> {
        self.about_the_gate(entry).map_err(|why| Fault {
            kind: FaultKind::Tampered,
            entry: Some(seq),
            message: format!("Entry {seq} cannot have happened: {why}."),
        })
    }

    /// Follows the lifecycle. The error is a sentence fragment.
    fn step(&mut self, entry: &Entry) -> Result<(), String> {
        self.pass_is_closed_first(entry)?;
        let Some(id) = entry.envelope else {
            return self.about_the_gate(entry);
        };
        let revision = entry.rev.ok_or("it names an envelope and no revision")?;
        if let Fact::Proposed {
            payload,
            blobs,
            outer_at,
        } = &entry.fact
        {
            if outer_at.is_some_and(|outer| outer <= entry.at) {
                return Err("it was over before it was proposed".to_owned());
            }
            for (kind, commitment) in blobs {
                self.places.insert(id.0, kind, *commitment);
            }
            self.places.insert(id.0, &payload_place(revision), *payload);
            self.report.envelopes += 1;
            let mut case = Case::new(entry, revision, *payload);
            case.outer_at = *outer_at;
            return match self.cases.insert(id, Box::new(case)) {
                None => Ok(()),
                Some(_) => Err("its envelope was proposed before".to_owned()),
            };
        }
        if let Fact::Judged(judged) = &entry.fact
            && let Some(original) = judged.pass
        {
            self.pass_is_used(id, original)?;
        }
        self.may_erase(id, entry)?;
        let case = self.cases.get_mut(&id).ok_or("its envelope was never proposed")?;
        self.signatures.check(entry, case)?;
        people::may_count(&self.principals, entry, case)?;
        let was_erased = case.erasures > 0;
        let first = case.stage == Stage::Proposed;
        let texts = case.follow(entry, revision)?;
        let is_stopped = self.stops.iter().any(|stop| case.is_halted(stop));
        if matches!(entry.fact, Fact::Redeemed { .. }) && is_stopped {
            return Err("it was handed out while it was stopped".to_owned());
        }
        if first && case.stage == Stage::Allowed && is_stopped {
            return Err("it was let through while it was stopped".to_owned());
        }
        for (kind, commitment) in texts {
            if was_erased {
                self.late.entry(id.0).or_default().insert(kind.clone());
            }
            self.places.insert(id.0, &kind, commitment);
        }
        Ok(())
    }

    /// Checks what lists show of an envelope against what its entries say.
    pub fn projection(&mut self, listed: &Listed) -> Result<(), Fault> {
        let id = listed.id;
        let Some(case) = self.cases.get(&id) else {
            return Err(tampered(format!("Envelope {id} stands in the lists and in no entry.")));
        };
        // What was erased names no digest any more.
        if case.erasures == 0 {
            self.passes.list(id, listed.listed_sha256);
        }
        match case.differs(listed) {
            Some(what) => Err(tampered(format!(
                "The lists show another {what} for envelope {id} than its entries."
            ))),
            None => Ok(()),
        }
    }

    /// Checks a caller as the table has it; an erased profile says nothing about name and scopes.
    pub fn principal(&self, listed: &KnownPrincipal) -> Result<(), Fault> {
        let nameless = if self.forgotten.contains(&listed.id.0) {
            profile(&listed.id.erased_name(), &Scopes::default()).ok()
        } else {
            None
        };
        let same = self.principals.get(&listed.id).is_some_and(|known| {
            let told = nameless.as_ref().unwrap_or(&known.profile);
            let profile = told.is_empty() || *told == listed.profile;
            let entries = KnownPrincipal {
                profile: listed.profile.clone(),
                ..known.clone()
            };
            profile && entries == *listed
        });
        if same {
            Ok(())
        } else {
            Err(tampered(format!(
                "The principal {} is not the one its entries added.",
                listed.id
            )))
        }
    }

    /// Whether nobody who was added is gone from the table.
    pub fn are_all_principals(&self, listed: usize) -> Result<(), Fault> {
        let added = self.principals.len();
        if added == listed {
            return Ok(());
        }
        Err(tampered(format!(
            "{added} principals were added and {listed} are there."
        )))
    }

    /// Checks the signing keys that are there against those the entries tell of.
    pub fn keys(&self, mut listed: Vec<KnownKey>) -> Result<(), Fault> {
        listed.sort_by_key(|known| known.key);
        if self.signatures.keys() == listed {
            Ok(())
        } else {
            Err(tampered(
                "The signing keys are not those that the entries tell of.".to_owned(),
            ))
        }
    }

    /// Checks the bytes of a policy that was in force.
    pub fn policy(&mut self, version: Digest, bytes: &[u8]) -> Result<(), Fault> {
        if sha256(bytes) == version && self.policies.remove(&version) {
            return Ok(());
        }
        Err(tampered(format!(
            "The policy {} is not the one that was activated.",
            version.short()
        )))
    }

    /// What was found, after everything was handed in: how many envelopes and principals the lists hold.
    pub fn finish(self, envelopes: u64, principals: usize) -> Result<Report, Fault> {
        self.are_all_principals(principals)?;
        let missing = self.places.missing().min();
        let message = if let Some((owner, kind)) = missing {
            format!("The {kind} of {owner} is gone, though it was not erased.")
        } else if let Some(policy) = self.policies.iter().next() {
            format!("The policy {} is gone.", policy.short())
        } else if envelopes != self.report.envelopes {
            format!(
                "{} envelopes were proposed and {envelopes} stand in the lists.",
                self.report.envelopes
            )
        } else if let Some(message) = self.passes.unsettled() {
            message
        } else {
            return Ok(self.report);
        };
        Err(tampered(message))
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
