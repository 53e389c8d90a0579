//! Legal holds: what must not be erased.

use jiff::Timestamp;
use rusqlite::{Row, params};
use uuid::Uuid;

use super::entries::time;
use super::envelopes::{optional_principal, optional_time, principal_id};
use super::{Db, Envelope, StoreError, Tx};
use crate::domain::{EnvelopeId, PrincipalId};

/// One hold, on an envelope or on all of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredHold {
    pub id: Uuid,
    pub envelope: Option<EnvelopeId>,
    pub class: Option<String>,
    pub person: PrincipalId,
    pub at: Timestamp,
    pub released: Option<(PrincipalId, Timestamp)>,
}

impl StoredHold {
    /// Whether it keeps this envelope from being erased.
    pub fn keeps(&self, envelope: &Envelope) -> bool {
        self.released.is_none()
            && (self.envelope == Some(envelope.id) || self.class.is_some() && self.class == envelope.class)
    }
}

impl Tx<'_> {
    pub fn put_hold(&self, hold: &StoredHold) -> Result<(), StoreError> {
        let sql = "INSERT INTO hold (id, envelope, class, person, at, released_by, released_at) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
                   ON CONFLICT (id) DO UPDATE SET released_by = excluded.released_by, released_at = excluded.released_at";
        self.connection().prepare_cached(sql)?.execute(params![
            hold.id.as_bytes(),
            hold.envelope.map(|id| id.0.into_bytes()),
            hold.class,
            hold.person.0.as_bytes(),
            hold.at.as_millisecond(),
            hold.released.map(|(by, _)| by.0.into_bytes()),
            hold.released.map(|(_, at)| at.as_millisecond()),
        ])?;
        Ok(())
    }
}

impl Db<'_> {
    /// Every hold there ever was, the oldest first; none in a file of an earlier version.
    pub fn holds(&self) -> Result<Vec<StoredHold>, StoreError> {
        if !self.knows_erasing()? {
            return Ok(Vec::new());
        }
        let sql = "SELECT id, envelope, class, person, at, released_by, released_at FROM hold ORDER BY at, id";
        let mut query = self.0.prepare_cached(sql)?;
        let rows = query.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether the file is of a version that erases; an older one may be read as it is.
    pub(super) fn knows_erasing(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'hold')";
        Ok(self.0.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredHold> {
    let envelope: Option<[u8; 16]> = row.get(1)?;
    Ok(StoredHold {
        id: row.get(0).map(Uuid::from_bytes)?,
        envelope: envelope.map(|id| EnvelopeId(Uuid::from_bytes(id))),
        class: row.get(2)?,
        person: principal_id(row, 3)?,
        at: time(row, 4)?,
        released: optional_principal(row, 5)?.zip(optional_time(row, 6)?),
    })
}
