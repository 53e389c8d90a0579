//! What was let through under somebody's eyes, as a list of its own.

use crate::api::AfterRow;

/// The list and the cursor in it.
#[derive(Debug, Default)]
pub struct After {
    pub rows: Vec<AfterRow>,
    /// How much of all that ran a person should look at, listed here yet or not; 1,000 where it is more.
    pub look: u64,
    /// The list goes on.
    pub more: bool,
    /// Whether the gate has answered yet.
    pub read: bool,
    pub at: usize,
    /// First row of the window.
    pub top: usize,
}

impl After {
    pub fn row(&self) -> Option<&AfterRow> {
        self.rows.get(self.at)
    }
}
