//! Entries with their heads, and the nodes of the tree over them.

use std::ops::Range;

use rusqlite::{Connection, Row};

use super::beside::Beside;
use super::{Trouble, lots};
use crate::domain::Digest;
use crate::ledger::{Alone, Fault, Verifier};
use crate::store::Watch;
use crate::store::entries::{digest, time, unsigned};

/// Entries in order, each head as soon as its size is reached. What an entry is by itself is found on all cores.
pub(super) fn entries(connection: &Connection, verifier: &mut Verifier, watch: &Watch) -> Result<(), Trouble> {
    let mut heads = connection.prepare("SELECT size, root, at, note FROM head WHERE size > 0 ORDER BY size")?;
    let mut heads = heads.query([])?;
    let mut head = head_of(heads.next()?)?;
    let mut leaves = connection.prepare("SELECT hash, idx FROM node WHERE level = 0 ORDER BY idx")?;
    let mut leaves = Beside::of(&mut leaves, |row| row.get::<_, i64>(1))?;
    let mut query = connection.prepare("SELECT seq, bytes FROM entry ORDER BY seq")?;
    let mut rows = query.query([])?;
    let mut late = None;
    let next = || {
        let mut bytes = Vec::new();
        let entries = lots::gather(&mut late, || {
            let Some(row) = rows.next()? else { return Ok(None) };
            let seq = unsigned(row, 0)?;
            let leaf = leaves.last(&row.get(0)?, |row| digest(row, 0))?;
            let start = bytes.len();
            bytes.extend_from_slice(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?);
            let sealed = head.take_if(|head| head.0 == seq + 1);
            if sealed.is_some() {
                head = head_of(heads.next()?)?;
            }
            let range = start..bytes.len();
            Ok::<_, Trouble>(Some(((seq, range.clone(), leaf, sealed), range.len())))
        })?;
        Ok(entries.map(|entries| (bytes, entries)))
    };
    let look = |(bytes, entries): (Vec<u8>, Vec<StoredEntry>)| -> Vec<_> {
        let alone = |(seq, range, leaf, head): StoredEntry| (seq, Alone::read(&bytes[range]), leaf, head);
        entries.into_iter().map(alone).collect()
    };
    lots::in_order(next, look, |entries| {
        for (seq, alone, leaf, head) in entries {
            verifier.entry_alone(*seq, alone, *leaf)?;
            watch.step();
            watch.goes_on()?;
            if let Some((size, root, at, note)) = head {
                verifier.head(*size, *root, *at, note.as_deref())?;
            }
        }
        Ok(())
    })
}

/// An entry's number, where its bytes stand in its lot, its leaf, and the head over all up to it.
type StoredEntry = (u64, Range<usize>, Option<Digest>, Option<StoredHead>);

type StoredHead = (u64, Digest, jiff::Timestamp, Option<Vec<u8>>);

fn head_of(row: Option<&Row<'_>>) -> Result<Option<StoredHead>, Trouble> {
    let read = |row: &Row<'_>| Ok((unsigned(row, 0)?, digest(row, 1)?, time(row, 2)?, row.get(3)?));
    Ok(row.map(read).transpose().map_err(|error: rusqlite::Error| error)?)
}

/// Inner nodes level by level, each beside the two of the level below that it is made of.
pub(super) fn nodes(connection: &Connection, verifier: &Verifier, watch: &Watch) -> Result<(), Trouble> {
    const ALL: &str = "SELECT level, idx, hash FROM node";
    let mut below = connection.prepare(&format!("{ALL} ORDER BY level, idx"))?;
    let mut below = Beside::of(&mut below, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    let mut query = connection.prepare(&format!("{ALL} WHERE level > 0 ORDER BY level, idx"))?;
    let mut rows = query.query([])?;
    let mut node = || {
        let Some(row) = rows.next()? else { return Ok(None) };
        let (level, index): (u8, i64) = (row.get(0)?, row.get(1)?);
        let mut child = |index: Option<i64>| match index {
            Some(index) => below.last(&(i64::from(level) - 1, index), |row| digest(row, 2)),
            None => Ok(None),
        };
        let left = index.checked_mul(2);
        let children = child(left)?.zip(child(left.map(|left| left + 1))?);
        Ok(Some(((level, unsigned(row, 1)?, digest(row, 2)?, children), 0)))
    };
    let mut late = None;
    let next = || {
        watch.goes_on()?;
        lots::gather(&mut late, &mut node)
    };
    let look = |nodes: Vec<_>| {
        let check = |(level, index, stored, children)| verifier.node(level, index, stored, children);
        nodes.into_iter().try_for_each(check)
    };
    lots::in_order(next, look, |sound: &Result<(), Fault>| Ok(sound.clone()?))
}
