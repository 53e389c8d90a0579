//! Every route on one screen.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{delete, get, post};

use super::handlers::keys;
use super::{Refusal, Service, aap, handlers as h};
use crate::api::{MAX_BODY, MAX_DECISION, MAX_FILE, paths};
use crate::domain::PrincipalKind::{Agent, Human, Service as Machine};
use crate::domain::Shown;

/// The gate's routes over its rules.
pub fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route(paths::HEALTH, get(h::health))
        .route(paths::TOKEN_KEYS, get(h::token_keys))
        .route(paths::ME, get(h::me))
        // agents propose, wait, take what was cleared, report
        .route(paths::ENVELOPES, post(h::propose))
        .route(paths::ENVELOPE, get(h::read).delete(h::withdraw))
        .route(paths::REDEEM, post(h::redeem))
        .route(paths::PART, get(h::proof::part))
        .route(paths::OUTCOME, post(h::outcome))
        .route(paths::ANSWERS, post(h::answer))
        .route(paths::UNDO_WANTED, get(h::undo_wanted))
        // services attest; evidence is kept by digest
        .route(paths::SIGNALS, post(h::attest))
        .route(paths::BLOBS, post(h::upload).layer(DefaultBodyLimit::max(MAX_FILE)))
        .route(paths::BLOB, get(h::file))
        // the same by the Agent Approval Protocol
        .route(paths::AAP_REQUESTS, post(aap::create))
        .route(paths::AAP_REQUEST, get(aap::read).delete(aap::cancel))
        .route(paths::AAP_CONSUME, post(aap::consume))
        .route(paths::AAP_OUTCOME, post(aap::outcome))
        // people look and decide
        .route(paths::QUEUE, get(h::queue))
        .route(
            paths::DECISIONS,
            post(h::decide).layer(DefaultBodyLimit::max(MAX_DECISION)),
        )
        .route(paths::SCREEN, get(h::screen))
        .route(paths::PAST, get(h::past))
        .route(paths::TIMELINE, get(h::timeline))
        .route(paths::CASE, get(h::case_file))
        .route(paths::POLICY_THEN, get(h::policy_then))
        .route(paths::TRAIL, get(h::trail))
        .route(paths::STOPS, get(h::stops).post(h::stop))
        .route(paths::RESUME, post(h::resume))
        .route(paths::AFTER, get(h::after))
        .route(paths::REVIEW, post(h::review))
        .route(paths::UNDO, post(h::request_undo))
        .route(
            paths::BATCHES,
            post(h::batch).layer(DefaultBodyLimit::max(MAX_DECISION)),
        )
        .route(paths::JUDGE, post(h::judge))
        .route(paths::CLAIM, post(h::claim))
        .route(paths::LOOK, post(h::look))
        .route(paths::QUESTIONS, post(h::ask))
        .route(paths::POLICY, get(h::policy))
        // anybody of them holds the ledger to what it was
        .route(paths::CHECKPOINT, get(h::proof::checkpoint))
        .route(paths::TILE, get(h::proof::tile))
        .route(
            paths::VERIFICATION,
            get(h::proof::verification)
                .post(h::proof::verify)
                .delete(h::proof::stop_verification),
        )
        .route(paths::CONSISTENCY, get(h::proof::consistency))
        // people have keys of their own
        .route(paths::CHALLENGES, post(keys::challenge))
        .route(paths::KEYS, post(keys::add))
        .route(paths::KEY, delete(keys::revoke))
        .route(paths::SESSIONS, post(keys::open).delete(keys::end))
        .route(paths::SESSIONS_OF, delete(keys::end_of))
        .route(paths::VOUCHERS, post(keys::vouch))
        // admins erase, and say what must not be
        .route(paths::ERASE, post(h::keeping::erase))
        .route(paths::SUBJECTS, post(h::keeping::subjects))
        .route(paths::FORGET, post(h::keeping::forget))
        .route(paths::PRUNE, post(h::keeping::prune))
        .route(paths::HOLDS, get(h::keeping::holds).post(h::keeping::hold))
        .route(paths::RELEASE, post(h::keeping::release))
        // admins say who is who
        .route(
            paths::PEOPLE,
            get(|s, r| h::list(Human, s, r)).post(|s, r, b| h::add(Human, s, r, b)),
        )
        .route(
            paths::AGENTS,
            get(|s, r| h::list(Agent, s, r)).post(|s, r, b| h::add(Agent, s, r, b)),
        )
        .route(
            paths::SERVICES,
            get(|s, r| h::list(Machine, s, r)).post(|s, r, b| h::add(Machine, s, r, b)),
        )
        .route(paths::PERSON, delete(|s, r, p| h::revoke(Human, s, r, p)))
        .route(paths::AGENT, delete(|s, r, p| h::revoke(Agent, s, r, p)))
        .route(paths::SERVICE, delete(|s, r, p| h::revoke(Machine, s, r, p)))
        .fallback(h::no_route)
        .method_not_allowed_fallback(h::no_route)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn_with_state(Arc::clone(&service), name_request))
        .with_state(service)
}

/// Gives each refusal the id under which the log knows the request; over AAP every answer has one.
async fn name_request(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let refusal = response.extensions().get::<Refusal>().cloned();
    let over_aap = path.starts_with(paths::AAP);
    if refusal.is_none() && !over_aap {
        return response;
    }
    let request_id = service.request_id();
    if let Some(refusal) = &refusal {
        // Whoever reaches the gate wrote the path, and somebody reads the log on a terminal.
        let path = Shown::line(&path);
        tracing::info!(request.id = %request_id, %method, %path, code = refusal.code, "refused");
    }
    match refusal {
        refusal if over_aap => aap::named(response, refusal, &request_id),
        Some(refusal) => refusal.answer(request_id),
        None => response,
    }
}
