//! Everything there ever was, as an auditor looks it over.

use super::{CasePage, Checking};
use crate::api::{Summary, TimelineEntry};
use crate::domain::EnvelopeId;

/// The list, the search that made it, and what is shown of the envelope under the cursor.
#[derive(Debug, Default)]
pub struct Past {
    pub rows: Vec<Summary>,
    /// The search in force.
    pub search: String,
    /// Older ones fit too.
    pub more: bool,
    pub read: bool,
    pub at: usize,
    pub top: usize,
    /// What happened to the envelope under the cursor, where that was asked for.
    pub timeline: Option<(EnvelopeId, Vec<TimelineEntry>)>,
    pub shows_timeline: bool,
    /// The case file that is open over it.
    pub page: Option<Box<CasePage>>,
    pub proof: Checking,
}

impl Past {
    pub fn row(&self) -> Option<&Summary> {
        self.rows.get(self.at)
    }
}
