//! What people signed, as `ssh-keygen -Y verify` takes it.

use crate::domain::{DecisionKind, EnvelopeId, PrincipalId};
use crate::ledger::{CanonicalError, Entry, Fact, Signed, together_bytes};
use crate::signature::ssh::SshSignature;

use super::Files;
use super::signers::ssh_time;

/// One signed decision, taken out of its entry.
#[derive(Debug, Clone)]
pub struct SignedWord {
    /// Its entry, counted from 0.
    pub n: u64,
    pub person: PrincipalId,
    pub signed: Signed,
}

impl SignedWord {
    /// Of an entry, where it holds one.
    pub fn of(n: u64, entry: &Entry) -> Option<Self> {
        Some(Self {
            n,
            person: entry.actor.id?,
            signed: signed(&entry.fact)?.clone(),
        })
    }

    /// Its files: the document, the signature, and the list that the signature is over if it is over one.
    pub fn files(&self) -> Result<Files, CanonicalError> {
        let path = |end: &str| format!("decisions/{}.{end}", self.n);
        let armored = SshSignature::parse(&self.signed.signature).map(|signature| signature.armored());
        let mut files = Files::from([
            (path("json"), self.signed.document.bytes()?),
            (path("sig"), armored.unwrap_or_default().into_bytes()),
        ]);
        if let Some(list) = &self.signed.together {
            files.insert(path("signed"), together_bytes(list)?);
        }
        Ok(files)
    }

    fn about(&self) -> (EnvelopeId, DecisionKind) {
        (self.signed.document.envelope, self.signed.document.decision)
    }
}

/// One line of `decisions.tsv`: entry, person, time as `ssh-keygen` reads it, decision, envelope.
pub fn decisions_line(word: &SignedWord) -> String {
    let (envelope, decision) = word.about();
    let at = ssh_time(word.signed.document.at);
    format!("{}\t{}\t{at}\t{decision}\t{envelope}\n", word.n, word.person)
}

/// The signature that a fact holds, whatever kind of word it is.
pub(super) fn signed(fact: &Fact) -> Option<&Signed> {
    if let Fact::Decided(decided) = fact {
        return decided.signed.as_deref();
    }
    let (Fact::Edited { given, .. }
    | Fact::Classified { given, .. }
    | Fact::Extended { given, .. }
    | Fact::Escalated { given: Some(given), .. }) = fact
    else {
        return None;
    };
    given.signed.as_deref()
}
