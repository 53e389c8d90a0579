//! The data folder: one ledger, one owner at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Guard;

/// A data folder this process owns, until it is dropped.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    guard: Guard,
    _lock: File,
}

/// What a running gate writes for other commands to find it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateFile {
    pub url: String,
    pub pid: u32,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("another signoff owns the data folder {0}")]
    Owned(PathBuf),
    #[error("the data folder {0} cannot be used")]
    Io(PathBuf, #[source] io::Error),
    #[error("others can read or change the key file {0}")]
    Exposed(PathBuf),
    #[error("{0} holds no key")]
    NoKey(PathBuf),
}

impl Folder {
    /// Makes the folder if need be and takes it; the lock ends with the process, however it ends.
    pub fn take(path: &Path) -> Result<Self, FolderError> {
        let wrong = |error| FolderError::Io(path.to_owned(), error);
        make_private(path).map_err(wrong)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("lock"))
            .map_err(wrong)?;
        match lock.try_lock() {
            // Made here first, so that it and the log beside it are for this user only, wherever it lies.
            Ok(()) => private_file(&ledger(path)).map_err(wrong).map(|()| Self {
                path: path.to_owned(),
                guard: Guard::default(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(FolderError::Owned(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(wrong(error)),
        }
    }

    /// Holds what is opened here against an anchor.
    #[must_use]
    pub fn guarded(self, guard: Guard) -> Self {
        Self { guard, ..self }
    }

    pub(super) fn guard(&self) -> &Guard {
        &self.guard
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn ledger(&self) -> PathBuf {
        ledger(&self.path)
    }

    /// Says where the gate listens. Written whole or not at all.
    pub fn announce(&self, gate: &GateFile) -> Result<(), FolderError> {
        let text = serde_json::to_string(gate).unwrap_or_default();
        self.write_secret("gate.json", &text)
    }

    /// Takes the announcement back.
    pub fn retract(&self) {
        // A stale file is told apart by the lock, so failing here hurts nobody.
        let _ = fs::remove_file(self.path.join("gate.json"));
    }

    /// Keeps the first admin's credential where only this user can read it.
    pub fn keep_admin(&self, token: &str) -> Result<(), FolderError> {
        self.write_secret("admin.token", &format!("{token}\n"))
    }

    /// Whether the first admin's credential is kept here.
    pub fn has_admin(&self) -> bool {
        admin_token(&self.path).exists()
    }

    /// A file that only this user may read or write; `None` where there is none.
    pub(super) fn read_secret(&self, name: &str) -> Result<Option<String>, FolderError> {
        let path = self.path.join(name);
        match read_private(&path) {
            Ok(Some(text)) => Ok(Some(text)),
            Ok(None) => Err(FolderError::Exposed(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(FolderError::Io(path, error)),
        }
    }

    /// Puts one file in another's place.
    pub(super) fn replace_secret(&self, by: &str, name: &str) -> Result<(), FolderError> {
        let target = self.path.join(name);
        fs::rename(self.path.join(by), &target).map_err(|error| FolderError::Io(target, error))
    }

    /// Takes a file away, if there is one.
    pub(super) fn forget_secret(&self, name: &str) -> Result<(), FolderError> {
        let target = self.path.join(name);
        match fs::remove_file(&target) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FolderError::Io(target, error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    pub(super) fn write_secret(&self, name: &str, text: &str) -> Result<(), FolderError> {
        let target = self.path.join(name);
        let draft = self.path.join(format!("{name}.new"));
        let written = create_private(&draft)
            .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&draft, &target));
        written.map_err(|error| FolderError::Io(target, error))
    }
}

/// Where a folder's ledger is.
pub fn ledger(folder: &Path) -> PathBuf {
    folder.join("ledger.db")
}

/// Where a folder's first admin credential is.
pub fn admin_token(folder: &Path) -> PathBuf {
    folder.join("admin.token")
}

/// The gate that owns a folder, if one runs: the file counts only while somebody holds the lock.
pub fn running_gate(folder: &Path) -> Option<GateFile> {
    let text = fs::read_to_string(folder.join("gate.json")).ok()?;
    let lock = File::open(folder.join("lock")).ok()?;
    match lock.try_lock_shared() {
        Err(TryLockError::WouldBlock) => serde_json::from_str(&text).ok(),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map(drop)
}

/// `None` where others have any right to it.
#[cfg(unix)]
fn read_private(path: &Path) -> io::Result<Option<String>> {
    use std::os::unix::fs::PermissionsExt;
    // Asked of the open file: a path could be another's by the time it is read.
    let file = File::open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        return Ok(None);
    }
    io::read_to_string(file).map(Some)
}

#[cfg(unix)]
fn create_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    // A leftover draft could have other permissions.
    let _ = fs::remove_file(path);
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
