//! The gate as its agents see it by the Agent Approval Protocol: five routes over the same rules.
//!
//! `submission` reads what an adapter sends as the proposal it is, `answer` says how an envelope stands in
//! the protocol's words, `refusal` says the same of what was refused. What may happen is decided in
//! `service`, for both doors alike.

mod answer;
mod refusal;
mod submission;

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;

use super::auth::{Agent, Body, Keyed};
use super::handlers::{Wait, envelope_id};
use super::service::RequestKey;
use super::{Refusal, Service};
use crate::api::aap::{ApprovalRequest, OutcomeReport};
use crate::ledger::scan;
pub(super) use refusal::named;
use submission::Read;

type Gate = State<Arc<Service>>;

type Answer = Result<Json<ApprovalRequest>, Refusal>;

/// Asks whether one call may run. The same key with the same values is the same request, as it stands now.
pub(super) async fn create(
    State(gate): Gate,
    Agent(agent): Agent,
    posted: Keyed,
) -> Result<(StatusCode, Json<ApprovalRequest>), Refusal> {
    let read = Read::from_body(&posted.body.0)?;
    let key = RequestKey::new(posted.key.key, &read.form);
    let (asked, fresh) = gate
        .submit(agent, key, &read.proposal, read.context)
        .await
        .map_err(submission::in_its_place)?;
    let status = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(answer::of(asked)?)))
}

pub(super) async fn read(
    State(gate): Gate,
    Agent(agent): Agent,
    Path(id): Path<String>,
    wait: Result<Query<Wait>, QueryRejection>,
) -> Answer {
    let asked = gate.asked_by(agent.id, envelope_id(&id)?, duration(wait)?).await?;
    Ok(Json(answer::of(asked)?))
}

pub(super) async fn cancel(State(gate): Gate, Agent(agent): Agent, Path(id): Path<String>) -> Answer {
    let asked = gate.cancel(agent.id, envelope_id(&id)?).await?;
    Ok(Json(answer::of(asked)?))
}

/// There is nothing in the body, and adapters send none.
pub(super) async fn consume(State(gate): Gate, Agent(agent): Agent, Path(id): Path<String>, posted: Keyed) -> Answer {
    let asked = gate.consume(agent.id, envelope_id(&id)?, posted.key).await?;
    Ok(Json(answer::of(asked)?))
}

/// Adapters send no key here: the same words are the same report.
pub(super) async fn outcome(State(gate): Gate, Agent(agent): Agent, Path(id): Path<String>, body: Body) -> Answer {
    scan(&body.0)?;
    let report: OutcomeReport = submission::shaped(&body.0, "")?;
    let asked = gate.tell(agent.id, envelope_id(&id)?, report).await?;
    Ok(Json(answer::of(asked)?))
}

fn duration(wait: Result<Query<Wait>, QueryRejection>) -> Result<Duration, Refusal> {
    let wait = wait.map_err(|_| Refusal::invalid("bad_wait", "/wait", "The query is not one that is read here."))?;
    wait.duration().map_err(|refusal| Refusal {
        pointer: Some("/wait".to_owned()),
        ..refusal
    })
}
