//! `signoff serve`: the gate alone.

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::arguments::{Place, Serve};
use super::connect::{admin, data_folder, policy, read_token};
use super::error::CliError;
use super::machine::{Machine, own_paths};
use super::output::Output;
use crate::gate::{self, Acceptance, Folder, GateFile, Guard};

pub(super) async fn run(place: &Place, serve: &Serve, out: &Output) -> Result<(), CliError> {
    log_to_stderr();
    if !serve.listen.ip().is_loopback() {
        return Err(CliError::Usage(
            format!(
                "{} is not a loopback address, and this gate speaks plain HTTP.",
                serve.listen
            ),
            "Listen on 127.0.0.1 and let something that speaks TLS stand in front.",
        ));
    }
    let data = data_folder(place)?;
    let accept = match &serve.reason {
        Some(reason) => Some(Acceptance {
            token: admin(place, &data)?,
            second: serve.second_token_file.as_deref().map(read_token).transpose()?,
            reason: reason.clone(),
        }),
        None => None,
    };
    let guard = Guard {
        anchor: place.anchor.clone(),
        accept,
    };
    let folder = Folder::take(&data)?.guarded(guard);
    let own = own_paths(folder.path());
    let service = gate::open_folder(&folder, policy(place)?, Arc::new(Machine), own).await?;
    if let Some(most) = serve.most_waiting {
        service.limit_waiting(most);
    }
    if serve.require_signatures {
        service.demand_signatures();
    }
    let listener = TcpListener::bind(serve.listen)
        .await
        .map_err(|error| CliError::Listen(serve.listen, error))?;
    let url = format!("http://{}", listener.local_addr().map_err(CliError::Io)?);
    folder.announce(&GateFile {
        url: url.clone(),
        pid: std::process::id(),
    })?;
    let stop = stop_signal()?;
    out.machine_line(&serde_json::json!({ "listening": url }))?;
    let served = gate::serve(listener, service, stop).await;
    folder.retract();
    served.map_err(CliError::Io)
}

/// The gate's log: one line an event on standard error, so that whoever runs it keeps it. A console has
/// no log of its own: it owns the terminal, and says what fails on the screen.
fn log_to_stderr() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .init();
}

/// Resolves at the first signal that asks for an end.
pub(super) fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static, CliError> {
    let mut terminate = signal(SignalKind::terminate()).map_err(CliError::Io)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(CliError::Io)?;
    let mut hangup = signal(SignalKind::hangup()).map_err(CliError::Io)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}
