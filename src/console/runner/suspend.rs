//! Ctrl-Z: the whole job stands still, as its shell expects, until the shell brings it back.

use std::io;
use std::time::Duration;

use rustix::process::{Signal as Sign, kill_current_process_group};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Where nothing stands still by then, nothing will.
const AT_ONCE: Duration = Duration::from_millis(300);

/// Word that this goes on after it stood still, whoever stopped it.
pub(crate) fn continued() -> io::Result<Signal> {
    signal(SignalKind::from_raw(Sign::CONT.as_raw()))
}

/// Stops everything that was started together with this, and returns when it goes on: true where it did
/// stand still.
///
/// The signal is the terminal's own, and not the one that nothing survives: the system does not obey it where
/// no shell is left that could bring the job back.
pub(super) async fn stand_still(continued: &mut Signal) -> bool {
    if kill_current_process_group(Sign::TSTP).is_err() {
        return false;
    }
    tokio::time::timeout(AT_ONCE, continued.recv()).await.is_ok()
}
