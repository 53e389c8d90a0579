//! What an auditor has open of one envelope: its case file, the policy that judged it, a reviewer's screen.

use std::sync::Arc;
use std::time::Duration;

use crate::api::{CaseFile, Kept, PolicyThen, ShownScreen};
use crate::console::sheet::{self, Body};
use crate::diff::Until;
use crate::domain::EnvelopeId;

/// How long laying it out may compare: it is done on the task that draws.
const AT_ONCE: Duration = Duration::from_millis(8);

/// Which of them is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaf {
    Case,
    Policy,
    /// At this decision, counted from 1.
    Screen(u32),
}

/// The page. What it shows is of the moment it was read, and does not move on.
#[derive(Debug)]
pub struct CasePage {
    pub id: EnvelopeId,
    pub leaf: Leaf,
    pub file: Option<Arc<CaseFile>>,
    pub policy: Option<PolicyThen>,
    /// The screens that were asked for, by the number of the decision.
    pub screens: Vec<(u32, ShownScreen)>,
    pub body: Body,
    /// Columns that the body was made for.
    pub width: usize,
    pub scroll: usize,
}

impl CasePage {
    pub fn new(id: EnvelopeId) -> Self {
        Self {
            id,
            leaf: Leaf::Case,
            file: None,
            policy: None,
            screens: Vec::new(),
            body: Body::default(),
            width: 0,
            scroll: 0,
        }
    }

    /// Whether what it shows came.
    pub fn is_read(&self) -> bool {
        match self.leaf {
            Leaf::Case => self.file.is_some(),
            Leaf::Policy => self.policy.is_some(),
            Leaf::Screen(n) => self.screen(n).is_some(),
        }
    }

    pub fn screen(&self, n: u32) -> Option<&ShownScreen> {
        self.screens.iter().find(|(of, _)| *of == n).map(|(_, shown)| shown)
    }

    /// The decisions that a record of a screen stands with, in order.
    pub fn recorded(&self) -> Vec<u32> {
        let entries = self.file.iter().flat_map(|file| &file.entries);
        let said = entries.filter_map(|entry| entry.said.as_ref());
        let recorded = said.filter(|said| matches!(said.screen, Some(Kept::There(_))));
        recorded.map(|said| said.n).collect()
    }

    /// Makes its lines for a width.
    pub fn lay(&mut self, width: usize) {
        self.width = width;
        self.body = match self.leaf {
            Leaf::Case => self
                .file
                .as_ref()
                .map(|file| sheet::case_file(file, width, Until::within(AT_ONCE))),
            Leaf::Policy => self.policy.as_ref().map(|then| sheet::policy_then(then, width)),
            Leaf::Screen(n) => self.screen(n).map(|shown| sheet::screen(shown, n, width)),
        }
        .unwrap_or_default();
    }
}
