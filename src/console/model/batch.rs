//! Several alike that are looked over together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::About;
use super::case::distrust;
use crate::api::EnvelopeView;
use crate::console::sheet::in_quotes;
use crate::diff;
use crate::domain::{Digest, Shown};

/// The sheet of a batch: what is common once, then only what varies.
#[derive(Debug)]
pub struct Batch {
    pub title: String,
    pub items: Vec<Item>,
    /// Whether the envelopes were read.
    pub read: bool,
    /// `pointer value` of all that is the same everywhere.
    pub common: Vec<String>,
    /// Pointers of what varies.
    pub columns: Vec<String>,
    /// Others of the class, and why each is decided by itself.
    pub apart: Vec<String>,
    /// The item under the cursor.
    pub at: usize,
    pub deaf_until: Timestamp,
    /// When a frame first showed something of it.
    pub shown_at: Option<Timestamp>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub about: About,
    pub name: String,
    /// One for each column.
    pub cells: Vec<String>,
    /// The reviewer took it out.
    pub struck: bool,
    /// Why it cannot be part of it any more: a sentence fragment.
    pub out: Option<String>,
    /// What stands out in it.
    pub odd: Option<String>,
    /// A frame showed all of it.
    pub seen: bool,
    /// The digest of what is drawn, where something of it is masked.
    pub shown: Option<Digest>,
    /// As it was read.
    pub view: Option<Arc<EnvelopeView>>,
}

impl Item {
    pub fn is_chosen(&self) -> bool {
        !self.struck && self.out.is_none()
    }
}

impl Batch {
    pub fn chosen(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.is_chosen())
    }

    /// Takes in what was read: finds what is common and what varies.
    pub fn take(&mut self, views: &[EnvelopeView]) {
        let all: Vec<BTreeMap<String, String>> = views.iter().map(leaves).collect();
        let columns: BTreeSet<&String> = all.iter().flat_map(BTreeMap::keys).collect();
        let mut varying = Vec::new();
        self.common.clear();
        for column in columns {
            let mut values = all.iter().map(|leaves| leaves.get(column));
            let first = values.next().flatten();
            if values.all(|value| value == first) && all.len() > 1 {
                self.common
                    .push(format!("{column} {}", first.map_or("", String::as_str)));
            } else {
                varying.push(column.clone());
            }
        }
        for item in &mut self.items {
            let at = views.iter().position(|view| About::of(&view.summary) == item.about);
            let Some(at) = at else {
                item.out = Some("it changed meanwhile".to_owned());
                continue;
            };
            item.view = Some(Arc::new(views[at].clone()));
            item.shown = views[at].payload.as_ref().and_then(|payload| payload.shown_sha256);
            item.out = distrust(&views[at]).or_else(|| item.out.take());
            item.cells = varying
                .iter()
                .map(|column| all[at].get(column).cloned().unwrap_or_default())
                .collect();
        }
        let masked: BTreeSet<&str> = views
            .iter()
            .flat_map(|view| &view.masked)
            .map(|at| at.pointer.as_str())
            .collect();
        self.common
            .extend(masked.into_iter().map(|at| format!("masked {}", Shown::line(at))));
        self.common.extend(first_deadline(views));
        self.columns = varying;
        self.drop_names();
        self.mark_odd();
        // What the gate knows stands first, and what the agent wrote after it.
        self.common.sort_by_key(|piece| piece.starts_with('/'));
        self.read = true;
    }

    /// A column that only repeats the name in front of it says nothing.
    fn drop_names(&mut self) {
        for n in (0..self.columns.len()).rev() {
            let repeats = |item: &Item| item.cells.get(n).is_none_or(|cell| *cell == item.name);
            if self.items.iter().all(repeats) {
                let column = self.columns.remove(n);
                if column != "record" {
                    self.common.push(format!("{column} is the name"));
                }
                for item in &mut self.items {
                    if n < item.cells.len() {
                        item.cells.remove(n);
                    }
                }
            }
        }
    }

    /// Says which items have a value of their own where most others share one.
    fn mark_odd(&mut self) {
        for (n, column) in self.columns.iter().enumerate() {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for item in &self.items {
                *counts.entry(item.cells.get(n).map_or("", String::as_str)).or_default() += 1;
            }
            let most = counts.values().copied().max().unwrap_or(0);
            if most < 3 || most * 2 < self.items.len() {
                continue;
            }
            let lonely: Vec<String> = counts
                .iter()
                .filter(|(_, count)| **count == 1)
                .map(|(value, _)| (*value).to_owned())
                .collect();
            for item in &mut self.items {
                let value = item.cells.get(n).cloned().unwrap_or_default();
                if lonely.contains(&value) {
                    item.odd
                        .get_or_insert(format!("! only one in {} {value}", last(column)));
                }
            }
        }
    }
}

