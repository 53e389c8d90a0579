//! The keyboard: a thread that waits for it, and hands over what came together as one.

use std::io;
use std::thread;
use std::time::Duration;

use crossterm::event::{self, Event};
use tokio::sync::mpsc;

/// How many batches may wait; the thread waits beyond that, and the terminal keeps what is typed.
const BATCHES: usize = 16;

/// Starts to read. The channel closes when the terminal is gone.
///
/// A thread, because an asynchronous reader cannot tell which events were ready together.
pub(super) fn start() -> io::Result<mpsc::Receiver<Vec<Event>>> {
    let (batches, received) = mpsc::channel(BATCHES);
    thread::Builder::new().name("keyboard".to_owned()).spawn(move || {
        while let Ok(events) = next() {
            if batches.blocking_send(events).is_err() {
                break;
            }
        }
    })?;
    Ok(received)
}

/// Waits for one event and takes all that are ready with it.
fn next() -> io::Result<Vec<Event>> {
    let mut events = vec![event::read()?];
    while event::poll(Duration::ZERO)? {
        events.push(event::read()?);
    }
    Ok(events)
}
