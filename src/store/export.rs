//! What an export takes out of a ledger file, as it stands there.

use rusqlite::params;
use uuid::Uuid;

use super::entries::digest;
use super::envelopes::envelope_id;
use super::scan::{payload, place};
use super::{Db, Reading, StoreError};
use crate::domain::{Digest, EnvelopeId};
use crate::ledger::{Entry, KnownKey, Payload, Salt};

/// A text that was not erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredText {
    /// As entries name it: `reason/0`.
    pub kind: String,
    pub commitment: Digest,
    pub salt: Salt,
    pub bytes: Vec<u8>,
}

/// A payload that was not erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPayload {
    pub revision: u32,
    pub commitment: Digest,
    pub sha256: Digest,
    pub salt: Salt,
    pub payload: Payload,
}

impl Reading {
    /// What can be asked of the moment that is read.
    pub fn db(&self) -> Db<'_> {
        Db(self.connection())
    }

    /// Hands over every entry in order, with its place.
    pub fn numbered(&self, mut each: impl FnMut(u64, &Entry)) -> Result<(), StoreError> {
        let mut n = 0;
        self.entries(|entry| {
            each(n, entry);
            n += 1;
        })
    }
}

impl Db<'_> {
    /// Every envelope there ever was, the oldest first.
    pub fn envelope_ids(&self) -> Result<Vec<EnvelopeId>, StoreError> {
        let mut query = self.0.prepare("SELECT id FROM envelope ORDER BY id")?;
        let rows = query.query_map([], |row| envelope_id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whatever has texts and is no envelope: people, agents, services, stops, holds, the ledger itself.
    pub fn other_subjects(&self) -> Result<Vec<Uuid>, StoreError> {
        let sql = "SELECT DISTINCT subject FROM blob WHERE subject NOT IN (SELECT id FROM envelope) ORDER BY subject";
        let mut query = self.0.prepare(sql)?;
        let rows = query.query_map([], |row| Ok(Uuid::from_bytes(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All texts of a subject that were not erased.
    pub fn texts(&self, subject: Uuid) -> Result<Vec<StoredText>, StoreError> {
        let sql = "SELECT kind, part, commitment, salt, bytes FROM blob \
                   WHERE subject = ?1 AND bytes IS NOT NULL ORDER BY kind, part";
        let mut query = self.0.prepare_cached(sql)?;
        let rows = query.query_map([subject.as_bytes()], |row| {
            Ok(StoredText {
                kind: place(row.get(0)?, row.get(1)?),
                commitment: digest(row, 2)?,
                salt: Salt(row.get(3)?),
                bytes: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every payload that an envelope had, of those that were not erased.
    pub fn payloads(&self, id: EnvelopeId) -> Result<Vec<StoredPayload>, StoreError> {
        let sql = "SELECT commitment, sha256, salt, parts, arguments, revision FROM payload \
                   WHERE envelope = ?1 AND salt IS NOT NULL ORDER BY revision";
        let mut query = self.0.prepare_cached(sql)?;
        let mut rows = query.query(params![id.0.as_bytes()])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (salt, payload, sha256) = payload(row)?.ok_or(StoreError::Corrupt("payload"))?;
            found.push(StoredPayload {
                revision: row.get(5)?,
                commitment: digest(row, 0)?,
                sha256,
                salt,
                payload,
            });
        }
        Ok(found)
    }

    /// Every policy that was ever in force, the first one first.
    pub fn policies(&self) -> Result<Vec<(Digest, Vec<u8>)>, StoreError> {
        let mut query = self.0.prepare("SELECT sha256, bytes FROM policy ORDER BY activated")?;
        let rows = query.query_map([], |row| Ok((digest(row, 0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every signing key there ever was, as the verifier knows them.
    pub fn known_keys(&self) -> Result<Vec<KnownKey>, StoreError> {
        let known = self.keys()?.into_iter().map(|key| KnownKey {
            key: key.key,
            principal: key.person,
            public: key.public,
            pin: key.pin,
            added_at: key.added_at,
            revoked_at: key.revoked_at,
        });
        Ok(known.collect())
    }
}
