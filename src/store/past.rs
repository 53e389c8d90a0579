//! Everything there ever was, for those who look back: filtered, searched, and as entries.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params_from_iter};

use super::envelopes::{COLUMNS, read};
use super::{Db, Envelope, StoreError};
use crate::domain::{Digest, EnvelopeId, PrincipalId, Stage};
use crate::ledger::Entry;

/// What is looked for; every member that is there narrows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    pub class: Option<String>,
    pub agent: Option<PrincipalId>,
    pub stage: Option<Stage>,
    /// Who decided something of it.
    pub person: Option<PrincipalId>,
    /// Words that its payload or any of its texts contain.
    pub words: Vec<String>,
    /// Only what was proposed before this one.
    pub before: Option<EnvelopeId>,
}

impl Db<'_> {
    /// Envelopes that fit, the newest first. Ids sort by time, so this walks the table and stops when it has
    /// enough; only words are looked for row by row.
    pub fn past(&self, sought: &Sought, limit: u32) -> Result<Vec<Envelope>, StoreError> {
        let mut filter = String::from("1 = 1");
        let mut values: Vec<Value> = Vec::new();
        let mut narrow = |condition: &str, value: Value| {
            filter.push_str(" AND ");
            filter.push_str(condition);
            values.push(value);
        };
        if let Some(class) = &sought.class {
            narrow("class = ?", class.clone().into());
        }
        if let Some(agent) = sought.agent {
            narrow("agent = ?", agent.0.as_bytes().to_vec().into());
        }
        if let Some(stage) = sought.stage {
            narrow("stage = ?", stage.to_string().into());
        }
        if let Some(person) = sought.person {
            let decided = "EXISTS (SELECT 1 FROM decision d WHERE d.envelope = envelope.id AND d.person = ?)";
            narrow(decided, person.0.as_bytes().to_vec().into());
        }
        if let Some(before) = sought.before {
            narrow("id < ?", before.0.as_bytes().to_vec().into());
        }
        for word in &sought.words {
            let like = format!(
                "%{}%",
                word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
            );
            let n = values.len() + 1;
            let found = format!(
                " AND (tool LIKE ?{n} ESCAPE '\\' OR target LIKE ?{n} ESCAPE '\\' \
                 OR EXISTS (SELECT 1 FROM payload p WHERE p.envelope = envelope.id AND p.arguments LIKE ?{n} ESCAPE '\\') \
                 OR EXISTS (SELECT 1 FROM blob b WHERE b.subject = envelope.id AND CAST(b.bytes AS TEXT) LIKE ?{n} ESCAPE '\\'))"
            );
            filter.push_str(&found);
            values.push(like.into());
        }
        let filter = numbered(&filter);
        let columns = &*COLUMNS;
        let sql = format!("SELECT {columns} FROM envelope WHERE {filter} ORDER BY id DESC LIMIT {limit}");
        let mut query = self.0.prepare_cached(&sql)?;
        let rows = query.query_map(params_from_iter(values), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every entry about an envelope, in order, with its place in the ledger.
    pub fn entries_of(&self, id: EnvelopeId) -> Result<Vec<(u64, Entry)>, StoreError> {
        let sql = "SELECT seq, bytes FROM entry WHERE instr(bytes, ?1) > 0 ORDER BY seq";
        let mut query = self.0.prepare_cached(sql)?;
        let needle = format!("\"envelope\":\"{id}\"").into_bytes();
        let mut rows = query.query([needle])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let seq = super::entries::unsigned(row, 0)?;
            let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let entry: Entry = serde_json::from_slice(bytes).map_err(|error| StoreError::Unreadable(seq, error))?;
            if entry.envelope == Some(id) {
                found.push((seq, entry));
            }
        }
        Ok(found)
    }

    /// The policy that was activated last.
    pub fn policy_in_force(&self) -> Result<Option<(Digest, Vec<u8>)>, StoreError> {
        let sql = "SELECT sha256, bytes FROM policy ORDER BY activated DESC LIMIT 1";
        let mut query = self.0.prepare_cached(sql)?;
        let row = query.query_row([], |row| Ok((super::entries::digest(row, 0)?, row.get(1)?)));
        Ok(row.optional()?)
    }
}

/// Bare `?` would take the next number after any that is written out: each gets its own.
fn numbered(filter: &str) -> String {
    let mut out = String::with_capacity(filter.len() + 8);
    let mut n = 0;
    let mut chars = filter.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if c == '?' && !chars.peek().is_some_and(char::is_ascii_digit) {
            n += 1;
            out.push_str(&n.to_string());
        }
    }
    out
}
