//! What was seen of a gate's ledger, and that nothing is decided at one that did not grow from it.
//!
//! Before the first question, and again after every one that got no answer, the gate proves that its ledger
//! begins with what was seen. Until it has, nothing that is said here is sent.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::api::{ErrorType, Growth};
use crate::client::{Client, ClientError};
use crate::ledger::{Claim, NamedKey, Pin, Unproved};

/// After so long it is proved again, so that what is kept is not old.
const PROVED_FOR: SignedDuration = SignedDuration::from_mins(1);

/// What was seen of every gate, in one file for this user.
#[derive(Debug, Clone)]
pub struct PinFile {
    path: PathBuf,
    /// The gate's address, or the data folder of a gate on this machine.
    gate: String,
}

/// Why what was seen cannot be read or kept. It ends the start: without it, anything would be believed.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    #[error("what was seen of gates, in {0}, cannot be read or kept")]
    Io(PathBuf, #[source] io::Error),
    #[error("what was seen of gates, in {0}, is damaged")]
    Damaged(PathBuf),
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    #[serde(default, rename = "gate", skip_serializing_if = "Vec::is_empty")]
    gates: Vec<Seen>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    name: String,
    pin: Pin,
}

impl PinFile {
    pub fn new(path: PathBuf, gate: String) -> Self {
        Self { path, gate }
    }

    pub fn gate(&self) -> &str {
        &self.gate
    }

    pub fn read(&self) -> Result<Option<Pin>, PinError> {
        let seen = self.contents()?.gates.into_iter().find(|seen| seen.name == self.gate);
        Ok(seen.map(|seen| seen.pin))
    }

    /// Keeps what was seen, unless another console saw more meanwhile.
    pub fn keep(&self, pin: &Pin) -> Result<(), PinError> {
        self.change(|contents| {
            let before = contents.gates.iter().position(|seen| seen.name == self.gate);
            if before.is_some_and(|at| contents.gates[at].pin.size > pin.size) {
                return;
            }
            contents.gates.retain(|seen| seen.name != self.gate);
            contents.gates.push(Seen {
                name: self.gate.clone(),
                pin: pin.clone(),
            });
        })
    }

    /// Forgets it: whatever the gate shows next is taken as it is.
    pub fn forget(&self) -> Result<(), PinError> {
        self.change(|contents| contents.gates.retain(|seen| seen.name != self.gate))
    }

    fn change(&self, change: impl FnOnce(&mut Contents)) -> Result<(), PinError> {
        let wrong = |error| PinError::Io(self.path.clone(), error);
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        let lock = made.and_then(|()| File::create(self.path.with_extension("lock")));
        let lock = lock.map_err(wrong)?;
        lock.lock().map_err(wrong)?;
        let mut contents = self.contents()?;
        change(&mut contents);
        let text = toml::to_string(&contents).map_err(|error| wrong(io::Error::other(error)))?;
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(&self.path)?;
            Ok(())
        };
        write().map_err(wrong)
    }

    fn contents(&self) -> Result<Contents, PinError> {
        match fs::read_to_string(&self.path) {
            Ok(text) => toml::from_str(&text).map_err(|_| PinError::Damaged(self.path.clone())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Contents::default()),
            Err(error) => Err(PinError::Io(self.path.clone(), error)),
        }
    }
}

/// Lets nothing through to a gate that is not believed.
#[derive(Debug, Clone)]
pub(crate) struct Watch(Option<Arc<Mutex<State>>>);

#[derive(Debug)]
struct State {
    file: PinFile,
    pin: Option<Pin>,
    proved_at: Option<Timestamp>,
    /// What did not hold: it is not asked again.
    alarm: Option<String>,
}

impl Watch {
    /// With nothing kept, as in the demo or over a file, everything is let through.
    pub fn new(seen: Option<(PinFile, Option<Pin>)>) -> Self {
        Self(seen.map(|(file, pin)| {
            Arc::new(Mutex::new(State {
                file,
                pin,
                proved_at: None,
                alarm: None,
            }))
        }))
    }

    /// Asks only where the gate has proved itself. What is asked has not begun before that.
    pub async fn proved<T>(
        &self,
        client: &Client,
        now: Timestamp,
        asked: impl Future<Output = Result<T, ClientError>>,
    ) -> Result<T, ClientError> {
        self.prove(client, now).await?;
        let answer = asked.await;
        self.doubt(&answer).await;
        answer
    }

    /// Has the gate prove itself, unless it did a moment ago.
    pub async fn prove(&self, client: &Client, now: Timestamp) -> Result<(), ClientError> {
        let Some(state) = &self.0 else {
            return Ok(());
        };
        let mut state = state.lock().await;
        if let Some(alarm) = &state.alarm {
            return Err(ClientError::Unproved(alarm.clone()));
        }
        let is_fresh = |at: Timestamp| now.duration_since(at).abs() < PROVED_FOR;
        if state.proved_at.is_some_and(is_fresh) {
            return Ok(());
        }
        state.proved_at = None;
        let from = state.pin.as_ref().map_or(0, |pin| pin.size);
        let why = match client.growth(from).await {
            Ok(growth) => match check(state.pin.as_ref(), &growth) {
                Ok(pin) => return state.keep(pin, now).await,
                Err(why) => why.to_string(),
            },
            Err(error) => match refusal(error) {
                Ok(why) => why,
                Err(error) => return Err(error),
            },
        };
        state.alarm = Some(why.clone());
        Err(ClientError::Unproved(why))
    }

    /// The gate proves itself again before anything else is sent: this answer may have come from another.
    async fn doubt<T>(&self, answer: &Result<T, ClientError>) {
        if let Some(state) = &self.0
            && matches!(answer, Err(ClientError::Unreachable(_) | ClientError::Strange(_)))
        {
            state.lock().await.proved_at = None;
        }
    }
}

impl State {
    async fn keep(&mut self, pin: Pin, now: Timestamp) -> Result<(), ClientError> {
        let (file, kept) = (self.file.clone(), pin.clone());
        let written = tokio::task::spawn_blocking(move || file.keep(&kept)).await;
        match written.map_err(|error| error.to_string()) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                return Err(ClientError::Unproved(format!(
                    "{error}, so nothing can be held against it"
                )));
            }
            Err(error) => return Err(ClientError::Unproved(error)),
        }
        (self.pin, self.proved_at) = (Some(pin), Some(now));
        Ok(())
    }
}

fn check(pin: Option<&Pin>, growth: &Growth) -> Result<Pin, Unproved> {
    let keys: Vec<NamedKey<'_>> = growth
        .keys
        .iter()
        .map(|key| (key.n, key.entry.as_str(), key.proof.as_slice()))
        .collect();
    let claim = Claim {
        checkpoint: growth.checkpoint.as_deref().unwrap_or_default(),
        growth: &growth.proof,
        keys: &keys,
    };
    match pin {
        Some(pin) => pin.follow(&claim),
        None => Pin::first(&claim),
    }
}

/// A gate that answers and does not prove is not believed; one that cannot answer now is asked again.
fn refusal(error: ClientError) -> Result<String, ClientError> {
    match error {
        ClientError::Refused(detail) if matches!(detail.kind, ErrorType::NotFound | ErrorType::Conflict) => {
            Ok(format!("it proves nothing of its ledger: {}", detail.message))
        }
        other => Err(other),
    }
}

#[cfg(test)]
mod tests;
