//! How policy and people share the work: figures from a ledger's entries, and from nothing else.
//!
//! Pure: [`Observer`] is fed one entry after the other, in order, and [`Figures`] is what came of it.
//! It keeps a few words of each envelope that is not over, and one number of each that people settled.
//! It is not a check: a ledger that was tampered with gives figures too.
#![doc = "\n```text"]
#![doc = include_str!("oversight/definitions.txt")]
#![doc = "```"]

mod always;
mod case;
mod counts;
mod figures;
mod meaning;
mod observer;
mod people;
mod times;

pub use always::{AlwaysApproved, ENOUGH};
pub use figures::{ByAgent, ByClass, ByRule, Figures, Group, Share, Summary};
pub use observer::Observer;
pub use people::{ByReviewer, Day, Decisions, Words};
pub use times::Times;

/// What each figure is, and of what: as `signoff report --help` says it.
pub const DEFINITIONS: &str = include_str!("oversight/definitions.txt");
