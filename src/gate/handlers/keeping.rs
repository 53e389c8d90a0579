//! What is erased, held and pruned.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::{Gate, envelope_id};
use crate::api::{EraseReceipt, HoldView, PruneAnswer, SubjectAnswer};
use crate::gate::Refusal;
use crate::gate::auth::{Keyed, Reviewer};

pub(in crate::gate) async fn erase(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<EraseReceipt>, Refusal> {
    let request = posted.json()?;
    gate.erase(&person, envelope_id(&id)?, posted.key, request)
        .await
        .map(Json)
}

pub(in crate::gate) async fn forget(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<EraseReceipt>, Refusal> {
    let request = posted.json()?;
    let id = id.parse().map_err(|_| Refusal::not_found())?;
    gate.forget(&person, id, posted.key, request).await.map(Json)
}

/// Asked by POST: what is looked for does not belong into a log.
pub(in crate::gate) async fn subjects(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    posted: Keyed,
) -> Result<Json<SubjectAnswer>, Refusal> {
    gate.holding(&person, posted.json()?).await.map(Json)
}

pub(in crate::gate) async fn prune(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    posted: Keyed,
) -> Result<Json<PruneAnswer>, Refusal> {
    gate.prune(&person, posted.json()?).await.map(Json)
}

pub(in crate::gate) async fn hold(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    posted: Keyed,
) -> Result<(StatusCode, Json<HoldView>), Refusal> {
    let request = posted.json()?;
    let hold = gate.hold(&person, posted.key, request).await?;
    Ok((StatusCode::CREATED, Json(hold)))
}

pub(in crate::gate) async fn release(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<HoldView>, Refusal> {
    let request = posted.json()?;
    let id = id.parse().map_err(|_| Refusal::not_found())?;
    gate.release(&person, id, posted.key, request).await.map(Json)
}

pub(in crate::gate) async fn holds(State(gate): Gate, Reviewer(_): Reviewer) -> Result<Json<Vec<HoldView>>, Refusal> {
    gate.holds().await.map(Json)
}
