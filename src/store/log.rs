//! What proofs are made of: signed heads, tree nodes, and the entries that name the key.

use std::fmt;
use std::sync::Arc;

use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::entries::{digest, signed, unsigned};
use super::{Db, StoreError, Tx};
use crate::domain::Digest;
use crate::ledger::{Entry, Fact, Frontier, Node, TokenKey};
use crate::signature::PublicKey;

/// Signs a head's size and root; the store keeps what it returns and does not look into it.
#[derive(Clone)]
pub struct Seal(Arc<dyn Fn(u64, Digest) -> Vec<u8> + Send + Sync>);

impl Seal {
    pub fn new(sign: impl Fn(u64, Digest) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self(Arc::new(sign))
    }

    pub(super) fn sign(&self, size: u64, root: Digest) -> Vec<u8> {
        (self.0)(size, root)
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

impl Tx<'_> {
    /// Notes that this entry names the key that heads are signed with.
    pub(super) fn put_log_key(&self, seq: u64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("INSERT INTO log_key (seq) VALUES (?1)")?
            .execute([signed(seq)])?;
        Ok(())
    }
}

impl Db<'_> {
    /// The ledger's own id; `None` where it has no entry yet.
    pub fn ledger_id(&self) -> Result<Option<Uuid>, StoreError> {
        match self.entry(0)? {
            None => Ok(None),
            Some((_, Entry { fact, .. })) => match fact {
                Fact::Opened { ledger } => Ok(Some(ledger)),
                _ => Err(StoreError::Corrupt("first entry")),
            },
        }
    }

    /// The newest head's note and how many entries it is over; `None` where that head was not signed.
    pub fn note(&self) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let mut query = self
            .0
            .prepare_cached("SELECT size, note FROM head ORDER BY size DESC LIMIT 1")?;
        let newest = query.query_row([], |row| Ok((unsigned(row, 0)?, row.get::<_, Option<Vec<u8>>>(1)?)));
        Ok(newest.optional()?.and_then(|(size, note)| Some((size, note?))))
    }

    /// A complete subtree's hash.
    pub fn node(&self, level: u8, index: u64) -> Result<Digest, StoreError> {
        self.0
            .prepare_cached("SELECT hash FROM node WHERE level = ?1 AND idx = ?2")?
            .query_row(params![level, signed(index)], |row| digest(row, 0))
            .optional()?
            .ok_or(StoreError::Corrupt("tree: a node is missing"))
    }

    /// One entry, counted from 0, with its bytes.
    pub fn entry(&self, seq: u64) -> Result<Option<(Vec<u8>, Entry)>, StoreError> {
        let mut query = self.0.prepare_cached("SELECT bytes FROM entry WHERE seq = ?1")?;
        let bytes: Option<Vec<u8>> = query.query_row([signed(seq)], |row| row.get(0)).optional()?;
        let read = |bytes: Vec<u8>| {
            let entry = serde_json::from_slice(&bytes).map_err(|error| StoreError::Unreadable(seq, error))?;
            Ok((bytes, entry))
        };
        bytes.map(read).transpose()
    }

    /// The key in force, as the last of those entries writes it.
    pub fn log_key_text(&self) -> Result<Option<String>, StoreError> {
        let last = self.log_keys()?.pop();
        last.map(|last| Ok(self.key_named_at(last)?.0)).transpose()
    }

    /// Every key that was ever in force, the first one first.
    pub fn log_key_texts(&self) -> Result<Vec<String>, StoreError> {
        let mut keys = Vec::new();
        for seq in self.log_keys()? {
            keys.push(self.key_named_at(seq)?.0);
        }
        Ok(keys)
    }

    /// How many times an admin went on with an earlier ledger.
    pub fn rollbacks(&self) -> Result<u64, StoreError> {
        let mut count = 0;
        for seq in self.log_keys()? {
            count += u64::from(self.key_named_at(seq)?.1);
        }
        Ok(count)
    }

    /// The keys that tokens were signed with from when on, the first one first.
    pub fn token_keys(&self) -> Result<Vec<TokenKey>, StoreError> {
        let mut keys = Vec::new();
        for (seq, bytes) in self.raw_entries_of_the_gate()? {
            let entry: Entry = serde_json::from_slice(&bytes).map_err(|error| StoreError::Unreadable(seq, error))?;
            if let Fact::TokenKeyNamed { key } = entry.fact {
                let key = PublicKey::from_x(&key).ok_or(StoreError::Corrupt("token key"))?;
                keys.push((entry.at, key));
            }
        }
        Ok(keys)
    }

    /// The key that an entry names, and whether it goes with a rollback.
    fn key_named_at(&self, seq: u64) -> Result<(String, bool), StoreError> {
        match self.entry(seq)?.map(|(_, entry)| entry.fact) {
            Some(Fact::KeyRotated { key, .. }) => Ok((key, false)),
            Some(Fact::RollbackAccepted { key, .. }) => Ok((key, true)),
            _ => Err(StoreError::Corrupt("log key")),
        }
    }

    /// The root over the first `size` entries, from stored nodes.
    pub fn root_over(&self, size: u64) -> Result<Digest, StoreError> {
        let mut peaks = Vec::new();
        for (level, index) in Frontier::peak_places(size) {
            let hash = self.node(level, index)?;
            peaks.push(Node { level, index, hash });
        }
        let tree = Frontier::resume(size, peaks);
        tree.map(|tree| tree.root())
            .ok_or(StoreError::Corrupt("tree: a node is missing"))
    }

    /// Which entries name a key that heads are signed with, in order; none in a file of an earlier version.
    pub fn log_keys(&self) -> Result<Vec<u64>, StoreError> {
        let is_there = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'log_key'";
        if self.0.query_row(is_there, [], |row| row.get::<_, i64>(0))? == 0 {
            return Ok(Vec::new());
        }
        let mut query = self.0.prepare_cached("SELECT seq FROM log_key ORDER BY seq")?;
        let rows = query.query_map([], |row| unsigned(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
