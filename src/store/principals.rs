//! Who may call, with the hashes of their credentials; and the policies that were in force.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

use super::entries::{signed, time};
use super::envelopes::{optional_time, optional_word, principal_id, word};
use super::{Db, StoreError, Tx};
use crate::domain::{Digest, Principal, PrincipalId};

impl Tx<'_> {
    pub fn put_principal(&self, principal: &Principal, key: Digest) -> Result<(), StoreError> {
        let scopes = serde_json::to_string(&principal.scopes).map_err(|_| StoreError::Corrupt("scope"))?;
        self.connection()
            .prepare_cached(
                "INSERT INTO principal (id, name, kind, role, owner, scopes, executor, key_sha256, added_at, revoked_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                principal.id.0.as_bytes(), principal.name, <&'static str>::from(principal.kind),
                principal.role.map(<&'static str>::from), principal.owner.map(|id| id.0.into_bytes()), scopes,
                principal.executor.map(|id| id.0.into_bytes()), key.0, principal.added_at.as_millisecond(),
                principal.revoked_at.map(Timestamp::as_millisecond)
            ])?;
        Ok(())
    }

    /// Gives a principal another credential; the old one is worth nothing from here on.
    pub fn set_key(&self, id: PrincipalId, key: Digest) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE principal SET key_sha256 = ?2 WHERE id = ?1")?
            .execute(params![id.0.as_bytes(), key.0])?;
        Ok(())
    }

    pub fn revoke(&self, id: PrincipalId, at: Timestamp) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE principal SET revoked_at = ?2, key_sha256 = NULL WHERE id = ?1")?
            .execute(params![id.0.as_bytes(), at.as_millisecond()])?;
        Ok(())
    }

    /// Keeps a policy's bytes under their digest and notes that it is in force; false if it was.
    pub fn activate_policy(&self, version: Digest, bytes: &[u8]) -> Result<bool, StoreError> {
        let newest = "SELECT sha256 FROM policy ORDER BY activated DESC LIMIT 1";
        let in_force = self
            .connection()
            .prepare_cached(newest)?
            .query_row([], |row| row.get(0))
            .optional()?;
        if in_force == Some(version.0) {
            return Ok(false);
        }
        self.connection()
            .prepare_cached(
                "INSERT INTO policy (sha256, bytes, activated) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (sha256) DO UPDATE SET activated = excluded.activated",
            )?
            .execute(params![version.0, bytes, signed(self.size())])?;
        Ok(true)
    }
}

impl Db<'_> {
    /// Everybody who was ever added, with the hash of a credential that is still worth something.
    pub fn principals(&self) -> Result<Vec<(Principal, Option<Digest>)>, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT id, name, kind, role, owner, scopes, executor, added_at, revoked_at, key_sha256 FROM principal ORDER BY added_at, id",
        )?;
        let rows = query.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The policy bytes kept under a digest.
    pub fn policy(&self, version: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let mut query = self.0.prepare_cached("SELECT bytes FROM policy WHERE sha256 = ?1")?;
        Ok(query.query_row([version.0], |row| row.get(0)).optional()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<(Principal, Option<Digest>)> {
    let id = |bytes: Option<[u8; 16]>| bytes.map(|bytes| PrincipalId(Uuid::from_bytes(bytes)));
    let scopes: String = row.get(5)?;
    let scopes = serde_json::from_str(&scopes)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(5, rusqlite::types::Type::Text, Box::new(error)))?;
    let principal = Principal {
        id: principal_id(row, 0)?,
        name: row.get(1)?,
        kind: word(row, 2)?,
        role: optional_word(row, 3)?,
        owner: id(row.get(4)?),
        scopes,
        executor: id(row.get(6)?),
        added_at: time(row, 7)?,
        revoked_at: optional_time(row, 8)?,
    };
    Ok((principal, row.get::<_, Option<[u8; 32]>>(9)?.map(Digest)))
}
