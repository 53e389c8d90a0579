//! Strict: approvals count only by keys that whoever checks knows, and verdicts only as the policy gives them.
//!
//! A gate that was taken over can add people and keys of its own and have them approve anything; it can write
//! down a lighter verdict than the policy's, or put a lax policy in force. It cannot sign with a key that is in
//! somebody else's file, and what it wrote down stands in the entries.

mod people;
mod replay;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

pub(super) use people::Voice;
use people::Voices;
use replay::{Replay, Standing, Turn};

use super::words::signed;
use super::{Flaw, People, Pins, Texts, texts_path};
use crate::domain::{DecisionKind, Digest, EnvelopeId, PrincipalId, Role, Severity, Verdict};
use crate::ledger::{Decided, Entry, Fact, Judged, SIGNATURE_WITH_EDIT};
use crate::policy::Policy;

/// What strictness rests on, and what it could not look into.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Strict {
    /// Approvals by enough of the people who are trusted.
    pub approved: u64,
    /// Verdicts that the policy gave again, as they were or lighter.
    pub replayed: u64,
    /// Whether the policies were named by whoever checks; else which are in force is the gate's word.
    pub policies_named: bool,
    /// Whether roles were vouched for; else they are the gate's word.
    pub roles_vouched: bool,
    /// Envelopes with a verdict that nobody can give again: texts are erased or not here.
    pub not_replayed: BTreeSet<EnvelopeId>,
    /// Envelopes with a verdict that rests on what only the gate knows: what the agent or a service said beside
    /// the payload, and whose credential it was.
    pub on_gates_word: BTreeSet<EnvelopeId>,
}

/// Why an envelope stands as one that may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stands {
    /// The entry that made it so.
    pub entry: u64,
    pub at: Timestamp,
    /// Who approved it, by name; empty where the policy let it through.
    pub by: BTreeSet<String>,
}

/// Follows the entries of a bundle that was found whole.
#[derive(Debug)]
pub(super) struct Trust<'t> {
    pins: &'t Pins,
    voices: Voices<'t>,
    replay: Replay<'t>,
    cases: HashMap<EnvelopeId, Case>,
    /// Whose texts are here, where those of others were left out: nothing is said of the others.
    about: Option<&'t BTreeSet<Uuid>>,
    pub found: Strict,
}

/// One approval.
#[derive(Debug, Clone)]
struct Vote {
    person: Option<PrincipalId>,
    /// `None` for a word that does not count.
    voice: Option<Voice>,
    in_batch: bool,
}

/// What is known of an envelope.
#[derive(Debug)]
pub(super) struct Case {
    agent: Option<PrincipalId>,
    told: BTreeMap<String, Digest>,
    turn: Turn,
    /// Of the newest payload, and of the one before.
    pub revision: u32,
    before: u32,
    named: Option<String>,
    signals: u32,
    matters: bool,
    /// Whether the policy gave its newest verdict again.
    pub again: bool,
    quorum: u32,
    role: Role,
    may_batch: bool,
    votes: Vec<Vote>,
    edit: Option<(PrincipalId, Option<Voice>)>,
    pub stands: Option<Stands>,
    /// By whom an edit was approved that may be passed on.
    passes: Vec<Vote>,
}

impl<'t> Trust<'t> {
    pub fn new(
        pins: &'t Pins,
        people: &'t People,
        policies: &'t HashMap<Digest, Policy>,
        texts: &'t BTreeMap<Uuid, Texts>,
        about: Option<&'t BTreeSet<Uuid>>,
    ) -> Self {
        Self {
            pins,
            voices: Voices::new(people, texts),
            replay: Replay { policies, texts },
            cases: HashMap::new(),
            about,
            found: Strict {
                policies_named: !pins.policies.is_empty(),
                roles_vouched: matches!(people, People::Admins(_)),
                ..Strict::default()
            },
        }
    }

    pub fn case(&self, id: EnvelopeId) -> Option<&Case> {
        self.cases.get(&id)
    }

