//! The same key of the same caller on the same route gets the same answer.

use rusqlite::{OptionalExtension, params};

use super::erase::forgotten;
use super::{Db, StoreError, Tx};
use crate::domain::{Digest, PrincipalId};

/// What a key was used for before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// Never.
    New,
    /// For the same bytes; this was the answer, or the id that leads to it.
    Same(String),
    /// For other bytes.
    Differs,
}

impl Tx<'_> {
    pub fn put_answer(
        &self,
        principal: PrincipalId,
        route: &str,
        key: &str,
        body: Digest,
        answer: &str,
    ) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO idempotency (principal, route, key, body_sha256, answer) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![principal.0.as_bytes(), route, key, body.0, answer])?;
        Ok(())
    }
}

impl Db<'_> {
    pub fn replay(&self, principal: PrincipalId, route: &str, key: &str, body: Digest) -> Result<Replay, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT body_sha256, answer FROM idempotency WHERE principal = ?1 AND route = ?2 AND key = ?3",
        )?;
        let row = query
            .query_row(params![principal.0.as_bytes(), route, key], |row| {
                Ok((row.get::<_, [u8; 32]>(0)?, row.get(1)?))
            })
            .optional()?;
        if row.is_none() {
            let forgotten = forgotten(key);
            let known = query.exists(params![principal.0.as_bytes(), route, forgotten])?;
            return Ok(if known { Replay::Differs } else { Replay::New });
        }
        Ok(match row {
            None => Replay::New,
            Some((stored, answer)) if stored == body.0 => Replay::Same(answer),
            Some(_) => Replay::Differs,
        })
    }
}
