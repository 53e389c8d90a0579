//! The console's tabs: what is looked at, one at a time.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter};

/// One of them. Decisions are made on the first alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Display, EnumIter, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tab {
    /// What waits for people.
    #[default]
    Queue,
    /// What was let through, and what became of it.
    After,
    /// Everything there ever was.
    Audit,
    /// How the queue stands: how much waits for whom, and how late.
    Oversight,
    /// The classes of the policy in force.
    Policy,
}
