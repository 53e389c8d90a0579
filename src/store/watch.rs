//! How far the check of a whole ledger is, told to others while it runs; and a way to end it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, InterruptHandle};

use super::{Db, Head, StoreError};

/// Shared between the one who checks and those who look on.
#[derive(Default)]
pub struct Watch {
    /// The head of the moment that is checked, once it is known.
    head: Mutex<Option<Head>>,
    done: AtomicU64,
    stopped: AtomicBool,
    interrupt: Mutex<Option<InterruptHandle>>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("done", &self.done)
            .finish_non_exhaustive()
    }
}

impl Watch {
    /// What is checked: the ledger up to this head, of which so many entries were.
    pub fn progress(&self) -> (Option<Head>, u64) {
        let head = *self.head.lock().unwrap_or_else(PoisonError::into_inner);
        (head, self.done.load(Ordering::Relaxed))
    }

    /// Ends it soon, also in the middle of a long query.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        if let Some(handle) = &*self.interrupt.lock().unwrap_or_else(PoisonError::into_inner) {
            handle.interrupt();
        }
    }

    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    pub(super) fn begin(&self, connection: &Connection) -> Result<(), StoreError> {
        let head = Db(connection).head()?;
        *self.head.lock().unwrap_or_else(PoisonError::into_inner) = head;
        *self.interrupt.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection.get_interrupt_handle());
        Ok(())
    }

    /// One more entry was checked.
    pub(super) fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// An error where it is to end.
    pub(super) fn goes_on(&self) -> Result<(), StoreError> {
        if self.is_stopped() {
            return Err(StoreError::ReaderGone);
        }
        Ok(())
    }
}
