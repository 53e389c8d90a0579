//! Which envelopes a word can be in: three letters in a row, and who has them in a text.
//!
//! It is filled after the texts are there ([`Later`]), since to do it in the same commit would cost a proposal a
//! quarter of its time: a search takes the index, and walks what changed since. It names candidates, and the texts
//! themselves decide. No proof rests on it, and it can be made anew from the texts at any time.

mod later;
#[cfg(test)]
mod tests;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

pub(super) use later::Later;

use super::past::Lead;
use super::says::spelt;
use super::{StoreError, envelopes};
use crate::domain::EnvelopeId;

/// How many letters stand together in the index: a shorter word is not in it.
const LETTERS: usize = 3;

/// How many of a word's groups of letters are asked for: more tell little.
const GROUPS: usize = 32;

/// How many envelopes are taken in at once, and after how many bytes of text it is enough: the writer has others
/// to serve.
const AT_ONCE: u32 = 32;
const ENOUGH: usize = 64 * 1024;

/// The questions that name every envelope that can have a word in its texts; `None` where it is too short for
/// the index. The word is in lower case.
pub(super) fn leads(word: &str) -> Option<Vec<Lead>> {
    let letters: Vec<char> = plain(word).chars().collect();
    let mut groups: Vec<String> = Vec::new();
    for group in letters.windows(LETTERS) {
        let group: String = group.iter().collect();
        let group = format!("\"{}\"", group.replace('"', "\"\""));
        if !groups.contains(&group) && groups.len() < GROUPS {
            groups.push(group);
        }
    }
    if groups.is_empty() {
        return None;
    }
    let indexed = Lead {
        sql: "SELECT by.envelope FROM said CROSS JOIN said_by by ON by.n = said.rowid \
              WHERE said MATCH ?3 AND by.envelope BETWEEN ?1 AND ?2"
            .to_owned(),
        values: vec![Value::Text(groups.join(" AND "))],
    };
    let not_yet = Lead {
        sql: "SELECT id FROM envelope INDEXED BY envelope_changed \
              WHERE changed > (SELECT changed FROM said_to) AND id BETWEEN ?1 AND ?2"
            .to_owned(),
        values: Vec::new(),
    };
    Some(vec![indexed, not_yet])
}

