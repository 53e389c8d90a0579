//! From the common flags to a client: a named gate, a folder's running gate, or one opened for the call.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::arguments::Place;
use super::error::CliError;
use super::machine::{Machine, default_data, own_paths};
use crate::api::AddPrincipal;
use crate::client::Client;
use crate::config::DEFAULT_POLICY;
use crate::domain::{PrincipalKind, Role};
use crate::gate::{self, Folder, Opening, Service};
use crate::store::Store;

/// A client, and the gate behind it where that was opened for this call.
pub(super) struct Connection {
    pub client: Client,
    embedded: Option<Embedded>,
}

/// A gate inside this process, on loopback.
pub(super) struct Embedded {
    pub service: Arc<Service>,
    pub url: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
    // Dropped last: the folder is ours until the ledger is closed.
    _folder: Folder,
}

impl Embedded {
    /// Ends the gate and closes the ledger.
    pub async fn close(self) -> Result<(), CliError> {
        let _ = self.stop.send(());
        drop(self.service);
        self.task
            .await
            .map_err(|error| CliError::Io(std::io::Error::other(error)))?
            .map_err(CliError::Io)
    }
}

impl Connection {
    pub async fn close(self) -> Result<(), CliError> {
        drop(self.client);
        match self.embedded {
            Some(gate) => gate.close().await,
            None => Ok(()),
        }
    }
}

/// Finds or opens the gate that the flags mean. Without a credential of its own, a folder's admin is used.
pub(super) async fn connect(place: &Place) -> Result<Connection, CliError> {
    let token = place.token_file.as_deref().map(read_token).transpose()?;
    if let Some(url) = &place.url {
        return Ok(Connection {
            client: Client::new(url, token)?,
            embedded: None,
        });
    }
    let data = data_folder(place)?;
    if let Some(running) = gate::running_gate(&data) {
        let token = token.or_else(|| read_token(&gate::admin_token(&data)).ok());
        return Ok(Connection {
            client: Client::new(&running.url, token)?,
            embedded: None,
        });
    }
    let folder = Folder::take(&data)?;
    let gate = embed(folder, &policy_text(place)?).await?;
    let token = token.or_else(|| read_token(&gate::admin_token(&data)).ok());
    Ok(Connection {
        client: Client::new(&gate.url, token)?,
        embedded: Some(gate),
    })
}

/// Opens a gate on a free loopback port.
pub(super) async fn embed(folder: Folder, policy: &str) -> Result<Embedded, CliError> {
    let service = open(&folder, policy).await?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(CliError::Io)?;
    let url = format!("http://{}", listener.local_addr().map_err(CliError::Io)?);
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(gate::serve(listener, Arc::clone(&service), async {
        let _ = stopped.await;
    }));
    Ok(Embedded {
        service,
        url,
        stop,
        task,
        _folder: folder,
    })
}

/// Opens a folder's ledger under a policy; the first time, its admin is made.
pub(super) async fn open(folder: &Folder, policy: &str) -> Result<Arc<Service>, CliError> {
    let service = Service::open(Opening {
        store: Store::open(&folder.ledger())?,
        policy: policy.to_owned(),
        world: Arc::new(Machine),
        own: own_paths(folder.path()),
    })
    .await?;
    if service.is_new() {
        let admin = AddPrincipal {
            name: "admin".to_owned(),
            role: Some(Role::Admin),
            ..AddPrincipal::default()
        };
        let added = service.add_by_gate(PrincipalKind::Human, admin).await?;
        folder.keep_admin(&added.token)?;
    }
    Ok(Arc::new(service))
}

pub(super) fn data_folder(place: &Place) -> Result<std::path::PathBuf, CliError> {
    place.data.clone().map_or_else(default_data, Ok)
}

/// The named policy, or the one that is built in.
pub(super) fn policy_text(place: &Place) -> Result<String, CliError> {
    match &place.policy {
        Some(path) => read_file(path),
        None => Ok(DEFAULT_POLICY.to_owned()),
    }
}

pub(super) fn read_token(path: &Path) -> Result<String, CliError> {
    read_file(path).map(|text| text.trim().to_owned())
}

pub(super) fn read_file(path: &Path) -> Result<String, CliError> {
    fs::read_to_string(path).map_err(|error| CliError::File(path.display().to_string(), error))
}
