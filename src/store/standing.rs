//! What a change may rest on whatever the lists say: entries that are in the tree.

use super::scan::{self, Trouble};
use super::{StoreError, Tx, Watch};
use crate::domain::{Digest, EnvelopeId};
use crate::ledger::{Entry, Fact, Fault, FaultKind, Verifier, includes, inclusion, leaf_hash, sha256};

impl Tx<'_> {
    /// Every entry about an envelope, in order; an error where one is not in the tree.
    pub fn proven_entries_of(&self, id: EnvelopeId) -> Result<Vec<Entry>, StoreError> {
        self.all_proven(self.raw_entries_of(id)?)
    }

    /// Every entry that is about no envelope, and those about one, in order; an error where one is not in the
    /// tree.
    pub fn proven_entries(&self, about: Option<EnvelopeId>) -> Result<Vec<Entry>, StoreError> {
        let mut found = self.raw_entries_of_the_gate()?;
        if let Some(id) = about {
            found.extend(self.raw_entries_of(id)?);
            found.sort_by_key(|(seq, _)| *seq);
        }
        self.all_proven(found)
    }

    fn all_proven(&self, found: Vec<(u64, Vec<u8>)>) -> Result<Vec<Entry>, StoreError> {
        let end = self.end();
        let proven = found.into_iter().map(|(seq, bytes)| self.proven(seq, &bytes, end));
        proven.collect()
    }

    /// Reads an entry whose bytes lead to the root over so many.
    fn proven(&self, seq: u64, bytes: &[u8], (size, root): (u64, Digest)) -> Result<Entry, StoreError> {
        let hashes = inclusion(seq, size, |level, index| self.node(level, index))?;
        if !hashes.is_some_and(|hashes| includes(seq, leaf_hash(bytes), &hashes, size, root)) {
            return Err(StoreError::Unsound(format!("entry {seq} is not in its tree")));
        }
        serde_json::from_slice(bytes).map_err(|error| StoreError::Unreadable(seq, error))
    }

    /// Compares policy, people, keys and stops with the entries that tell of them. The outer error is about
    /// reading, the inner about content.
    pub fn check_gate(&self) -> Result<Result<(), Fault>, StoreError> {
        match self.compare() {
            Ok(()) => Ok(Ok(())),
            Err(Trouble::Fault(fault)) => Ok(Err(fault)),
            Err(Trouble::Sql(error)) => Err(error.into()),
            Err(Trouble::Store(error)) => Err(error),
        }
    }

    fn compare(&self) -> Result<(), Trouble> {
        let mut verifier = Verifier::default();
        let (mut policy, end) = (None, self.end());
        for (seq, bytes) in self.raw_entries_of_the_gate().map_err(Trouble::Store)? {
            let entry = self.proven(seq, &bytes, end).map_err(Trouble::Store)?;
            if let Fact::PolicyActivated { policy: version } = &entry.fact {
                policy = Some(*version);
            }
            if let Fact::KeyVouched(word) = &entry.fact
                && word.voucher.seen.size <= seq
            {
                let size = word.voucher.seen.size;
                verifier.was_head(size, self.root_over(size).map_err(Trouble::Store)?);
            }
            verifier.entry_of_the_gate(seq, &entry)?;
        }
        let listed = self.policy_in_force().map_err(Trouble::Store)?;
        let same = |(version, bytes): &(_, Vec<u8>)| Some(*version) == policy && sha256(bytes) == *version;
        if listed.as_ref().map_or(policy.is_some(), |listed| !same(listed)) {
            return Err(Trouble::Fault(Fault {
                kind: FaultKind::Tampered,
                entry: None,
                message: "The policy in force is not the one that was activated last.".to_owned(),
            }));
        }
        scan::blobs(
            self.connection(),
            &mut verifier,
            "WHERE subject IN (SELECT id FROM principal UNION SELECT id FROM stop)",
            &Watch::default(),
        )?;
        let people = scan::principals(self.connection(), &verifier)?;
        verifier.are_all_principals(people)?;
        scan::keys(self.connection(), &verifier)?;
        scan::stops(self.connection(), &verifier)
    }
}
