//! The keys that sign heads, and whether each head is signed with the one in force.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Fault, FaultKind, Verifier, tampered};
use crate::domain::{ActorKind, Digest};
use crate::ledger::{Checkpoint, Entry, Fact, handed_over, origin};
use crate::signature::{NoteKey, PublicKey};

/// Which key signs, as the entries have it so far.
#[derive(Debug, Default)]
pub(super) struct Log {
    ledger: Option<Uuid>,
    rollbacks: u64,
    key: Option<NoteKey>,
    /// The entries that named a key.
    named_at: Vec<u64>,
}

impl Log {
    pub fn opened(&mut self, ledger: Uuid) {
        self.ledger.get_or_insert(ledger);
    }

    pub fn in_force(&self) -> Option<PublicKey> {
        self.key.as_ref().map(NoteKey::key)
    }
}

impl Verifier {
    /// The first key is the gate's word; every other is handed over by the one before, or goes with a rollback
    /// that a person answers for.
    pub(super) fn log_key(&mut self, entry: &Entry) -> Result<(), String> {
        let ledger = self.log.ledger.ok_or("the ledger was not opened before")?;
        let by_person = entry.actor.kind == ActorKind::Human;
        let text = match &entry.fact {
            Fact::KeyRotated { key, .. } => key,
            Fact::RollbackAccepted { key, reason, .. } => {
                if !by_person {
                    return Err("no person accepted the rollback".to_owned());
                }
                let place = format!("reason/{}", self.log.rollbacks);
                self.places.insert(ledger, &place, *reason);
                self.log.rollbacks += 1;
                key
            }
            _ => return Err("it names no key".to_owned()),
        };
        let next: NoteKey = text.parse().map_err(|_| "its key is not one")?;
        if next.name() != origin(ledger, self.log.rollbacks) {
            return Err("its key has the name of another ledger".to_owned());
        }
        if self.tokens.in_force() == Some(next.key()) {
            return Err("heads would be signed with the key of tokens".to_owned());
        }
        if let Fact::KeyRotated { signed, .. } = &entry.fact {
            match (&self.log.key, signed) {
                (None, None) => {}
                (Some(before), Some(signed)) if by_person && handed_over(before, &next, signed) => {}
                _ => return Err("the key before it did not hand over to it".to_owned()),
            }
        }
        self.log.key = Some(next);
        self.log.named_at.push(self.report.entries);
        Ok(())
    }

    /// Checks a head's signature, as soon as as many entries as it names were read.
    pub(super) fn note(&mut self, size: u64, root: Digest, at: Timestamp, note: Option<&[u8]>) -> Result<(), Fault> {
        let bad = |what: &str| {
            Err(Fault {
                kind: FaultKind::Tampered,
                entry: size.checked_sub(1),
                message: format!("The head of {at} over {size} entries {what}."),
            })
        };
        let (key, note) = match (&self.log.key, note) {
            // A version before this one wrote it.
            (None, None) => return Ok(()),
            (None, Some(_)) => return bad("is signed, and no entry names a key"),
            (Some(_), None) => return bad("is not signed"),
            (Some(key), Some(note)) => (key, note),
        };
        let read = std::str::from_utf8(note).map(|note| Checkpoint::open(note, key));
        match read {
            Ok(Ok(read)) if (read.size, read.root) == (size, root) => {
                self.report.checkpoints += 1;
                Ok(())
            }
            Ok(Ok(_)) => bad("is signed as another"),
            Ok(Err(_)) | Err(_) => bad("is not signed with the key in force"),
        }
    }

    /// Checks which entries are listed as naming a key.
    pub fn log_keys(&self, listed: &[u64]) -> Result<(), Fault> {
        if self.log.named_at == listed {
            return Ok(());
        }
        Err(tampered(
            "The entries that name the log's key are not those that are listed.".to_owned(),
        ))
    }
}
