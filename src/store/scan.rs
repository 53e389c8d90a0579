//! Feeds a whole database file to the verifier, which knows no SQL.

use std::path::Path;

use rusqlite::{Connection, Row, params};

use super::entries::{digest, signed, time, unsigned};
use super::envelopes::{envelope_id, word};
use super::{Db, StoreError, connection};
use crate::ledger::{BlobCheck, Fault, FaultKind, Payload, Report, Salt, Verifier};

/// Reads the file and recomputes everything. The outer error is about reading, the inner about content.
pub fn verify(path: &Path) -> Result<Result<Report, Fault>, StoreError> {
    let connection = connection::open_reader(path)?;
    // One read transaction: a gate that goes on writing does not move what is checked.
    connection.execute_batch("BEGIN")?;
    match run(&connection) {
        Ok(report) => Ok(Ok(report)),
        Err(Trouble::Fault(fault)) => Ok(Err(fault)),
        Err(Trouble::Sql(error)) => Err(error.into()),
        Err(Trouble::Store(error)) => Err(error),
    }
}

enum Trouble {
    Fault(Fault),
    Sql(rusqlite::Error),
    Store(StoreError),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

fn run(connection: &Connection) -> Result<Report, Trouble> {
    let mut verifier = Verifier::default();
    entries(connection, &mut verifier)?;
    nodes(connection, &verifier)?;
    let head = Db(connection).head().map_err(Trouble::Store)?;
    verifier.end(head.map(|head| head.size))?;
    blobs(connection, &mut verifier)?;
    payloads(connection, &mut verifier)?;
    let listed = projections(connection, &verifier)?;
    Ok(verifier.finish(listed)?)
}

/// Entries in order, each head as soon as its size is reached.
fn entries(connection: &Connection, verifier: &mut Verifier) -> Result<(), Trouble> {
    let mut heads = connection.prepare("SELECT size, root, at FROM head WHERE size = ?1")?;
    let mut query = connection.prepare(
        "SELECT e.seq, e.bytes, n.hash FROM entry e LEFT JOIN node n ON n.level = 0 AND n.idx = e.seq ORDER BY e.seq",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let seq = unsigned(row, 0)?;
        let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let leaf = row.get::<_, Option<[u8; 32]>>(2)?.map(crate::domain::Digest);
        verifier.entry(seq, bytes, leaf)?;
        let mut found = heads.query([signed(seq + 1)])?;
        if let Some(head) = found.next()? {
            verifier.head(unsigned(head, 0)?, digest(head, 1)?, time(head, 2)?)?;
        }
    }
    Ok(())
}

fn nodes(connection: &Connection, verifier: &Verifier) -> Result<(), Trouble> {
    let mut query = connection.prepare(
        "SELECT n.level, n.idx, n.hash, l.hash, r.hash FROM node n \
         LEFT JOIN node l ON l.level = n.level - 1 AND l.idx = n.idx * 2 \
         LEFT JOIN node r ON r.level = n.level - 1 AND r.idx = n.idx * 2 + 1 WHERE n.level > 0",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let child = |column| {
            row.get::<_, Option<[u8; 32]>>(column)
                .map(|hash| hash.map(crate::domain::Digest))
        };
        let children = child(3)?.zip(child(4)?);
        verifier.node(row.get(0)?, unsigned(row, 1)?, digest(row, 2)?, children)?;
    }
    Ok(())
}

fn blobs(connection: &Connection, verifier: &mut Verifier) -> Result<(), Trouble> {
    let mut query = connection.prepare("SELECT commitment, salt, bytes FROM blob")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let salt = row.get::<_, Option<[u8; 32]>>(1)?.map(Salt);
        let bytes = row.get_ref(2)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
        verifier.blob(&BlobCheck {
            commitment: digest(row, 0)?,
            content: salt.zip(bytes),
        })?;
    }
    Ok(())
}

fn payloads(connection: &Connection, verifier: &mut Verifier) -> Result<(), Trouble> {
    let mut query = connection.prepare("SELECT commitment, sha256, salt, parts, arguments FROM payload")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let commitment = digest(row, 0)?;
        let content = payload(row)?;
        if content.is_none() && row.get_ref(4)? != rusqlite::types::ValueRef::Null {
            return Err(Trouble::Fault(Fault {
                kind: FaultKind::Tampered,
                entry: None,
                message: format!("The payload {} is not one this version writes.", commitment.short()),
            }));
        }
        let content = content
            .as_ref()
            .map(|(salt, payload, sha256)| (*salt, payload, *sha256));
        verifier.payload(commitment, content)?;
    }
    Ok(())
}

/// `None` for an erased payload, and for one that no version wrote.
fn payload(row: &Row<'_>) -> rusqlite::Result<Option<(Salt, Payload, crate::domain::Digest)>> {
    let sha256 = row.get::<_, Option<[u8; 32]>>(1)?.map(crate::domain::Digest);
    let salt = row.get::<_, Option<[u8; 32]>>(2)?.map(Salt);
    let parts: Option<String> = row.get(3)?;
    let arguments: Option<String> = row.get(4)?;
    let payload = parts
        .zip(arguments)
        .and_then(|(parts, arguments)| Payload::from_raw(serde_json::from_str(&parts).ok()?, arguments).ok());
    Ok(salt
        .zip(payload)
        .zip(sha256)
        .map(|((salt, payload), sha256)| (salt, payload, sha256)))
}

fn projections(connection: &Connection, verifier: &Verifier) -> Result<u64, Trouble> {
    let mut query = connection.prepare("SELECT id, stage, revision, votes FROM envelope")?;
    let mut rows = query.query(params![])?;
    let mut listed = 0;
    while let Some(row) = rows.next()? {
        verifier.projection(envelope_id(row, 0)?, word(row, 1)?, row.get(2)?, row.get(3)?)?;
        listed += 1;
    }
    Ok(listed)
}
