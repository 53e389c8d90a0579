//! What anybody with a person's credential can hold against the ledger.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use serde::Deserialize;

use super::super::Refusal;
use super::super::auth::Reviewer;
use super::Gate;
use crate::api::Growth;
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
