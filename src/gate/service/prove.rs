//! What the gate proves of its ledger, to whoever asks: its signed head, its tree, its growth.

use super::Service;
use crate::api::{Growth, KeyEntry};
use crate::gate::Refusal;
use crate::ledger::Tile;
use crate::store::{Db, StoreError};

impl Service {
    /// The newest head's signed note.
    pub async fn checkpoint(&self) -> Result<String, Refusal> {
        let note = self.store.read(|db| newest(&db)).await?;
        note.map(|(_, note)| note).ok_or_else(unsigned)
    }

    /// A tile of the newest tree.
    pub async fn tile(&self, tile: Tile) -> Result<Vec<u8>, Refusal> {
        let found = self
            .store
            .read(move |db| {
                let size = db.head()?.map_or(0, |head| head.size);
                db.tile(&tile, size)
            })
            .await?;
        found.ok_or_else(Refusal::not_found)
    }

    /// Proves that the ledger begins with what it was at `from` entries: up to `to`, or else up to the newest
    /// head, whose note and keys go with it.
    pub async fn growth(&self, from: u64, to: Option<u64>) -> Result<Growth, Refusal> {
        self.store
            .read(move |db| {
                let head = db.head()?.map_or(0, |head| head.size);
                match to {
                    Some(to) if to > head => Err(Refusal::not_found()),
                    Some(to) => Ok(bare(&db, from, to)?),
                    None => {
                        let Some((size, note)) = newest(&db)? else {
                            return Err(unsigned());
                        };
                        Ok(Growth {
                            checkpoint: Some(note),
                            keys: keys(&db)?,
                            ..bare(&db, from, size)?
                        })
                    }
                }
            })
            .await
    }
}

fn bare(db: &Db<'_>, from: u64, to: u64) -> Result<Growth, StoreError> {
    Ok(Growth {
        from,
        to,
        proof: db.grown(from, to)?.unwrap_or_default(),
        checkpoint: None,
        keys: Vec::new(),
    })
}

fn newest(db: &Db<'_>) -> Result<Option<(u64, String)>, StoreError> {
    let read = |(size, note)| {
        let note = String::from_utf8(note).map_err(|_| StoreError::Corrupt("head"))?;
        Ok((size, note))
    };
    db.note()?.map(read).transpose()
}

fn keys(db: &Db<'_>) -> Result<Vec<KeyEntry>, StoreError> {
    let mut keys = Vec::new();
    for n in db.log_keys()? {
        let proved = db.prove(n)?.ok_or(StoreError::Corrupt("log key"))?;
        keys.push(KeyEntry {
            n,
            entry: String::from_utf8(proved.bytes).map_err(|_| StoreError::Corrupt("log key"))?,
            proof: proved.receipt.hashes,
        });
    }
    Ok(keys)
}

pub(super) fn unsigned() -> Refusal {
    Refusal::conflict("unsigned", "The newest head of this ledger is not signed.")
        .hint("A version before signed heads wrote it; open it once with this one.")
}
