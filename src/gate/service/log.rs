//! The log's key: which one is in force, and who signs the heads.

use jiff::Timestamp;

use super::{ServiceError, entry};
use crate::domain::Actor;
use crate::ledger::{Checkpoint, Fact, log_key, origin};
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
    let read = |text: String| text.parse().map_err(|_| StoreError::Corrupt("log key"));
    db.log_key_text()?.map(read).transpose()
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
