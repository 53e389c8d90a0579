//! The rows that are shown, as somebody arranged them, kept in order while rows come and go.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::rows::{Order, Sorted};
use super::{Arrangement, Reader};
use crate::api::Summary;

/// Pinned first; then by group, the group with the worst row first; then in the usual order.
type Key = (bool, Option<Order>, Order);

/// What is shown, and how.
#[derive(Debug)]
pub(super) struct Arranged {
    pub how: Arrangement,
    rows: Sorted<Key>,
    /// The rows of each group; its first is what the group is sorted by. Pinned rows are in none.
    groups: HashMap<String, BTreeSet<Order>>,
}

impl Arranged {
    pub fn of(how: Arrangement) -> Self {
        Self {
            how,
            rows: Sorted::default(),
            groups: HashMap::new(),
        }
    }

    pub fn rows(&self) -> &[(Key, Arc<Summary>)] {
        &self.rows.0
    }

    /// Takes in those that are to be shown.
    pub fn put(&mut self, rows: impl Iterator<Item = (Order, Arc<Summary>)>, reader: &Reader) {
        let rows: Vec<_> = rows.filter(|(_, row)| self.how.shows(row, reader)).collect();
        let mut moved = BTreeSet::new();
        for (order, row) in &rows {
            let Some(name) = self.group_of(row) else {
                continue;
            };
            let group = self.groups.entry(name.to_owned()).or_default();
            let first = group.first().copied();
            group.insert(*order);
            if first.is_some_and(|first| *order < first) {
                moved.insert(name.to_owned());
            }
        }
        self.move_groups(&moved);
        let keyed = rows.into_iter().map(|(order, row)| (self.key(order, &row), row));
        let keyed = keyed.collect();
        self.rows.put(keyed);
    }

    pub fn remove(&mut self, order: Order, row: &Summary) {
        let key = self.key(order, row);
        if self.rows.remove(&key).is_none() {
            return;
        }
        let Some(name) = self.group_of(row).map(str::to_owned) else {
            return;
        };
        let Some(group) = self.groups.get_mut(&name) else {
            return;
        };
        let was_first = group.first() == Some(&order);
        group.remove(&order);
        if group.is_empty() {
            self.groups.remove(&name);
        } else if was_first {
            self.move_groups(&BTreeSet::from([name]));
        }
    }

    pub fn place(&self, order: Order, row: &Summary) -> Option<usize> {
        self.rows.place(&self.key(order, row))
    }

    /// The group of a row that is shown, and how many there are of it.
    pub fn group<'a>(&'a self, row: &'a Summary) -> Option<(&'a str, usize)> {
        let name = self.group_of(row)?;
        Some((name, self.groups.get(name).map_or(0, BTreeSet::len)))
    }

    fn group_of<'a>(&self, row: &'a Summary) -> Option<&'a str> {
        let pinned = self.how.pins.contains(&row.id);
        self.how.grouping.of(row).filter(|_| !pinned)
    }

    fn key(&self, order: Order, row: &Summary) -> Key {
        let first = self
            .group_of(row)
            .and_then(|name| self.groups.get(name)?.first().copied());
        (!self.how.pins.contains(&row.id), first, order)
    }

    /// The rows of groups that have another first row now go to where that puts them.
    fn move_groups(&mut self, names: &BTreeSet<String>) {
        if names.is_empty() {
            return;
        }
        let all = std::mem::take(&mut self.rows.0);
        let is_of_them = |row: &Summary| self.group_of(row).is_some_and(|name| names.contains(name));
        let (theirs, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, row)| is_of_them(row));
        let anew = theirs
            .into_iter()
            .map(|((_, _, order), row)| (self.key(order, &row), row));
        let anew = anew.collect();
        self.rows.0 = others;
        self.rows.put(anew);
    }
}

#[cfg(test)]
mod tests;
