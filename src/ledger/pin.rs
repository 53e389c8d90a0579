//! What somebody saw of a ledger, and whether what is shown now grew from it.

use serde::{Deserialize, Serialize};

use super::{Checkpoint, Entry, Fact, extends, handed_over, includes, leaf_hash};
use crate::domain::Digest;
use crate::signature::NoteKey;

/// A head that was seen, and the key that signed it, as signed notes name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    pub key: String,
    pub size: u64,
    pub root: Digest,
}

/// What a gate shows: its newest checkpoint, that it grew, and the entries that named a key.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'c> {
    pub checkpoint: &'c str,
    /// From the pin's size to the checkpoint's.
    pub growth: &'c [Digest],
    pub keys: &'c [NamedKey<'c>],
}

/// An entry that names a key: its place, its bytes, and its proof up to the checkpoint.
pub type NamedKey<'c> = (u64, &'c str, &'c [Digest]);

/// Why a gate is not believed. One sentence each, without its full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    #[error("it shows no head that is signed with the key its own entries name")]
    Unsigned,
    #[error("it had {seen} entries and has {there}")]
    Shorter { seen: u64, there: u64 },
    #[error("its first {seen} entries are not those that were there before")]
    Differs { seen: u64 },
    #[error("it signs with {there}, which the key of before, {seen}, did not hand over to")]
    Key { seen: String, there: String },
    #[error("an admin accepted a rollback, and it goes on as {0}")]
    Renamed(String),
}

impl Pin {
    /// What is shown by somebody who was not seen before is taken as it is, if it holds together.
    pub fn first(claim: &Claim<'_>) -> Result<Self, Unproved> {
        let (keys, head) = held_together(claim)?;
        Ok(Self::of(&keys, &head))
    }

    /// What is pinned next, where all that was seen is still there.
    pub fn follow(&self, claim: &Claim<'_>) -> Result<Self, Unproved> {
        let (keys, head) = held_together(claim)?;
        let last = keys.last().ok_or(Unproved::Unsigned)?;
        let from = keys.iter().position(|(key, _)| key.to_string() == self.key);
        let other = || Unproved::Key {
            seen: self.key.clone(),
            there: last.0.to_string(),
        };
        let from = from.ok_or_else(other)?;
        for step in keys[from..].windows(2) {
            match step {
                [_, (next, Handed::ByRollback)] => return Err(Unproved::Renamed(next.name().to_owned())),
                [(before, _), (next, Handed::By(signed))] if handed_over(before, next, signed) => {}
                _ => return Err(other()),
            }
        }
        if head.size < self.size {
            return Err(Unproved::Shorter {
                seen: self.size,
                there: head.size,
            });
        }
        if !extends((self.size, self.root), (head.size, head.root), claim.growth) {
            return Err(Unproved::Differs { seen: self.size });
        }
        Ok(Self::of(&keys, &head))
    }

    fn of(keys: &[(NoteKey, Handed)], head: &Checkpoint) -> Self {
        Self {
            key: keys.last().map(|(key, _)| key.to_string()).unwrap_or_default(),
            size: head.size,
            root: head.root,
        }
    }
}

/// How a key came to be the one in force.
enum Handed {
    First,
    By(String),
    ByRollback,
}

/// The keys in order and the newest head, where it is signed with the last of them and has their entries.
fn held_together(claim: &Claim<'_>) -> Result<(Vec<(NoteKey, Handed)>, Checkpoint), Unproved> {
    let mut keys = Vec::new();
    for (_, entry, _) in claim.keys {
        let entry: Entry = serde_json::from_str(entry).map_err(|_| Unproved::Unsigned)?;
        let (key, handed) = match entry.fact {
            Fact::KeyRotated { key, signed: None } => (key, Handed::First),
            Fact::KeyRotated {
                key,
                signed: Some(signed),
            } => (key, Handed::By(signed)),
            Fact::RollbackAccepted { key, .. } => (key, Handed::ByRollback),
            _ => return Err(Unproved::Unsigned),
        };
        keys.push((key.parse::<NoteKey>().map_err(|_| Unproved::Unsigned)?, handed));
    }
    let (last, _) = keys.last().ok_or(Unproved::Unsigned)?;
    let head = Checkpoint::open(claim.checkpoint, last).map_err(|_| Unproved::Unsigned)?;
    let there =
        |(n, entry, proof): &NamedKey<'_>| includes(*n, leaf_hash(entry.as_bytes()), proof, head.size, head.root);
    if !claim.keys.iter().all(there) || !claim.keys.is_sorted_by(|a, b| a.0 < b.0) {
        return Err(Unproved::Unsigned);
    }
    Ok((keys, head))
}

#[cfg(test)]
mod tests;
