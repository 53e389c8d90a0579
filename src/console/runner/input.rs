//! The keyboard: a thread that waits for it, and hands over what came together as one.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossterm::event::{self, Event};
use jiff::Timestamp;
use tokio::sync::mpsc;

use super::Clock;

/// How many batches may wait; the thread waits beyond that, and the terminal keeps what is typed.
const BATCHES: usize = 16;

/// How often the thread looks whether it should stand aside.
const LOOK: Duration = Duration::from_millis(100);

/// What was typed, in batches, while nobody else reads the terminal.
pub(super) struct Keyboard {
    /// Each with when it was read. Closes when the terminal is gone.
    pub batches: mpsc::Receiver<(Vec<Event>, Timestamp)>,
    aside: Arc<AtomicBool>,
    parked: Arc<AtomicBool>,
}

impl Keyboard {
    /// Leaves the terminal to another program; returns when the thread no longer reads.
    pub async fn pause(&self) {
        self.aside.store(true, Ordering::SeqCst);
        while !self.parked.load(Ordering::SeqCst) && !self.batches.is_closed() {
            tokio::time::sleep(LOOK / 4).await;
        }
    }

    pub fn resume(&self) {
        self.aside.store(false, Ordering::SeqCst);
    }
}

/// Starts to read.
///
/// A thread, because an asynchronous reader cannot tell which events were ready together.
pub(super) fn start(clock: Clock) -> io::Result<Keyboard> {
    let (batches, received) = mpsc::channel(BATCHES);
    let (aside, parked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let keyboard = Keyboard {
        batches: received,
        aside: Arc::clone(&aside),
        parked: Arc::clone(&parked),
    };
    thread::Builder::new().name("keyboard".to_owned()).spawn(move || {
        loop {
            let stand_aside = aside.load(Ordering::SeqCst);
            parked.store(stand_aside, Ordering::SeqCst);
            if stand_aside {
                thread::park_timeout(LOOK / 4);
                continue;
            }
            let Ok(events) = next() else {
                break;
            };
            if !events.is_empty() && batches.blocking_send((events, clock())).is_err() {
                break;
            }
        }
    })?;
    Ok(keyboard)
}

/// Waits a moment for an event and takes all that are ready with it.
fn next() -> io::Result<Vec<Event>> {
    let mut events = Vec::new();
    let mut patience = LOOK;
    while event::poll(patience)? {
        events.push(event::read()?);
        patience = Duration::ZERO;
    }
    Ok(events)
}
