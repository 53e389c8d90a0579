//! What a job in the writer may do: every query, and changes that end in entries.

use std::ops::Deref;

use jiff::Timestamp;
use rusqlite::Connection;

use super::writer::End;
use super::{Db, Seal, StoreError, entries};
use crate::domain::Digest;
use crate::ledger::{Entry, Fact};

/// One job's view of the group's transaction.
#[derive(Debug)]
pub struct Tx<'t> {
    db: Db<'t>,
    end: &'t mut End,
    last_at: Option<Timestamp>,
}

impl<'t> Deref for Tx<'t> {
    type Target = Db<'t>;

    fn deref(&self) -> &Db<'t> {
        &self.db
    }
}

impl<'t> Tx<'t> {
    pub(super) fn new(connection: &'t Connection, end: &'t mut End) -> Self {
        Self {
            db: Db(connection),
            end,
            last_at: None,
        }
    }

    pub(super) fn last_at(&self) -> Option<Timestamp> {
        self.last_at
    }

    pub(super) fn connection(&self) -> &'t Connection {
        self.db.0
    }

    /// Appends an entry and its tree nodes; returns how many entries the ledger then has.
    pub fn append(&mut self, entry: &Entry) -> Result<u64, StoreError> {
        let bytes = entry.bytes()?;
        let seq = self.size();
        entries::insert(self.db.0, &mut self.end.frontier, &bytes)?;
        if let Fact::Judged(judged) = &entry.fact {
            super::judged::count(self.db.0, entry.at, judged)?;
        }
        if matches!(entry.fact, Fact::KeyRotated { .. } | Fact::RollbackAccepted { .. }) {
            self.put_log_key(seq)?;
        }
        self.last_at = Some(entry.at);
        Ok(self.size())
    }

    /// How many entries the ledger has, and the root over them.
    pub(super) fn end(&self) -> (u64, Digest) {
        (self.end.frontier.size(), self.end.frontier.root())
    }

    /// Has this and every later head signed so.
    pub fn sign_heads(&mut self, seal: Seal) {
        self.end.seal = Some(seal);
    }

    /// How many entries the ledger has.
    pub fn size(&self) -> u64 {
        self.end.frontier.size()
    }
}
