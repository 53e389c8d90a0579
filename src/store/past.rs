//! Everything there ever was, for those who look back: filtered, searched, and as entries.

mod filter;
mod lead;
mod span;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Rows, Statement, params};
use rust_decimal::Decimal;
use uuid::Uuid;

use self::filter::Filter;
pub(super) use self::lead::Lead;
use self::span::{Id, Span};
use super::envelopes::read;
use super::{Db, Envelope, StoreError};
use crate::domain::{Digest, EnvelopeId, Glob, PrincipalId, Relation, Role, Severity, Stage};
use crate::ledger::Entry;

/// How much of an id has to be written for it to be one: all of them begin with the time.
const SHORTEST_ID: usize = 6;

/// How many of the newest are looked at before any index is: most searches want those.
const NEAR: u32 = 1_000;

/// How much further it is worth to look where that had this share of what was asked for.
const WIDER: u32 = 8;

/// How many ids an index may name to be of use: so many are sorted in a few milliseconds, and what more fit is
/// rarely far from the newest.
const MOST: usize = 65_536;

/// What is looked for; every condition has to hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sought {
    pub conditions: Vec<Condition>,
    /// Only what was proposed before this one.
    pub before: Option<EnvelopeId>,
}

/// One condition of a search, and whether it must not hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    pub wanted: Sight,
    pub not: bool,
}

/// What a row can be told by.
#[derive(Debug, Clone, PartialEq)]
pub enum Sight {
    /// A class, or one below it.
    Class(Glob),
    Tool(Glob),
    Target(Glob),
    Run(Glob),
    /// The run of this very name.
    SameRun(String),
    /// One of these agents.
    Agents(Vec<PrincipalId>),
    /// One of these people decided something of it.
    People(Vec<PrincipalId>),
    Stage(Stage),
    Severity(Severity),
    Role(Role),
    /// Compared as SQLite compares numbers: a search may be off in the 16th digit, a policy never is.
    Amount(Relation, Decimal),
    /// The same, both ends included.
    AmountIn(Decimal, Decimal),
    Created(Relation, Timestamp),
    Deadline(Relation, Timestamp),
    /// A word that its id begins with, or that it or any of its texts contains.
    Word(String),
}

