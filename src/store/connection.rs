//! Opening the database: settings that durability and safety rest on, and numbered migrations.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::StoreError;

/// "SGNF" in a file's header: tools tell whose database it is.
const APPLICATION_ID: i64 = 0x5347_4E46;

/// Never edited, only added to.
const MIGRATIONS: [&str; 18] = [
    include_str!("migrations/0001_ledger.sql"),
    include_str!("migrations/0002_verbs.sql"),
    include_str!("migrations/0003_batch.sql"),
    include_str!("migrations/0004_after.sql"),
    include_str!("migrations/0005_stops.sql"),
    include_str!("migrations/0006_aap.sql"),
    include_str!("migrations/0007_look.sql"),
    include_str!("migrations/0008_cleared.sql"),
    include_str!("migrations/0009_waiting.sql"),
    include_str!("migrations/0010_ran.sql"),
    include_str!("migrations/0011_judged.sql"),
    include_str!("migrations/0012_keys.sql"),
    include_str!("migrations/0013_log_key.sql"),
    include_str!("migrations/0014_erased.sql"),
    include_str!("migrations/0015_signed_by.sql"),
    include_str!("migrations/0016_entry_envelope.sql"),
    include_str!("migrations/0017_rejections.sql"),
    include_str!("migrations/0018_found.sql"),
];

/// A connection to query. Every statement of the store is a method on it or on [`super::Tx`].
#[derive(Debug)]
pub struct Db<'c>(pub(super) &'c Connection);

impl Db<'_> {
    /// Runs several queries on one moment: what is written meanwhile is in none of them.
    pub fn at_once<T, E: From<StoreError>>(&self, queries: impl FnOnce(&Self) -> Result<T, E>) -> Result<T, E> {
        if !self.0.is_autocommit() {
            // A file that is only read is one moment throughout.
            return queries(self);
        }
        let _moment = self.0.unchecked_transaction().map_err(StoreError::from)?;
        queries(self)
    }
}

/// Opens the one connection that writes, and brings the schema up to date.
pub(super) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let wrong = |error| StoreError::Open(path.to_owned(), error);
    let mut connection = Connection::open(path).map_err(wrong)?;
    // Page size counts only before the first table exists.
    connection.pragma_update(None, "page_size", 4_096).map_err(wrong)?;
    connection.pragma_update(None, "journal_mode", "wal").map_err(wrong)?;
    connection.pragma_update(None, "synchronous", "full").map_err(wrong)?;
    // The writer never checkpoints by itself: a second thread does, so that no answer waits for it.
    connection.pragma_update(None, "wal_autocheckpoint", 0).map_err(wrong)?;
    connection.pragma_update(None, "secure_delete", true).map_err(wrong)?;
    connection.pragma_update(None, "cache_size", -32_768).map_err(wrong)?;
    harden(&connection).map_err(wrong)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// Opens a connection that can only read.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let wrong = |error| StoreError::Open(path.to_owned(), error);
    let connection = Connection::open_with_flags(path, flags).map_err(wrong)?;
    harden(&connection).map_err(wrong)?;
    Ok(connection)
}

/// Opens what nobody writes to, by a URI that says so: nothing is locked and nothing is made beside it.
pub(super) fn open_frozen(uri: &str, path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let wrong = |error| StoreError::Open(path.to_owned(), error);
    let connection = Connection::open_with_flags(uri, flags).map_err(wrong)?;
    harden(&connection).map_err(wrong)?;
    Ok(connection)
}

/// That a database is a ledger of signoff, and no newer than this program.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != APPLICATION_ID {
        return Err(StoreError::NotALedger(path.to_owned()));
    }
    let schema: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if schema > known() {
        return Err(StoreError::Newer(schema));
    }
    Ok(())
}

/// That its lists are the ones that this program reads.
pub(super) fn is_current(connection: &Connection) -> Result<(), StoreError> {
    let schema: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if schema < known() {
        return Err(StoreError::Older(schema));
    }
    Ok(())
}

fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

fn harden(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    super::says::teach(connection)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let done: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if done > known() {
        return Err(StoreError::Newer(done));
    }
    for (number, sql) in (1_i64..).zip(MIGRATIONS).filter(|(number, _)| *number > done) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.commit()?;
    }
    Ok(())
}