    /// Takes the next entry, which was found to follow from those before it.
    pub fn entry(&mut self, n: u64, entry: &Entry) -> Result<(), Flaw> {
        let Some(id) = entry.envelope else {
            self.voices.entry(entry);
            return Ok(());
        };
        if self.about.is_some_and(|about| !about.contains(&id.0)) {
            return Ok(());
        }
        if let Fact::Proposed { blobs, .. } = &entry.fact {
            let case = Case::new(entry.actor.id, blobs.clone());
            self.cases.insert(id, case);
            return Ok(());
        }
        let by = signed(&entry.fact).and_then(|signed| self.voices.by(signed));
        if let Fact::Judged(judged) = &entry.fact {
            return self.judged((n, entry.at), id, judged);
        }
        let Some(case) = self.cases.get_mut(&id) else {
            return Ok(());
        };
        match &entry.fact {
            Fact::Edited { .. } => {
                case.begin_again();
                (case.before, case.revision) = (case.revision, entry.rev.unwrap_or(case.revision));
                case.turn = Turn::Edited;
                case.edit = entry.actor.id.map(|editor| (editor, by));
            }
            Fact::Classified { class, .. } => {
                (case.turn, case.named) = (Turn::Classified, Some(class.clone()));
            }
            Fact::Signal { .. } => {
                case.turn = Turn::Attested;
                case.signals += 1;
            }
            Fact::Escalated { to, .. } => {
                case.begin_again();
                case.role = heavier(case.role, *to);
            }
            Fact::Decided(decided) if decided.decision == DecisionKind::Approve => {
                let vote = case.vote(entry, decided, by);
                case.votes.push(vote);
                if decided.votes >= decided.quorum {
                    self.approved((n, entry.at), id, decided)?;
                }
            }
            Fact::Redeemed { .. } if case.matters && case.stands.is_none() => {
                let why = format!(
                    "Envelope {id} matters, was handed out in entry {n}, and was let through by the gate alone: nobody \
                     who is trusted here approved it."
                );
                return Err(Flaw::unproved(n, texts_path(id.0), why));
            }
            Fact::Decided(_) => {
                // Whoever rejects takes back what they approved.
                case.votes.retain(|vote| vote.person != entry.actor.id);
                case.stands = None;
            }
            Fact::Lapsed {} | Fact::Expired {} | Fact::Withdrawn {} | Fact::Closed { .. } | Fact::Erased { .. } => {
                case.stands = None;
            }
            _ => {}
        }
        Ok(())
    }

    /// The verdict again, and what it asks for.
    fn judged(&mut self, (n, at): (u64, Timestamp), id: EnvelopeId, judged: &Judged) -> Result<(), Flaw> {
        if !self.pins.policies.is_empty() && !self.pins.policies.contains(&judged.policy) {
            let why = format!(
                "Envelope {id} was judged in entry {n} by the policy {}, which is none of those that were named.",
                judged.policy.short()
            );
            return Err(Flaw::unproved(n, texts_path(id.0), why));
        }
        let by_class = self.matters(judged);
        let passed = judged.pass.and_then(|original| self.passed(original, id));
        let Some(case) = self.cases.get_mut(&id) else {
            return Ok(());
        };
        case.begin_again();
        (case.quorum, case.role) = (judged.quorum, judged.role);
        case.may_batch = false;
        let again = self.replay.again(&case.standing(id), judged.policy);
        // Once it mattered, it does.
        case.matters |= by_class;
        case.again = again.is_some();
        if let Some(again) = &again {
            if let Some(how) = again.contradicts(judged, judged.pass.is_some()) {
                let why = format!("The verdict on envelope {id} in entry {n} is not the policy's: {how}.");
                return Err(Flaw::unproved(n, texts_path(id.0), why));
            }
            let gate = again.judgement.gate;
            case.matters |= again.judgement.severity != Severity::Low;
            (case.quorum, case.role) = (case.quorum.max(gate.quorum), heavier(case.role, gate.role));
            case.may_batch = again.judgement.batch;
            self.found.replayed += 1;
            if again.on_word {
                self.found.on_gates_word.insert(id);
            }
        } else {
            self.found.not_replayed.insert(id);
        }
        case.turn = Turn::Attested;
        let released = judged.effective <= Verdict::Watch;
        let by_policy = released && again.is_some() && judged.pass.is_none() && !case.matters;
        if by_policy {
            let by = BTreeSet::new();
            case.stands = Some(Stands { entry: n, at, by });
        } else if let Some(votes) = passed {
            let by = case.trusted(&votes);
            case.stands = (by.len() >= case.quorum as usize).then_some(Stands { entry: n, at, by });
        }
        Ok(())
    }

