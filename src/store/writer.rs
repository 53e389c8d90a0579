//! The one thread that writes.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::thread;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::follow::Follower;
use super::said::{self, Later};
use super::scrub::{self, Checkpoints};
use super::{Seal, StoreError, Tx, connection, entries};
use crate::ledger::Frontier;

/// How many jobs share one commit at most: enough to keep the disk busy, few enough to stay prompt.
const GROUP: usize = 128;

/// How many commits may pile up in the log before the second thread is woken.
const COMMITS_PER_CHECKPOINT: u32 = 256;

/// How many portions of texts are taken into the index of words at a time, where nobody waits.
const PORTIONS: u32 = 64;

/// Where the ledger ends, and who signs it there.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub frontier: Frontier,
    /// `None` until the gate has said it: heads are not signed till then.
    pub seal: Option<Seal>,
}

/// Tells a waiting caller how the commit went.
pub(super) type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Does its work and says whether to keep it.
pub(super) type Job = Box<dyn FnOnce(&mut Tx<'_>) -> (bool, Reply) + Send>;

/// What the thread is asked for.
pub(super) enum Order {
    Change(Job),
    /// To leave nothing in the files of what was erased; answers whether that is so.
    Scrub(oneshot::Sender<Result<bool, StoreError>>),
    /// To take texts into the index of words; answers whether there are more.
    TakeIn(oneshot::Sender<Result<bool, StoreError>>),
}

#[derive(Debug)]
pub(super) struct Writer {
    /// `None` only while dropping.
    orders: Option<mpsc::Sender<Order>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Writer {
    pub fn start(path: &Path, follower: Option<Follower>) -> Result<Self, StoreError> {
        let connection = connection::open_writer(path)?;
        let end = End {
            frontier: entries::resume(&connection)?,
            seal: None,
        };
        scrub::resume(&connection)?;
        let checkpoints = Checkpoints::start(path)?;
        let (orders, queue) = mpsc::channel(GROUP * 8);
        let later = Later::start(orders.downgrade())?;
        let thread = thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || run(&connection, end, queue, (&checkpoints, &later), follower.as_ref()))
            .map_err(|error| StoreError::Commit(error.to_string()))?;
        Ok(Self {
            orders: Some(orders),
            thread: Some(thread),
        })
    }

    pub async fn send(&self, order: Order) -> Result<(), StoreError> {
        let orders = self.orders.as_ref().ok_or(StoreError::WriterGone)?;
        orders.send(order).await.map_err(|_| StoreError::WriterGone)
    }
}

impl Drop for Writer {
    /// Lets the thread finish what was sent, so that the file is whole when the process ends.
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(
    connection: &Connection,
    mut end: End,
    mut queue: mpsc::Receiver<Order>,
    (checkpoints, later): (&Checkpoints, &Later),
    follower: Option<&Follower>,
) {
    let mut group = Vec::with_capacity(GROUP);
    let (mut commits, mut is_checked) = (0, false);
    while queue.blocking_recv_many(&mut group, GROUP) > 0 {
        let mut replies = Vec::with_capacity(group.len());
        let (mut scrubs, mut takers) = (Vec::new(), Vec::new());
        let mut grown = end.clone();
        let jobs = group.drain(..).filter_map(|order| match order {
            Order::Change(job) => Some(job),
            Order::Scrub(reply) => {
                scrubs.push(reply);
                None
            }
            Order::TakeIn(reply) => {
                takers.push(reply);
                None
            }
        });
        let outcome = commit_group(connection, &mut grown, jobs, &mut replies);
        let (outcome, note) = match outcome {
            Ok(note) => (Ok(()), note),
            Err(error) => (Err(error), None),
        };
        if let Err(error) = &outcome {
            tracing::error!(error = %error, jobs = replies.len(), "a group of changes was not made durable");
            // Fails where no transaction is open any more, which is what is wanted.
            let _ = connection.execute_batch("ROLLBACK");
        } else {
            end = grown;
            if let Some((follower, note)) = follower.zip(note) {
                follower.push(note);
            }
        }
        for reply in replies {
            // Each caller gets its own copy: the cause is one, the refusals are many.
            let told = |error: &StoreError| {
                if error.is_full() {
                    StoreError::Full
                } else {
                    StoreError::Commit(error.to_string())
                }
            };
            reply(outcome.as_ref().map_err(told).copied());
        }
        if !scrubs.is_empty() {
            let scrubbed = scrub::rewrite(connection);
            if !matches!(scrubbed, Ok(true)) {
                // Somebody reads what was there before: the log is emptied once they are done.
                checkpoints.empty.store(true, Ordering::Release);
                let _ = checkpoints.wake.try_send(());
            }
            for reply in scrubs {
                let told = scrubbed.as_ref().map_err(|error| StoreError::Commit(error.to_string()));
                let _ = reply.send(told.copied());
            }
        }
        if takers.is_empty() {
            later.wake();
        } else {
            let taken = take_in(connection, &mut is_checked, || queue.is_empty());
            for reply in takers {
                let told = |error: &StoreError| StoreError::Commit(error.to_string());
                let _ = reply.send(taken.as_ref().map_err(told).copied());
            }
        }
        commits += 1;
        if commits >= COMMITS_PER_CHECKPOINT {
            commits = 0;
            // Full means that a checkpoint is already asked for.
            let _ = checkpoints.wake.try_send(());
        }
    }
    // Leaves one whole file behind, so that it can be read where nothing can be written.
    let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
}

/// Takes texts into the index of words, a portion at a time while nobody waits; returns whether there are more.
fn take_in(connection: &Connection, is_checked: &mut bool, is_idle: impl Fn() -> bool) -> Result<bool, StoreError> {
    if !*is_checked {
        said::check(connection)?;
        *is_checked = true;
    }
    for _ in 0..PORTIONS {
        let is_more = said::take_in(connection)?;
        if !is_more || !is_idle() {
            return Ok(is_more);
        }
    }
    Ok(true)
}

/// Runs jobs inside one transaction. An early error drops the jobs that did not run, and a dropped job
/// answers its caller with an error too. What comes back is the new head's note, if there is one.
fn commit_group(
    connection: &Connection,
    end: &mut End,
    jobs: impl Iterator<Item = Job>,
    replies: &mut Vec<Reply>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let before = end.frontier.size();
    let (mut last_at, mut note) = (None, None);
    let run = |sql| {
        connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
    };
    run("BEGIN IMMEDIATE")?;
    for job in jobs {
        run("SAVEPOINT job")?;
        let saved = end.clone();
        let mut tx = Tx::new(connection, end);
        let (keep, reply) = job(&mut tx);
        replies.push(reply);
        if keep {
            last_at = tx.last_at().or(last_at);
        } else {
            *end = saved;
            run("ROLLBACK TO job")?;
        }
        run("RELEASE job")?;
    }
    if let Some(at) = last_at
        && end.frontier.size() > before
    {
        note = entries::seal(connection, end, at)?;
    }
    run("COMMIT")?;
    Ok(note)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// Fills what room is left, as other programs on the disk do.
    async fn write(store: &Store, megabytes: u32) -> Result<(), StoreError> {
        let sql = format!("INSERT INTO filler VALUES (zeroblob({megabytes} * 1000000))");
        store.write(move |tx| Ok(tx.connection().execute_batch(&sql)?)).await
    }

    #[tokio::test]
    async fn a_full_disk_is_named_undoes_what_did_not_fit_and_is_got_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("ledger.db")).expect("a ledger");
        let pages = |most: u32| {
            let sql = format!("PRAGMA max_page_count = {most}; CREATE TABLE IF NOT EXISTS filler (x)");
            store.write(move |tx| Ok::<_, StoreError>(tx.connection().execute_batch(&sql)?))
        };
        pages(1_000).await.expect("there is room");
        write(&store, 1).await.expect("there is room");
        let refused = write(&store, 9).await.expect_err("there is no room");
        assert!(refused.is_full(), "{refused:?}");
        write(&store, 1).await.expect("what fits is written");
        pages(100_000).await.expect("there is room");
        write(&store, 9).await.expect("there is room again");
        let rows: i64 = store
            .read(|db| Ok::<_, StoreError>(db.0.query_row("SELECT count(*) FROM filler", [], |row| row.get(0))?))
            .await
            .expect("rows");
        assert_eq!(rows, 3, "what did not fit left nothing");
    }
}
