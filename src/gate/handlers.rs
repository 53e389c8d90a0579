//! One handler a route: extract, call the service, answer.

pub(super) mod keeping;
pub(super) mod keys;
pub(super) mod proof;

use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName};
use serde::Deserialize;

use super::auth::{Agent, Caller, Keyed, Reviewer};
use super::{Refusal, Service};
use crate::api::{
    Added, AfterPage, BatchReceipt, Becomes, CaseFile, DecisionReceipt, EnvelopeView, ErrorType, FileView, Health,
    Here, Looked, MAX_FILE, MAX_WAIT_SECONDS, Me, PastPage, PolicyThen, PolicyView, PrincipalView, QueuePage,
    RedeemAnswer, RedeemRequest, ShownScreen, StopView, Summary, TimelineEntry, UndoWanted,
};
use crate::domain::{EnvelopeId, PrincipalKind, parse_span};
use crate::signature::Jwks;

type Gate = State<Arc<Service>>;

pub(super) async fn health(State(gate): Gate) -> Result<Json<Health>, Refusal> {
    gate.health().await.map(Json)
}

/// Public keys: no credential is asked for.
pub(super) async fn token_keys(State(gate): Gate) -> ([(HeaderName, &'static str); 1], Json<Jwks>) {
    ([(CACHE_CONTROL, "max-age=300")], Json(gate.token_keys()))
}

pub(super) async fn me(State(gate): Gate, Caller(caller): Caller) -> Result<Json<Me>, Refusal> {
    gate.me(&caller).await.map(Json)
}

pub(super) async fn propose(
    State(gate): Gate,
    Agent(agent): Agent,
    posted: Keyed,
) -> Result<(StatusCode, Json<EnvelopeView>), Refusal> {
    let (view, fresh) = gate.propose(agent, posted.key, &posted.body.0).await?;
    let status = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(view)))
}

pub(super) async fn read(
    State(gate): Gate,
    Caller(caller): Caller,
    Path(id): Path<String>,
    Query(wait): Query<Wait>,
) -> Result<Json<EnvelopeView>, Refusal> {
    gate.read(&caller, envelope_id(&id)?, wait.duration()?, wait.asked)
        .await
        .map(Json)
}

