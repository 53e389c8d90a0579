//! Where everything durable lives. The only module that knows SQL.
//!
//! [`Store::write`] hands a closure to the one writer thread, which runs many of them in one `SQLite`
//! transaction and answers each only after the commit. What a closure changed, the entries it appended,
//! their tree nodes and the head that seals them are that one transaction: all of it is there, or none.

mod afterwards;
mod blobs;
mod connection;
mod decisions;
mod entries;
mod envelope;
mod envelopes;
mod erase;
mod error;
mod export;
mod files;
mod follow;
mod holds;
mod idempotency;
mod judged;
mod keys;
mod log;
mod past;
mod principals;
mod prove;
mod ran;
mod reading;
mod said;
mod says;
mod scan;
mod scrub;
mod standing;
mod stops;
mod tx;
mod watch;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use tokio::sync::{Semaphore, oneshot};

pub use afterwards::Part;
pub use connection::Db;
pub use decisions::{StoredDecision, StoredOutcome, StoredQuestion, StoredReview, StoredUndo};
pub use entries::Head;
pub use envelope::{Cleared, Envelope, History};
pub use erase::StoredErasure;
pub use error::StoreError;
pub use export::{StoredPayload, StoredText};
use follow::Follower;
pub use holds::StoredHold;
pub use idempotency::Replay;
pub use judged::{JudgedCount, StoredUnknown};
pub use keys::{StoredKey, StoredSession};
pub use log::Seal;
pub use past::{Condition, Sight, Sought};
pub use prove::{Proved, Which, prove};
pub use ran::Ran;
pub use reading::Reading;
pub use scan::{verify, verify_watched};
pub use stops::StoredStop;
pub use tx::Tx;
pub use watch::Watch;
use writer::{Job, Order, Writer};

/// How many read side by side; reads never wait for the writer. Each takes a thread and a connection, so that
/// a crowd that asks at once waits its turn instead of taking the memory of one thread each.
const READERS: usize = 16;

/// How many connections are kept open between reads.
const IDLE: usize = 4;

/// A ledger with its lists, open for one process.
#[derive(Debug)]
pub struct Store {
    // Before the writer: the connection that closes last takes the log and its index along.
    readers: Arc<Mutex<Vec<Connection>>>,
    turns: Arc<Semaphore>,
    /// `None` where the ledger is only read.
    writer: Option<Writer>,
    /// The one moment that is read, where nothing is written.
    frozen: Option<Arc<Mutex<Reading>>>,
    path: Arc<Path>,
}