    fn approved(&mut self, (n, at): (u64, Timestamp), id: EnvelopeId, decided: &Decided) -> Result<(), Flaw> {
        let Some(case) = self.cases.get_mut(&id) else {
            return Ok(());
        };
        let quorum = case.quorum.max(decided.quorum);
        let by = case.trusted(&case.votes);
        if by.len() >= quorum as usize {
            self.found.approved += 1;
            case.passes.clone_from(&case.votes);
            case.stands = Some(Stands { entry: n, at, by });
            return Ok(());
        }
        if !case.matters {
            return Ok(());
        }
        let why = format!(
            "Envelope {id} matters and was approved in entry {n}: of the {quorum} people that takes, {} signed with a key \
             that is trusted here, in the role {} or above.",
            by.len(),
            case.role
        );
        Err(Flaw::unproved(n, format!("decisions/{n}.sig"), why))
    }

    /// The approvals of an edit that another envelope may use: for the very same payload.
    fn passed(&self, original: EnvelopeId, id: EnvelopeId) -> Option<Vec<Vote>> {
        let (from, to) = (self.cases.get(&original)?, self.cases.get(&id)?);
        let sha256 = |id: EnvelopeId, case: &Case| {
            let texts = self.replay.texts.get(&id.0)?;
            let kept = texts.payloads.iter().find(|kept| kept.revision == case.revision)?;
            Some(kept.sha256)
        };
        (from.stands.is_some() && sha256(original, from)? == sha256(id, to)?).then(|| from.passes.clone())
    }

    /// Whether an envelope is more than low, by the gate's word or by the policy that it names. What cannot be
    /// told matters.
    fn matters(&self, judged: &Judged) -> bool {
        let Some(policy) = self.replay.policies.get(&judged.policy) else {
            return true;
        };
        let class = judged.class.as_deref().and_then(|class| policy.class(class));
        let by_class = class.map(|class| Severity::of(class.matrix.impact, class.matrix.reversibility));
        judged.severity != Severity::Low || by_class.is_none_or(|severity| severity != Severity::Low)
    }
}

impl Case {
    fn new(agent: Option<PrincipalId>, told: BTreeMap<String, Digest>) -> Self {
        Self {
            agent,
            told,
            turn: Turn::Proposed,
            revision: 1,
            before: 1,
            named: None,
            signals: 0,
            matters: false,
            again: false,
            quorum: 1,
            role: Role::Reviewer,
            may_batch: false,
            votes: Vec::new(),
            edit: None,
            stands: None,
            passes: Vec::new(),
        }
    }

    /// What people said before counts no more.
    fn begin_again(&mut self) {
        self.votes.clear();
        self.stands = None;
    }

    fn standing(&self, id: EnvelopeId) -> Standing<'_> {
        Standing {
            id,
            agent: self.agent,
            turn: self.turn,
            told: &self.told,
            revision: self.revision,
            before: self.before,
            named: self.named.as_deref(),
            signals: self.signals,
        }
    }

    /// An approval; the one that is part of an edit is signed with it.
    fn vote(&self, entry: &Entry, decided: &Decided, by: Option<Voice>) -> Vote {
        let with_edit = decided.signature == SIGNATURE_WITH_EDIT;
        let edit = self
            .edit
            .as_ref()
            .filter(|(editor, _)| with_edit && Some(*editor) == entry.actor.id);
        Vote {
            person: entry.actor.id,
            voice: edit.map_or(by, |(_, by)| by.clone()),
            in_batch: entry.batch.is_some(),
        }
    }

    /// Who of them is trusted, and has the role that it waits for.
    fn trusted(&self, votes: &[Vote]) -> BTreeSet<String> {
        let counts = |vote: &Vote, voice: &Voice| {
            let batch = vote.in_batch && self.may_batch;
            voice.role.is_none_or(|role| role.releases(self.role, batch))
        };
        let voices = votes.iter().filter_map(|vote| Some((vote, vote.voice.as_ref()?)));
        voices
            .filter(|(vote, voice)| counts(vote, voice))
            .map(|(_, voice)| voice.name.clone())
            .collect()
    }
}

/// The role of the two that asks for more.
fn heavier(one: Role, other: Role) -> Role {
    if other.fulfils(one) { other } else { one }
}
