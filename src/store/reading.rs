//! A ledger file that is only read: beside the gate that writes it, from an archive, from a disk on which
//! nothing can be written.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};
use tempfile::TempDir;

use super::entries::{digest, unsigned};
use super::{StoreError, connection};
use crate::domain::{Digest, PrincipalId};
use crate::ledger::{Entry, Salt, commit};

/// One moment of a ledger: what is written meanwhile is not in it.
#[derive(Debug)]
pub struct Reading {
    connection: Connection,
    path: PathBuf,
    /// What the file was, where no lock keeps others from writing to it.
    unlocked: Option<Stamp>,
    /// Gone after the connection to what lies in it.
    _copy: Option<TempDir>,
}

/// When a file changes, one of these does.
type Stamp = (u64, Option<SystemTime>);

impl Reading {
    /// Opens the file, and leaves no trace beside it unless somebody else has it open.
    ///
    /// `SQLite` keeps a log and an index of it beside the file, and makes them where they are missing, to
    /// read as well. Where there is no log, all that was written is in the file, and it can be read as it
    /// is. Where there is a log of a gate that died, and no index can be made of it in place, a copy is
    /// read.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        // The log lies beside the file itself, not beside a link to it.
        let path = &fs::canonicalize(path).map_err(|error| StoreError::Copy(path.to_owned(), error))?;
        let logged = fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0);
        let reading = if logged || beside(path, "-shm").exists() {
            match begin(connection::open_reader(path)?) {
                Err(error) if cannot_write(&error) => Self::of_copy(path)?,
                begun => Self {
                    connection: begun.map_err(|error| no_ledger(path, error))?,
                    path: path.to_owned(),
                    unlocked: None,
                    _copy: None,
                },
            }
        } else {
            let unlocked = Some(stamp(path)?);
            let begun = begin(connection::open_frozen(&frozen(path), path)?);
            Self {
                connection: begun.map_err(|error| no_ledger(path, error))?,
                path: path.to_owned(),
                unlocked,
                _copy: None,
            }
        };
        connection::check(&reading.connection, path)?;
        Ok(reading)
    }

    /// The same for whoever reads more than entries: an earlier version's lists are not this one's.
    pub fn current(path: &Path) -> Result<Self, StoreError> {
        let reading = Self::open(path)?;
        connection::is_current(&reading.connection)?;
        Ok(reading)
    }

    fn of_copy(path: &Path) -> Result<Self, StoreError> {
        let copied = |error| StoreError::Copy(path.to_owned(), error);
        let folder = tempfile::tempdir().map_err(copied)?;
        let copy = folder.path().join("ledger.db");
        let before = stamp(path)?;
        fs::copy(path, &copy).map_err(copied)?;
        let log = beside(path, "-wal");
        if log.exists() {
            fs::copy(log, beside(&copy, "-wal")).map_err(copied)?;
        }
        if stamp(path)? != before {
            return Err(StoreError::Moved(path.to_owned()));
        }
        Ok(Self {
            connection: begin(connection::open_reader(&copy)?).map_err(|error| no_ledger(path, error))?,
            path: path.to_owned(),
            unlocked: None,
            _copy: Some(folder),
        })
    }

    /// Hands over every entry in order, one at a time.
    pub fn entries(&self, mut each: impl FnMut(&Entry)) -> Result<(), StoreError> {
        let mut query = self.connection.prepare("SELECT seq, bytes FROM entry ORDER BY seq")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            each(&entry(row)?);
        }
        Ok(())
    }

    /// The last entry, if there is any.
    pub fn newest(&self) -> Result<Option<Entry>, StoreError> {
        let mut query = self
            .connection
            .prepare("SELECT seq, bytes FROM entry ORDER BY seq DESC LIMIT 1")?;
        let mut rows = query.query([])?;
        rows.next()?.map(entry).transpose()
    }

    /// A principal's name, as its profile has it; `None` once that is erased, or where it is not what the
    /// entry commits to.
    pub fn name(&self, id: PrincipalId, profile: Digest) -> Result<Option<String>, StoreError> {
        let sql =
            "SELECT salt, bytes FROM blob WHERE subject = ?1 AND kind = 'profile' AND part = 0 AND bytes IS NOT NULL";
        let mut query = self.connection.prepare_cached(sql)?;
        let found = query.query_row(params![id.0.as_bytes()], |row| {
            Ok((digest(row, 0)?, row.get::<_, Vec<u8>>(1)?))
        });
        let Some((salt, bytes)) = found.optional()? else {
            return Ok(None);
        };
        if commit(&Salt(salt.0), &bytes) != profile {
            return Ok(None);
        }
        let profile: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(profile["name"].as_str().map(str::to_owned))
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// That nobody wrote to the file while it was read, where nothing kept them from it. Asked at the end.
    pub fn is_whole(&self) -> Result<(), StoreError> {
        match &self.unlocked {
            Some(before) if stamp(&self.path)? != *before => Err(StoreError::Moved(self.path.clone())),
            Some(_) | None => Ok(()),
        }
    }
}

fn entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    let seq = unsigned(row, 0)?;
    let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
    let entry: Entry = serde_json::from_slice(bytes).map_err(|error| StoreError::Unreadable(seq, error))?;
    if entry.v == 1 {
        return Ok(entry);
    }
    let version = serde::de::Error::custom(format!("its frame has version {}", entry.v));
    Err(StoreError::Unreadable(seq, version))
}

/// Begins the transaction in which everything is read.
fn begin(connection: Connection) -> rusqlite::Result<Connection> {
    connection.execute_batch("BEGIN")?;
    // The first query is what opens the file and fixes the moment.
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    Ok(connection)
}

/// Whether a log was there and what is needed to read it could not be made.
fn cannot_write(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

fn no_ledger(path: &Path, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::NotALedger(path.to_owned()),
        _ => StoreError::Open(path.to_owned(), error),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn stamp(path: &Path) -> Result<Stamp, StoreError> {
    let of = |file: Metadata| (file.len(), file.modified().ok());
    fs::metadata(path)
        .map(of)
        .map_err(|error| StoreError::Copy(path.to_owned(), error))
}

/// The file as a URI that promises `SQLite` that nobody writes to it.
fn frozen(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri + "?immutable=1"
}
