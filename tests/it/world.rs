//! A gate in process with a set clock and counted randomness.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use signoff::api::AddPrincipal;
use signoff::config::DEFAULT_POLICY;
use signoff::domain::{PrincipalKind, Role, Scopes};
use signoff::gate::{Keys, Opening, Service, ServiceError, World, router};
use signoff::signature::SecretKey;
use signoff::store::Store;
use tower::ServiceExt;

/// A clock that moves when it is told to, and "randomness" that is the same in every run.
#[derive(Debug)]
pub struct SetWorld {
    millis: AtomicI64,
    drawn: AtomicU64,
}

impl SetWorld {
    pub fn new() -> Arc<Self> {
        let start: Timestamp = "2026-11-21T04:12:09Z".parse().unwrap();
        Arc::new(Self {
            millis: AtomicI64::new(start.as_millisecond()),
            drawn: AtomicU64::new(0),
        })
    }

    pub fn pass(&self, time: SignedDuration) {
        self.millis
            .fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl World for SetWorld {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.millis.load(Ordering::SeqCst)).unwrap()
    }

    fn random(&self) -> [u8; 32] {
        let n = self.drawn.fetch_add(1, Ordering::SeqCst);
        Sha256::digest(n.to_be_bytes()).into()
    }
}

/// A gate with a cast: agents support-3 (any) and ops-1 (staging only, owned by ana), reviewers ana and
/// ben, seniors sam and sue, an auditor, an admin.
pub struct Gate {
    pub world: Arc<SetWorld>,
    pub service: Arc<Service>,
    pub folder: tempfile::TempDir,
    tokens: std::collections::HashMap<String, String>,
    keys: AtomicU64,
}

/// Takes a ledger back to before searches had indexes of their own, for tests of migrations.
pub const WITHOUT_FOUND: &str = "DROP INDEX envelope_kind; DROP INDEX envelope_tool; DROP INDEX envelope_target; \
    DROP INDEX envelope_run; DROP INDEX envelope_amount; DROP INDEX decision_person; \
    DROP TABLE said; DROP TABLE said_by; DROP TABLE said_to;";

pub async fn gate() -> Gate {
    gate_with(include_str!("../fixtures/policy/gate.toml")).await
}

pub async fn default_gate() -> Gate {
    gate_with(DEFAULT_POLICY).await
}

pub async fn open(folder: &Path, world: &Arc<SetWorld>, policy: &str) -> Arc<Service> {
    Arc::new(try_open(folder, world, policy).await.unwrap())
}

pub async fn try_open(folder: &Path, world: &Arc<SetWorld>, policy: &str) -> Result<Service, ServiceError> {
    let opening = Opening {
        store: Store::open(&folder.join("ledger.db")).unwrap(),
        policy: policy.to_owned().into(),
        world: Arc::clone(world) as Arc<dyn World>,
        own: vec!["/var/lib/signoff".to_owned()],
        keys: keys(),
        accepted: None,
    };
    Service::open(opening).await
}

pub fn keys() -> Keys {
    Keys {
        log: SecretKey::from_seed(&[1; 32]),
        token: SecretKey::from_seed(&[2; 32]),
    }
}

pub async fn gate_with(policy: &str) -> Gate {
    let folder = tempfile::tempdir().unwrap();
    let world = SetWorld::new();
    let service = open(folder.path(), &world, policy).await;
    let mut tokens = std::collections::HashMap::new();
    let person = |name: &str, role| AddPrincipal {
        name: name.into(),
        role: Some(role),
        ..AddPrincipal::default()
    };
    for (name, role) in [
        ("ana", Role::Reviewer),
        ("ben", Role::Reviewer),
        ("sam", Role::Senior),
        ("sue", Role::Senior),
        ("olga", Role::Operator),
        ("ada", Role::Auditor),
        ("admin", Role::Admin),
    ] {
        let added = service
            .add_by_gate(PrincipalKind::Human, person(name, role))
            .await
            .unwrap();
        tokens.insert(name.to_owned(), added.token);
    }
    let named = |name: &str| AddPrincipal {
        name: name.into(),
        ..AddPrincipal::default()
    };
    let runner = service
        .add_by_gate(PrincipalKind::Service, named("runner"))
        .await
        .unwrap();
    tokens.insert("runner".into(), runner.token);
    let support = AddPrincipal {
        executor: Some("runner".into()),
        ..named("support-3")
    };
    let scopes = Scopes {
        environments: vec!["staging".into()],
        ..Scopes::default()
    };
    let ops = AddPrincipal {
        owner: Some("ana".into()),
        scopes,
        ..named("ops-1")
    };
    for agent in [support, ops] {
        let added = service.add_by_gate(PrincipalKind::Agent, agent).await.unwrap();
        tokens.insert(added.name, added.token);
    }
    Gate {
        world,
        service,
        folder,
        tokens,
        keys: AtomicU64::new(0),
    }
}

