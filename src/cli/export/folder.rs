//! A folder that is there whole, or not at all.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::bundle::{SUMS, sums_line};
use crate::cli::error::CliError;

/// It grows beside its place, readable by nobody else, and is put there at the end.
#[derive(Debug)]
pub(super) struct NewFolder {
    growing: TempDir,
    target: PathBuf,
    sums: BTreeMap<String, String>,
}

impl NewFolder {
    pub fn make(target: &Path) -> Result<Self, CliError> {
        let unwritten = |error| CliError::Unwritten(target.display().to_string(), error);
        match fs::read_dir(target).map(Iterator::count) {
            Ok(1..) => {
                return Err(CliError::Usage(
                    format!("{} is not empty.", target.display()),
                    "Name a new folder: what is exported is not mixed with what is there.",
                ));
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritten(error)),
            Ok(0) | Err(_) => {}
        }
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty());
        let beside = parent.unwrap_or(Path::new("."));
        let growing = tempfile::Builder::new().prefix(".signoff-export-").tempdir_in(beside);
        let growing = growing.map_err(unwritten)?;
        Ok(Self {
            growing,
            target: target.to_owned(),
            sums: BTreeMap::new(),
        })
    }

    /// Writes a file that was not there.
    pub fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), CliError> {
        self.write(path, bytes)?;
        self.sums.insert(path.to_owned(), sums_line(path, bytes));
        Ok(())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), CliError> {
        let file = self.growing.path().join(path);
        let write = || {
            file.parent().map_or(Ok(()), fs::create_dir_all)?;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true).mode(0o600);
            options.open(&file)?.write_all(bytes)
        };
        write().map_err(|error| CliError::Unwritten(self.target.join(path).display().to_string(), error))
    }

    /// Writes the digests of all of it, and puts it in its place; returns how many files there are.
    pub fn finish(self) -> Result<usize, CliError> {
        let lines: String = self.sums.values().map(String::as_str).collect();
        self.write(SUMS, lines.as_bytes())?;
        let unwritten = |error| CliError::Unwritten(self.target.display().to_string(), error);
        fs::rename(self.growing.path(), &self.target).map_err(unwritten)?;
        // It is not there any more under the name by which it would be taken away.
        let _ = self.growing.keep();
        Ok(self.sums.len() + 1)
    }
}
