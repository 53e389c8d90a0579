//! People's signing keys, what was signed with them lately, and the sessions they opened.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::entries::{digest, signed, time};
use super::envelopes::{optional_time, principal_id};
use super::{Db, StoreError, Tx};
use crate::domain::{Digest, PrincipalId};
use crate::ledger::VouchedNames;

/// A person's signing key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The fingerprint: SHA-256 of the public key's blob.
    pub key: Digest,
    pub person: PrincipalId,
    /// As in a `.pub` file, without a comment.
    pub public: String,
    /// Whether signatures by it count only with the hardware's PIN.
    pub pin: bool,
    pub added_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    /// The names of those who vouched for it, from their vouchers' texts.
    pub vouched_by: Vec<String>,
}

/// A session that a key opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    pub token_sha256: Digest,
    pub person: PrincipalId,
    pub key: Digest,
    pub until: Timestamp,
}

impl Tx<'_> {
    pub fn put_key(&self, key: &StoredKey) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO person_key (key, person, public, pin, added_at, revoked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                key.key.0,
                key.person.0.as_bytes(),
                key.public,
                key.pin,
                key.added_at.as_millisecond(),
                key.revoked_at.map(Timestamp::as_millisecond)
            ])?;
        Ok(())
    }

    /// Ends a key, and the sessions it opened.
    pub fn revoke_key(&self, key: Digest, at: Timestamp) -> Result<(), StoreError> {
        let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| self.connection().prepare_cached(sql)?.execute(values);
        run(
            "UPDATE person_key SET revoked_at = ?2 WHERE key = ?1 AND revoked_at IS NULL",
            &[&key.0, &at.as_millisecond()],
        )?;
        run("DELETE FROM session WHERE key = ?1", &[&key.0])?;
        Ok(())
    }

    /// Ends all keys and sessions of a person.
    pub fn revoke_keys_of(&self, person: PrincipalId, at: Timestamp) -> Result<(), StoreError> {
        let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| self.connection().prepare_cached(sql)?.execute(values);
        run(
            "UPDATE person_key SET revoked_at = ?2 WHERE person = ?1 AND revoked_at IS NULL",
            &[person.0.as_bytes(), &at.as_millisecond()],
        )?;
        run("DELETE FROM session WHERE person = ?1", &[person.0.as_bytes()])?;
        Ok(())
    }

    /// Takes a nonce; false where it was taken before. Those older than `since` are forgotten: what they were
    /// signed with is too old to count.
    pub fn take_nonce(&self, nonce: &str, at: Timestamp, since: Timestamp) -> Result<bool, StoreError> {
        self.connection()
            .prepare_cached("DELETE FROM nonce WHERE at < ?1")?
            .execute([since.as_millisecond()])?;
        let taken = self
            .connection()
            .prepare_cached("INSERT INTO nonce (nonce, at) VALUES (?1, ?2) ON CONFLICT (nonce) DO NOTHING")?
            .execute(params![nonce, at.as_millisecond()])?;
        Ok(taken == 1)
    }

    pub fn put_session(&self, session: &StoredSession, now: Timestamp) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("DELETE FROM session WHERE until <= ?1")?
            .execute([now.as_millisecond()])?;
        self.connection()
            .prepare_cached("INSERT INTO session (token_sha256, person, key, until) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                session.token_sha256.0,
                session.person.0.as_bytes(),
                session.key.0,
                session.until.as_millisecond()
            ])?;
        Ok(())
    }

    /// Ends every session of a person.
    pub fn end_sessions(&self, person: PrincipalId) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("DELETE FROM session WHERE person = ?1")?
            .execute([person.0.as_bytes()])?;
        Ok(())
    }
}

impl Db<'_> {
    /// Every signing key there ever was, the oldest first.
    pub fn keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT key, person, public, pin, added_at, revoked_at FROM person_key ORDER BY added_at, key",
        )?;
        let rows = query.query_map([], |row| {
            Ok(StoredKey {
                key: digest(row, 0)?,
                person: principal_id(row, 1)?,
                public: row.get(2)?,
                pin: row.get(3)?,
                added_at: time(row, 4)?,
                revoked_at: optional_time(row, 5)?,
                vouched_by: Vec::new(),
            })
        })?;
        let mut keys: Vec<StoredKey> = rows.collect::<Result<_, _>>()?;
        for names in self.vouchers()? {
            if let Some(key) = keys.iter_mut().find(|known| known.key == names.key) {
                key.vouched_by.push(names.by);
            }
        }
        Ok(keys)
    }

    /// Whom each voucher names, of those whose text was not erased.
    fn vouchers(&self) -> Result<Vec<VouchedNames>, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT bytes FROM blob WHERE subject IN (SELECT person FROM person_key) AND kind = 'voucher' \
             AND bytes IS NOT NULL ORDER BY subject, part",
        )?;
        let rows = query.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        let read = |bytes: Vec<u8>| serde_json::from_slice(&bytes).map_err(|_| StoreError::Corrupt("voucher"));
        rows.map(|bytes| read(bytes?)).collect()
    }

    /// Whose key this is, while it counts.
    pub fn key_holder(&self, key: Digest) -> Result<Option<PrincipalId>, StoreError> {
        let mut query = self
            .0
            .prepare_cached("SELECT person FROM person_key WHERE key = ?1 AND revoked_at IS NULL")?;
        Ok(query.query_row([key.0], |row| principal_id(row, 0)).optional()?)
    }

    /// Whether a person has or had a key: whoever did signs from then on, whatever became of it.
    pub fn has_key(&self, person: PrincipalId) -> Result<bool, StoreError> {
        let mut query = self
            .0
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM person_key WHERE person = ?1)")?;
        Ok(query.query_row([person.0.as_bytes()], |row| row.get(0))?)
    }

    pub fn sessions(&self) -> Result<Vec<StoredSession>, StoreError> {
        let mut query = self
            .0
            .prepare_cached("SELECT token_sha256, person, key, until FROM session")?;
        let rows = query.query_map([], |row| {
            Ok(StoredSession {
                token_sha256: digest(row, 0)?,
                person: principal_id(row, 1)?,
                key: digest(row, 2)?,
                until: time(row, 3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The root that was sealed over exactly so many entries.
    pub fn root_at(&self, size: u64) -> Result<Option<Digest>, StoreError> {
        let mut query = self.0.prepare_cached("SELECT root FROM head WHERE size = ?1")?;
        Ok(query.query_row([signed(size)], |row| digest(row, 0)).optional()?)
    }
}
