//! A gate inside this process, on a free loopback port: for one command, a console or the demo.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::service::key_in_force;
use super::{
    Contradiction, Folder, FolderError, GateFile, Keys, Opening, PolicyChoice, Refusal, Service, ServiceError, World,
    anchor, serve,
};
use crate::api::AddPrincipal;
use crate::domain::{PrincipalKind, Role, Verb};
use crate::store::{Store, StoreError};

/// Why no gate could be opened here.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("{1}: {0}")]
    Anchor(PathBuf, Contradiction),
    #[error("the anchor {0} cannot be read or written")]
    AnchorFile(PathBuf, #[source] io::Error),
    #[error("the ledger and its key are as they were seen: there is no rollback to accept")]
    NothingToAccept,
    #[error("a rollback is accepted with a reason")]
    NoReason,
    #[error("only an admin's credential is good for that")]
    NotAnAdmin,
    #[error("{}", .0.message)]
    Refused(Refusal),
    #[error("the gate could not listen or serve")]
    Io(#[from] io::Error),
}

/// A running gate and its folder, until [`Embedded::close`].
#[derive(Debug)]
pub struct Embedded {
    pub service: Arc<Service>,
    pub url: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
    // Dropped last: the folder is ours until the ledger is closed.
    folder: Folder,
}

impl Embedded {
    /// Listens on the first of `ports` that is free; 0 takes any.
    pub async fn open(
        folder: Folder,
        policy: impl Into<PolicyChoice>,
        world: Arc<dyn World>,
        own: Vec<String>,
        ports: &[u16],
    ) -> Result<Self, EmbeddedError> {
        let service = open_folder(&folder, policy, world, own).await?;
        let addresses: Vec<SocketAddr> = ports.iter().map(|port| (Ipv4Addr::LOCALHOST, *port).into()).collect();
        let listener = TcpListener::bind(&addresses[..]).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            let _ = stopped.await;
        };
        let task = tokio::spawn(serve(listener, Arc::clone(&service), stopped));
        Ok(Self {
            service,
            url,
            stop,
            task,
            folder,
        })
    }

    /// Lets other commands find this gate by its folder.
    pub fn announce(&self) -> Result<(), FolderError> {
        self.folder.announce(&GateFile {
            url: self.url.clone(),
            pid: std::process::id(),
        })
    }

    /// Ends the gate and closes the ledger.
    pub async fn close(self) -> Result<(), EmbeddedError> {
        let _ = self.stop.send(());
        drop(self.service);
        let served = self.task.await;
        self.folder.retract();
        Ok(served.map_err(io::Error::other)??)
    }
}

/// Opens a folder's ledger under a policy; the first time, its admin is made.
pub async fn open_folder(
    folder: &Folder,
    policy: impl Into<PolicyChoice>,
    world: Arc<dyn World>,
    mut own: Vec<String>,
) -> Result<Arc<Service>, EmbeddedError> {
    let guard = folder.guard();
    own.extend(guard.anchor.iter().map(|path| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        absolute.to_string_lossy().into_owned()
    }));
    let store = match guard.anchor.clone() {
        Some(path) => Store::open_followed(&folder.ledger(), move |note| follow(&path, note))?,
        None => Store::open(&folder.ledger())?,
    };
    let in_force = store.read(|db| key_in_force(&db)).await?;
    Keys::settle(folder, in_force.map(|key| key.key()))?;
    let keys = Keys::of(folder, &*world)?;
    let accepted = anchor::held_against(guard, &store, &keys).await?;
    let service = Service::open(Opening {
        store,
        policy: policy.into(),
        world,
        own,
        keys,
        accepted,
    })
    .await?;
    let admin = AddPrincipal {
        name: "admin".to_owned(),
        role: Some(Role::Admin),
        ..AddPrincipal::default()
    };
    if service.is_new() {
        let added = service.add_by_gate(PrincipalKind::Human, admin).await?;
        folder.keep_admin(&added.token)?;
    } else if service.has_only(&admin.name) && !folder.has_admin() {
        // The first start ended before the credential was kept: nobody has it, so it is made again.
        folder.keep_admin(&service.renew_admin(&admin.name).await?)?;
    }
    if let Some(path) = &guard.anchor {
        // Now, and not when the next thing happens: a place that cannot be written to guards nothing.
        let note = service.checkpoint().await.map_err(EmbeddedError::Refused)?;
        anchor::keep(path, note.as_bytes()).map_err(|error| EmbeddedError::AnchorFile(path.clone(), error))?;
    }
    Ok(Arc::new(service))
}

/// The gate goes on where it fails: what is durable is answered for, and the next head tries again.
fn follow(path: &Path, note: &[u8]) {
    if let Err(error) = anchor::keep(path, note) {
        tracing::error!(error = %error, path = %path.display(), "the anchor was not written");
    }
}

/// Gives the log another key, which the one before hands over to, and returns it as notes name it. The old
/// secret is not kept: nothing needs it, and whoever found it could sign with it.
pub async fn rotate_log_key(
    folder: &Folder,
    policy: impl Into<PolicyChoice>,
    world: Arc<dyn World>,
    token: &str,
) -> Result<String, EmbeddedError> {
    let service = open_folder(folder, policy, Arc::clone(&world), Vec::new()).await?;
    let caller = service.authenticate(token).map_err(EmbeddedError::Refused)?;
    let admin = caller.person().filter(|person| person.may(Verb::RotateKey).is_ok());
    let admin = admin.ok_or(EmbeddedError::NotAnAdmin)?;
    let next = Keys::next(folder, &*world)?;
    let public = next.public();
    let key = service.rotate_log_key(&admin, next).await?;
    Keys::settle(folder, Some(public))?;
    Ok(key)
}
