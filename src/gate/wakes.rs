//! Who waits for what: agents for their envelope, consoles for the queue.
//!
//! A waiter subscribes first and reads then, so no change between the two is missed.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::domain::EnvelopeId;

#[derive(Debug)]
pub(super) struct Wakes {
    queue: watch::Sender<()>,
    undo: watch::Sender<()>,
    /// How many entries the ledger had when what is stopped changed last.
    stops: watch::Sender<u64>,
    closing: watch::Sender<bool>,
    envelopes: Mutex<HashMap<EnvelopeId, watch::Sender<()>>>,
    /// Up to when it was looked whether an outcome is overdue.
    silent: Mutex<Timestamp>,
}

impl Default for Wakes {
    fn default() -> Self {
        Self {
            queue: watch::Sender::new(()),
            undo: watch::Sender::new(()),
            stops: watch::Sender::new(0),
            closing: watch::Sender::new(false),
            envelopes: Mutex::default(),
            silent: Mutex::new(Timestamp::UNIX_EPOCH),
        }
    }
}

impl Wakes {
    /// Wakes everybody who waits for this envelope or for the queue.
    pub fn changed(&self, id: EnvelopeId) {
        self.queue.send_replace(());
        let mut envelopes = self.envelopes();
        let Some(waiting) = envelopes.get(&id) else {
            return;
        };
        waiting.send_replace(());
        // Every envelope changes once more in the end, so none stays here for good.
        if waiting.receiver_count() == 0 {
            envelopes.remove(&id);
        }
    }

    /// Wakes every agent that waits to be asked for an undo; they are few, and look for themselves.
    pub fn undo_wanted(&self) {
        self.undo.send_replace(());
    }

    /// Wakes every console: what is stopped stands in each header.
    pub fn stops_changed(&self, size: u64) {
        self.stops.send_modify(|last| *last = size.max(*last));
        self.queue.send_replace(());
    }

    /// Wakes every console: something is overdue that was not before.
    pub fn look(&self) {
        self.queue.send_replace(());
    }

    /// Up to when it was looked before whether an outcome is overdue; from now on, up to `now`.
    pub fn silent_until(&self, now: Timestamp) -> Timestamp {
        let mut silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *silent, now)
    }

    /// Whether what is stopped changed since the ledger had so many entries.
    pub fn stopped_since(&self, size: u64) -> bool {
        *self.stops.borrow() > size
    }

    pub fn of_undo(&self) -> watch::Receiver<()> {
        self.undo.subscribe()
    }

    pub fn of_queue(&self) -> watch::Receiver<()> {
        self.queue.subscribe()
    }

    pub fn of_envelope(&self, id: EnvelopeId) -> watch::Receiver<()> {
        self.envelopes().entry(id).or_default().subscribe()
    }

    /// Waits for the next change; false when there is none until `end`, or the gate closes.
    pub async fn next(&self, changed: &mut watch::Receiver<()>, end: Instant) -> bool {
        let mut closing = self.closing.subscribe();
        tokio::select! {
            _ = closing.wait_for(|closing| *closing) => false,
            changed = timeout_at(end, changed.changed()) => changed.is_ok(),
        }
    }

    /// Ends every wait, now and from now on: whoever waits is answered what is there.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// The map holds no invariant that a panic could break.
    fn envelopes(&self) -> MutexGuard<'_, HashMap<EnvelopeId, watch::Sender<()>>> {
        self.envelopes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
