//! Entries with their heads, and the nodes of the tree over them.

use rusqlite::{Connection, Row};

use super::beside::Beside;
use super::{Trouble, lots};
use crate::domain::Digest;
use crate::ledger::{Alone, Verifier};
use crate::store::Watch;
use crate::store::entries::{digest, time, unsigned};

/// Entries in order, each head as soon as its size is reached. What an entry is by itself is found on all cores.
pub(super) fn entries(connection: &Connection, verifier: &mut Verifier, watch: &Watch) -> Result<(), Trouble> {
    let mut heads = connection.prepare("SELECT size, root, at, note FROM head WHERE size > 0 ORDER BY size")?;
    let mut heads = heads.query([])?;
    let mut head = head_of(heads.next()?)?;
    let mut leaves = connection.prepare("SELECT hash, idx FROM node WHERE level = 0 ORDER BY idx")?;
    let mut leaves = Beside::of(&mut leaves)?;
    let mut query = connection.prepare("SELECT seq, bytes FROM entry ORDER BY seq")?;
    let mut rows = query.query([])?;
    let next = || {
        let Some(row) = rows.next()? else { return Ok(None) };
        let (seq, number) = (unsigned(row, 0)?, row.get::<_, i64>(0)?);
        let mut leaf = None;
        leaves.each(
            |row| Ok(row.get::<_, i64>(1)?.cmp(&number)),
            |row| {
                leaf = Some(digest(row, 0)?);
                Ok(())
            },
        )?;
        Ok::<_, Trouble>(Some((seq, row.get::<_, Vec<u8>>(1)?, leaf)))
    };
    let look = |(seq, bytes, leaf): (u64, Vec<u8>, _)| (seq, Alone::read(&bytes), leaf);
    lots::in_order(next, look, |(seq, alone, leaf)| {
        verifier.entry_alone(seq, alone, leaf)?;
        watch.step();
        watch.goes_on()?;
        if let Some((size, root, at, note)) = head.take_if(|head| head.0 == seq + 1) {
            verifier.head(size, root, at, note.as_deref())?;
            head = head_of(heads.next()?)?;
        }
        Ok(())
    })
}

type StoredHead = (u64, Digest, jiff::Timestamp, Option<Vec<u8>>);

fn head_of(row: Option<&Row<'_>>) -> Result<Option<StoredHead>, Trouble> {
    let read = |row: &Row<'_>| Ok((unsigned(row, 0)?, digest(row, 1)?, time(row, 2)?, row.get(3)?));
    Ok(row.map(read).transpose().map_err(|error: rusqlite::Error| error)?)
}

/// Inner nodes level by level, each beside the two of the level below that it is made of.
pub(super) fn nodes(connection: &Connection, verifier: &Verifier) -> Result<(), Trouble> {
    const ALL: &str = "SELECT level, idx, hash FROM node";
    let mut below = connection.prepare(&format!("{ALL} ORDER BY level, idx"))?;
    let mut below = Beside::of(&mut below)?;
    let mut query = connection.prepare(&format!("{ALL} WHERE level > 0 ORDER BY level, idx"))?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (level, index): (u8, i64) = (row.get(0)?, row.get(1)?);
        let mut child = |index: Option<i64>| {
            let Some(index) = index else { return Ok(None) };
            let (mut child, place) = (None, (i64::from(level) - 1, index));
            below.each(
                |row| Ok((row.get(0)?, row.get(1)?).cmp(&place)),
                |row| {
                    child = Some(digest(row, 2)?);
                    Ok(())
                },
            )?;
            Ok::<_, rusqlite::Error>(child)
        };
        let left = index.checked_mul(2);
        let children = child(left)?.zip(child(left.map(|left| left + 1))?);
        verifier.node(level, unsigned(row, 1)?, digest(row, 2)?, children)?;
    }
    Ok(())
}
