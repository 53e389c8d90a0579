//! Strict: approvals count only by keys that whoever checks named, not by those that the gate did.
//!
//! A gate that was taken over can add people and keys of its own and have them approve anything. It cannot
//! sign with a key that is in somebody else's file.

use std::collections::{BTreeSet, HashMap};

use super::words::signed;
use super::{Flaw, Signer};
use crate::domain::{DecisionKind, Digest, EnvelopeId, PrincipalId, Severity};
use crate::ledger::{Entry, Fact, Judged, SIGNATURE_WITH_EDIT, Signed};
use crate::policy::Policy;

/// Who is trusted, and the policies by which it is seen how much an envelope matters.
#[derive(Debug)]
pub(super) struct Trust<'t> {
    pub signers: &'t [Signer],
    pub policies: HashMap<Digest, Policy>,
    cases: HashMap<EnvelopeId, Case<'t>>,
    /// Approvals that rest on enough of the trusted keys.
    pub approved: u64,
}

/// What is known of an envelope that is not over.
#[derive(Debug, Default)]
struct Case<'t> {
    matters: bool,
    /// Who approved, by the name in the file; `None` for a word that does not count.
    votes: Vec<Option<&'t str>>,
    edit: Option<(PrincipalId, Option<&'t str>)>,
}

impl<'t> Trust<'t> {
    pub fn new(signers: &'t [Signer], policies: HashMap<Digest, Policy>) -> Self {
        Self {
            signers,
            policies,
            cases: HashMap::new(),
            approved: 0,
        }
    }

    /// Takes the next entry, which was found to follow from those before it.
    pub fn entry(&mut self, n: u64, entry: &Entry) -> Result<(), Flaw> {
        let Some(id) = entry.envelope else {
            return Ok(());
        };
        let by = signed(&entry.fact).and_then(|signed| self.by(signed));
        if let Fact::Judged(judged) = &entry.fact {
            let matters = self.matters(judged);
            let case = self.cases.entry(id).or_default();
            case.votes.clear();
            // Once it mattered, it does.
            case.matters |= matters;
        }
        let case = self.cases.entry(id).or_default();
        if matches!(entry.fact, Fact::Edited { .. } | Fact::Escalated { .. }) {
            case.votes.clear();
        }
        if matches!(entry.fact, Fact::Edited { .. }) {
            case.edit = entry.actor.id.map(|editor| (editor, by));
        }
        let Fact::Decided(decided) = &entry.fact else {
            return Ok(());
        };
        if decided.decision != DecisionKind::Approve {
            return Ok(());
        }
        let with_edit = decided.signature == SIGNATURE_WITH_EDIT;
        let edited = case
            .edit
            .filter(|(editor, _)| with_edit && Some(*editor) == entry.actor.id);
        case.votes.push(edited.map_or(by, |(_, by)| by));
        if decided.votes < decided.quorum {
            return Ok(());
        }
        let trusted: BTreeSet<&str> = case.votes.iter().copied().flatten().collect();
        let enough = trusted.len() >= decided.quorum as usize;
        if case.matters && !enough {
            return Err(Flaw::unproved(
                n,
                format!(
                    "Envelope {id} matters and was approved in entry {n}: of the {} people that takes, {} signed with a key \
                     that is trusted here.",
                    decided.quorum,
                    trusted.len()
                ),
            ));
        }
        self.approved += u64::from(enough);
        Ok(())
    }

    /// Who in the file signed it, at a time at which that key counts.
    fn by(&self, signed: &Signed) -> Option<&'t str> {
        let fits = |signer: &&Signer| signer.key.fingerprint() == signed.key && signer.counts(signed.document.at);
        self.signers.iter().find(fits).map(|signer| signer.names.as_str())
    }

    /// Whether an envelope is more than low, by the gate's word or by the policy that it names. What cannot be
    /// told matters.
    fn matters(&self, judged: &Judged) -> bool {
        let Some(policy) = self.policies.get(&judged.policy) else {
            return true;
        };
        let class = judged.class.as_deref().and_then(|class| policy.class(class));
        let by_class = class.map(|class| Severity::of(class.matrix.impact, class.matrix.reversibility));
        judged.severity != Severity::Low || by_class.is_none_or(|severity| severity != Severity::Low)
    }
}
