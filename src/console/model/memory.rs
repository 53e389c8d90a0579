//! What a console takes up again when it is started the next time: how things were looked at and what was
//! said of them, and nothing of what was looked at.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Arrangement, Filter, Grouping, Model, Own, Scope, Tab, Then};
use crate::domain::EnvelopeId;

/// All of it. A member more is one here, one in [`Memory::of`] and one in `recall` below it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The tour was seen, on whatever gate that was.
    #[serde(skip)]
    pub toured: bool,
    pub tab: Tab,
    pub scope: Scope,
    pub grouping: Grouping,
    /// What the queue shows of all there is, as it was written; empty where it shows all.
    pub filter: String,
    /// The same of everything there ever was.
    pub search: String,
    /// The envelope under the cursor.
    pub focus: Option<EnvelopeId>,
    /// Searches by the name they were saved under.
    pub views: BTreeMap<String, String>,
    /// What the reviewer wrote as reasons, newest first.
    pub approve_reasons: Vec<String>,
    pub reject_reasons: Vec<String>,
}

/// A memory as it was read at the start.
#[derive(Debug, Clone, Default)]
pub struct Recalled {
    pub memory: Memory,
    /// Why there is nothing in it: a sentence.
    pub trouble: Option<String>,
    /// Where it is kept; nothing where it is kept nowhere.
    pub path: Option<PathBuf>,
}

/// What is kept for the next time, beside what the console needs anyway.
#[derive(Debug, Default)]
pub struct Keeping {
    /// As it was read, or written last.
    pub written: Memory,
    pub toured: bool,
    /// The envelope that was under the cursor the last time, until the queue has come.
    pub return_to: Option<EnvelopeId>,
    /// It could not be written, and that was said.
    pub failed: bool,
    /// Where it is written to.
    pub path: Option<PathBuf>,
}

impl Memory {
    /// What is to be remembered of a console as it is.
    pub fn of(model: &Model) -> Self {
        let arrangement = model.rows.arrangement();
        // A search that is still being written was not asked for yet.
        let filter = match &model.finding {
            Some(finding) => finding.before.clone(),
            None => arrangement.filter,
        };
        Self {
            toured: model.keeping.toured,
            tab: model.tab,
            scope: arrangement.scope,
            grouping: arrangement.grouping,
            filter: filter.map_or_else(String::new, |filter| filter.as_str().to_owned()),
            search: model.past.search.clone(),
            // Where it was last time, until the gate has said whether it is still there.
            focus: model.focus.or(model.keeping.return_to),
            views: model.views.clone(),
            approve_reasons: model.own.all(&Then::Approve),
            reject_reasons: model.own.all(&Then::Reject),
        }
    }

    /// Puts a console that is being started where it was. The tab is opened by whoever can ask for what it shows.
    pub(super) fn recall(self, model: &mut Model) {
        let filter = self.filter.parse().ok();
        model.rows.arrange(Arrangement {
            scope: self.scope,
            grouping: self.grouping,
            filter: filter.and_then(|search| Filter::of(search, model.now)),
            ..Arrangement::default()
        });
        model.views.clone_from(&self.views);
        model.own = Own::of(&self.approve_reasons, &self.reject_reasons);
        model.past.search.clone_from(&self.search);
        model.keeping = Keeping {
            toured: self.toured,
            return_to: self.focus,
            written: self,
            failed: false,
            path: None,
        };
    }
}
