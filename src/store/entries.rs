//! Entries, tree nodes and heads.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::writer::End;
use super::{Db, StoreError};
use crate::domain::Digest;
use crate::ledger::{Frontier, Node, leaf_hash};

/// How many entries at the end are hashed again when a ledger is opened.
const TAIL: u64 = 256;

/// The ledger's sealed end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub size: u64,
    pub root: Digest,
    pub at: Timestamp,
}

impl Db<'_> {
    /// The newest head; none in a ledger without entries.
    pub fn head(&self) -> Result<Option<Head>, StoreError> {
        let mut query = self
            .0
            .prepare_cached("SELECT size, root, at FROM head ORDER BY size DESC LIMIT 1")?;
        Ok(query
            .query_row([], |row| {
                Ok(Head {
                    size: unsigned(row, 0)?,
                    root: digest(row, 1)?,
                    at: time(row, 2)?,
                })
            })
            .optional()?)
    }
}

pub(super) fn insert(connection: &Connection, frontier: &mut Frontier, bytes: &[u8]) -> Result<(), StoreError> {
    let seq = signed(frontier.size());
    connection
        .prepare_cached("INSERT INTO entry (seq, bytes) VALUES (?1, ?2)")?
        .execute(params![seq, bytes])?;
    let mut insert = connection.prepare_cached("INSERT INTO node (level, idx, hash) VALUES (?1, ?2, ?3)")?;
    for node in frontier.append(bytes) {
        insert.execute(params![node.level, signed(node.index), node.hash.0])?;
    }
    Ok(())
}

pub(super) fn seal(connection: &Connection, end: &End, at: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
    let (size, root) = (end.frontier.size(), end.frontier.root());
    let note = end.seal.as_ref().map(|seal| seal.sign(size, root));
    connection
        .prepare_cached("INSERT INTO head (size, root, at, note) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![signed(size), root.0, at.as_millisecond(), note])?;
    Ok(note)
}

/// Takes up the tree where the ledger ends, and refuses one whose end does not fit.
pub(super) fn resume(connection: &Connection) -> Result<Frontier, StoreError> {
    let unsound = |what: &str| StoreError::Unsound(what.to_owned());
    let head = Db(connection).head()?;
    let size = head.map_or(0, |head| head.size);
    let count: i64 = connection.query_row("SELECT coalesce(max(seq) + 1, 0) FROM entry", [], |row| row.get(0))?;
    if signed(size) != count {
        return Err(StoreError::Unsound(format!(
            "the head covers {size} entries and {count} are there"
        )));
    }
    let there: i64 = connection.query_row("SELECT count(*) FROM entry", [], |row| row.get(0))?;
    if there != count {
        return Err(StoreError::Unsound(format!(
            "{} entries in its middle are gone",
            count - there
        )));
    }
    let mut peaks = Vec::new();
    let mut query = connection.prepare("SELECT hash FROM node WHERE level = ?1 AND idx = ?2")?;
    for (level, index) in Frontier::peak_places(size) {
        let hash = query
            .query_row(params![level, signed(index)], |row| digest(row, 0))
            .optional()?;
        peaks.push(Node {
            level,
            index,
            hash: hash.ok_or_else(|| unsound("a tree node is missing"))?,
        });
    }
    let frontier = Frontier::resume(size, peaks).ok_or_else(|| unsound("a tree node is missing"))?;
    if head.is_some_and(|head| head.root != frontier.root()) {
        return Err(unsound("its root is another"));
    }
    let mut tail = connection.prepare(
        "SELECT e.bytes, n.hash FROM entry e LEFT JOIN node n ON n.level = 0 AND n.idx = e.seq WHERE e.seq >= ?1",
    )?;
    let mut rows = tail.query([signed(size.saturating_sub(TAIL))])?;
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(0)?;
        if row.get::<_, Option<[u8; 32]>>(1)? != Some(leaf_hash(&bytes).0) {
            return Err(unsound("one of its last entries was changed"));
        }
    }
    Ok(frontier)
}

/// The database's integers are signed; sizes and sequence numbers stay far below the difference.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

pub(super) fn digest(row: &Row<'_>, column: usize) -> rusqlite::Result<Digest> {
    row.get(column).map(Digest)
}

pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let millis: i64 = row.get(column)?;
    Timestamp::from_millisecond(millis)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(error)))
}
