//! What ran before: the last few, from an index that has all that is asked.

use rusqlite::{OptionalExtension, Row, params};

use super::envelopes::envelope_id;
use super::{Db, StoreError};
use crate::domain::{EnvelopeId, PrincipalId};

/// Something that was handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    pub id: EnvelopeId,
    /// `system:record`.
    pub target: Option<String>,
    pub amount: Option<String>,
}

impl Db<'_> {
    /// What this agent ran in this class, the newest first.
    pub fn ran_by(&self, agent: PrincipalId, class: &str, limit: u32) -> Result<Vec<Ran>, StoreError> {
        let sql = "SELECT id, target, amount FROM envelope INDEXED BY envelope_ran_by \
                   WHERE agent = ?1 AND class = ?2 AND redeemed_at IS NOT NULL ORDER BY redeemed_at DESC LIMIT ?3";
        let mut query = self.0.prepare_cached(sql)?;
        let rows = query.query_map(params![agent.0.as_bytes(), class, limit], ran)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What anybody ran on this target in this class, the newest first.
    pub fn ran_on(&self, class: &str, target: &str, limit: u32) -> Result<Vec<Ran>, StoreError> {
        let sql = "SELECT id, target, amount FROM envelope INDEXED BY envelope_ran_on \
                   WHERE class = ?1 AND target = ?2 AND redeemed_at IS NOT NULL ORDER BY redeemed_at DESC LIMIT ?3";
        let mut query = self.0.prepare_cached(sql)?;
        let rows = query.query_map(params![class, target, limit], ran)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// An envelope's newest arguments, where they are there and no longer than this.
    pub fn short_arguments(&self, id: EnvelopeId, longest: u32) -> Result<Option<String>, StoreError> {
        let sql = "SELECT CASE WHEN length(arguments) <= ?2 THEN arguments END FROM payload \
                   WHERE envelope = ?1 ORDER BY revision DESC LIMIT 1";
        let mut query = self.0.prepare_cached(sql)?;
        let row = query.query_row(params![id.0.as_bytes(), longest], |row| row.get(0));
        Ok(row.optional()?.flatten())
    }
}

fn ran(row: &Row<'_>) -> rusqlite::Result<Ran> {
    Ok(Ran {
        id: envelope_id(row, 0)?,
        target: row.get(1)?,
        amount: row.get(2)?,
    })
}
