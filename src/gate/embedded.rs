//! A gate inside this process, on a free loopback port: for one command, a console or the demo.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Folder, FolderError, GateFile, Keys, Opening, PolicyChoice, Service, ServiceError, World, serve};
use crate::api::AddPrincipal;
use crate::domain::{PrincipalKind, Role};
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
    own: Vec<String>,
) -> Result<Arc<Service>, EmbeddedError> {
    let keys = Keys::of(folder, &*world)?;
    let store = Store::open(&folder.ledger())?;
    let service = Service::open(Opening {
        store,
        policy: policy.into(),
        world,
        own,
        keys,
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
    Ok(Arc::new(service))
}
