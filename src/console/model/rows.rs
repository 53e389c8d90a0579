//! The queue in its order: severity first, then time left.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::api::Summary;
use crate::domain::{EnvelopeId, Severity, Stage};

/// Two rows with one key cannot be: ids are unique.
type Order = (Reverse<Severity>, Timestamp, EnvelopeId);

/// Open envelopes, sorted, and found by id without a search through all.
#[derive(Debug, Default)]
pub struct Rows {
    sorted: Vec<(Order, Arc<Summary>)>,
    orders: HashMap<EnvelopeId, Order>,
    severe: usize,
    unknown: usize,
}

impl Rows {
    /// Takes new and changed rows. Many at once are sorted together.
    pub fn put(&mut self, rows: Vec<Summary>) {
        for row in &rows {
            self.remove(row.id);
        }
        let one_by_one = rows.len() < 32;
        for row in rows {
            let order = (Reverse(row.severity), row.deadline_at, row.id);
            self.count(&row, 1);
            self.orders.insert(row.id, order);
            let row = Arc::new(row);
            if one_by_one {
                let at = self.sorted.partition_point(|(other, _)| *other < order);
                self.sorted.insert(at, (order, row));
            } else {
                self.sorted.push((order, row));
            }
        }
        if !one_by_one {
            self.sorted.sort_by_key(|(order, _)| *order);
        }
    }

    pub fn remove(&mut self, id: EnvelopeId) -> Option<Arc<Summary>> {
        let order = self.orders.remove(&id)?;
        let at = self.sorted.binary_search_by_key(&order, |(order, _)| *order).ok()?;
        let (_, row) = self.sorted.remove(at);
        self.count(&row, -1);
        Some(row)
    }

    fn count(&mut self, row: &Summary, step: isize) {
        let add = |count: usize| count.saturating_add_signed(step);
        if row.severity == Severity::Severe {
            self.severe = add(self.severe);
        }
        if row.stage == Stage::Quarantined {
            self.unknown = add(self.unknown);
        }
    }

    pub fn get(&self, id: EnvelopeId) -> Option<&Summary> {
        self.place(id).map(|at| &*self.sorted[at].1)
    }

    pub fn place(&self, id: EnvelopeId) -> Option<usize> {
        let order = self.orders.get(&id)?;
        self.sorted.binary_search_by_key(order, |(order, _)| *order).ok()
    }

    pub fn at(&self, place: usize) -> Option<&Summary> {
        self.sorted.get(place).map(|(_, row)| &**row)
    }

    /// The rows of a window: the only ones a frame builds.
    pub fn window(&self, top: usize, height: usize) -> impl Iterator<Item = &Summary> {
        self.sorted.iter().skip(top).take(height).map(|(_, row)| &**row)
    }

    /// Every row, in order.
    pub fn all(&self) -> impl Iterator<Item = &Summary> {
        self.sorted.iter().map(|(_, row)| &**row)
    }

    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    pub fn severe(&self) -> usize {
        self.severe
    }

    pub fn unknown(&self) -> usize {
        self.unknown
    }
}
