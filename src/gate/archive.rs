//! A gate over a ledger file that is only read: every question is answered, every change refused.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::{EmbeddedError, Service, World, router};
use crate::store::Store;

/// A running read-only gate on a free loopback port, until it is dropped.
#[derive(Debug)]
pub struct Archive {
    pub url: String,
    /// The credential of the one auditor who is in it; it is nowhere else.
    pub token: String,
    task: JoinHandle<std::io::Result<()>>,
}

impl Archive {
    pub async fn open(ledger: &Path, world: Arc<dyn World>) -> Result<Self, EmbeddedError> {
        let token = hex::encode(world.random());
        let service = Service::archive(Store::frozen(ledger)?, world, &token).await?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        // No deadlines are looked at: what a file says is what it said.
        let server = axum::serve(listener, router(Arc::new(service)));
        let task = tokio::spawn(server.into_future());
        Ok(Self { url, token, task })
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        self.task.abort();
    }
}
