//! The tree over the entries, computed a second way, and the heads and nodes that are stored of it.

use jiff::Timestamp;

use super::{Fault, FaultKind, Verifier, hash};
use crate::domain::Digest;

impl Verifier {
    pub(super) fn grow(&mut self, leaf: Digest) {
        let mut new = (1, leaf);
        while let Some(left) = self.edge.pop_if(|left| left.0 == new.0) {
            new = (left.0 * 2, hash(&[&[1], &left.1.0, &new.1.0]));
        }
        self.edge.push(new);
        self.report.entries += 1;
    }

    pub(super) fn root(&self) -> Digest {
        let mut hashes = self.edge.iter().rev().map(|(_, hash)| *hash);
        let last = hashes.next().unwrap_or_else(|| hash(&[]));
        hashes.fold(last, |right, left| hash(&[&[1], &left.0, &right.0]))
    }

    /// Checks a head as soon as as many entries as it names were read.
    pub fn head(&mut self, size: u64, root: Digest, at: Timestamp, note: Option<&[u8]>) -> Result<(), Fault> {
        self.signatures.head(size, root);
        if size == self.report.entries && root != self.root() {
            return Err(Fault {
                kind: FaultKind::Tampered,
                entry: size.checked_sub(1),
                message: format!("The head of {at} over {size} entries names another root than theirs."),
            });
        }
        self.note(size, root, at, note)
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
}
