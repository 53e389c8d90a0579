//! The anchor: the newest checkpoint in a file elsewhere, against a ledger that was cut or put back.
//!
//! Whoever can write to the data folder can put an earlier ledger there, whole and sound. A checkpoint that
//! somebody else keeps tells it: the gate looks at it before it opens, and refuses to go on.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::directory::Directory;
use super::embedded::EmbeddedError;
use super::keys::Keys;
use super::service::{Accepted, key_in_force};
use crate::domain::{Digest, Principal, Verb};
use crate::ledger::{Checkpoint, origin};
use crate::store::{Db, Store, StoreError};

/// What a start is held against, and what an admin says where it does not fit.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    pub anchor: Option<PathBuf>,
    pub accept: Option<Acceptance>,
}

/// An admin's word that the ledger which is there is gone on with.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// The admin's credential.
    pub token: String,
    /// Another admin's, where it takes two.
    pub second: Option<String>,
    pub reason: String,
}

/// What an anchor and a ledger say against each other. One sentence each, without its full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    #[error("the ledger has {there} entries, and its anchor saw {seen}")]
    Shorter { there: u64, seen: u64, root: Digest },
    #[error("the ledger's first {seen} entries are not those that its anchor saw")]
    Differs { seen: u64, root: Digest },
    #[error("the anchor is signed with no key that this ledger names")]
    Unsigned { seen: u64, root: Digest },
    #[error("the anchor is of another ledger, {0}")]
    Foreign(String),
    #[error("the anchor is no checkpoint")]
    Unreadable,
}

impl Contradiction {
    /// What was seen, where it can be of this ledger: only then can an admin go on without it.
    fn seen(&self) -> Option<(u64, Digest)> {
        match self {
            Self::Shorter { seen, root, .. } | Self::Differs { seen, root } | Self::Unsigned { seen, root } => {
                Some((*seen, *root))
            }
            Self::Foreign(_) | Self::Unreadable => None,
        }
    }
}

/// Holds a ledger against its anchor, before anything is written. What an admin accepted comes back, to be the
/// first thing that is.
pub(super) async fn held_against(guard: &Guard, store: &Store, keys: &Keys) -> Result<Option<Accepted>, EmbeddedError> {
    let found = match &guard.anchor {
        Some(path) => match read(path)? {
            Some(note) => store
                .read(move |db| contradiction(&db, &note))
                .await?
                .map(|what| (path.clone(), what)),
            None => None,
        },
        None => None,
    };
    let own = keys.log.public();
    match (found, &guard.accept) {
        (None, None) => Ok(None),
        (Some((path, what)), None) => Err(EmbeddedError::Anchor(path, what)),
        (Some((path, what)), Some(accept)) => match what.seen() {
            Some(seen) => accepted(store, accept, seen).await.map(Some),
            None => Err(EmbeddedError::Anchor(path, what)),
        },
        (None, Some(accept)) => {
            let (key, head) = store
                .read(|db| Ok::<_, StoreError>((key_in_force(&db)?, db.head()?)))
                .await?;
            // A key that is lost for good is the other thing that nobody can hand over.
            match (key, head) {
                (Some(key), Some(head)) if key.key() != own => {
                    accepted(store, accept, (head.size, head.root)).await.map(Some)
                }
                _ => Err(EmbeddedError::NothingToAccept),
            }
        }
    }
}

/// What an anchor and a ledger file say against each other, where they do.
pub async fn contradicted(ledger: &Path, anchor: &Path) -> Result<Option<Contradiction>, EmbeddedError> {
    let missing = || io::Error::from(io::ErrorKind::NotFound);
    let note = read(anchor)?.ok_or_else(|| EmbeddedError::AnchorFile(anchor.to_owned(), missing()))?;
    Ok(Store::frozen(ledger)?.read(move |db| contradiction(&db, &note)).await?)
}

async fn accepted(store: &Store, accept: &Acceptance, (size, root): (u64, Digest)) -> Result<Accepted, EmbeddedError> {
    let reason = accept.reason.trim().to_owned();
    if reason.is_empty() {
        return Err(EmbeddedError::NoReason);
    }
    let principals = store.read(|db| db.principals()).await?;
    // Without sessions, so no clock is asked: this takes the credential itself.
    let directory = Directory::of(principals, Vec::new(), Vec::new());
    let admin = |token: &String| {
        let known = directory.by_token(token, Timestamp::UNIX_EPOCH);
        let person = known.and_then(Principal::person);
        let by = person.filter(|person| person.may(Verb::AcceptRollback).is_ok());
        by.map(|person| person.id).ok_or(EmbeddedError::NotAnAdmin)
    };
    Ok(Accepted {
        by: admin(&accept.token)?,
        second: accept.second.as_ref().map(admin).transpose()?,
        reason,
        size,
        root,
    })
}

/// What an anchor's note and the ledger say against each other.
fn contradiction(db: &Db<'_>, note: &str) -> Result<Option<Contradiction>, StoreError> {
    let Ok(claimed) = Checkpoint::claimed(note) else {
        return Ok(Some(Contradiction::Unreadable));
    };
    let (seen, root) = (claimed.size, claimed.root);
    let there = db.head()?.map_or(0, |head| head.size);
    if let Some(ledger) = db.ledger_id()? {
        let own = origin(ledger, 0);
        let rest = claimed.origin.strip_prefix(&own);
        if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Ok(Some(Contradiction::Foreign(claimed.origin)));
        }
    }
    if seen > there {
        return Ok(Some(Contradiction::Shorter { there, seen, root }));
    }
    if !db.log_key_texts()?.iter().any(|key| opens(key, note)) {
        return Ok(Some(Contradiction::Unsigned { seen, root }));
    }
    if db.root_over(seen)? == root {
        Ok(None)
    } else {
        Ok(Some(Contradiction::Differs { seen, root }))
    }
}

fn opens(key: &str, note: &str) -> bool {
    key.parse().is_ok_and(|key| Checkpoint::open(note, &key).is_ok())
}

/// `None` where there is no anchor yet.
fn read(path: &Path) -> Result<Option<String>, EmbeddedError> {
    match fs::read(path) {
        // What is no text is no checkpoint, and the next look says so.
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(EmbeddedError::AnchorFile(path.to_owned(), error)),
    }
}

/// Writes a checkpoint whole or not at all.
pub(super) fn keep(path: &Path, note: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    // Nothing in it is secret, and others are to hold a ledger against it.
    let readable = fs::Permissions::from_mode(0o644);
    let mut file = tempfile::Builder::new()
        .permissions(readable)
        .tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(note)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
