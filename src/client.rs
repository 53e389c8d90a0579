//! A typed HTTP client: one method for each route. It decides nothing and repeats nothing by itself.

mod keeping;
mod part;
mod proof;

pub use part::NotCleared;

use std::time::Duration;

use reqwest::{Method, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::api::{
    AddKey, AddPrincipal, Added, AfterPage, AnswerRequest, AskRequest, BatchReceipt, BatchRequest, Becomes, CaseFile,
    Challenge, DecisionReceipt, DecisionRequest, EnvelopeView, ErrorBody, ErrorDetail, FileView, Health, Here,
    IDEMPOTENCY_KEY, JudgeRequest, KeyView, Looked, MAX_WAIT_SECONDS, Me, OpenSession, OutcomeRequest, PastPage,
    PolicyThen, PolicyView, PrincipalView, QueuePage, RedeemAnswer, RedeemRequest, ResumeRequest, ReviewRequest,
    Session, ShownScreen, StopRequest, StopView, Summary, TimelineEntry, UndoRequest, UndoWanted, VouchRequest, paths,
};
use crate::domain::{Digest, EnvelopeId, PrincipalKind};

/// How long an answer may take that was not asked to wait.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why there is no answer of the kind that was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The gate answered no.
    #[error("{}", .0.message)]
    Refused(Box<ErrorDetail>),
    /// The gate has no room for it now. Ask again after this long, with the same key.
    #[error("{}", .1.message)]
    Later(Duration, Box<ErrorDetail>),
    /// Nobody answered. What was asked may or may not have been done: ask again with the same key.
    #[error("the gate does not answer")]
    Unreachable(#[source] reqwest::Error),
    /// Something answered that is not this version's gate.
    #[error("the answer is not one this version knows: {0}")]
    Strange(String),
    /// Nothing was sent.
    #[error("your key did not sign, so nothing was sent: {0}")]
    NotSigned(String),
    /// The gate does not prove that its ledger grew from what was seen of it, so nothing was sent: a fragment.
    #[error("the gate is not believed: {0}")]
    Unproved(String),
    #[error("{0} is not the address of a gate: write http://HOST:PORT")]
    Address(String),
}

/// One gate and one credential.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    token: Option<String>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Names a gate. Nothing is sent yet.
    pub fn new(url: &str, token: Option<String>) -> Result<Self, ClientError> {
        let base = Url::parse(url)
            .ok()
            .filter(|base| base.scheme() == "http" && base.has_host());
        let base = base.ok_or_else(|| ClientError::Address(url.to_owned()))?;
        // A proxy would be somebody else between reviewer and gate.
        let http = reqwest::Client::builder()
            .no_proxy()
            .build()
            .map_err(ClientError::Unreachable)?;
        Ok(Self { http, base, token })
    }

    pub fn url(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    pub async fn health(&self) -> Result<Health, ClientError> {
        self.get(paths::HEALTH, Duration::ZERO).await
    }

    /// Whose credential this client carries.
    pub async fn me(&self) -> Result<Me, ClientError> {
        self.get(paths::ME, Duration::ZERO).await
    }

    /// Sends a proposal's bytes as they are.
    pub async fn propose(&self, key: &str, body: Vec<u8>) -> Result<EnvelopeView, ClientError> {
        self.post(paths::ENVELOPES, key, body).await
    }

    /// The same, and whether the envelope is new: the gate answers a key it knows with the first one.
    pub async fn propose_or_find(&self, key: &str, body: Vec<u8>) -> Result<(EnvelopeView, bool), ClientError> {
        let (status, view) = answer_with_status(self.posting(paths::ENVELOPES, key, body)?).await?;
        Ok((view, status == StatusCode::CREATED))
    }

    /// Reads an envelope; with `wait`, an answer comes when it is no longer open.
    pub async fn envelope(&self, id: EnvelopeId, wait: Duration) -> Result<EnvelopeView, ClientError> {
        self.get(&paths::envelope(id), wait).await
    }

    /// The same, and an answer also comes when there are more questions to the agent than `asked`.
    pub async fn envelope_or_question(
        &self,
        id: EnvelopeId,
        wait: Duration,
        asked: u32,
    ) -> Result<EnvelopeView, ClientError> {
        self.get(&format!("{}?asked={asked}", paths::envelope(id)), wait).await
    }

    pub async fn withdraw(&self, id: EnvelopeId) -> Result<EnvelopeView, ClientError> {
        self.delete(&paths::envelope(id)).await
    }

    pub async fn redeem(
        &self,
        id: EnvelopeId,
        key: &str,
        request: &RedeemRequest,
    ) -> Result<RedeemAnswer, ClientError> {
        self.post(&paths::redeem(id), key, json(request)?).await
    }

    pub async fn outcome(
        &self,
        id: EnvelopeId,
        key: &str,
        outcome: &OutcomeRequest,
    ) -> Result<EnvelopeView, ClientError> {
        self.post(&paths::outcome(id), key, json(outcome)?).await
    }

    /// The same `key` for every retry of one decision: it then counts once.
    pub async fn decide(
        &self,
        id: EnvelopeId,
        key: &str,
        decision: &DecisionRequest,
    ) -> Result<DecisionReceipt, ClientError> {
        self.post(&paths::decisions(id), key, json(decision)?).await
    }

    /// What an edit or a classification would make of an envelope.
    pub async fn judge(&self, key: &str, request: &JudgeRequest) -> Result<Becomes, ClientError> {
        self.post(paths::JUDGE, key, json(request)?).await
    }

    /// Clears several alike; the same `key` for every retry.
    pub async fn batch(&self, key: &str, batch: &BatchRequest) -> Result<BatchReceipt, ClientError> {
        self.post(paths::BATCHES, key, json(batch)?).await
    }

    /// What became of what was let through under somebody's eyes; `from` is the `next` of an earlier page.
    pub async fn after(&self, from: Option<&str>) -> Result<AfterPage, ClientError> {
        let path = from.map_or(paths::AFTER.to_owned(), |from| format!("{}?from={from}", paths::AFTER));
        self.get(&path, Duration::ZERO).await
    }

    /// Says whether what ran alone was fine.
    pub async fn review(&self, id: EnvelopeId, key: &str, review: &ReviewRequest) -> Result<Summary, ClientError> {
        self.post(&paths::review(id), key, json(review)?).await
    }

    /// Asks the agent to take it back.
    pub async fn request_undo(&self, id: EnvelopeId, key: &str, undo: &UndoRequest) -> Result<Summary, ClientError> {
        self.post(&paths::undo(id), key, json(undo)?).await
    }

    /// What this agent is asked to take back.
    pub async fn undo_wanted(&self, wait: Duration) -> Result<Vec<UndoWanted>, ClientError> {
        self.get(paths::UNDO_WANTED, wait).await
    }

    /// Everything there ever was that fits a search, the newest first.
    pub async fn past(&self, search: &str, before: Option<EnvelopeId>) -> Result<PastPage, ClientError> {
        let mut url = Url::parse("http://x/").map_err(|error| ClientError::Strange(error.to_string()))?;
        url.query_pairs_mut().append_pair("q", search);
        if let Some(before) = before {
            url.query_pairs_mut().append_pair("before", &before.to_string());
        }
        let path = format!("{}?{}", paths::PAST, url.query().unwrap_or_default());
        self.get(&path, Duration::ZERO).await
    }

    /// What was on the screen when the `n`th decision was made, counted from 0.
    pub async fn screen(&self, id: EnvelopeId, n: u32) -> Result<ShownScreen, ClientError> {
        self.get(&paths::screen(id, n), Duration::ZERO).await
    }

    /// Every entry about an envelope, in words.
    pub async fn timeline(&self, id: EnvelopeId) -> Result<Vec<TimelineEntry>, ClientError> {
        self.get(&paths::timeline(id), Duration::ZERO).await
    }

    /// All there is about an envelope, at one moment.
    pub async fn case_file(&self, id: EnvelopeId) -> Result<CaseFile, ClientError> {
        self.get(&paths::case(id), Duration::ZERO).await
    }

    /// The policy that an envelope was judged by last, as it was.
    pub async fn policy_then(&self, id: EnvelopeId) -> Result<PolicyThen, ClientError> {
        self.get(&paths::policy_then(id), Duration::ZERO).await
    }

    /// What its agent proposed in its run, or at all where no run was named: the newest first.
    pub async fn trail(&self, id: EnvelopeId) -> Result<PastPage, ClientError> {
        self.get(&paths::trail(id), Duration::ZERO).await
    }

    /// The kill switch.
    pub async fn stop(&self, key: &str, stop: &StopRequest) -> Result<StopView, ClientError> {
        self.post(paths::STOPS, key, json(stop)?).await
    }

    pub async fn resume(&self, id: Uuid, key: &str, resume: &ResumeRequest) -> Result<StopView, ClientError> {
        self.post(&paths::resume(id), key, json(resume)?).await
    }

    /// Every stop there ever was, the oldest first.
    pub async fn stops(&self) -> Result<Vec<StopView>, ClientError> {
        self.get(paths::STOPS, Duration::ZERO).await
    }

    /// Says that this person works on it.
    pub async fn claim(&self, id: EnvelopeId, key: &str) -> Result<Summary, ClientError> {
        self.post(&paths::claim(id), key, b"{}".to_vec()).await
    }

    /// Asks for what is masked, which is written down.
    pub async fn look(&self, id: EnvelopeId, key: &str) -> Result<Looked, ClientError> {
        self.post(&paths::look(id), key, b"{}".to_vec()).await
    }

    /// Asks the agent.
    pub async fn ask(&self, id: EnvelopeId, key: &str, text: &str) -> Result<Summary, ClientError> {
        let request = AskRequest { text: text.to_owned() };
        self.post(&paths::questions(id), key, json(&request)?).await
    }

    /// Answers question `n`, as the agent.
    pub async fn answer(&self, id: EnvelopeId, key: &str, answer: &AnswerRequest) -> Result<EnvelopeView, ClientError> {
        self.post(&paths::answers(id), key, json(answer)?).await
    }

    /// The classes an action can be put in.
    pub async fn policy(&self) -> Result<PolicyView, ClientError> {
        self.get(paths::POLICY, Duration::ZERO).await
    }

    /// What changed since `cursor`; 0 asks for everything that is open.
    pub async fn queue(&self, cursor: u64, wait: Duration) -> Result<QueuePage, ClientError> {
        self.get(&format!("{}?cursor={cursor}", paths::QUEUE), wait).await
    }

    /// The same, and an answer also comes when another number than `look` of what ran should be looked at, or
    /// when others come and go.
    pub async fn queue_or_look(
        &self,
        cursor: u64,
        look: u64,
        here: Here,
        wait: Duration,
    ) -> Result<QueuePage, ClientError> {
        let at = here.at.map(|at| format!("&at={at}")).unwrap_or_default();
        let known = here
            .presence
            .map(|known| format!("&presence={known}"))
            .unwrap_or_default();
        self.get(
            &format!("{}?cursor={cursor}&look={look}{at}{known}", paths::QUEUE),
            wait,
        )
        .await
    }

    /// Something to sign, to show that one has a key.
    pub async fn challenge(&self) -> Result<Challenge, ClientError> {
        let request = self.request(Method::POST, paths::CHALLENGES)?.timeout(PATIENCE);
        answer(request).await
    }

    /// Registers a signing key of the caller's own.
    pub async fn add_key(&self, key: &AddKey) -> Result<KeyView, ClientError> {
        let request = self.request(Method::POST, paths::KEYS)?.timeout(PATIENCE);
        answer(request.header("content-type", "application/json").body(json(key)?)).await
    }

    /// Vouches for a key of somebody else's, as an admin.
    pub async fn vouch(&self, name: &str, voucher: &VouchRequest) -> Result<KeyView, ClientError> {
        let request = self.request(Method::POST, &paths::vouchers(name))?.timeout(PATIENCE);
        answer(request.header("content-type", "application/json").body(json(voucher)?)).await
    }

    /// Ends a signing key, and the sessions it opened.
    pub async fn revoke_key(&self, key: &Digest) -> Result<KeyView, ClientError> {
        self.delete(&paths::key(key)).await
    }

    /// Opens a session with a registered key. No credential is needed.
    pub async fn open_session(&self, session: &OpenSession) -> Result<Session, ClientError> {
        let request = self.request(Method::POST, paths::SESSIONS)?.timeout(PATIENCE);
        answer(request.header("content-type", "application/json").body(json(session)?)).await
    }

    /// Ends the caller's sessions, or, for an admin, somebody's.
    pub async fn end_sessions(&self, name: Option<&str>) -> Result<serde_json::Value, ClientError> {
        match name {
            Some(name) => self.delete(&paths::sessions_of(name)).await,
            None => self.delete(paths::SESSIONS).await,
        }
    }

    /// The same client under another credential.
    #[must_use]
    pub fn with_token(self, token: String) -> Self {
        Self {
            token: Some(token),
            ..self
        }
    }

    pub async fn principals(&self, kind: PrincipalKind) -> Result<Vec<PrincipalView>, ClientError> {
        self.get(paths::principals(kind), Duration::ZERO).await
    }

    pub async fn add(&self, kind: PrincipalKind, key: &str, request: &AddPrincipal) -> Result<Added, ClientError> {
        self.post(paths::principals(kind), key, json(request)?).await
    }

    pub async fn revoke(&self, kind: PrincipalKind, name: &str) -> Result<PrincipalView, ClientError> {
        self.delete(&paths::principal(kind, name)).await
    }

    /// Sends a file that evidence may name. The same bytes twice are one file, so it needs no key.
    pub async fn upload(&self, bytes: Vec<u8>) -> Result<FileView, ClientError> {
        let request = self.request(Method::POST, paths::BLOBS)?.timeout(PATIENCE);
        answer(request.header("content-type", "application/octet-stream").body(bytes)).await
    }

    /// The bytes of an evidence file, as they came: whoever takes them checks their digest.
    pub async fn file(&self, sha256: &Digest) -> Result<Vec<u8>, ClientError> {
        let request = self.request(Method::GET, &paths::blob(sha256))?.timeout(PATIENCE);
        let (_, bytes) = answer_in_bytes(request).await?;
        Ok(bytes)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, wait: Duration) -> Result<T, ClientError> {
        let seconds = wait.as_secs().min(MAX_WAIT_SECONDS);
        let path = match (seconds, path.contains('?')) {
            (0, _) => path.to_owned(),
            (_, true) => format!("{path}&wait={seconds}s"),
            (_, false) => format!("{path}?wait={seconds}s"),
        };
        let request = self
            .request(Method::GET, &path)?
            .timeout(PATIENCE + Duration::from_secs(seconds));
        answer(request).await
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, key: &str, body: Vec<u8>) -> Result<T, ClientError> {
        answer(self.posting(path, key, body)?).await
    }

    fn posting(&self, path: &str, key: &str, body: Vec<u8>) -> Result<reqwest::RequestBuilder, ClientError> {
        let request = self.request(Method::POST, path)?.timeout(PATIENCE);
        let request = request
            .header(IDEMPOTENCY_KEY, key)
            .header("content-type", "application/json");
        Ok(request.body(body))
    }

    async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        answer(self.request(Method::DELETE, path)?.timeout(PATIENCE)).await
    }

    fn request(&self, method: Method, path: &str) -> Result<reqwest::RequestBuilder, ClientError> {
        let url = self
            .base
            .join(path)
            .map_err(|_| ClientError::Address(path.to_owned()))?;
        let request = self.http.request(method, url);
        Ok(match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, ClientError> {
    serde_json::to_vec(value).map_err(|error| ClientError::Strange(error.to_string()))
}

async fn answer<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, ClientError> {
    answer_with_status(request).await.map(|(_, value)| value)
}

async fn answer_with_status<T: DeserializeOwned>(
    request: reqwest::RequestBuilder,
) -> Result<(StatusCode, T), ClientError> {
    let (status, bytes) = answer_in_bytes(request).await?;
    match serde_json::from_slice(&bytes) {
        Ok(value) => Ok((status, value)),
        Err(error) => Err(ClientError::Strange(error.to_string())),
    }
}

async fn answer_in_bytes(request: reqwest::RequestBuilder) -> Result<(StatusCode, Vec<u8>), ClientError> {
    let response = request.send().await.map_err(ClientError::Unreachable)?;
    let status = response.status();
    let after = retry_after(&response).filter(|_| status == StatusCode::TOO_MANY_REQUESTS);
    let bytes = response.bytes().await.map_err(ClientError::Unreachable)?;
    if status.is_success() {
        return Ok((status, bytes.into()));
    }
    match serde_json::from_slice::<ErrorBody>(&bytes) {
        Ok(body) => Err(match after {
            Some(after) => ClientError::Later(after, Box::new(body.error)),
            None => ClientError::Refused(Box::new(body.error)),
        }),
        Err(_) => Err(ClientError::Strange(format!("status {status}"))),
    }
}

/// Whole seconds: a gate writes no dates.
fn retry_after(response: &reqwest::Response) -> Option<Duration> {
    let header = response.headers().get(reqwest::header::RETRY_AFTER)?;
    header.to_str().ok()?.parse().map(Duration::from_secs).ok()
}
