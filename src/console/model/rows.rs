//! The queue in its order: severity first, then time left.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::Filter;
use crate::api::Summary;
use crate::domain::{EnvelopeId, Severity, Stage};

/// Two rows with one key cannot be: ids are unique.
type Order = (Reverse<Severity>, Timestamp, EnvelopeId);

/// Open envelopes, sorted, and found by id without a search through all; and the part of them that is
/// shown, kept as they come and go so that a frame never has to look for it.
#[derive(Debug, Default)]
pub struct Rows {
    sorted: Sorted,
    orders: HashMap<EnvelopeId, Order>,
    /// What is shown, and the rows that fit; without one, all are.
    filter: Option<(Filter, Sorted)>,
    severe: usize,
    unknown: usize,
}

#[derive(Debug, Default)]
struct Sorted(Vec<(Order, Arc<Summary>)>);

impl Sorted {
    fn put(&mut self, rows: Vec<(Order, Arc<Summary>)>) {
        // Many at once are sorted together.
        if rows.len() < 32 {
            for (order, row) in rows {
                let at = self.0.partition_point(|(other, _)| *other < order);
                self.0.insert(at, (order, row));
            }
        } else {
            self.0.extend(rows);
            self.0.sort_by_key(|(order, _)| *order);
        }
    }

    fn place(&self, order: &Order) -> Option<usize> {
        self.0.binary_search_by_key(order, |(order, _)| *order).ok()
    }

    fn remove(&mut self, order: &Order) -> Option<Arc<Summary>> {
        self.place(order).map(|at| self.0.remove(at).1)
    }
}

impl Rows {
    /// Takes new and changed rows.
    pub fn put(&mut self, rows: Vec<Summary>) {
        for row in &rows {
            self.remove(row.id);
        }
        let mut ordered = Vec::with_capacity(rows.len());
        for row in rows {
            let order = (Reverse(row.severity), row.deadline_at, row.id);
            self.count(&row, 1);
            self.orders.insert(row.id, order);
            ordered.push((order, Arc::new(row)));
        }
        if let Some((filter, shown)) = &mut self.filter {
            shown.put(ordered.iter().filter(|(_, row)| filter.fits(row)).cloned().collect());
        }
        self.sorted.put(ordered);
    }

    pub fn remove(&mut self, id: EnvelopeId) -> Option<Arc<Summary>> {
        let order = self.orders.remove(&id)?;
        if let Some((_, shown)) = &mut self.filter {
            shown.remove(&order);
        }
        let row = self.sorted.remove(&order)?;
        self.count(&row, -1);
        Some(row)
    }

    /// Shows only what fits, or all again.
    pub fn show(&mut self, filter: Option<Filter>) {
        self.filter = filter.map(|filter| {
            let fitting = self.sorted.0.iter().filter(|(_, row)| filter.fits(row));
            let shown = Sorted(fitting.cloned().collect());
            (filter, shown)
        });
    }

    pub fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref().map(|(filter, _)| filter)
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

    fn visible(&self) -> &Sorted {
        self.filter.as_ref().map_or(&self.sorted, |(_, shown)| shown)
    }

    /// A row, whether it is shown or not.
    pub fn get(&self, id: EnvelopeId) -> Option<&Summary> {
        let order = self.orders.get(&id)?;
        self.sorted.place(order).map(|at| &*self.sorted.0[at].1)
    }

    /// Where it stands among those that are shown.
    pub fn place(&self, id: EnvelopeId) -> Option<usize> {
        self.visible().place(self.orders.get(&id)?)
    }

    pub fn at(&self, place: usize) -> Option<&Summary> {
        self.visible().0.get(place).map(|(_, row)| &**row)
    }

    /// The rows of a window: the only ones a frame builds.
    pub fn window(&self, top: usize, height: usize) -> impl Iterator<Item = &Summary> {
        self.visible().0.iter().skip(top).take(height).map(|(_, row)| &**row)
    }

    /// Every row, in order.
    pub fn all(&self) -> impl Iterator<Item = &Summary> {
        self.sorted.0.iter().map(|(_, row)| &**row)
    }

    /// Every row that is shown, in order.
    pub fn shown(&self) -> impl Iterator<Item = &Summary> {
        self.visible().0.iter().map(|(_, row)| &**row)
    }

    pub fn count_shown(&self) -> usize {
        self.visible().0.len()
    }

    pub fn len(&self) -> usize {
        self.sorted.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.sorted.0.is_empty()
    }

    pub fn severe(&self) -> usize {
        self.severe
    }

    pub fn unknown(&self) -> usize {
        self.unknown
    }
}
