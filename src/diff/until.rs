//! When to give up comparing.

use std::time::{Duration, Instant};

/// Until when comparing may go on, for all that is compared together.
///
/// Texts can be made so that to align them takes hours. What is left when the time is over stands as removed
/// and added, whole, and the result says so. It is all that a clock is asked here.
#[derive(Debug, Clone, Copy)]
pub struct Until(Option<Instant>);

impl Until {
    /// From now on for as long.
    pub fn within(patience: Duration) -> Self {
        Self(Instant::now().checked_add(patience))
    }

    pub(super) fn instant(self) -> Option<Instant> {
        self.0
    }

    /// Whether there was too little of it: asked after something was compared.
    pub(super) fn is_over(self) -> bool {
        self.0.is_some_and(|until| Instant::now() > until)
    }
}
