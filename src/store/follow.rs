//! Somebody who is told of each signed head once it is durable, and may be slower than the writer.

use std::fmt;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The newest note that was not handed on yet.
#[derive(Debug, Default)]
struct Slot {
    note: Option<Vec<u8>>,
    is_over: bool,
}

/// Hands notes on from a thread of its own: the newest wins, and the last one is handed on before it ends.
pub(super) struct Follower {
    shared: Arc<(Mutex<Slot>, Condvar)>,
    thread: Option<thread::JoinHandle<()>>,
}

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Follower")
    }
}

impl Follower {
    pub fn start(mut each: impl FnMut(&[u8]) + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new((Mutex::new(Slot::default()), Condvar::new()));
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new().name("anchor".to_owned()).spawn(move || {
            while let Some(note) = next(&theirs) {
                each(&note);
            }
        })?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Never waits for who follows.
    pub fn push(&self, note: Vec<u8>) {
        lock(&self.shared.0).note = Some(note);
        self.shared.1.notify_one();
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        lock(&self.shared.0).is_over = true;
        self.shared.1.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The next note; `None` once there is none and none will come.
fn next(shared: &(Mutex<Slot>, Condvar)) -> Option<Vec<u8>> {
    let waiting = |slot: &mut Slot| slot.note.is_none() && !slot.is_over;
    let slot = shared.1.wait_while(lock(&shared.0), waiting);
    slot.unwrap_or_else(PoisonError::into_inner).note.take()
}

/// A slot holds no invariant that a panic could break.
fn lock(slot: &Mutex<Slot>) -> MutexGuard<'_, Slot> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn the_newest_is_handed_on_and_the_last_before_the_end() {
        let (told, heard) = mpsc::channel();
        let (go, gone) = mpsc::channel::<()>();
        let follower = Follower::start(move |note| {
            let _ = told.send(note.to_vec());
            let _ = gone.recv();
        })
        .expect("a thread");
        follower.push(vec![1]);
        assert_eq!(heard.recv(), Ok(vec![1]));
        // While the first is handled, three more come.
        (2..5).for_each(|n| follower.push(vec![n]));
        drop(go);
        drop(follower);
        let rest: Vec<Vec<u8>> = heard.iter().collect();
        assert_eq!(rest, [[4]]);
    }
}
