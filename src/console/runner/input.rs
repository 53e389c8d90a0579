//! The keyboard: a thread that waits for it, and hands over what came together as one.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use crossterm::event::{self, Event};
use jiff::Timestamp;
use rustix::process::{Signal, getpid, kill_process};
use tokio::sync::{Notify, mpsc};

use super::Clock;

/// How many batches may wait; the thread waits beyond that, and the terminal keeps what is typed.
const BATCHES: usize = 16;

/// What comes closer than this came together: no hand is so quick.
///
/// Not zero, for which crossterm looks nowhere, not even at what it has taken in already.
const TOGETHER: Duration = Duration::from_millis(5);

/// What came together, and when it was read.
type Batch = (Vec<Event>, Timestamp);

/// What was typed, in batches, while nobody else reads the terminal.
pub(super) struct Keyboard {
    /// Each with when it was read. Closes when the terminal is gone.
    batches: mpsc::Receiver<Batch>,
    /// What was typed before the thread stood aside.
    kept: VecDeque<Batch>,
    shared: Arc<Shared>,
    thread: Thread,
}

/// What both sides know.
#[derive(Default)]
struct Shared {
    /// The thread is to stand aside.
    aside: AtomicBool,
    /// It does, or has ended.
    parked: Notify,
}

impl Keyboard {
    /// What was typed next; nothing where the terminal is gone.
    pub async fn next(&mut self) -> Option<Batch> {
        match self.kept.pop_front() {
            Some(events) => Some(events),
            None => self.batches.recv().await,
        }
    }

    /// Leaves the terminal to another program; returns when the thread no longer reads.
    pub async fn pause(&mut self) -> io::Result<()> {
        self.shared.aside.store(true, Ordering::SeqCst);
        // It waits for the terminal and nothing else, without an end: word of a new size wakes it too.
        kill_process(getpid(), Signal::WINCH)?;
        loop {
            tokio::select! {
                () = self.shared.parked.notified() => return Ok(()),
                events = self.batches.recv() => match events {
                    Some(events) => self.kept.push_back(events),
                    None => return Ok(()),
                },
            }
        }
    }

    pub fn resume(&self) {
        self.shared.aside.store(false, Ordering::SeqCst);
        self.thread.unpark();
    }
}

/// Starts to read.
///
/// A thread, because an asynchronous reader cannot tell which events were ready together. It wakes for what
/// comes and never to look whether something came: crossterm spins for the last millisecond of each look.
pub(super) fn start(clock: Clock) -> io::Result<Keyboard> {
    // Opens the terminal, so that a new size is heard of from here on.
    event::poll(Duration::ZERO)?;
    let (batches, received) = mpsc::channel(BATCHES);
    let shared = Arc::new(Shared::default());
    let of_thread = Arc::clone(&shared);
    let thread = thread::Builder::new().name("keyboard".to_owned()).spawn(move || {
        read(&of_thread, &batches, &clock);
        drop(batches);
        of_thread.parked.notify_one();
    })?;
    Ok(Keyboard {
        batches: received,
        kept: VecDeque::new(),
        shared,
        thread: thread.thread().clone(),
    })
}

fn read(shared: &Shared, batches: &mpsc::Sender<Batch>, clock: &Clock) {
    let stands_aside = || shared.aside.load(Ordering::SeqCst);
    loop {
        if stands_aside() {
            shared.parked.notify_one();
            while stands_aside() {
                thread::park();
            }
        }
        let Ok(mut events) = together() else {
            return;
        };
        if stands_aside() {
            // Most likely no new size, only what woke us; the size is looked up afterwards in any case.
            events.retain(|event| !matches!(event, Event::Resize(..)));
        }
        if !events.is_empty() && batches.blocking_send((events, clock())).is_err() {
            return;
        }
    }
}

/// Waits for an event and takes all that come with it.
fn together() -> io::Result<Vec<Event>> {
    let mut events = vec![event::read()?];
    while event::poll(TOGETHER)? {
        events.push(event::read()?);
    }
    Ok(events)
}