impl Gate {
    /// The same cast and folder with another gate over them.
    pub fn over(gate: &Self, service: Arc<Service>) -> Self {
        Self {
            world: Arc::clone(&gate.world),
            service,
            folder: tempfile::tempdir().unwrap(),
            tokens: gate.tokens.clone(),
            keys: AtomicU64::new(1_000),
        }
    }

    /// Adds a service of this name.
    pub async fn add_service(&mut self, name: &str) {
        let added = self.post("admin", "/v1/services", json!({ "name": name })).await.body;
        self.keep(name, added["token"].as_str().unwrap().to_owned());
    }

    /// Lets somebody who was added call by name.
    pub fn keep(&mut self, name: &str, token: String) {
        self.tokens.insert(name.to_owned(), token);
    }

    /// Takes in a credential under a name of its own.
    pub fn know(&mut self, name: &str, token: &str) {
        self.tokens.insert(name.to_owned(), token.to_owned());
    }

    pub fn token(&self, name: &str) -> &str {
        &self.tokens[name]
    }

    pub fn verify(&self) -> signoff::ledger::Report {
        signoff::store::verify(&self.folder.path().join("ledger.db"))
            .unwrap()
            .unwrap()
    }

    pub async fn get(&self, caller: &str, path: &str) -> Answer {
        self.send(caller, Method::GET, path, None, String::new()).await
    }

    pub async fn delete(&self, caller: &str, path: &str) -> Answer {
        self.send(caller, Method::DELETE, path, None, String::new()).await
    }

    /// Posts under a key of its own.
    pub async fn post(&self, caller: &str, path: &str, body: impl ToString) -> Answer {
        let key = format!("key-{}", self.keys.fetch_add(1, Ordering::SeqCst));
        self.post_as(caller, path, &key, body).await
    }

    pub async fn post_as(&self, caller: &str, path: &str, key: &str, body: impl ToString) -> Answer {
        self.send(caller, Method::POST, path, Some(key), body.to_string()).await
    }

    pub async fn send(&self, caller: &str, method: Method, path: &str, key: Option<&str>, body: String) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = self.tokens.get(caller) {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = router(Arc::clone(&self.service)).oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            raw: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Proposes as support-3 and returns the envelope.
    pub async fn propose(&self, tool: &str, arguments: Value) -> Value {
        let body = serde_json::json!({ "action": { "tool": tool, "arguments": arguments } });
        let answer = self.post("support-3", "/v1/envelopes", body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body
    }

    pub async fn approve(&self, person: &str, envelope: &Value) -> Answer {
        let body = serde_json::json!({
            "decision": "approve", "payload_sha256": envelope["payload_sha256"], "revision": envelope["revision"],
            "reason": "checked",
        });
        self.post(person, &path(envelope, "/decisions"), body).await
    }

    /// Says `word` of the envelope as it is there.
    pub async fn decide(&self, person: &str, envelope: &Value, mut word: Value) -> Answer {
        word["payload_sha256"] = envelope["payload_sha256"].clone();
        word["revision"] = envelope["revision"].clone();
        self.post(person, &path(envelope, "/decisions"), word).await
    }

    pub async fn reject(&self, person: &str, envelope: &Value, reason: &str) -> Answer {
        let body = serde_json::json!({ "decision": "reject", "reason": reason });
        self.post(person, &path(envelope, "/decisions"), body).await
    }

    pub async fn read(&self, caller: &str, envelope: &Value) -> Value {
        self.get(caller, &path(envelope, "")).await.body
    }
}

pub fn path(envelope: &Value, tail: &str) -> String {
    format!("/v1/envelopes/{}{tail}", envelope["id"].as_str().unwrap())
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    /// The body as it went over the wire.
    pub raw: String,
}

impl Answer {
    /// Status, code and message of a refusal, without the request's id.
    pub fn refusal(&self) -> String {
        let error = &self.body["error"];
        let text = |key: &str| error[key].as_str().map(|text| format!(" {text}")).unwrap_or_default();
        format!(
            "{}{}{}:{}",
            self.status.as_u16(),
            text("code"),
            text("pointer"),
            text("message")
        )
    }
}
