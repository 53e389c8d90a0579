//! Runs a gate on a listener until it is told to stop. The caller owns port and end.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::{MissedTickBehavior, interval};

use super::{Service, connections, router};

/// How often deadlines are looked at: an index lookup, four times within the promised second.
const DEADLINES_EVERY: Duration = Duration::from_millis(250);

/// How long open requests may take to end once the gate was told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// Serves until `shutdown` resolves, then answers what is open and returns.
pub async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let deadlines = tokio::spawn(settle_deadlines(Arc::clone(&service)));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let mut server = tokio::spawn(connections::answer(listener, router(Arc::clone(&service)), stopped));
    let result = tokio::select! {
        result = &mut server => joined(result),
        () = shutdown => {
            // Long polls would keep it open for half a minute. A client whose poll was answered has all its
            // patience left for the next one; one whose poll was cut off has used most of it up.
            service.end_polls();
            stop.send_replace(true);
            let ended = tokio::time::timeout(GRACE, &mut server).await;
            if ended.is_err() {
                server.abort();
            }
            ended.map_or(Ok(()), joined)
        }
    };
    deadlines.abort();
    result
}

fn joined(result: Result<(), tokio::task::JoinError>) -> std::io::Result<()> {
    result.map_err(std::io::Error::other)
}

/// Deadlines hold without this too: every step checks them. This makes silence visible in time.
async fn settle_deadlines(service: Arc<Service>) {
    let mut every = interval(DEADLINES_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        if let Err(refusal) = service.settle_due().await {
            tracing::error!(code = refusal.code, "deadlines could not be settled");
        }
    }
}
