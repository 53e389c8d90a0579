//! The queue in its order: severity first, then time left.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::shown::Arranged;
use super::{Arrangement, Filter, Grouping, Reader};
use crate::api::Summary;
use crate::domain::{EnvelopeId, Severity, Stage};

/// Two rows with one key cannot be: ids are unique.
pub(super) type Order = (Reverse<Severity>, Timestamp, EnvelopeId);

/// Rows with what they are sorted by.
#[derive(Debug)]
pub(super) struct Sorted<K>(pub Vec<(K, Arc<Summary>)>);

impl<K> Default for Sorted<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord + Copy> Sorted<K> {
    pub fn put(&mut self, rows: Vec<(K, Arc<Summary>)>) {
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

    pub fn place(&self, order: &K) -> Option<usize> {
        self.0.binary_search_by_key(order, |(order, _)| *order).ok()
    }

    pub fn remove(&mut self, order: &K) -> Option<Arc<Summary>> {
        self.place(order).map(|at| self.0.remove(at).1)
    }
}

/// Open envelopes, sorted, and found by id without a search through all; and the part of them that is
/// shown, kept as they come and go so that a frame never has to look for it.
#[derive(Debug, Default)]
pub struct Rows {
    sorted: Sorted<Order>,
    orders: HashMap<EnvelopeId, Order>,
    /// What is shown, where that is not everything in its usual order.
    arranged: Option<Arranged>,
    /// Whose queue it is.
    reader: Reader,
    severe: usize,
    unknown: usize,
}

impl Rows {
    pub fn of(reader: Reader) -> Self {
        Self {
            reader,
            ..Self::default()
        }
    }

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
        if let Some(arranged) = &mut self.arranged {
            arranged.put(ordered.iter().cloned(), &self.reader);
        }
        self.sorted.put(ordered);
    }

    pub fn remove(&mut self, id: EnvelopeId) -> Option<Arc<Summary>> {
        let order = self.orders.remove(&id)?;
        let row = self.sorted.remove(&order)?;
        if let Some(arranged) = &mut self.arranged {
            arranged.remove(order, &row);
        }
        self.count(&row, -1);
        Some(row)
    }

    /// Shows the queue in another way.
    pub fn arrange(&mut self, arrangement: Arrangement) {
        self.arranged = (!arrangement.is_plain()).then(|| {
            let mut arranged = Arranged::of(arrangement);
            arranged.put(self.sorted.0.iter().cloned(), &self.reader);
            arranged
        });
    }

    pub fn arrangement(&self) -> Arrangement {
        self.arranged
            .as_ref()
            .map_or_else(Arrangement::default, |arranged| arranged.how.clone())
    }

    pub fn grouping(&self) -> Grouping {
        self.arranged
            .as_ref()
            .map_or(Grouping::None, |arranged| arranged.how.grouping)
    }

    pub fn filter(&self) -> Option<&Filter> {
        self.arranged.as_ref()?.how.filter.as_ref()
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

    /// A row, whether it is shown or not.
    pub fn get(&self, id: EnvelopeId) -> Option<&Summary> {
        let order = self.orders.get(&id)?;
        self.sorted.place(order).map(|at| &*self.sorted.0[at].1)
    }

    /// Where it stands among those that are shown.
    pub fn place(&self, id: EnvelopeId) -> Option<usize> {
        let order = self.orders.get(&id)?;
        match &self.arranged {
            Some(arranged) => arranged.place(*order, self.get(id)?),
            None => self.sorted.place(order),
        }
    }

    pub fn at(&self, place: usize) -> Option<&Summary> {
        self.window(place, 1).next()
    }

    /// The rows of a window: the only ones a frame builds.
    pub fn window(&self, top: usize, height: usize) -> impl Iterator<Item = &Summary> {
        let plain: &[_] = if self.arranged.is_some() { &[] } else { &self.sorted.0 };
        let arranged = self.arranged.as_ref().map(Arranged::rows).unwrap_or_default();
        let plain = plain.iter().skip(top).take(height).map(|(_, row)| &**row);
        plain.chain(arranged.iter().skip(top).take(height).map(|(_, row)| &**row))
    }

    /// Every row, in order.
    pub fn all(&self) -> impl Iterator<Item = &Summary> {
        self.sorted.0.iter().map(|(_, row)| &**row)
    }

    /// Every row that is shown, in order.
    pub fn shown(&self) -> impl Iterator<Item = &Summary> {
        self.window(0, usize::MAX)
    }

    /// The group a row stands in, and how many are shown of it; none where nothing is grouped.
    pub fn group<'a>(&'a self, row: &'a Summary) -> Option<(&'a str, usize)> {
        self.arranged.as_ref()?.group(row)
    }

    pub fn is_pinned(&self, id: EnvelopeId) -> bool {
        self.arranged
            .as_ref()
            .is_some_and(|arranged| arranged.how.pins.contains(&id))
    }

    pub fn count_shown(&self) -> usize {
        self.arranged
            .as_ref()
            .map_or(self.sorted.0.len(), |arranged| arranged.rows().len())
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
