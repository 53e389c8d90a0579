//! The list of what was let through under somebody's eyes.

use jiff::Timestamp;
use rusqlite::params;
use strum::{Display, EnumIter, EnumString};

use super::entries::{signed, unsigned};
use super::envelopes::{COLUMNS, optional_time, read};
use super::{Db, Envelope, StoreError};

/// The parts of the list, in the order in which people should look at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString, EnumIter)]
#[strum(serialize_all = "snake_case")]
pub enum Part {
    /// Something is wrong with it.
    Trouble,
    /// It ran alone, and nobody has said whether that was fine.
    Unseen,
    /// Nobody has to look.
    Rest,
}

impl Part {
    /// What a row of it is told by, where `?1` is the time. Each has an index of its own.
    fn holds(self) -> &'static str {
        match self {
            Self::Trouble => "trouble_at <= ?1",
            Self::Unseen => "unseen = 1 AND (trouble_at IS NULL OR trouble_at > ?1)",
            Self::Rest => "after = 1 AND unseen = 0 AND (trouble_at IS NULL OR trouble_at > ?1)",
        }
    }
}

impl Db<'_> {
    /// One part of the list as of a moment, the newest change first, and only what changed before `before`.
    pub fn after(
        &self,
        part: Part,
        as_of: Timestamp,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Envelope>, StoreError> {
        let (columns, holds) = (&*COLUMNS, part.holds());
        let sql = format!(
            "SELECT {columns} FROM envelope WHERE {holds} AND changed < ?2 ORDER BY changed DESC LIMIT {limit}"
        );
        let mut query = self.0.prepare_cached(&sql)?;
        let before = before.map_or(i64::MAX, signed);
        let rows = query.query_map(params![as_of.as_millisecond(), before], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many a person should look at, counted up to `most`: every console asks at every change.
    pub fn to_look_at(&self, now: Timestamp, most: u64) -> Result<u64, StoreError> {
        let mut count = 0;
        for part in [Part::Trouble, Part::Unseen] {
            let holds = part.holds();
            let sql = format!("SELECT count(*) FROM (SELECT 1 FROM envelope WHERE {holds} LIMIT ?2)");
            let mut query = self.0.prepare_cached(&sql)?;
            let left = most - count;
            count += query.query_row(params![now.as_millisecond(), signed(left)], |row| unsigned(row, 0))?;
        }
        Ok(count)
    }

    /// When the next one becomes overdue.
    pub fn next_trouble(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT min(trouble_at) FROM envelope WHERE trouble_at > ?1";
        let mut query = self.0.prepare_cached(sql)?;
        Ok(query.query_row([now.as_millisecond()], |row| optional_time(row, 0))?)
    }
}
