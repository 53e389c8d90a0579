//! The kill switch's stops, those in force and those that were resumed.

use jiff::Timestamp;
use rusqlite::{Row, params};
use uuid::Uuid;

use super::entries::time;
use super::envelopes::{optional_principal, optional_time, principal_id, word};
use super::{Db, StoreError, Tx};
use crate::domain::{PrincipalId, Stopped};

/// One stop, with who made it and who ended it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStop {
    pub id: Uuid,
    pub stopped: Stopped,
    pub person: PrincipalId,
    pub at: Timestamp,
    pub resumed: Option<(PrincipalId, Timestamp)>,
}

const COLUMNS: &str = "id, scope, agent, class, run, effect, person, at, resumed_by, resumed_at";

impl Tx<'_> {
    pub fn put_stop(&self, stop: &StoredStop) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO stop ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
             ON CONFLICT (id) DO UPDATE SET resumed_by = excluded.resumed_by, resumed_at = excluded.resumed_at"
        );
        self.connection().prepare_cached(&sql)?.execute(params![
            stop.id.as_bytes(),
            <&'static str>::from(stop.stopped.scope),
            stop.stopped.agent.map(|id| id.0.into_bytes()),
            stop.stopped.class,
            stop.stopped.run,
            <&'static str>::from(stop.stopped.effect),
            stop.person.0.as_bytes(),
            stop.at.as_millisecond(),
            stop.resumed.map(|(by, _)| by.0.into_bytes()),
            stop.resumed.map(|(_, at)| at.as_millisecond()),
        ])?;
        Ok(())
    }
}

impl Db<'_> {
    /// Every stop there ever was, or only those in force; the oldest first.
    pub fn stops(&self, in_force: bool) -> Result<Vec<StoredStop>, StoreError> {
        let filter = if in_force { "WHERE resumed_at IS NULL" } else { "" };
        let sql = format!("SELECT {COLUMNS} FROM stop {filter} ORDER BY at, id");
        let mut query = self.0.prepare_cached(&sql)?;
        let rows = query.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredStop> {
    Ok(StoredStop {
        id: row.get(0).map(Uuid::from_bytes)?,
        stopped: Stopped {
            scope: word(row, 1)?,
            agent: optional_principal(row, 2)?,
            class: row.get(3)?,
            run: row.get(4)?,
            effect: word(row, 5)?,
        },
        person: principal_id(row, 6)?,
        at: time(row, 7)?,
        resumed: optional_principal(row, 8)?.zip(optional_time(row, 9)?),
    })
}
