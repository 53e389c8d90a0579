//! The thread that has the writer take texts into the index of words while it has nothing else to do.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::WeakSender;
use tokio::sync::oneshot;

use super::super::StoreError;
use super::super::writer::Order;

/// How long texts lie before they are taken in: what happens to an envelope at once is taken in once.
const PAUSE: Duration = Duration::from_millis(500);

/// How long the writer is left alone after each time: while others keep it busy, it takes in one portion.
const BETWEEN: Duration = Duration::from_millis(200);

/// Wakes the thread. It ends with the writer.
#[derive(Debug)]
pub(in crate::store) struct Later(mpsc::SyncSender<()>);

impl Later {
    pub fn start(orders: WeakSender<Order>) -> Result<Self, StoreError> {
        let (wake, woken) = mpsc::sync_channel(1);
        thread::Builder::new()
            .name("words".to_owned())
            .spawn(move || run(&orders, &woken))
            .map_err(|error| StoreError::Commit(error.to_string()))?;
        let later = Self(wake);
        // What a gate before this one, or an earlier version, left undone.
        later.wake();
        Ok(later)
    }

    pub fn wake(&self) {
        // Full means that it is awake already.
        let _ = self.0.try_send(());
    }
}

fn run(orders: &WeakSender<Order>, woken: &mpsc::Receiver<()>) {
    while woken.recv().is_ok() {
        let mut pause = PAUSE;
        while rest(woken, pause) {
            let Some(orders) = orders.upgrade() else {
                return;
            };
            let (reply, done) = oneshot::channel();
            if orders.blocking_send(Order::TakeIn(reply)).is_err() {
                return;
            }
            // The writer ends when nobody can send to it any more.
            drop(orders);
            match done.blocking_recv() {
                Ok(Ok(true)) => pause = BETWEEN,
                Ok(Ok(false)) => break,
                Ok(Err(error)) => {
                    tracing::warn!(error = %error, "texts were not taken into the index of words");
                    break;
                }
                Err(_) => return,
            }
        }
    }
}

/// Waits so long, whoever wakes it meanwhile: that is taken in afterwards too. `false` where the writer is gone.
fn rest(woken: &mpsc::Receiver<()>, span: Duration) -> bool {
    let end = Instant::now() + span;
    loop {
        match woken.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}
