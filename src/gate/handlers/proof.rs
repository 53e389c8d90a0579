//! What anybody with a person's credential can hold against the ledger.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use serde::Deserialize;

use super::super::Refusal;
use super::super::auth::{Caller, Keyed, Reviewer};
use super::{Gate, envelope_id};
use crate::api::{Growth, VerificationView};
use crate::bundle::Part;
use crate::ledger::Tile;

type Typed<T> = ([(HeaderName, &'static str); 1], T);

pub(in crate::gate) async fn checkpoint(State(gate): Gate, Reviewer(_): Reviewer) -> Result<Typed<String>, Refusal> {
    let note = gate.checkpoint().await?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], note))
}

pub(in crate::gate) async fn tile(
    State(gate): Gate,
    Reviewer(_): Reviewer,
    Path(path): Path<String>,
) -> Result<Typed<Vec<u8>>, Refusal> {
    let tile = Tile::parse(&path).ok_or_else(Refusal::not_found)?;
    let bytes = gate.tile(tile).await?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], bytes))
}

/// `?from=4711`, and `&to=4800` for any later size than the newest.
#[derive(Deserialize)]
pub(in crate::gate) struct Sizes {
    from: u64,
    to: Option<u64>,
}

pub(in crate::gate) async fn consistency(
    State(gate): Gate,
    Reviewer(_): Reviewer,
    Query(sizes): Query<Sizes>,
) -> Result<Json<Growth>, Refusal> {
    gate.growth(sizes.from, sizes.to).await.map(Json)
}

/// `?from=4096`: how many entries are there already.
#[derive(Deserialize)]
pub(in crate::gate) struct After {
    #[serde(default)]
    from: u64,
}

pub(in crate::gate) async fn part(
    State(gate): Gate,
    Caller(caller): Caller,
    Path(id): Path<String>,
    Query(after): Query<After>,
) -> Result<Json<Part>, Refusal> {
    gate.part(&caller, envelope_id(&id)?, after.from).await.map(Json)
}

/// Asked twice, it is one check: the key that every request carries is of no use here.
pub(in crate::gate) async fn verify(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    _: Keyed,
) -> Result<Json<VerificationView>, Refusal> {
    gate.verify(&person).map(Json)
}

pub(in crate::gate) async fn verification(
    State(gate): Gate,
    Reviewer(_): Reviewer,
) -> Result<Json<VerificationView>, Refusal> {
    gate.verification().map(Json)
}

pub(in crate::gate) async fn stop_verification(
    State(gate): Gate,
    Reviewer(person): Reviewer,
) -> Result<Json<VerificationView>, Refusal> {
    gate.stop_verification(&person).map(Json)
}