/// The index leaves a NUL out, and a question to it ends at one: both have another sign in its place.
fn plain(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

/// Takes in what changed since, up to so much at once; returns whether there is more.
pub(super) fn take_in(connection: &Connection) -> Result<bool, StoreError> {
    whole(connection, take_in_some)
}

/// Runs a change of the index by itself, and leaves no transaction open where it fails: the writer has its own.
fn whole<T>(
    connection: &Connection,
    change: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let changed = change(connection).and_then(|done| {
        connection.execute_batch("COMMIT")?;
        Ok(done)
    });
    if changed.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    changed
}

fn take_in_some(connection: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT id, changed FROM envelope INDEXED BY envelope_changed \
               WHERE changed > (SELECT changed FROM said_to) ORDER BY changed LIMIT ?1";
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map([AT_ONCE], |row| {
        Ok((envelopes::envelope_id(row, 0)?, row.get::<_, i64>(1)?))
    })?;
    let changed: Vec<(EnvelopeId, i64)> = rows.collect::<Result<_, _>>()?;
    let Some(&(_, first)) = changed.first() else {
        return Ok(false);
    };
    let mut is_more = changed.len() == AT_ONCE as usize;
    let (mut reached, mut bytes) = (first, 0);
    for &(id, at) in &changed {
        // Changes of one moment are taken in together, or it would not be known how far it is.
        if bytes > ENOUGH && at > reached {
            is_more = true;
            break;
        }
        bytes += take_in_one(connection, id)?;
        reached = at;
    }
    if is_more {
        let sql = "SELECT id FROM envelope INDEXED BY envelope_changed WHERE changed = ?1";
        let mut query = connection.prepare_cached(sql)?;
        let rows = query.query_map([reached], |row| envelopes::envelope_id(row, 0))?;
        for id in rows.collect::<Result<Vec<_>, _>>()? {
            if !changed.contains(&(id, reached)) {
                take_in_one(connection, id)?;
            }
        }
    }
    connection
        .prepare_cached("UPDATE said_to SET changed = ?1")?
        .execute([reached])?;
    Ok(is_more)
}

/// Takes in one envelope's texts as they are now; returns how long they are.
fn take_in_one(connection: &Connection, id: EnvelopeId) -> Result<usize, StoreError> {
    let id = id.0.as_bytes();
    let (mut text, mut texts) = (String::new(), 0);
    for sql in [
        "SELECT tool FROM envelope WHERE id = ?1",
        "SELECT target FROM envelope WHERE id = ?1",
        "SELECT arguments FROM payload WHERE envelope = ?1",
        "SELECT bytes FROM blob WHERE subject = ?1",
    ] {
        let mut query = connection.prepare_cached(sql)?;
        let mut rows = query.query([id])?;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(0)?.as_bytes_or_null().map_err(rusqlite::Error::from)?;
            if let Some(bytes) = bytes {
                spelt(bytes, &mut text);
                texts += 1;
            }
        }
    }
    // Texts are added and erased, never changed: as many are the same ones.
    let sql = "INSERT INTO said_by (envelope, texts) VALUES (?1, ?2) ON CONFLICT (envelope) \
               DO UPDATE SET texts = excluded.texts WHERE texts != excluded.texts RETURNING n";
    let mut put = connection.prepare_cached(sql)?;
    let n: Option<i64> = put.query_row(params![id, texts], |row| row.get(0)).optional()?;
    let Some(n) = n else {
        return Ok(text.len());
    };
    let sql = "INSERT OR REPLACE INTO said (rowid, text) VALUES (?1, ?2)";
    connection.prepare_cached(sql)?.execute(params![n, plain(&text)])?;
    Ok(text.len())
}

/// Takes an envelope out again. Its letters are out of the file after [`purge`].
pub(super) fn take_out(connection: &Connection, id: EnvelopeId) -> Result<(), StoreError> {
    let mut gone = connection.prepare_cached("DELETE FROM said_by WHERE envelope = ?1 RETURNING n")?;
    let n: Option<i64> = gone.query_row([id.0.as_bytes()], |row| row.get(0)).optional()?;
    if let Some(n) = n {
        connection
            .prepare_cached("DELETE FROM said WHERE rowid = ?1")?
            .execute([n])?;
    }
    Ok(())
}

/// Writes the index anew without what was taken out, which was only marked as gone before.
pub(super) fn purge(connection: &Connection) -> Result<(), StoreError> {
    let purged = connection.execute_batch("INSERT INTO said (said) VALUES ('optimize')");
    if let Err(error) = purged {
        tracing::warn!(error = %error, "the index of words is not sound and is made anew");
        start_over(connection)?;
    }
    Ok(())
}

/// Begins again where an envelope is missing that should be in it, or the other way round.
///
/// What somebody with the file changed within it is not noticed so: it is no proof of what was not found.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    let count = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let indexed = count("SELECT count(*) FROM said_docsize")?;
    let known = count("SELECT count(*) FROM said_by")?;
    let due = count("SELECT count(*) FROM envelope WHERE changed <= (SELECT changed FROM said_to)")?;
    if indexed != known || known < due {
        tracing::warn!(indexed, known, due, "the index of words is not whole and is made anew");
        start_over(connection)?;
    }
    Ok(())
}

fn start_over(connection: &Connection) -> Result<(), StoreError> {
    whole(connection, |connection| {
        let all = "INSERT INTO said (said) VALUES ('delete-all'); DELETE FROM said_by; UPDATE said_to SET changed = 0";
        Ok(connection.execute_batch(all)?)
    })
}
