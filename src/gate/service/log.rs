//! The log's key: which one is in force, and who signs the heads.

use jiff::Timestamp;

use super::{ServiceError, entry};
use crate::domain::Actor;
use crate::ledger::{Checkpoint, Entry, Fact, log_key, origin};
use crate::signature::{NoteKey, SecretKey};
use crate::store::{Db, Seal, StoreError, Tx};

/// Has heads signed from now on. A ledger of before there were keys is told this one.
pub(super) fn begin(tx: &mut Tx<'_>, secret: &SecretKey, at: Timestamp) -> Result<(), ServiceError> {
    let key = match key_in_force(tx)? {
        Some(key) if key.key() == secret.public() => key,
        Some(_) => return Err(ServiceError::LogKey),
        None => {
            let key = named(tx, 0, secret)?;
            let first = Fact::KeyRotated {
                key: key.to_string(),
                signed: None,
            };
            tx.append(&entry(at, Actor::GATE, first))?;
            key
        }
    };
    tx.sign_heads(seal(key, secret.clone()));
    Ok(())
}

/// The key that the ledger's last word names; `None` in one of before there were keys.
pub(in crate::gate) fn key_in_force(db: &Db<'_>) -> Result<Option<NoteKey>, StoreError> {
    let Some(last) = db.log_keys()?.pop() else {
        return Ok(None);
    };
    let named = db.entry(last)?.and_then(|(_, entry)| names(&entry));
    named.map(Some).ok_or(StoreError::Corrupt("log key"))
}

/// The key that an entry puts in force.
fn names(entry: &Entry) -> Option<NoteKey> {
    match &entry.fact {
        Fact::KeyRotated { key, .. } | Fact::RollbackAccepted { key, .. } => key.parse().ok(),
        _ => None,
    }
}

/// A secret's public key under this ledger's name.
fn named(db: &Db<'_>, rollbacks: u64, secret: &SecretKey) -> Result<NoteKey, StoreError> {
    let ledger = db.ledger_id()?.ok_or(StoreError::Corrupt("first entry"))?;
    log_key(&origin(ledger, rollbacks), secret.public()).map_err(|_| StoreError::Corrupt("ledger id"))
}

fn seal(key: NoteKey, secret: SecretKey) -> Seal {
    Seal::new(move |size, root| {
        let head = Checkpoint {
            origin: key.name().to_owned(),
            size,
            root,
        };
        head.sign(&key, &secret).into_bytes()
    })
}
