//! What is typed: a thread that waits for lines and says when each came.

use std::io::{self, BufRead};
use std::thread;

use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::console::Clock;

/// How many lines may wait; the thread waits beyond that, and the terminal keeps what is typed.
const LINES: usize = 64;

/// One line, without its end.
#[derive(Debug)]
pub(super) struct Line {
    pub text: String,
    pub at: Timestamp,
}

/// Closes at the end of the input.
pub(super) type Lines = mpsc::Receiver<Line>;

/// Starts to read. A thread of its own: nothing else stops a read from a terminal, and nobody waits for it.
pub(super) fn start(clock: Clock) -> io::Result<Lines> {
    let (send, lines) = mpsc::channel(LINES);
    thread::Builder::new().name("lines".to_owned()).spawn(move || {
        let mut bytes = Vec::new();
        while let Ok(1..) = io::stdin().lock().read_until(b'\n', &mut bytes) {
            let at = clock();
            // What has no end is no line: nobody pressed Enter.
            if bytes.pop() != Some(b'\n') {
                break;
            }
            let text = String::from_utf8_lossy(&bytes).into_owned();
            bytes.clear();
            if send.blocking_send(Line { text, at }).is_err() {
                break;
            }
        }
    })?;
    Ok(lines)
}
