//! Texts beside the entries: salted, committed to, and erasable one by one.

use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::entries::digest;
use super::{Db, StoreError, Tx};
use crate::domain::{Digest, EnvelopeId};
use crate::ledger::{Payload, Salt, commit, form};

impl Tx<'_> {
    /// Keeps a text and returns what an entry may hold in its place.
    pub fn put_blob(
        &self,
        subject: Uuid,
        kind: &str,
        part: u32,
        salt: Salt,
        bytes: &[u8],
    ) -> Result<Digest, StoreError> {
        let commitment = commit(&salt, bytes);
        self.connection()
            .prepare_cached(
                "INSERT INTO blob (subject, kind, part, commitment, salt, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![subject.as_bytes(), kind, part, commitment.0, salt.0, bytes])?;
        Ok(commitment)
    }

    /// Keeps the payload of one revision.
    pub fn put_payload(
        &self,
        envelope: EnvelopeId,
        revision: u32,
        salt: Salt,
        payload: &Payload,
    ) -> Result<Digest, StoreError> {
        let commitment = payload.commitment(&salt);
        let parts = String::from_utf8(form(&payload.parts)?).map_err(|_| StoreError::Corrupt("payload"))?;
        self.connection()
            .prepare_cached(
                "INSERT INTO payload (envelope, revision, commitment, sha256, salt, parts, arguments) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                envelope.0.as_bytes(),
                revision,
                commitment.0,
                payload.sha256().0,
                salt.0,
                parts,
                payload.arguments_raw
            ])?;
        Ok(commitment)
    }
}

impl Db<'_> {
    /// All texts of a subject that were not erased, as `(kind, part, bytes)`.
    pub fn blobs(&self, subject: Uuid) -> Result<Vec<(String, u32, Vec<u8>)>, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT kind, part, bytes FROM blob WHERE subject = ?1 AND bytes IS NOT NULL ORDER BY kind, part",
        )?;
        let rows = query.query_map([subject.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A text of which there is one, with its salt.
    pub fn text(&self, subject: Uuid, kind: &str) -> Result<Option<(Salt, Vec<u8>)>, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT salt, bytes FROM blob WHERE subject = ?1 AND kind = ?2 AND part = 0 AND bytes IS NOT NULL \
             AND salt IS NOT NULL",
        )?;
        let row = query.query_row(params![subject.as_bytes(), kind], |row| {
            Ok((Salt(row.get(0)?), row.get(1)?))
        });
        Ok(row.optional()?)
    }

    /// How many texts of this kind a subject has: the next one's part.
    pub fn blob_count(&self, subject: Uuid, kind: &str) -> Result<u32, StoreError> {
        let mut query = self
            .0
            .prepare_cached("SELECT count(*) FROM blob WHERE subject = ?1 AND kind = ?2")?;
        Ok(query.query_row(params![subject.as_bytes(), kind], |row| row.get(0))?)
    }

    /// The commitment of a revision's payload, which outlives its erasure. A revision that brought no new
    /// payload (an escalation, say) keeps the one before.
    pub fn payload_commitment(&self, envelope: EnvelopeId, revision: u32) -> Result<Option<Digest>, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT commitment FROM payload WHERE envelope = ?1 AND revision <= ?2 ORDER BY revision DESC LIMIT 1",
        )?;
        Ok(query
            .query_row(params![envelope.0.as_bytes(), revision], |row| digest(row, 0))
            .optional()?)
    }

    /// A revision's payload and salt, as with [`Db::payload_commitment`]; `None` once erased.
    pub fn payload(&self, envelope: EnvelopeId, revision: u32) -> Result<Option<(Payload, Salt)>, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT parts, arguments, salt FROM payload WHERE envelope = ?1 AND revision <= ?2 ORDER BY revision DESC LIMIT 1",
        )?;
        let row = query
            .query_row(params![envelope.0.as_bytes(), revision], |row| {
                let (parts, arguments) = (row.get::<_, Option<String>>(0)?, row.get::<_, Option<String>>(1)?);
                Ok(parts.zip(arguments).zip(row.get::<_, Option<[u8; 32]>>(2)?))
            })
            .optional()?;
        row.flatten()
            .map(|((parts, arguments), salt)| {
                let parts = serde_json::from_str(&parts).map_err(|_| StoreError::Corrupt("payload"))?;
                let payload = Payload::from_raw(parts, arguments).map_err(|_| StoreError::Corrupt("payload"))?;
                Ok((payload, Salt(salt)))
            })
            .transpose()
    }
}
