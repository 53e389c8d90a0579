//! The kill switch: stop, resume, and what is stopped.

use super::arguments::{Place, Resume, Stop};
use super::connect::connect;
use super::decide::as_person;
use super::error::CliError;
use super::machine::fresh_key;
use super::output::Output;
use crate::api::{ResumeRequest, StopRequest, StopView};
use crate::domain::{Shown, StopEffect, StopScope};

pub(super) async fn stop(place: &Place, stop: &Stop, out: &Output) -> Result<(), CliError> {
    if stop.list {
        let connection = connect(place).await?;
        for stop in connection.client.stops().await? {
            out.value(&stop, line)?;
        }
        return connection.close().await;
    }
    let named = [
        (StopScope::Agent, stop.agent.as_ref()),
        (StopScope::Run, stop.run.as_ref()),
        (StopScope::Class, stop.class.as_ref()),
    ];
    let named = named.into_iter().find_map(|(scope, name)| Some((scope, name?.clone())));
    let request = StopRequest {
        scope: named.as_ref().map_or(StopScope::Everything, |(scope, _)| *scope),
        name: named.map(|(_, name)| name),
        effect: if stop.deny { StopEffect::Deny } else { StopEffect::Hold },
        reason: stop.reason.clone().unwrap_or_default(),
    };
    // A folder's admin may stop too: a stop only makes things safer, and nobody should look for a key first.
    let connection = connect(place).await?;
    let stopped = connection.client.stop(&fresh_key(), &request).await?;
    out.value(&stopped, line)?;
    connection.close().await
}

pub(super) async fn resume(place: &Place, resume: &Resume, out: &Output) -> Result<(), CliError> {
    let connection = as_person(place).await?;
    let request = ResumeRequest {
        reason: resume.reason.clone(),
    };
    let resumed = connection.client.resume(resume.id, &fresh_key(), &request).await?;
    out.value(&resumed, line)?;
    connection.close().await
}

fn line(stop: &StopView) -> String {
    let name = stop.name.as_deref().map(|name| format!(" {}", Shown::line(name)));
    let end = match (&stop.resumed_by, stop.resumed_at) {
        (Some(by), Some(at)) => format!("resumed by {by} at {at}"),
        (_, _) => "in force".to_owned(),
    };
    format!(
        "{}  {}{} -> {}  by {} at {}: {}  ({end})",
        stop.id,
        stop.scope,
        name.unwrap_or_default(),
        stop.effect,
        stop.by,
        stop.at,
        Shown::line(&stop.reason),
    )
}
