//! Which part of the queue is shown.

use jiff::Timestamp;

use crate::api::Summary;
use crate::domain::Search;

/// A search that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub text: String,
    /// What was shown before: Esc goes back to it.
    pub before: Option<Filter>,
    /// Why Enter did nothing.
    pub fault: Option<String>,
}

/// What a reviewer asked for: every word of it has to fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    search: Search,
    /// The gate's time that ages are counted by.
    now: Timestamp,
}

impl Filter {
    /// Nothing where nothing was asked for.
    pub fn of(search: Search, now: Timestamp) -> Option<Self> {
        (!search.is_empty()).then_some(Self { search, now })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        self.search.as_str()
    }

    /// The same later, where that can make a difference.
    pub fn later(&self, now: Timestamp) -> Option<Self> {
        self.search.tells_time().then(|| Self {
            search: self.search.clone(),
            now,
        })
    }

    pub fn fits(&self, row: &Summary) -> bool {
        row.fits(&self.search, self.now)
    }
}
