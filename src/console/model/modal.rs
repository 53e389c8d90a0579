//! A question that needs an answer. It owns a copy of what it is about.

use jiff::Timestamp;

use super::About;

/// Reasons one key away; the agent reads them.
pub const REASONS: [&str; 5] = [
    "outside policy",
    "wrong recipient",
    "evidence missing",
    "duplicate",
    "wrong amount",
];

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Modal {
    Decide(Ask),
    Help,
}

/// An approval or a rejection on its way, about one payload and no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub about: About,
    /// Approvals there were when the box was opened.
    pub votes: u32,
    pub approve: bool,
    /// The lines that say what it is about, made when the box was opened.
    pub title: String,
    pub lines: Vec<String>,
    /// A reason that was written and waits for the last key.
    pub reason: Option<String>,
    /// Text being written; `None` while one key is enough.
    pub draft: Option<String>,
    /// Keys mean nothing before this: they were typed for something else.
    pub deaf_until: Timestamp,
    /// It changed or went away underneath: a sentence. Only Esc is left.
    pub stale: Option<String>,
}
