//! What can go wrong in the store.

use std::path::PathBuf;

use crate::ledger;

/// Any of these means: nothing was acknowledged, nothing was half done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database {0} cannot be opened")]
    Open(PathBuf, #[source] rusqlite::Error),
    #[error("the database did not answer")]
    Sql(#[from] rusqlite::Error),
    #[error("the change was not made durable: {0}")]
    Commit(String),
    #[error("the disk is full")]
    Full,
    #[error(transparent)]
    Entry(#[from] ledger::EntryError),
    #[error(transparent)]
    Canonical(#[from] ledger::CanonicalError),
    /// A row holds what this version never wrote there.
    #[error("the database holds an unknown {0}")]
    Corrupt(&'static str),
    #[error("the database was made by a newer version of signoff (schema {0})")]
    Newer(i64),
    /// Its lists are others than this version reads; a gate brings them up to date when it opens it.
    #[error(
        "the database was made by an earlier version of signoff (schema {0}): start a gate of this version on it once, or on a copy"
    )]
    Older(i64),
    #[error("{0} is not a ledger of signoff")]
    NotALedger(PathBuf),
    #[error("entry {0} is not one that this version knows")]
    Unreadable(u64, #[source] serde_json::Error),
    #[error("{0} was written to while it was read; read it again")]
    Moved(PathBuf),
    #[error("the file {0} cannot be read")]
    Copy(PathBuf, #[source] std::io::Error),
    #[error("the ledger does not fit its head: {0}")]
    Unsound(String),
    #[error("the change was not made: the ledger could not be written")]
    WriterGone,
    #[error("this ledger is only read")]
    ReadOnly,
    #[error("a read was cut short")]
    ReaderGone,
}

impl StoreError {
    /// Whether it is for want of room on the disk.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Full => true,
            Self::Sql(error) => error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull),
            _ => false,
        }
    }
}
