//! Of what a reviewer was called for, so that nobody is called twice.

use std::collections::HashSet;

use crate::domain::EnvelopeId;

#[derive(Debug, Default)]
pub struct Alerted {
    /// All rows that were there at first have come.
    pub begun: bool,
    pub severe: HashSet<EnvelopeId>,
    pub late: HashSet<EnvelopeId>,
}

impl Alerted {
    /// It has left the queue.
    pub fn forget(&mut self, id: EnvelopeId) {
        self.severe.remove(&id);
        self.late.remove(&id);
    }
}
