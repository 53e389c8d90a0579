//! Signs what is decided, and sends it: the same bytes under the same key, however often.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::api::{BatchReceipt, BatchRequest, DecisionReceipt, DecisionRequest, EnvelopeView};
use crate::client::{Client, ClientError};
use crate::domain::{EnvelopeId, PrincipalKind, Role};
use crate::keys::{KeyError, Pen};

/// The reviewer's pen, with what it signed and nobody answered yet.
#[derive(Debug, Clone)]
pub(crate) struct Hand {
    pen: Option<Arc<Pen>>,
    decisions: Kept<DecisionRequest>,
    batches: Kept<BatchRequest>,
}

/// By the key under which it is sent.
#[derive(Debug)]
struct Kept<T>(Arc<Mutex<HashMap<String, T>>>);

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Clone> Kept<T> {
    fn get(&self, key: &str) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn put(&self, key: &str, signed: &T) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(key.to_owned(), signed.clone());
    }

    /// Nobody sends again what was answered.
    fn settle<R>(&self, key: &str, answer: &Result<R, ClientError>) {
        if !matches!(answer, Err(ClientError::Unreachable(_))) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        }
    }
}

impl Hand {
    pub fn new(pen: Option<Pen>) -> Self {
        Self {
            pen: pen.map(Arc::new),
            decisions: Kept(Arc::default()),
            batches: Kept(Arc::default()),
        }
    }

    /// Whether there is a key to sign with.
    pub fn signs(&self) -> bool {
        self.pen.is_some()
    }

    pub async fn decide(
        &self,
        client: &Client,
        (key, id): (&str, EnvelopeId),
        request: DecisionRequest,
        basis: &[Arc<EnvelopeView>],
        at: Timestamp,
    ) -> Result<DecisionReceipt, ClientError> {
        let request = match (&self.pen, self.decisions.get(key)) {
            (_, Some(signed)) => signed,
            (None, None) => request,
            (Some(pen), None) => {
                let view = basis.first().ok_or(KeyError::NotRead).map_err(not_signed)?;
                let heir = heir(client, request.to.as_deref()).await?;
                let signed = pen.decision(view, request, heir, at).await.map_err(not_signed)?;
                self.decisions.put(key, &signed);
                signed
            }
        };
        let answer = client.decide(id, key, &request).await;
        self.decisions.settle(key, &answer);
        answer
    }

    pub async fn batch(
        &self,
        client: &Client,
        key: &str,
        request: BatchRequest,
        basis: &[Arc<EnvelopeView>],
        at: Timestamp,
    ) -> Result<BatchReceipt, ClientError> {
        let request = match (&self.pen, self.batches.get(key)) {
            (_, Some(signed)) => signed,
            (None, None) => request,
            (Some(pen), None) => {
                let signed = pen.batch(basis, request, at).await.map_err(not_signed)?;
                self.batches.put(key, &signed);
                signed
            }
        };
        let answer = client.batch(key, &request).await;
        self.batches.settle(key, &answer);
        answer
    }
}

/// Whom an escalation names, as a document does: a role, or a person by id.
async fn heir(client: &Client, to: Option<&str>) -> Result<Option<String>, ClientError> {
    let Some(to) = to else { return Ok(None) };
    if let Ok(role) = to.parse::<Role>() {
        return Ok(Some(role.to_string()));
    }
    let people = client.principals(PrincipalKind::Human).await?;
    let named = people
        .iter()
        .find(|person| person.name == to && person.revoked_at.is_none());
    let id = named.map(|person| person.id.to_string());
    id.map(Some).ok_or_else(|| not_signed(KeyError::NoHeir(to.to_owned())))
}

#[expect(clippy::needless_pass_by_value, reason = "it maps errors")]
fn not_signed(error: KeyError) -> ClientError {
    ClientError::NotSigned(error.to_string())
}
