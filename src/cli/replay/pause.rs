//! Waiting where the gate has no room, and saying so once each time.

use std::time::Duration;

use serde_json::json;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep};

use crate::cli::output::Output;
use crate::domain::Shown;

/// How often it is said: many lines wait for one reason, perhaps for hours.
const SAID_EVERY: Duration = Duration::from_mins(1);

/// Those who wait, and the one who hears of it.
pub(super) fn pauses() -> (Full, Pauses) {
    let (say, said) = mpsc::channel(1);
    let (end, ended) = watch::channel(false);
    let full = Full { say, ended };
    let pauses = Pauses {
        said,
        end,
        until: Instant::now(),
    };
    (full, pauses)
}

/// One line that found no room.
#[derive(Debug, Clone)]
pub(super) struct Full {
    say: mpsc::Sender<Pause>,
    ended: watch::Receiver<bool>,
}

impl Full {
    /// Waits for as long as the gate said; false where nobody wants to wait any more.
    pub async fn wait(&mut self, after: Duration, why: &str) -> bool {
        let why = why.to_owned();
        // Another line has said it already where there is no room here.
        let _ = self.say.try_send(Pause { after, why });
        tokio::select! {
            _ = self.ended.wait_for(|ended| *ended) => false,
            () = sleep(after) => true,
        }
    }
}

/// Hears of those who wait.
#[derive(Debug)]
pub(super) struct Pauses {
    said: mpsc::Receiver<Pause>,
    end: watch::Sender<bool>,
    until: Instant,
}

impl Pauses {
    /// The next pause that is told.
    pub async fn next(&mut self) -> Option<Pause> {
        loop {
            let pause = self.said.recv().await?;
            let now = Instant::now();
            if now >= self.until {
                self.until = now + SAID_EVERY;
                return Some(pause);
            }
        }
    }

    /// Ends every wait: what found no room until now is refused.
    pub fn give_up(&self) {
        self.end.send_replace(true);
    }
}

/// That the gate has no room now, and why: a sentence.
#[derive(Debug)]
pub(super) struct Pause {
    after: Duration,
    why: String,
}

impl Pause {
    pub fn say(&self, out: &Output) {
        let (seconds, why) = (self.after.as_secs(), Shown::line(&self.why).to_string());
        let note = json!({ "waits": { "seconds": seconds, "message": why } });
        out.aside(&note, |_| format!("{why} Asking again every {seconds} s."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AFTER: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn many_lines_that_wait_are_told_once_a_minute_and_each_goes_on_when_it_may() {
        let (full, mut pauses) = pauses();
        let start = Instant::now();
        let waits = (0..16).map(|_| {
            let mut full = full.clone();
            async move { (full.wait(AFTER, "full").await, Instant::now()) }
        });
        let waits: Vec<_> = waits.map(tokio::spawn).collect();
        assert_eq!(pauses.next().await.expect("it ends").why, "full");
        for wait in waits {
            let (on, at) = wait.await.expect("it ends");
            assert!(on && at.duration_since(start) >= AFTER);
        }
        let again = tokio::spawn(async move {
            let _ = pauses.next().await;
            Instant::now()
        });
        let mut full = full;
        while !again.is_finished() {
            full.wait(AFTER, "full").await;
        }
        assert!(again.await.expect("it ends").duration_since(start) >= SAID_EVERY);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_told_to_give_up_waits_no_longer_and_not_again() {
        let (full, pauses) = pauses();
        let start = Instant::now();
        let mut waiting = full.clone();
        let waits = tokio::spawn(async move { waiting.wait(AFTER, "full").await });
        tokio::task::yield_now().await;
        pauses.give_up();
        assert!(!waits.await.expect("it ends"));
        assert!(!full.clone().wait(AFTER, "full").await);
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}