impl Store {
    /// Opens or makes the database file. The caller holds the folder's lock.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self::with(path, Writer::start(path, None)?))
    }

    /// The same, and `each` is told of the newest signed head after it is durable: not of every one where
    /// they come fast, but of the last one before the store is closed.
    pub fn open_followed(path: &Path, each: impl FnMut(&[u8]) + Send + 'static) -> Result<Self, StoreError> {
        let follower = Follower::start(each).map_err(|error| StoreError::Commit(error.to_string()))?;
        Ok(Self::with(path, Writer::start(path, Some(follower))?))
    }

    fn with(path: &Path, writer: Writer) -> Self {
        Self {
            readers: Arc::default(),
            turns: Arc::new(Semaphore::new(READERS)),
            writer: Some(writer),
            frozen: None,
            path: path.into(),
        }
    }

    /// Opens a file as it stands at this moment, to read and never to write; also where nothing can be
    /// written beside it.
    pub fn frozen(path: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            readers: Arc::default(),
            turns: Arc::new(Semaphore::new(READERS)),
            writer: None,
            frozen: Some(Arc::new(Mutex::new(Reading::current(path)?))),
            path: path.into(),
        })
    }

    /// Its file.
    pub fn path(&self) -> Arc<Path> {
        Arc::clone(&self.path)
    }

    /// Whether it is a file that is only read.
    pub fn is_frozen(&self) -> bool {
        self.frozen.is_some()
    }

    /// Runs `job` in the writer and answers after its effects are durable.
    ///
    /// An error of the job undoes all that it did and nothing that others did.
    pub async fn write<T, E>(&self, job: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            let result = job(tx);
            let keep = result.is_ok();
            let reply = move |committed: Result<(), StoreError>| {
                // What went wrong in the job itself is the cause; the commit may have failed because of it.
                let outcome = match (committed, result) {
                    (Err(error), Ok(_)) => Err(E::from(error)),
                    (_, result) => result,
                };
                // A caller that went away does not undo what it asked for.
                let _ = answer.send(outcome);
            };
            (keep, Box::new(reply))
        });
        let writer = self.writer.as_ref().ok_or(StoreError::ReadOnly)?;
        writer.send(Order::Change(job)).await.map_err(E::from)?;
        answered.await.unwrap_or_else(|_| Err(StoreError::WriterGone.into()))
    }

    /// Takes into the index of words all that was not yet. It is done by and by anyhow, and no search waits for it.
    pub async fn take_in(&self) -> Result<(), StoreError> {
        loop {
            let (reply, done) = oneshot::channel();
            let writer = self.writer.as_ref().ok_or(StoreError::ReadOnly)?;
            writer.send(Order::TakeIn(reply)).await?;
            if !done.await.unwrap_or(Err(StoreError::WriterGone))? {
                return Ok(());
            }
        }
    }

    /// Leaves nothing of what was erased in any of its files. Answers `false` where somebody still reads what
    /// was there before: then it is done as soon as they are.
    pub async fn scrub(&self) -> Result<bool, StoreError> {
        let (reply, done) = oneshot::channel();
        let writer = self.writer.as_ref().ok_or(StoreError::ReadOnly)?;
        writer.send(Order::Scrub(reply)).await?;
        done.await.unwrap_or(Err(StoreError::WriterGone))
    }

    /// Runs `query` on a connection of its own, off the async threads.
    pub async fn read<T, E>(&self, query: impl FnOnce(Db<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| StoreError::ReaderGone)?;
        if let Some(frozen) = &self.frozen {
            let frozen = Arc::clone(frozen);
            let done = tokio::task::spawn_blocking(move || {
                let _turn = turn;
                let reading = frozen.lock().map_err(|_| StoreError::ReaderGone)?;
                query(Db(reading.connection()))
            });
            return done.await.unwrap_or_else(|_| Err(StoreError::ReaderGone.into()));
        }
        let readers = Arc::clone(&self.readers);
        let path = Arc::clone(&self.path);
        let done = tokio::task::spawn_blocking(move || {
            // Given back when the query is through, also where nobody waits for its answer any more.
            let _turn = turn;
            let pooled = readers.lock().ok().and_then(|mut pool| pool.pop());
            let connection = match pooled {
                Some(connection) => connection,
                None => connection::open_reader(&path)?,
            };
            let result = query(Db(&connection));
            if let Ok(mut pool) = readers.lock()
                && pool.len() < IDLE
            {
                pool.push(connection);
            }
            result
        });
        done.await.unwrap_or_else(|_| Err(StoreError::ReaderGone.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_crowd_that_reads_at_once_waits_its_turn() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Arc::new(Store::open(&folder.path().join("ledger.db")).expect("a ledger"));
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let full = Arc::new(Barrier::new(READERS));
        let mut reads = tokio::task::JoinSet::new();
        for _ in 0..4 * READERS {
            let (store, now, most, full) = (
                Arc::clone(&store),
                Arc::clone(&now),
                Arc::clone(&most),
                Arc::clone(&full),
            );
            reads.spawn(async move {
                store
                    .read(move |db| {
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        // As many as may read side by side are there before any of them is through.
                        full.wait();
                        now.fetch_sub(1, Ordering::SeqCst);
                        db.head().map(|_| ())
                    })
                    .await
            });
        }
        for read in reads.join_all().await {
            read.expect("each is answered");
        }
        assert_eq!(most.load(Ordering::SeqCst), READERS);
    }
}
