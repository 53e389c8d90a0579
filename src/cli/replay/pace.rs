//! How fast lines are sent.

use std::num::NonZeroU32;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How far a late one may be caught up: timers wake a millisecond or two late.
const SLACK: Duration = Duration::from_millis(10);

/// At most so many a second, evenly; without a rate, no wait at all.
#[derive(Debug)]
pub(super) struct Pace {
    period: Duration,
    due: Instant,
}

impl Pace {
    pub fn new(rate: Option<NonZeroU32>) -> Self {
        Self {
            period: rate.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate.get()),
            due: Instant::now(),
        }
    }

    /// Resolves when the next may go. Changes nothing, so it can be dropped and asked again.
    pub async fn due(&self) {
        if !self.period.is_zero() {
            sleep_until(self.due).await;
        }
    }

    /// Notes that one went. What a stall cost is not made up for, or the gate would get it all at once.
    pub fn went(&mut self) {
        let now = Instant::now();
        self.due = self.due.max(now.checked_sub(SLACK).unwrap_or(now)) + self.period;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn time_for(pace: &mut Pace, count: u32) -> Duration {
        let start = Instant::now();
        for _ in 0..count {
            pace.due().await;
            pace.went();
        }
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_spaces_them_evenly() {
        let mut pace = Pace::new(NonZeroU32::new(10));
        assert_eq!(time_for(&mut pace, 31).await, Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stall_is_not_caught_up() {
        let mut pace = Pace::new(NonZeroU32::new(10));
        time_for(&mut pace, 1).await;
        tokio::time::advance(Duration::from_mins(1)).await;
        assert!(time_for(&mut pace, 11).await >= Duration::from_millis(980));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_rate_nothing_waits() {
        assert_eq!(time_for(&mut Pace::new(None), 1_000).await, Duration::ZERO);
    }
}