pub(super) async fn withdraw(
    State(gate): Gate,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<EnvelopeView>, Refusal> {
    gate.withdraw(&caller, envelope_id(&id)?).await.map(Json)
}

pub(super) async fn redeem(
    State(gate): Gate,
    Caller(caller): Caller,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<RedeemAnswer>, Refusal> {
    let request: RedeemRequest = posted.json()?;
    gate.redeem(&caller, envelope_id(&id)?, posted.key, request)
        .await
        .map(Json)
}

pub(super) async fn outcome(
    State(gate): Gate,
    Caller(caller): Caller,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<EnvelopeView>, Refusal> {
    let report = posted.json()?;
    gate.report(&caller, envelope_id(&id)?, posted.key, report)
        .await
        .map(Json)
}

pub(super) async fn decide(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<DecisionReceipt>, Refusal> {
    let request = posted.json()?;
    gate.decide(person, envelope_id(&id)?, posted.key, request)
        .await
        .map(Json)
}

pub(super) async fn screen(
    State(gate): Gate,
    Reviewer(_): Reviewer,
    Path((id, n)): Path<(String, String)>,
) -> Result<Json<ShownScreen>, Refusal> {
    let n = n.parse().map_err(|_| Refusal::not_found())?;
    gate.screen(envelope_id(&id)?, n).await.map(Json)
}

pub(super) async fn past(
    State(gate): Gate,
    Reviewer(_): Reviewer,
    Query(query): Query<PastQuery>,
) -> Result<Json<PastPage>, Refusal> {
    let before = query.before.as_deref().map(envelope_id).transpose()?;
    gate.past(query.q.as_deref().unwrap_or_default(), before)
        .await
        .map(Json)
}

pub(super) async fn timeline(
    State(gate): Gate,
    Reviewer(_): Reviewer,
    Path(id): Path<String>,
) -> Result<Json<Vec<TimelineEntry>>, Refusal> {
    gate.timeline(envelope_id(&id)?).await.map(Json)
}

pub(super) async fn case_file(
    State(gate): Gate,
    Reviewer(_): Reviewer,
    Path(id): Path<String>,
) -> Result<Json<CaseFile>, Refusal> {
    gate.case_file(envelope_id(&id)?).await.map(Json)
}

pub(super) async fn policy_then(
    State(gate): Gate,
    Reviewer(_): Reviewer,
    Path(id): Path<String>,
) -> Result<Json<PolicyThen>, Refusal> {
    gate.policy_then(envelope_id(&id)?).await.map(Json)
}

pub(super) async fn trail(
    State(gate): Gate,
    Reviewer(_): Reviewer,
    Path(id): Path<String>,
) -> Result<Json<PastPage>, Refusal> {
    gate.trail(envelope_id(&id)?).await.map(Json)
}

pub(super) async fn attest(
    State(gate): Gate,
    Caller(caller): Caller,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<Summary>, Refusal> {
    let signals = posted.json()?;
    gate.attest(&caller, envelope_id(&id)?, posted.key, signals)
        .await
        .map(Json)
}

/// The same bytes twice are one file, so no key is needed.
pub(super) async fn upload(
    State(gate): Gate,
    Caller(caller): Caller,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<FileView>), Refusal> {
    let body = body.map_err(|_| {
        let message = format!("The file is larger than {MAX_FILE} bytes, or was cut short.");
        Refusal::new(ErrorType::TooLarge, "body_too_large", message)
    })?;
    let file = gate.upload(&caller, body.to_vec()).await?;
    Ok((StatusCode::CREATED, Json(file)))
}

/// Always as plain bytes: whatever it is, no browser should do anything with it.
pub(super) async fn file(
    State(gate): Gate,
    Reviewer(_): Reviewer,
    Path(sha256): Path<String>,
) -> Result<([(HeaderName, &'static str); 2], Vec<u8>), Refusal> {
    let bytes = gate.file(sha256.parse().map_err(|_| Refusal::not_found())?).await?;
    let headers = [
        (CONTENT_TYPE, "application/octet-stream"),
        (CONTENT_DISPOSITION, "attachment"),
    ];
    Ok((headers, bytes))
}

pub(super) async fn stop(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    posted: Keyed,
) -> Result<(StatusCode, Json<StopView>), Refusal> {
    let request = posted.json()?;
    let stop = gate.stop(person, posted.key, request).await?;
    Ok((StatusCode::CREATED, Json(stop)))
}

pub(super) async fn resume(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<StopView>, Refusal> {
    let request = posted.json()?;
    let id = id.parse().map_err(|_| Refusal::not_found())?;
    gate.resume(person, id, posted.key, request).await.map(Json)
}

pub(super) async fn stops(State(gate): Gate, Reviewer(_): Reviewer) -> Result<Json<Vec<StopView>>, Refusal> {
    gate.stops(false).await.map(Json)
}

pub(super) async fn after(
    State(gate): Gate,
    Reviewer(_): Reviewer,
    Query(query): Query<AfterQuery>,
) -> Result<Json<AfterPage>, Refusal> {
    gate.after(query.from.as_deref()).await.map(Json)
}

pub(super) async fn review(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<Summary>, Refusal> {
    let request = posted.json()?;
    gate.review(person, envelope_id(&id)?, posted.key, request)
        .await
        .map(Json)
}

pub(super) async fn request_undo(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<Summary>, Refusal> {
    let request = posted.json()?;
    gate.request_undo(person, envelope_id(&id)?, posted.key, request)
        .await
        .map(Json)
}

pub(super) async fn undo_wanted(
    State(gate): Gate,
    Caller(caller): Caller,
    Query(wait): Query<Wait>,
) -> Result<Json<Vec<UndoWanted>>, Refusal> {
    gate.undo_wanted(&caller, wait.duration()?).await.map(Json)
}

pub(super) async fn batch(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    posted: Keyed,
) -> Result<Json<BatchReceipt>, Refusal> {
    let request = posted.json()?;
    gate.batch(person, posted.key, request).await.map(Json)
}

pub(super) async fn judge(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    posted: Keyed,
) -> Result<Json<Becomes>, Refusal> {
    gate.becomes(&person, posted.json()?).await.map(Json)
}

pub(super) async fn claim(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<Summary>, Refusal> {
    posted.says_nothing()?;
    gate.claim(person, envelope_id(&id)?, posted.key).await.map(Json)
}

pub(super) async fn look(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<Looked>, Refusal> {
    posted.says_nothing()?;
    gate.look(person, envelope_id(&id)?, posted.key).await.map(Json)
}

pub(super) async fn ask(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<Summary>, Refusal> {
    let request = posted.json()?;
    gate.ask(person, envelope_id(&id)?, posted.key, request).await.map(Json)
}

pub(super) async fn answer(
    State(gate): Gate,
    Caller(caller): Caller,
    Path(id): Path<String>,
    posted: Keyed,
) -> Result<Json<EnvelopeView>, Refusal> {
    let request = posted.json()?;
    gate.answer(&caller, envelope_id(&id)?, posted.key, request)
        .await
        .map(Json)
}

pub(super) async fn policy(State(gate): Gate, Reviewer(_): Reviewer) -> Result<Json<PolicyView>, Refusal> {
    gate.policy_view().await.map(Json)
}

pub(super) async fn queue(
    State(gate): Gate,
    Reviewer(person): Reviewer,
    Query(query): Query<QueueQuery>,
) -> Result<Json<QueuePage>, Refusal> {
    let wait = Wait {
        wait: query.wait,
        asked: None,
    };
    let here = Here {
        at: query.at.as_deref().map(envelope_id).transpose()?,
        presence: query.presence,
    };
    let known = (query.cursor.unwrap_or(0), query.look);
    gate.queue_of(&person, here, known, wait.duration()?).await.map(Json)
}

/// The three kinds of principal share their handlers.
pub(super) fn list(kind: PrincipalKind, State(gate): Gate, Reviewer(_): Reviewer) -> Ready<Json<Vec<PrincipalView>>> {
    ready(Json(gate.list(kind)))
}

pub(super) async fn add(
    kind: PrincipalKind,
    State(gate): Gate,
    Reviewer(admin): Reviewer,
    posted: Keyed,
) -> Result<(StatusCode, Json<Added>), Refusal> {
    let request = posted.json()?;
    let added = gate.add(&admin, kind, posted.key, request).await?;
    Ok((StatusCode::CREATED, Json(added)))
}

pub(super) async fn revoke(
    kind: PrincipalKind,
    State(gate): Gate,
    Reviewer(admin): Reviewer,
    Path(name): Path<String>,
) -> Result<Json<PrincipalView>, Refusal> {
    gate.revoke(&admin, kind, &name).await.map(Json)
}

pub(super) async fn no_route() -> Refusal {
    Refusal::not_found()
}

/// `?wait=25s`: how long to hold the answer back for a change.
#[derive(Deserialize)]
pub(super) struct Wait {
    wait: Option<String>,
    asked: Option<u32>,
}

impl Wait {
    pub(super) fn duration(&self) -> Result<Duration, Refusal> {
        let Some(text) = &self.wait else {
            return Ok(Duration::ZERO);
        };
        let span = parse_span(text).map_err(|error| Refusal::invalid("bad_wait", "", format!("The wait: {error}.")))?;
        Ok(span.unsigned_abs().min(Duration::from_secs(MAX_WAIT_SECONDS)))
    }
}

/// `?q=class:money invoice&before=ID`
#[derive(Deserialize)]
pub(super) struct PastQuery {
    q: Option<String>,
    before: Option<String>,
}

/// `?from=unseen.4711.1795234329000`, as the page before said.
#[derive(Deserialize)]
pub(super) struct AfterQuery {
    from: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct QueueQuery {
    cursor: Option<u64>,
    look: Option<u64>,
    /// The envelope that is on the caller's screen, and what it knows of who else is there.
    at: Option<String>,
    presence: Option<u64>,
    wait: Option<String>,
}

pub(super) fn envelope_id(text: &str) -> Result<EnvelopeId, Refusal> {
    text.parse().map_err(|_| Refusal::not_found())
}
