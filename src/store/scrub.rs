//! What stays in files: the thread that moves the log into the database, and leaving nothing of what was erased.
//!
//! Deleted bytes are overwritten (`secure_delete`), but a page that was split or rebuilt can keep a copy where
//! nothing points any more, the index of words only marks what was taken out, and the log has every page as it
//! was. So the index and the database are written anew, and the log is emptied.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

use super::{StoreError, said};

/// How long a reader may keep the log from being emptied before it is left for later.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long until that is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// The thread behind the writer.
#[derive(Debug)]
pub(super) struct Checkpoints {
    pub wake: mpsc::SyncSender<()>,
    /// Whether the log has to be emptied, not only moved.
    pub empty: Arc<AtomicBool>,
}

impl Checkpoints {
    /// Moves the write-ahead log into the database file, in passing: it never blocks the writer.
    pub fn start(path: &Path) -> Result<Self, StoreError> {
        let (wake, woken) = mpsc::sync_channel::<()>(1);
        let empty = Arc::new(AtomicBool::new(false));
        let owed = Arc::clone(&empty);
        let connection = Connection::open(path).map_err(|error| StoreError::Open(path.to_owned(), error))?;
        thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(move || run(&connection, &woken, &owed))
            .map_err(|error| StoreError::Commit(error.to_string()))?;
        Ok(Self { wake, empty })
    }
}

fn run(connection: &Connection, woken: &mpsc::Receiver<()>, owed: &AtomicBool) {
    loop {
        let waited = if owed.load(Ordering::Acquire) {
            woken.recv_timeout(AGAIN)
        } else {
            woken.recv().map_err(|_| RecvTimeoutError::Disconnected)
        };
        if waited == Err(RecvTimeoutError::Disconnected) {
            return;
        }
        let done = if owed.load(Ordering::Acquire) {
            empty(connection).map(|empty| owed.store(!empty, Ordering::Release))
        } else {
            connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
        };
        if let Err(error) = done {
            tracing::warn!(error = %error, "the log was not moved into the database");
        }
    }
}

/// Writes the database anew and empties the log. `false` where somebody reads what was there before: then the
/// log still has it.
pub(super) fn rewrite(connection: &Connection) -> Result<bool, StoreError> {
    said::purge(connection)?;
    connection.execute_batch("VACUUM")?;
    let gone = empty(connection)?;
    if gone {
        connection.execute_batch("UPDATE erasure SET gone = 1 WHERE gone = 0")?;
    }
    Ok(gone)
}

/// The same where a process ended between an erasure and this.
pub(super) fn resume(connection: &Connection) -> Result<(), StoreError> {
    let owed = "SELECT EXISTS (SELECT 1 FROM erasure WHERE gone = 0)";
    if connection.query_row(owed, [], |row| row.get(0))? {
        rewrite(connection)?;
    }
    Ok(())
}

/// Whether the log is empty now.
fn empty(connection: &Connection) -> rusqlite::Result<bool> {
    let usual = Duration::from_secs(5);
    connection.busy_timeout(PATIENCE)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
    connection.busy_timeout(usual)?;
    Ok(busy? == 0)
}
