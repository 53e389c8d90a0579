//! Everything there ever was, for those who look back: filtered, searched, and as entries.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, Rows, params, params_from_iter};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::envelopes::{COLUMNS, read};
use super::{Db, Envelope, StoreError};
use crate::domain::{Digest, EnvelopeId, Glob, PrincipalId, Relation, Role, Severity, Stage};
use crate::ledger::Entry;

/// How much of an id has to be written for it to be one: all of them begin with the time.
const SHORTEST_ID: usize = 6;

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
    /// Envelopes that fit, the newest first. Ids sort by time, so this walks the table and stops when it has
    /// enough; only words are looked for row by row.
    pub fn past(&self, sought: &Sought, limit: u32) -> Result<Vec<Envelope>, StoreError> {
        let mut filter = Filter::default();
        if let Some(before) = sought.before {
            let before = filter.value(before.0.as_bytes().to_vec());
            filter.conditions.push(format!("id < {before}"));
        }
        for Condition { wanted, not } in &sought.conditions {
            let condition = filter.condition(wanted);
            // What is not there does not fit, and so fits what was turned round.
            let turned = if *not { "NOT " } else { "" };
            filter.conditions.push(format!("{turned}coalesce({condition}, 0)"));
        }
        let holds = match filter.conditions.as_slice() {
            [] => "1".to_owned(),
            conditions => conditions.join(" AND "),
        };
        let columns = &*COLUMNS;
        let sql = format!("SELECT {columns} FROM envelope WHERE {holds} ORDER BY id DESC LIMIT {limit}");
        let mut query = self.0.prepare_cached(&sql)?;
        let rows = query.query_map(params_from_iter(filter.values), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
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

/// Conditions in SQL, and the values they name by their place.
#[derive(Default)]
struct Filter {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Filter {
    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    fn condition(&mut self, wanted: &Sight) -> String {
        match wanted {
            Sight::Class(glob) => {
                let at = self.value(pattern(glob));
                format!("(lower(class) GLOB {at} OR lower(class) GLOB {at} || '.*')")
            }
            Sight::Tool(glob) => self.named("tool", glob),
            Sight::Target(glob) => self.named("target", glob),
            Sight::Run(glob) => self.named("run", glob),
            Sight::SameRun(run) => format!("run = {}", self.value(run.clone())),
            Sight::Agents(agents) => format!("agent IN ({})", self.ids(agents)),
            Sight::People(people) => format!(
                "EXISTS (SELECT 1 FROM decision d WHERE d.envelope = envelope.id AND d.person IN ({}))",
                self.ids(people)
            ),
            Sight::Stage(stage) => format!("stage = {}", self.value(stage.to_string())),
            Sight::Severity(severity) => format!("severity = {}", self.value(severity.to_string())),
            Sight::Role(role) => format!("role = {}", self.value(role.to_string())),
            Sight::Amount(relation, than) => {
                let than = self.value(than.to_string());
                format!("CAST(amount AS REAL) {} CAST({than} AS REAL)", relation.sign())
            }
            Sight::AmountIn(low, high) => {
                let (low, high) = (self.value(low.to_string()), self.value(high.to_string()));
                format!("CAST(amount AS REAL) BETWEEN CAST({low} AS REAL) AND CAST({high} AS REAL)")
            }
            Sight::Created(relation, at) => self.compared("created_at", *relation, *at),
            Sight::Deadline(relation, at) => self.compared("deadline_at", *relation, *at),
            Sight::Word(word) => {
                let is_id = word.len() >= SHORTEST_ID && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
                let id = if is_id {
                    word.replace('-', "").to_uppercase()
                } else {
                    "-".to_owned()
                };
                let (word, id) = (self.value(word.clone()), self.value(id));
                format!(
                    "(says(tool, {word}) OR says(target, {word}) OR instr(hex(id), {id}) = 1 \
                     OR EXISTS (SELECT 1 FROM payload p WHERE p.envelope = envelope.id AND says(p.arguments, {word})) \
                     OR EXISTS (SELECT 1 FROM blob b WHERE b.subject = envelope.id AND says(b.bytes, {word})))"
                )
            }
        }
    }

    fn named(&mut self, column: &str, glob: &Glob) -> String {
        format!("lower({column}) GLOB {}", self.value(pattern(glob)))
    }

    fn compared(&mut self, column: &str, relation: Relation, at: Timestamp) -> String {
        format!("{column} {} {}", relation.sign(), self.value(at.as_millisecond()))
    }

    fn ids(&mut self, ids: &[PrincipalId]) -> String {
        let places: Vec<String> = ids.iter().map(|id| self.value(id.0.as_bytes().to_vec())).collect();
        places.join(", ")
    }
}

/// Only `*` means anything in a search: what else means something to SQLite is put in brackets.
fn pattern(glob: &Glob) -> String {
    let mut out = String::new();
    for c in glob.as_str().chars() {
        match c {
            '[' | '?' => {
                out.push('[');
                out.push(c);
                out.push(']');
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_an_envelope_or_of_none_are_found_by_their_index() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.db");
        let connection = super::super::connection::open_writer(&path).expect("a ledger");
        for which in ["= 'x'", "IS NULL"] {
            let mut plan = connection
                .prepare(&format!("EXPLAIN QUERY PLAN {}", about(which)))
                .expect("a plan");
            let steps: Vec<String> = plan
                .query_map([], |row| row.get(3))
                .and_then(Iterator::collect)
                .expect("steps");
            let by_index = |step: &String| step.starts_with("SEARCH entry USING INDEX entry_envelope");
            assert!(steps.len() == 1 && steps.iter().all(by_index), "{steps:?}");
        }
    }
}
