//! An agent's verbs: submit, redeem, outcome, withdraw.

use std::time::Duration;

use super::arguments::{Place, Redeem, Report, ReportStatus, Submit};
use super::connect::{connect, read_input};
use super::error::CliError;
use super::machine::fresh_key;
use super::output::Output;
use super::text;
use crate::api::{EnvelopeView, MAX_WAIT_SECONDS, OutcomeRequest, OutcomeStatus, RedeemRequest};
use crate::client::Client;
use crate::domain::EnvelopeId;

pub(super) async fn submit(place: &Place, submit: &Submit, out: &Output) -> Result<(), CliError> {
    let body = read_input(&submit.file)?;
    let connection = connect(place).await?;
    let key = submit.key.clone().unwrap_or_else(fresh_key);
    let mut view = connection.client.propose(&key, body.into_bytes()).await?;
    if let Some(wait) = submit.wait {
        view = wait_for_people(&connection.client, view, wait.unsigned_abs()).await?;
    }
    out.value(&view, text::envelope)?;
    connection.close().await
}

async fn wait_for_people(client: &Client, mut view: EnvelopeView, wait: Duration) -> Result<EnvelopeView, CliError> {
    let end = tokio::time::Instant::now() + wait;
    while view.summary.stage.is_open() {
        let left = end.saturating_duration_since(tokio::time::Instant::now());
        if left.is_zero() {
            break;
        }
        let slice = left.clamp(Duration::from_secs(1), Duration::from_secs(MAX_WAIT_SECONDS));
        view = client.envelope(view.summary.id, slice).await?;
    }
    Ok(view)
}

/// Reads the envelope for a fresh token and redeems with it.
pub(super) async fn redeem(place: &Place, redeem: &Redeem, out: &Output) -> Result<(), CliError> {
    let preconditions = redeem.preconditions.as_deref().map(serde_json::from_str).transpose();
    let preconditions = preconditions.map_err(|error| {
        CliError::Usage(
            format!("The preconditions are not a JSON object: {error}."),
            "Write them as the proposal does: --preconditions '{\"etag\": \"…\"}'.",
        )
    })?;
    let connection = connect(place).await?;
    let view = connection.client.envelope(redeem.id, Duration::ZERO).await?;
    let key = redeem.key.clone().unwrap_or_else(fresh_key);
    // Without a token the gate still answers a retry of the same key, and says why it refuses the rest.
    let request = RedeemRequest {
        token: view.token.unwrap_or_default(),
        preconditions,
    };
    let answer = connection.client.redeem(redeem.id, &key, &request).await?;
    out.exact(&answer, |answer| &answer.arguments_raw)?;
    connection.close().await
}

pub(super) async fn outcome(place: &Place, report: &Report, out: &Output) -> Result<(), CliError> {
    let result = report.result.as_deref().map(serde_json::from_str).transpose();
    let result = result.map_err(|error| {
        CliError::Usage(
            format!("The result is not JSON: {error}."),
            "Quote text twice: --result '\"done\"'.",
        )
    })?;
    let status = match report.status {
        ReportStatus::Succeeded => OutcomeStatus::Succeeded,
        ReportStatus::Failed => OutcomeStatus::Failed,
    };
    let connection = connect(place).await?;
    let key = report.key.clone().unwrap_or_else(fresh_key);
    let request = OutcomeRequest {
        status,
        result,
        checks: Vec::new(),
    };
    let view = connection.client.outcome(report.id, &key, &request).await?;
    out.value(&view, text::envelope)?;
    connection.close().await
}

pub(super) async fn withdraw(place: &Place, id: EnvelopeId, out: &Output) -> Result<(), CliError> {
    let connection = connect(place).await?;
    let view = connection.client.withdraw(id).await?;
    out.value(&view, text::envelope)?;
    connection.close().await
}
