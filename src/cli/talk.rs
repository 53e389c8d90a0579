//! Verbs that decide nothing: claim, ask, the agent's answer, and what is said of what ran.

use std::time::Duration;

use super::arguments::{Answer, Place, Review};
use super::connect::connect;
use super::decide::as_person;
use super::error::CliError;
use super::machine::fresh_key;
use super::output::Output;
use super::text;
use crate::api::{AnswerRequest, ReviewRequest, UndoRequest};
use crate::domain::{self, EnvelopeId};

pub(super) async fn claim(place: &Place, id: EnvelopeId, out: &Output) -> Result<(), CliError> {
    let connection = as_person(place).await?;
    let row = connection.client.claim(id, &fresh_key()).await?;
    out.value(&row, |row| match &row.claim {
        Some(claim) => format!("{} is claimed by {} until {}.", row.id, claim.by, claim.until),
        None => format!("{} is claimed by nobody.", row.id),
    })?;
    connection.close().await
}

pub(super) async fn ask(place: &Place, id: EnvelopeId, text: &str, out: &Output) -> Result<(), CliError> {
    let connection = as_person(place).await?;
    let row = connection.client.ask(id, &fresh_key(), text).await?;
    out.value(&row, |row| {
        format!("{} was asked question {}.", row.agent, row.asked.saturating_sub(1))
    })?;
    connection.close().await
}

pub(super) async fn answer(place: &Place, answer: &Answer, out: &Output) -> Result<(), CliError> {
    let connection = connect(place).await?;
    let n = match answer.n {
        Some(n) => n,
        None => connection
            .client
            .envelope(answer.id, Duration::ZERO)
            .await?
            .summary
            .asked
            .saturating_sub(1),
    };
    let request = AnswerRequest {
        n,
        text: answer.text.clone(),
    };
    let view = connection.client.answer(answer.id, &fresh_key(), &request).await?;
    out.value(&view, text::envelope)?;
    connection.close().await
}

pub(super) async fn review(place: &Place, review: &Review, out: &Output) -> Result<(), CliError> {
    let request = ReviewRequest {
        finding: if review.fine {
            domain::Review::Fine
        } else {
            domain::Review::Flagged
        },
        note: review.flag.clone(),
    };
    let connection = as_person(place).await?;
    let row = connection.client.review(review.id, &fresh_key(), &request).await?;
    out.value(&row, |row| format!("{} is {} now.", row.id, request.finding))?;
    connection.close().await
}

pub(super) async fn undo(place: &Place, id: EnvelopeId, reason: String, out: &Output) -> Result<(), CliError> {
    let connection = as_person(place).await?;
    let request = UndoRequest { reason };
    let row = connection.client.request_undo(id, &fresh_key(), &request).await?;
    out.value(&row, |row| format!("{} was asked to take {} back.", row.agent, row.id))?;
    connection.close().await
}