fn last(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or(pointer)
}

/// A text that is safe to show. Spaces part one thing from the next on the sheet: inside one they are shown.
pub fn told_apart(text: &str) -> String {
    Shown::line(text).as_str().replace("  ", "␣␣")
}

/// Every leaf of the arguments by its pointer, and the record; safe to show.
fn leaves(view: &EnvelopeView) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Some(target) = &view.summary.target {
        // Its system is alike in all of them.
        let record = target.split_once(':').map_or(target.as_str(), |(_, record)| record);
        found.insert("record".to_owned(), told_apart(record));
    }
    found.extend(questions(view));
    let raw = view.payload.as_ref().map_or("", |payload| payload.raw.as_str());
    if let Ok(arguments) = serde_json::from_str(raw) {
        collect("", &arguments, &mut found);
    }
    found
}

/// What else has to be known before it is approved: what runs and where, who is asked, and the way back. No
/// pointer begins like one of these.
fn questions(view: &EnvelopeView) -> [(String, String); 4] {
    let row = &view.summary;
    let plural = if row.quorum == 1 { "" } else { "s" };
    let reversal = view.claimed.as_ref().and_then(|claimed| claimed.reversal.as_ref());
    let undo = match reversal {
        None => "not said".to_owned(),
        Some(reversal) => match (&reversal.how, &reversal.none_because) {
            (Some(how), _) => in_quotes(how),
            (None, Some(because)) => format!("none: {}", in_quotes(because)),
            (None, None) => "none".to_owned(),
        },
    };
    let environment = view.environment.as_deref().map(told_apart);
    [
        ("tool".to_owned(), told_apart(&row.tool)),
        (
            "environment".to_owned(),
            environment.unwrap_or_else(|| "not said".to_owned()),
        ),
        ("asks".to_owned(), format!("{} {}{plural}", row.quorum, row.role)),
        ("undo".to_owned(), undo),
    ]
}

/// When the first of them is over.
fn first_deadline(views: &[EnvelopeView]) -> Option<String> {
    let rows = views.iter().map(|view| &view.summary);
    let first = rows.min_by_key(|row| row.deadline_at)?;
    let at = first.deadline_at.strftime("%H:%M:%SZ");
    Some(format!("first deadline {at}"))
}

fn collect(pointer: &str, value: &serde_json::Value, found: &mut BTreeMap<String, String>) {
    use serde_json::Value;
    match value {
        // What is empty is there all the same.
        Value::Object(members) if members.is_empty() => {
            found.insert(told_apart(pointer), "{}".to_owned());
        }
        Value::Array(items) if items.is_empty() => {
            found.insert(told_apart(pointer), "[]".to_owned());
        }
        Value::Object(members) => {
            for (key, member) in members {
                let step = key.replace('~', "~0").replace('/', "~1");
                collect(&format!("{pointer}/{step}"), member, found);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                collect(&format!("{pointer}/{n}"), item, found);
            }
        }
        Value::String(text) => {
            found.insert(told_apart(pointer), told_apart(&diff::spelt(text)));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            found.insert(told_apart(pointer), value.to_string());
        }
    }
}
