//! Proofs of what is stored: receipts, growth, tiles.

use std::path::Path;

use rusqlite::params;

use super::entries::{digest, signed};
use super::{Db, Reading, StoreError};
use crate::domain::{Digest, EnvelopeId};
use crate::ledger::{Receipt, Tile, consistency, entry_bundle, hash_tile, inclusion};

/// An entry's exact bytes and its receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    pub bytes: Vec<u8>,
    pub receipt: Receipt,
}

/// Which entries are to be proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All that are about it.
    Of(EnvelopeId),
    /// This one, counted from 0.
    One(u64),
}

/// Proves entries of a ledger file, and names the key that its newest head is signed with. The entries are
/// none where there is no such thing in it; the key is none where the newest head is not signed.
pub fn prove(path: &Path, which: Which) -> Result<(Vec<Proved>, Option<String>), StoreError> {
    let reading = Reading::current(path)?;
    let db = Db(reading.connection());
    let places = match which {
        Which::Of(id) => db.entries_of(id)?.into_iter().map(|(seq, _)| seq).collect(),
        Which::One(seq) => vec![seq],
    };
    let mut proved = Vec::new();
    for seq in places {
        proved.extend(db.prove(seq)?);
    }
    let key = match db.note()? {
        Some(_) => db.log_key_text()?,
        None => None,
    };
    reading.is_whole()?;
    Ok((proved, key))
}

impl Db<'_> {
    /// Proves one entry under the newest head; `None` where there is no such entry, or the head is not signed.
    pub fn prove(&self, seq: u64) -> Result<Option<Proved>, StoreError> {
        let Some((size, note)) = self.note()? else {
            return Ok(None);
        };
        let hashes = inclusion(seq, size, |level, index| self.node(level, index))?;
        let Some((hashes, (bytes, _))) = hashes.zip(self.entry(seq)?) else {
            return Ok(None);
        };
        let receipt = Receipt {
            index: seq,
            hashes,
            checkpoint: String::from_utf8(note).map_err(|_| StoreError::Corrupt("head"))?,
        };
        Ok(Some(Proved { bytes, receipt }))
    }

    /// Proves that the ledger of `to` entries begins with the one of `from`; `None` where it is the shorter.
    pub fn grown(&self, from: u64, to: u64) -> Result<Option<Vec<Digest>>, StoreError> {
        consistency(from, to, |level, index| self.node(level, index))
    }

    /// A tile's bytes; `None` where a ledger of this size does not have all of it.
    pub fn tile(&self, tile: &Tile, size: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let Some((start, end)) = tile.range(size) else {
            return Ok(None);
        };
        let bytes = if tile.level.is_none() {
            let sql = "SELECT bytes FROM entry WHERE seq >= ?1 AND seq < ?2 ORDER BY seq";
            let mut query = self.0.prepare_cached(sql)?;
            let rows = query.query_map(params![signed(start), signed(end)], |row| row.get::<_, Vec<u8>>(0))?;
            let entries: Vec<Vec<u8>> = rows.collect::<Result<_, _>>()?;
            all_there(entries.len(), tile)?;
            entry_bundle(entries.iter().map(Vec::as_slice))
        } else {
            let sql = "SELECT hash FROM node WHERE level = ?1 AND idx >= ?2 AND idx < ?3 ORDER BY idx";
            let mut query = self.0.prepare_cached(sql)?;
            let range = params![tile.tree_level(), signed(start), signed(end)];
            let hashes: Vec<Digest> = query
                .query_map(range, |row| digest(row, 0))?
                .collect::<Result<_, _>>()?;
            all_there(hashes.len(), tile)?;
            hash_tile(&hashes)
        };
        Ok(Some(bytes))
    }
}

fn all_there(found: usize, tile: &Tile) -> Result<(), StoreError> {
    if found == usize::from(tile.width) {
        Ok(())
    } else {
        Err(StoreError::Corrupt("tree: a node is missing"))
    }
}
