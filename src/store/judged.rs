//! How often the policy said what, and which tools it did not know: counted by day as it is written down.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::entries::{time, unsigned};
use super::envelopes::word;
use super::{Db, StoreError, Tx};
use crate::domain::Verdict;
use crate::ledger::{Judged, JudgementCounts};

/// How many tools a day tells apart.
const TOOLS: u32 = 1_000;

/// The schema that counts.
const COUNTED: i64 = 11;

/// How often a rule gave a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedCount {
    pub class: Option<String>,
    /// Absent where the class has none, or none of them covered it.
    pub rule: Option<String>,
    pub verdict: Verdict,
    pub count: u64,
}

/// A tool that the policy did not know what to make of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredUnknown {
    /// Absent for those beyond what a day tells apart.
    pub tool: Option<String>,
    pub class: Option<String>,
    pub count: u64,
    pub last_at: Timestamp,
}

/// The day of a moment, since 1970 in UTC.
fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(86_400)
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// Counts a judgement with the entry that says it.
pub(super) fn count(connection: &Connection, at: Timestamp, judged: &Judged) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO judged (day, class, rule, verdict, n) VALUES (?1, ?2, ?3, ?4, 1) \
             ON CONFLICT (day, class, rule, verdict) DO UPDATE SET n = n + 1",
        )?
        .execute(params![
            day(at),
            judged.class.as_deref().unwrap_or_default(),
            judged.rule.as_deref().unwrap_or_default(),
            <&'static str>::from(judged.verdict),
        ])?;
    for floor in &judged.floors {
        connection
            .prepare_cached(
                "INSERT INTO floored (day, floor, n) VALUES (?1, ?2, 1) \
                 ON CONFLICT (day, floor) DO UPDATE SET n = n + 1",
            )?
            .execute(params![day(at), floor])?;
    }
    Ok(())
}

impl Tx<'_> {
    /// Notes that the policy did not know what to make of a tool.
    pub fn note_unknown(&self, at: Timestamp, tool: &str, class: Option<&str>) -> Result<(), StoreError> {
        let class = class.unwrap_or_default();
        let known: bool = self
            .connection()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM unknown_tool WHERE day = ?1 AND tool = ?2 AND class = ?3) \
                 OR (SELECT count(*) FROM (SELECT 1 FROM unknown_tool WHERE day = ?1 LIMIT ?4)) < ?4",
            )?
            .query_row(params![day(at), tool, class, TOOLS], |row| row.get(0))?;
        let (tool, class) = if known { (tool, class) } else { ("", "") };
        self.connection()
            .prepare_cached(
                "INSERT INTO unknown_tool (day, tool, class, n, last_at) VALUES (?1, ?2, ?3, 1, ?4) \
                 ON CONFLICT (day, tool, class) DO UPDATE SET n = n + 1, last_at = excluded.last_at",
            )?
            .execute(params![day(at), tool, class, at.as_millisecond()])?;
        Ok(())
    }
}

impl Db<'_> {
    /// How often each rule gave each verdict from that day on.
    pub fn judged_since(&self, since: Timestamp) -> Result<Vec<JudgedCount>, StoreError> {
        let sql = "SELECT class, rule, verdict, sum(n) FROM judged WHERE day >= ?1 GROUP BY class, rule, verdict";
        let mut query = self.0.prepare_cached(sql)?;
        let rows = query.query_map([day(since)], |row| {
            Ok(JudgedCount {
                class: some(row.get(0)?),
                rule: some(row.get(1)?),
                verdict: word(row, 2)?,
                count: unsigned(row, 3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How often each floor held from that day on.
    pub fn floored_since(&self, since: Timestamp) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut query = self
            .0
            .prepare_cached("SELECT floor, sum(n) FROM floored WHERE day >= ?1 GROUP BY floor")?;
        let rows = query.query_map([day(since)], |row| Ok((row.get(0)?, unsigned(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Tools that the policy did not know what to make of from that day on, those seen last first.
    pub fn unknown_since(&self, since: Timestamp, limit: u32) -> Result<Vec<StoredUnknown>, StoreError> {
        let sql = "SELECT tool, class, sum(n), max(last_at) FROM unknown_tool WHERE day >= ?1 \
                   GROUP BY tool, class ORDER BY max(last_at) DESC, tool LIMIT ?2";
        let mut query = self.0.prepare_cached(sql)?;
        let rows = query.query_map(params![day(since), limit], |row| {
            Ok(StoredUnknown {
                tool: some(row.get(0)?),
                class: some(row.get(1)?),
                count: unsigned(row, 2)?,
                last_at: time(row, 3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All counts as they stand, for the check; `None` in a file of a version that did not count.
    pub(super) fn judgement_counts(&self) -> Result<Option<JudgementCounts>, StoreError> {
        let schema: i64 = self.0.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if schema < COUNTED {
            return Ok(None);
        }
        let mut counts = JudgementCounts::default();
        let mut query = self.0.prepare("SELECT day, class, rule, verdict, n FROM judged")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let key = (row.get(0)?, row.get(1)?, row.get(2)?, word(row, 3)?);
            counts.judged.insert(key, unsigned(row, 4)?);
        }
        let mut query = self.0.prepare("SELECT day, floor, n FROM floored")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            counts.floored.insert((row.get(0)?, row.get(1)?), unsigned(row, 2)?);
        }
        Ok(Some(counts))
    }
}
