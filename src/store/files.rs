//! Evidence files, named by the SHA-256 of their bytes.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::{Db, StoreError, Tx};
use crate::domain::{Digest, PrincipalId};

impl Tx<'_> {
    /// Keeps a file; one that is there already stays as it is.
    pub fn put_file(
        &self,
        sha256: Digest,
        uploader: PrincipalId,
        at: Timestamp,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("INSERT OR IGNORE INTO file (sha256, uploader, at, bytes) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![sha256.0, uploader.0.as_bytes(), at.as_millisecond(), bytes])?;
        Ok(())
    }
}

impl Db<'_> {
    pub fn file(&self, sha256: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let mut query = self.0.prepare_cached("SELECT bytes FROM file WHERE sha256 = ?1")?;
        Ok(query.query_row([sha256.0], |row| row.get(0)).optional()?)
    }

    /// How long a file is, without reading it.
    pub fn file_size(&self, sha256: Digest) -> Result<Option<u64>, StoreError> {
        let mut query = self
            .0
            .prepare_cached("SELECT length(bytes) FROM file WHERE sha256 = ?1")?;
        let size: Option<i64> = query.query_row([sha256.0], |row| row.get(0)).optional()?;
        Ok(size.and_then(|size| u64::try_from(size).ok()))
    }

    /// How many bytes a principal has uploaded.
    pub fn uploaded(&self, uploader: PrincipalId) -> Result<u64, StoreError> {
        let mut query = self
            .0
            .prepare_cached("SELECT coalesce(sum(length(bytes)), 0) FROM file WHERE uploader = ?1")?;
        let sum: i64 = query.query_row([uploader.0.as_bytes()], |row| row.get(0))?;
        Ok(u64::try_from(sum).unwrap_or(0))
    }
}
