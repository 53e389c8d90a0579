//! The check where not everything is at hand: entries with their last head, and the texts of some.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Fault, KnownKey, Report, Verifier, tampered};
use crate::domain::{Digest, EnvelopeId};

impl Verifier {
    /// Takes what was read so far as something that a reviewer may have seen: who has the entries and no heads
    /// knows no less what the root over them was.
    pub fn could_be_seen(&mut self) {
        let (size, root) = (self.report.entries, self.root());
        self.signatures.head(size, root);
    }

    /// Says what a head of so many entries was, where no entries were taken from which it follows.
    pub fn was_head(&mut self, size: u64, root: Digest) {
        self.signatures.was_head(size, root);
    }

    /// Every signing key that the entries tell of.
    pub fn known_keys(&self) -> Vec<KnownKey> {
        self.signatures.keys()
    }

    /// What was found, where the texts of some envelopes were left out: of these everything was handed in, and
    /// of what is no envelope.
    pub fn finish_part(mut self, taken: &BTreeSet<Uuid>) -> Result<Report, Fault> {
        let left_out = |subject: &Uuid| !taken.contains(subject) && self.cases.contains_key(&EnvelopeId(*subject));
        let missing = self.places.missing();
        let mut erased = 0;
        for (subject, kind) in missing.filter(|(subject, _)| !left_out(subject)) {
            self.is_accounted_for(subject, kind, false)?;
            erased += 1;
        }
        self.report.erased += erased;
        self.finish_some()
    }

    /// The same where only some texts were handed in, whoever they are of: nothing is said of those that are not here.
    pub fn finish_some(self) -> Result<Report, Fault> {
        if let Some(policy) = self.policies.iter().next() {
            return Err(tampered(format!("The policy {} is gone.", policy.short())));
        }
        match self.passes.unsettled() {
            Some(message) => Err(tampered(message)),
            None => Ok(self.report),
        }
    }
}
