//! A world that stands still, so that pictures of it are the same each time.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};

use crate::gate::World;
use crate::ledger::sha256;

/// Early morning, when nobody wants to be paged.
const START_MILLIS: i64 = 1_795_234_329_000;

/// A clock that moves when it is told to, and chance that is the same in every run. For a temporary
/// ledger only: nobody must guess a real gate's credentials.
#[derive(Debug)]
pub struct Still {
    millis: AtomicI64,
    drawn: AtomicU64,
}

impl Default for Still {
    fn default() -> Self {
        Self {
            millis: AtomicI64::new(START_MILLIS),
            drawn: AtomicU64::new(0),
        }
    }
}

impl Still {
    pub fn pass(&self, time: SignedDuration) {
        let millis = i64::try_from(time.as_millis()).unwrap_or(0);
        self.millis.fetch_add(millis, Ordering::SeqCst);
    }
}

impl World for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.millis.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn random(&self) -> [u8; 32] {
        sha256(&self.drawn.fetch_add(1, Ordering::SeqCst).to_be_bytes()).0
    }
}
