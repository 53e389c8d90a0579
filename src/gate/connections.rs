//! Connections: each has so long to say what it wants, and there are never more than the process has room for.
//!
//! Without this, whoever reaches the port and says nothing could keep everybody else out, without a credential.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower_http::timeout::RequestBodyTimeoutLayer;

/// How long the head of a request may take, a connection that is kept open and says nothing included; and how
/// long a body may pause.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait where nothing can be accepted, for want of descriptors.
const BREATH: Duration = Duration::from_millis(100);

/// Descriptors for the ledger, its log, files and whatever else.
const OTHERS: u64 = 64;

/// More than anybody has agents that wait at once; beyond it connections wait to be taken.
const MOST: u64 = 16_384;

/// Answers on every connection until it is told to stop; then lets those that are open end.
pub(super) async fn answer(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let router = router.layer(RequestBodyTimeoutLayer::new(PATIENCE));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    let open = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(room()));
    while let Some((stream, place)) = tokio::select! {
        biased;
        _ = stopped.wait_for(|stop| *stop) => None,
        next = next(&listener, &room) => next,
    } {
        let service = TowerToHyperService::new(router.clone());
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    open.shutdown().await;
}

/// The next connection, once there is a place for it; `None` where there never will be one.
async fn next(listener: &TcpListener, room: &Arc<Semaphore>) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return Some((stream, place)),
            // Whoever hung up before he was heard.
            Err(error) if is_theirs(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

fn is_theirs(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

/// For how many connections there is room: as many descriptors as the system lets this process have, less
/// some. It asks for all of them first: shells commonly leave 1,024.
fn room() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let soft = match setrlimit(Resource::Nofile, all) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    let places = soft.unwrap_or(MOST + OTHERS).saturating_sub(OTHERS).clamp(1, MOST);
    usize::try_from(places).unwrap_or(usize::MAX)
}
