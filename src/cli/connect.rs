//! From the common flags to a client: a named gate, a folder's running gate, or one opened for the call.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::Place;
use super::error::CliError;
use super::login;
use super::machine::{Machine, default_data, own_paths};
use crate::client::Client;
use crate::config::DEFAULT_POLICY;
use crate::gate::{self, Embedded, Folder, Guard, PolicyChoice};

/// A client, and the gate behind it where that was opened for this call.
pub(super) struct Connection {
    pub client: Client,
    /// The key that signs, where one was named, now or when logging in.
    pub identity: Option<PathBuf>,
    embedded: Option<Embedded>,
}

impl Connection {
    pub async fn close(self) -> Result<(), CliError> {
        drop(self.client);
        match self.embedded {
            Some(gate) => Ok(gate.close().await?),
            None => Ok(()),
        }
    }
}

/// Finds or opens the gate that the flags mean. Without a credential of its own, a folder's admin is used.
/// A folder without a ledger is a mistyped one: it is not made, and nothing is answered for it.
pub(super) async fn connect(place: &Place) -> Result<Connection, CliError> {
    if place.url.is_none() {
        existing(gate::ledger(&data_folder(place)?))?;
    }
    connect_or_start(place).await
}

/// [`connect`], where the ledger is made if there is none yet: for the first principal of a team.
pub(super) async fn connect_or_start(place: &Place) -> Result<Connection, CliError> {
    let token = place.token_file.as_deref().map(read_token).transpose()?;
    if let Some(url) = &place.url {
        let (token, identity) = caller(place, url, token).await?;
        return Ok(Connection {
            client: Client::new(url, token)?,
            identity,
            embedded: None,
        });
    }
    let data = data_folder(place)?;
    if let Some(running) = gate::running_gate(&data) {
        // The folder's admin, where its credential can be read: a login is for deciding.
        let admin = || read_token(&gate::admin_token(&data)).ok();
        let (token, identity) = match token.or_else(admin) {
            Some(token) => (Some(token), place.identity.clone()),
            None => caller(place, &running.url, None).await?,
        };
        return Ok(Connection {
            client: Client::new(&running.url, token)?,
            identity,
            embedded: None,
        });
    }
    let folder = take(place, &data)?;
    let gate = embed(folder, policy(place)?, &[0]).await?;
    let token = token.or_else(|| read_token(&gate::admin_token(&data)).ok());
    Ok(Connection {
        client: Client::new(&gate.url, token)?,
        identity: place.identity.clone(),
        embedded: Some(gate),
    })
}

/// [`connect`] as a person: by the credential that was named, else by the login that is kept.
pub(super) async fn connect_as_person(place: &Place) -> Result<Connection, CliError> {
    if place.token_file.is_none() && place.url.is_none() {
        let running = gate::running_gate(&data_folder(place)?);
        if let Some(running) = running {
            let (token, identity) = caller(place, &running.url, None).await?;
            if token.is_some() {
                return Ok(Connection {
                    client: Client::new(&running.url, token)?,
                    identity,
                    embedded: None,
                });
            }
        }
    }
    connect(place).await
}

/// Who calls a gate: by the credential that was named, else by the login that is kept for it.
pub(super) async fn caller(
    place: &Place,
    url: &str,
    token: Option<String>,
) -> Result<(Option<String>, Option<PathBuf>), CliError> {
    let named = place.identity.clone();
    if token.is_some() {
        return Ok((token, named));
    }
    Ok(match login::credential(url).await? {
        Some(kept) => (Some(kept.token), named.or(Some(kept.identity))),
        None => (None, named),
    })
}

/// Takes a folder, to be held against the anchor that was named.
pub(super) fn take(place: &Place, data: &Path) -> Result<Folder, CliError> {
    let guard = Guard {
        anchor: place.anchor.clone(),
        accept: None,
    };
    Ok(Folder::take(data)?.guarded(guard))
}

/// The credential that was named, or a folder's admin's.
pub(super) fn admin(place: &Place, data: &Path) -> Result<String, CliError> {
    let file = place.token_file.clone();
    read_token(&file.unwrap_or_else(|| gate::admin_token(data)))
}

/// Opens a gate on the first free loopback port of these, for as long as this process wants it.
pub(super) async fn embed(folder: Folder, policy: PolicyChoice, ports: &[u16]) -> Result<Embedded, CliError> {
    let own = own_paths(folder.path());
    Ok(Embedded::open(folder, policy, Arc::new(Machine), own, ports).await?)
}

/// A ledger's path, if there is a ledger. What is no file, such as a pipe, is none.
pub(super) fn existing(ledger: PathBuf) -> Result<PathBuf, CliError> {
    if ledger.is_file() {
        Ok(ledger)
    } else {
        Err(CliError::NoLedger(ledger))
    }
}

pub(super) fn data_folder(place: &Place) -> Result<PathBuf, CliError> {
    place.data.clone().map_or_else(default_data, Ok)
}

/// The named policy, or the one that is in force; the one that is built in begins.
pub(super) fn policy(place: &Place) -> Result<PolicyChoice, CliError> {
    match &place.policy {
        Some(path) => read_file(path).map(PolicyChoice::Named),
        None => Ok(PolicyChoice::InForce {
            first: DEFAULT_POLICY.to_owned(),
        }),
    }
}

/// The whole of a file, or of standard input where it is called `-`.
pub(super) fn read_input(path: &Path) -> Result<String, CliError> {
    if path.as_os_str() != "-" {
        return read_file(path);
    }
    std::io::read_to_string(std::io::stdin()).map_err(|error| CliError::File("standard input".to_owned(), error))
}

pub(super) fn read_token(path: &Path) -> Result<String, CliError> {
    read_file(path).map(|text| text.trim().to_owned())
}

pub(super) fn read_file(path: &Path) -> Result<String, CliError> {
    fs::read_to_string(path).map_err(|error| CliError::File(path.display().to_string(), error))
}
