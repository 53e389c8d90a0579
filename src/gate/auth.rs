//! Who calls, as types: a handler that takes a [`Reviewer`] cannot be reached by an agent.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header;
use axum::http::request::Parts;

use serde::Deserialize;

use super::service::RequestKey;
use super::{Refusal, Service};
use crate::api::{ErrorType, IDEMPOTENCY_KEY, MAX_BODY};
use crate::domain::{AgentPrincipal, Person, Principal};
use crate::ledger::scan;

/// Anybody with a credential.
pub(super) struct Caller(pub Principal);

/// An agent, and nobody else.
pub(super) struct Agent(pub AgentPrincipal);

/// A person, and nobody else. What the person may do depends on the role.
pub(super) struct Reviewer(pub Person);

/// A person, and whether it is one who showed to have a key: whoever has the credential alone did not.
pub(super) struct Keyholder {
    pub person: Person,
    pub by_key: bool,
}

impl FromRequestParts<Arc<Service>> for Keyholder {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Refusal> {
        let Reviewer(person) = Reviewer::from_request_parts(parts, service).await?;
        let by_key = bearer(parts).is_some_and(|token| service.is_session(token));
        Ok(Self { person, by_key })
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::trim)
}

impl FromRequestParts<Arc<Service>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Refusal> {
        let token = bearer(parts).ok_or_else(Refusal::unauthorized)?;
        service.authenticate(token).map(Self)
    }
}

impl FromRequestParts<Arc<Service>> for Agent {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Refusal> {
        let Caller(principal) = Caller::from_request_parts(parts, service).await?;
        let agent = principal.agent();
        agent
            .map(Self)
            .ok_or_else(|| Refusal::forbidden("agents_only", "Only an agent's credential can propose."))
    }
}

impl FromRequestParts<Arc<Service>> for Reviewer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Refusal> {
        let Caller(principal) = Caller::from_request_parts(parts, service).await?;
        let person = principal.person();
        person
            .map(Self)
            .ok_or_else(|| Refusal::forbidden("people_only", "Only a person's credential is accepted here."))
    }
}

/// A POST's bytes, within the limit.
pub(super) struct Body(pub Bytes);

impl Body {
    /// The body as a value, after the scan that every body from outside passes.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, Refusal> {
        scan(&self.0)?;
        serde_json::from_slice(&self.0)
            .map_err(|error| Refusal::invalid("wrong_shape", "", format!("The body has another shape: {error}.")))
    }
}

impl FromRequest<Arc<Service>> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Refusal> {
        let body = Bytes::from_request(request, service).await;
        body.map(Self).map_err(|_| {
            Refusal::new(
                ErrorType::TooLarge,
                "body_too_large",
                format!("The body is larger than {MAX_BODY} bytes, or was cut short."),
            )
        })
    }
}

/// The same with the key that makes a retry safe.
pub(super) struct Keyed {
    pub key: RequestKey,
    pub body: Body,
}

/// The body of a request that says nothing but that it was made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl Keyed {
    /// Refuses a body that wants more than this route does: what is not done is not passed over.
    pub fn says_nothing(&self) -> Result<(), Refusal> {
        if self.body.0.is_empty() {
            return Ok(());
        }
        self.json().map(|Nothing {}| ())
    }

    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, Refusal> {
        self.body.json()
    }
}

impl FromRequest<Arc<Service>> for Keyed {
    type Rejection = Refusal;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Refusal> {
        let header = request
            .headers()
            .get(IDEMPOTENCY_KEY)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let key = header.filter(|key| (1..=255).contains(&key.len())).ok_or_else(|| {
            Refusal::new(
                ErrorType::InvalidRequest,
                "missing_idempotency_key",
                "A POST needs an Idempotency-Key of 1 to 255 characters.",
            )
            .hint("Send a new UUID for a new request and the same one for its retries.")
        })?;
        let body = Body::from_request(request, service).await?;
        Ok(Self {
            key: RequestKey::new(key, &body.0),
            body,
        })
    }
}