impl Db<'_> {
    /// Envelopes that fit, the newest first.
    ///
    /// What many fit is found by walking the newest. What few fit is looked up: some condition has an index that
    /// names them all, and each is then held against every condition. What neither is, is walked to its end.
    pub fn past(&self, sought: &Sought, limit: u32) -> Result<Vec<Envelope>, StoreError> {
        self.at_once(|db| db.past_within(sought, limit, NEAR, MOST))
    }

    fn past_within(&self, sought: &Sought, limit: u32, near: u32, most: usize) -> Result<Vec<Envelope>, StoreError> {
        let limit = limit as usize;
        let Some(mut span) = Span::of(sought) else {
            return Ok(Vec::new());
        };
        let filter = Filter::of(&sought.conditions);
        let sql = filter.sql(limit);
        let mut query = self.0.prepare_cached(&sql)?;
        for (place, value) in (3..).zip(filter.values()) {
            query.raw_bind_parameter(place, value)?;
        }
        let mut found = Vec::new();
        for many in [near, near * WIDER] {
            let edge = self.edge(span, many)?;
            walk(&mut query, edge.map_or(span, |edge| span.above(edge)), &mut found)?;
            let Some(edge) = edge.filter(|_| found.len() < limit) else {
                found.truncate(limit);
                return Ok(found);
            };
            span = span.to(edge);
            if found.len() * (WIDER as usize) < limit {
                break;
            }
        }
        match self.lead(&sought.conditions, span, most)? {
            Some(ids) => {
                for id in ids {
                    if found.len() == limit {
                        break;
                    }
                    walk(&mut query, Span::only(id), &mut found)?;
                }
            }
            None => walk(&mut query, span, &mut found)?,
        }
        found.truncate(limit);
        Ok(found)
    }

    /// The newest id of a span that lies behind so many others; `None` where there are no more of them.
    fn edge(&self, span: Span, near: u32) -> Result<Option<Id>, StoreError> {
        let sql = "SELECT id FROM envelope WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3";
        let mut query = self.0.prepare_cached(sql)?;
        Ok(query
            .query_row(params![span.low, span.high, near], |row| row.get(0))
            .optional()?)
    }

    /// Every entry about an envelope, in order, with its place in the ledger.
    pub fn entries_of(&self, id: EnvelopeId) -> Result<Vec<(u64, Entry)>, StoreError> {
        let mut query = self.0.prepare_cached(&about("= ?1"))?;
        entries(query.query([id.to_string()])?)
    }

    /// The bytes of every entry about an envelope, in order, with its place.
    pub(super) fn raw_entries_of(&self, id: EnvelopeId) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let mut query = self.0.prepare_cached(&about("= ?1"))?;
        let rows = query.query_map([id.to_string()], raw)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The bytes of every entry that is about no envelope, in order: people, keys, policies, stops.
    pub(super) fn raw_entries_of_the_gate(&self) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let mut query = self.0.prepare_cached(&about("IS NULL"))?;
        let rows = query.query_map([], raw)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The entry that began a hold, which was at this time.
    pub fn entry_of_hold(&self, hold: Uuid, at: Timestamp) -> Result<Option<u64>, StoreError> {
        // Heads have the time: nothing that was sealed before has to be looked through.
        let sql = "SELECT seq FROM entry WHERE seq >= coalesce(\
                   (SELECT size FROM head WHERE at < ?2 ORDER BY size DESC LIMIT 1), 0) \
                   AND instr(bytes, ?1) > 0 ORDER BY seq LIMIT 1";
        let needle = format!("\"hold\":\"{hold}\"").into_bytes();
        let mut query = self.0.prepare_cached(sql)?;
        let row = query.query_row(params![needle, at.as_millisecond()], |row| {
            super::entries::unsigned(row, 0)
        });
        Ok(row.optional()?)
    }

    /// What somebody made true since then, the newest first, with its place in the ledger.
    pub fn entries_by(&self, actor: PrincipalId, since: Timestamp) -> Result<Vec<(u64, Entry)>, StoreError> {
        // Heads have the time: only what was sealed since then is looked through.
        let sql = "SELECT seq, bytes FROM entry WHERE seq >= coalesce(\
                   (SELECT size FROM head WHERE at < ?2 ORDER BY size DESC LIMIT 1), 0) \
                   AND instr(bytes, ?1) > 0 ORDER BY seq DESC";
        let mut query = self.0.prepare_cached(sql)?;
        let needle = format!("\"actor\":{{\"id\":\"{actor}\"").into_bytes();
        let mut found = entries(query.query(params![needle, since.as_millisecond()])?)?;
        found.retain(|(_, entry)| entry.actor.id == Some(actor) && entry.at >= since);
        Ok(found)
    }

    /// Whether it was let through on the approval of another.
    pub fn was_passed_to(&self, id: EnvelopeId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM envelope WHERE passed_to = ?1)";
        Ok(self
            .0
            .prepare_cached(sql)?
            .query_row([id.0.as_bytes()], |row| row.get(0))?)
    }

    /// The entry that put a policy in force last.
    pub fn activated(&self, policy: Digest) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT activated FROM policy WHERE sha256 = ?1";
        let mut query = self.0.prepare_cached(sql)?;
        let row = query.query_row([policy.0], |row| super::entries::unsigned(row, 0));
        Ok(row.optional()?)
    }

    /// The policy that was activated last.
    pub fn policy_in_force(&self) -> Result<Option<(Digest, Vec<u8>)>, StoreError> {
        let sql = "SELECT sha256, bytes FROM policy ORDER BY activated DESC LIMIT 1";
        let mut query = self.0.prepare_cached(sql)?;
        let row = query.query_row([], |row| Ok((super::entries::digest(row, 0)?, row.get(1)?)));
        Ok(row.optional()?)
    }
}

/// The digits that an id begins with, where a word is the beginning of one.
fn id_digits(word: &str) -> Option<String> {
    let is_id = word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let digits = word.replace('-', "");
    (is_id && (SHORTEST_ID..=32).contains(&digits.len())).then_some(digits)
}

/// Adds the rows of a span that fit.
fn walk(query: &mut Statement<'_>, span: Span, found: &mut Vec<Envelope>) -> Result<(), StoreError> {
    query.raw_bind_parameter(1, span.low)?;
    query.raw_bind_parameter(2, span.high)?;
    let mut rows = query.raw_query();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(())
}

/// Entries by the envelope that their own bytes name. The expression is that of the index.
fn about(envelope: &str) -> String {
    format!(
        "SELECT seq, bytes FROM entry WHERE CASE WHEN json_valid(CAST(bytes AS TEXT)) \
         THEN json_extract(CAST(bytes AS TEXT), '$.envelope') END {envelope} ORDER BY seq"
    )
}

fn raw(row: &Row<'_>) -> rusqlite::Result<(u64, Vec<u8>)> {
    Ok((super::entries::unsigned(row, 0)?, row.get(1)?))
}

fn entries(mut rows: Rows<'_>) -> Result<Vec<(u64, Entry)>, StoreError> {
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let seq = super::entries::unsigned(row, 0)?;
        let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let entry = serde_json::from_slice(bytes).map_err(|error| StoreError::Unreadable(seq, error))?;
        found.push((seq, entry));
    }
    Ok(found)
}
