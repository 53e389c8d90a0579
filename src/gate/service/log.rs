//! The gate's keys as the ledger names them: the log's, which signs the heads, and that of tokens.

use jiff::Timestamp;

use super::{Service, ServiceError, actor, entry};
use crate::domain::{Actor, Digest, Person, PrincipalId, PrincipalKind};
use crate::ledger::{Checkpoint, Fact, Salt, hand_over, log_key, origin};
use crate::signature::{Jwk, NoteKey, PublicKey, SecretKey};
use crate::store::{Db, Seal, StoreError, Tx};

/// What an admin goes on without: how long a ledger was seen, its root there, and why it is gone.
#[derive(Debug, Clone)]
pub struct Accepted {
    pub by: PrincipalId,
    /// The other admin, where there are two.
    pub second: Option<PrincipalId>,
    pub reason: String,
    pub size: u64,
    pub root: Digest,
}

/// Has heads signed from now on. A ledger of before there were keys is told this one.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    secret: &SecretKey,
    at: Timestamp,
    accepted: Option<(Accepted, Salt)>,
) -> Result<(), ServiceError> {
    let key = match (accepted, key_in_force(tx)?) {
        (Some((accepted, salt)), _) => {
            super::second::both(tx, &accepted, at)?;
            renamed(tx, secret, at, &accepted, salt)?
        }
        (None, Some(key)) if key.key() == secret.public() => key,
        (None, Some(_)) => return Err(ServiceError::LogKey),
        (None, None) => {
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

/// Names the key of tokens where no entry named it last: on the first start, and where its file is another.
///
/// That key hands over nothing: whoever can put another file in its place holds the gate. The entry, which the
/// log's key seals, has everybody see it.
pub(super) fn name_token_key(tx: &mut Tx<'_>, key: &PublicKey, at: Timestamp) -> Result<(), ServiceError> {
    if key_in_force(tx)?.is_some_and(|log| log.key() == *key) {
        return Err(ServiceError::OneKey);
    }
    if tx.token_keys()?.last().is_some_and(|(_, named)| named == key) {
        return Ok(());
    }
    let key = Jwk::of(key).x;
    tx.append(&entry(at, Actor::GATE, Fact::TokenKeyNamed { key }))?;
    Ok(())
}

/// Goes on under a new name, so that no checkpoint of before passes for one of after.
fn renamed(
    tx: &mut Tx<'_>,
    secret: &SecretKey,
    at: Timestamp,
    accepted: &Accepted,
    salt: Salt,
) -> Result<NoteKey, StoreError> {
    let (ledger, before) = (
        tx.ledger_id()?.ok_or(StoreError::Corrupt("first entry"))?,
        tx.rollbacks()?,
    );
    let part = u32::try_from(before).map_err(|_| StoreError::Corrupt("log key"))?;
    let key = named(tx, before + 1, secret)?;
    let fact = Fact::RollbackAccepted {
        size: accepted.size,
        root: accepted.root,
        key: key.to_string(),
        reason: tx.put_blob(ledger, "reason", part, salt, accepted.reason.as_bytes())?,
        second: accepted.second,
    };
    tx.append(&entry(at, actor(PrincipalKind::Human, accepted.by), fact))?;
    Ok(key)
}

impl Service {
    /// Has the log signed with another key from the next entry on; the one before hands over to it.
    pub(in crate::gate) async fn rotate_log_key(
        &self,
        admin: &Person,
        next: SecretKey,
    ) -> Result<String, ServiceError> {
        let Some(keys) = &self.keys else {
            return Err(StoreError::ReadOnly.into());
        };
        let (before, at) = (keys.log.clone(), self.now());
        let by = actor(PrincipalKind::Human, admin.id);
        let rotate = move |tx: &mut Tx<'_>| {
            let key = named(tx, tx.rollbacks()?, &next)?;
            let fact = Fact::KeyRotated {
                key: key.to_string(),
                signed: Some(hand_over(&key, &before)),
            };
            tx.append(&entry(at, by, fact))?;
            let text = key.to_string();
            tx.sign_heads(seal(key, next));
            Ok::<_, ServiceError>(text)
        };
        self.store.write(rotate).await
    }
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
