//! Keys of people, and sessions.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::Gate;
use crate::api::{Challenge, KeyView, Session};
use crate::gate::Refusal;
use crate::gate::auth::{Body, Keyholder, Reviewer};

/// Anybody may ask for something to sign: it is worth nothing without a key.
pub(in crate::gate) async fn challenge(State(gate): Gate) -> (StatusCode, Json<Challenge>) {
    (StatusCode::CREATED, Json(gate.challenge()))
}

pub(in crate::gate) async fn add(
    State(gate): Gate,
    holder: Keyholder,
    body: Body,
) -> Result<(StatusCode, Json<KeyView>), Refusal> {
    let added = gate.add_key(&holder.person, holder.by_key, body.json()?).await?;
    Ok((StatusCode::CREATED, Json(added)))
}

pub(in crate::gate) async fn revoke(
    State(gate): Gate,
    holder: Keyholder,
    Path(key): Path<String>,
) -> Result<Json<KeyView>, Refusal> {
    let key = key.parse().map_err(|_| Refusal::not_found())?;
    gate.revoke_key(&holder.person, holder.by_key, key).await.map(Json)
}

pub(in crate::gate) async fn vouch(
    State(gate): Gate,
    Reviewer(admin): Reviewer,
    Path(name): Path<String>,
    body: Body,
) -> Result<(StatusCode, Json<KeyView>), Refusal> {
    let vouched = gate.vouch(&admin, &name, body.json()?).await?;
    Ok((StatusCode::CREATED, Json(vouched)))
}

/// The signature is the credential.
pub(in crate::gate) async fn open(State(gate): Gate, body: Body) -> Result<(StatusCode, Json<Session>), Refusal> {
    let session = gate.open_session(body.json()?).await?;
    Ok((StatusCode::CREATED, Json(session)))
}

pub(in crate::gate) async fn end(
    State(gate): Gate,
    Reviewer(person): Reviewer,
) -> Result<Json<serde_json::Value>, Refusal> {
    gate.end_sessions(&person, None).await?;
    Ok(Json(serde_json::json!({ "ended": person.name })))
}

pub(in crate::gate) async fn end_of(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    Path(name): Path<String>,
) -> Result<Json<serde_json::Value>, Refusal> {
    gate.end_sessions(&person, Some(&name)).await?;
    Ok(Json(serde_json::json!({ "ended": name })))
}
