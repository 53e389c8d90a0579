//! Where this person is logged in, in the state folder; nobody else can read it.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api::Session;
use crate::cli::error::CliError;

/// One gate.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    url: String,
    pub name: String,
    /// A file, or `agent`.
    pub identity: PathBuf,
    pub token: String,
    until: Timestamp,
}

impl Kept {
    pub fn of(url: &str, session: &Session, identity: PathBuf) -> Self {
        Self {
            url: url.to_owned(),
            name: session.name.clone(),
            identity: fs::canonicalize(&identity).unwrap_or(identity),
            token: session.token.clone(),
            until: session.until,
        }
    }

    /// Whether the session is still good for a command.
    pub fn holds(&self, now: Timestamp) -> bool {
        now < self.until
    }
}

/// What is kept of a gate. What cannot be read is as good as nothing: one logs in again.
pub(super) fn of(url: &str) -> Option<Kept> {
    all().into_iter().find(|kept| kept.url == url)
}

pub(super) fn keep(kept: Kept) -> Result<(), CliError> {
    let mut others = all();
    others.retain(|other| other.url != kept.url);
    others.push(kept);
    write(&others)
}

pub(super) fn forget(url: &str) -> Result<(), CliError> {
    let mut others = all();
    others.retain(|other| other.url != url);
    write(&others)
}

fn all() -> Vec<Kept> {
    let text = path().and_then(|path| fs::read_to_string(path).ok());
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

fn path() -> Option<PathBuf> {
    let state = choose_base_strategy().ok()?.state_dir()?;
    Some(state.join("signoff/gates.json"))
}

/// Whole or not at all, for this user only: a temporary file is made so.
fn write(all: &[Kept]) -> Result<(), CliError> {
    let Some(path) = path() else {
        return Err(CliError::Usage(
            "There is no home folder here to keep a session in.".to_owned(),
            "Name a credential with --token-file FILE instead.",
        ));
    };
    let unwritten = |error| CliError::Unwritten(path.display().to_string(), error);
    let folder = path.parent().map(PathBuf::from).unwrap_or_default();
    fs::create_dir_all(&folder).map_err(unwritten)?;
    let mut draft = tempfile::NamedTempFile::new_in(&folder).map_err(unwritten)?;
    let text = serde_json::to_vec(all).unwrap_or_default();
    draft.write_all(&text).map_err(unwritten)?;
    draft.persist(&path).map_err(|error| unwritten(error.error))?;
    Ok(())
}
