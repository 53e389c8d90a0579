//! The table of roles and verbs, cell by cell, as it holds over HTTP.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use signoff::api::{AddKey, AddPrincipal, Challenge};
use signoff::domain::{Barred, Person, PrincipalKind, Role, Verb};
use signoff::gate::World;
use signoff::keys::{Pen, Signer};
use signoff::signature::ssh::SshSecretKey;
use strum::IntoEnumIterator;

use super::after::run;
use crate::it::world::{Answer, Gate, gate_with, path};

/// Written out once more, so that a change of the code's table is seen as one.
const TABLE: &str = "
                reviewer             senior               operator             auditor              admin
read            yes                  yes                  yes                  yes                  yes
look            yes                  yes                  yes                  yes                  yes
judge           yes                  yes                  role_does_not_decide role_does_not_decide role_does_not_decide
approve         yes                  yes                  role_does_not_decide role_does_not_decide role_does_not_decide
reject          yes                  yes                  role_does_not_decide role_does_not_decide role_does_not_decide
edit            yes                  yes                  role_does_not_decide role_does_not_decide role_does_not_decide
classify        yes                  yes                  role_does_not_decide role_does_not_decide role_does_not_decide
escalate        yes                  yes                  role_does_not_decide role_does_not_decide role_does_not_decide
extend          yes                  yes                  role_does_not_decide role_does_not_decide role_does_not_decide
batch           yes                  yes                  yes                  role_does_not_decide role_does_not_decide
claim           yes                  yes                  role_does_not_decide role_does_not_decide role_does_not_decide
ask             yes                  yes                  role_does_not_decide role_does_not_decide role_does_not_decide
review          yes                  yes                  role_does_not_decide role_does_not_decide role_does_not_decide
undo            yes                  yes                  role_does_not_decide role_does_not_decide role_does_not_decide
stop            yes                  yes                  yes                  read_only            yes
resume          role_too_low         yes                  role_too_low         role_too_low         role_too_low
own_keys        yes                  yes                  yes                  yes                  yes
others_keys     not_found            not_found            not_found            not_found            yes
vouch           admin_only           admin_only           admin_only           admin_only           yes
others_sessions admin_only           admin_only           admin_only           admin_only           yes
add             admin_only           admin_only           admin_only           admin_only           yes
revoke          admin_only           admin_only           admin_only           admin_only           yes
erase           admin_only           admin_only           admin_only           admin_only           yes
subjects        admin_only           admin_only           admin_only           admin_only           yes
prune           admin_only           admin_only           admin_only           admin_only           yes
hold            admin_only           admin_only           admin_only           admin_only           yes
release         admin_only           admin_only           admin_only           admin_only           yes
rotate_key      admin_only           admin_only           admin_only           admin_only           yes
accept_rollback admin_only           admin_only           admin_only           admin_only           yes
";

/// Who has each role here.
const CALLERS: [(Role, &str); 5] = [
    (Role::Reviewer, "ben"),
    (Role::Senior, "sam"),
    (Role::Operator, "olga"),
    (Role::Auditor, "ada"),
    (Role::Admin, "admin"),
];

/// What the table says of a cell: `yes`, or the code of the refusal.
fn cell(verb: Verb, role: Role) -> &'static str {
    let mut lines = TABLE.lines().skip(1);
    let heads: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    let column = heads.iter().position(|head| *head == role.to_string()).unwrap();
    let row = lines.find(|line| line.split_whitespace().next() == Some(verb.into()));
    row.unwrap().split_whitespace().nth(column + 1).unwrap()
}

#[test]
fn the_table_in_the_code_is_the_one_written_here() {
    for verb in Verb::iter() {
        for role in Role::iter() {
            let said = role.may(verb).map_or_else(Barred::code, |()| "yes");
            assert_eq!(said, cell(verb, role), "{verb} by {role}");
        }
    }
}

/// One request that is a verb.
struct Ask {
    method: Method,
    path: String,
    body: Value,
}

fn post(path: impl Into<String>, body: Value) -> Ask {
    Ask {
        method: Method::POST,
        path: path.into(),
        body,
    }
}

fn get(path: impl Into<String>) -> Ask {
    Ask {
        method: Method::GET,
        path: path.into(),
        body: Value::Null,
    }
}

fn delete(path: impl Into<String>) -> Ask {
    Ask {
        method: Method::DELETE,
        ..get(path)
    }
}

/// A gate, and who was made for a test so far.
struct Stage {
    gate: Gate,
    made: u8,
}

impl Stage {
    async fn new() -> Self {
        let policy = include_str!("../../fixtures/policy/gate.toml");
        let masked = "match.tool = \"issue_refund\"\nsensitive = [\"/arguments/iban\"]\nretain = \"1y\"";
        Self {
            gate: gate_with(&policy.replacen("match.tool = \"issue_refund\"", masked, 1)).await,
            made: 0,
        }
    }

    async fn refund(&self) -> Value {
        self.gate.propose("issue_refund", json!({"amount": 60})).await
    }

    async fn ran(&self) -> Value {
        let note = self.gate.propose("add_note", json!({"text": "a"})).await;
        run(&self.gate, &note, Some("succeeded")).await;
        note
    }

    /// Somebody new, by name.
    async fn newcomer(&mut self) -> String {
        self.made += 1;
        let name = format!("new-{}", self.made);
        let request = AddPrincipal {
            name: name.clone(),
            role: Some(Role::Reviewer),
            ..AddPrincipal::default()
        };
        let added = self.gate.service.add_by_gate(PrincipalKind::Human, request).await;
        self.gate.keep(&name, added.unwrap().token);
        name
    }

    /// What registers a new key.
    async fn registration(&mut self) -> AddKey {
        self.made += 1;
        let world = std::sync::Arc::clone(&self.gate.world);
        let secret = Signer::Memory(Box::new(SshSecretKey::from_seed(&[self.made; 32])));
        let pen = Pen::new(secret, std::sync::Arc::new(move || world.random()));
        let challenge = self.send("nobody", &post("/v1/challenges", Value::Null)).await.body;
        let challenge: Challenge = serde_json::from_value(challenge).unwrap();
        pen.registration(&challenge, false).await.unwrap()
    }

    fn person(&self, name: &str) -> Person {
        let known = self.gate.service.authenticate(self.gate.token(name)).unwrap();
        known.person().unwrap()
    }

    /// A decision on a new refund, as it is now.
    async fn decision(&self, mut word: Value) -> Vec<Ask> {
        let tool = if word["decision"] == "classify" {
            "unheard_of"
        } else {
            "issue_refund"
        };
        let envelope = self.gate.propose(tool, json!({"amount": 60})).await;
        word["payload_sha256"] = envelope["payload_sha256"].clone();
        word["revision"] = envelope["revision"].clone();
        word["reason"] = json!("looked at it");
        vec![post(path(&envelope, "/decisions"), word)]
    }

    /// Each request that is this verb, about something fresh. None for what has no route.
    async fn asks(&mut self, verb: Verb) -> Vec<Ask> {
        let reason = json!({"reason": "because"});
        match verb {
            Verb::Read => self.reads().await,
            Verb::Look => {
                let arguments = json!({"amount": 60, "iban": "DE89 3704"});
                let masked = self.gate.propose("issue_refund", arguments).await;
                vec![post(path(&masked, "/look"), json!({}))]
            }
            Verb::Judge => {
                let id = self.refund().await["id"].clone();
                vec![post(
                    "/v1/judge",
                    json!({"id": id, "arguments_raw": r#"{"amount": 50}"#}),
                )]
            }
            Verb::Approve => self.decision(json!({"decision": "approve"})).await,
            Verb::Reject => self.decision(json!({"decision": "reject"})).await,
            Verb::Edit => {
                let arguments = r#"{"amount": 50}"#;
                let word = json!({"decision": "edit", "arguments_raw": arguments});
                self.decision(word).await
            }
            Verb::Classify => self.decision(json!({"decision": "classify", "class": "email"})).await,
            Verb::Escalate => self.decision(json!({"decision": "escalate", "to": "senior"})).await,
            Verb::Extend => self.decision(json!({"decision": "extend", "by": "30m"})).await,
            Verb::Batch => {
                let tag = self.gate.propose("tag_ticket", json!({"ticket": "T-1"})).await;
                let digest = &tag["payload_sha256"];
                let item = json!({"id": tag["id"], "payload_sha256": digest, "revision": tag["revision"]});
                vec![post("/v1/batches", json!({"items": [item]}))]
            }
            Verb::Claim => vec![post(path(&self.refund().await, "/claim"), json!({}))],
            Verb::Ask => vec![post(
                path(&self.refund().await, "/questions"),
                json!({"text": "why now?"}),
            )],
            Verb::Review => vec![post(path(&self.ran().await, "/review"), json!({"finding": "fine"}))],
            Verb::Undo => vec![post(path(&self.ran().await, "/undo"), reason)],
            Verb::Stop => vec![post("/v1/stops", stop())],
            Verb::Resume => {
                let stopped = self.gate.post("sue", "/v1/stops", stop()).await.body;
                vec![post(format!("/v1/stops/{}/resume", text(&stopped["id"])), reason)]
            }
            Verb::OwnKeys => {
                let key = self.registration().await;
                vec![
                    post("/v1/keys", serde_json::to_value(key).unwrap()),
                    delete("/v1/sessions"),
                ]
            }
            Verb::OthersKeys => {
                let (name, key) = (self.newcomer().await, self.registration().await);
                let added = self.gate.service.add_key(&self.person(&name), true, key).await.unwrap();
                vec![delete(format!("/v1/keys/{}", added.key))]
            }
            Verb::Vouch => {
                let name = self.newcomer().await;
                vec![self.voucher(&name).await]
            }
            Verb::OthersSessions => {
                let name = self.newcomer().await;
                vec![delete(format!("/v1/people/{name}/sessions"))]
            }
            Verb::Add => {
                self.made += 1;
                let name = |what: &str| json!(format!("{what}-{}", self.made));
                vec![
                    post("/v1/people", json!({"name": name("p"), "role": "reviewer"})),
                    post("/v1/agents", json!({"name": name("a")})),
                    post("/v1/services", json!({"name": name("s")})),
                ]
            }
            Verb::Revoke => self.revocations().await,
            Verb::Erase => self.erasures().await,
            Verb::Subjects => vec![post("/v1/subjects", json!({"text": "somebody"}))],
            Verb::Prune => vec![
                post("/v1/prune", json!({"dry_run": true})),
                post("/v1/prune", json!({})),
            ],
            Verb::Hold => {
                let id = self.refund().await["id"].clone();
                vec![post("/v1/holds", json!({"envelope": id, "reason": "a suit"}))]
            }
            Verb::Release => {
                let word = json!({"envelope": self.refund().await["id"], "reason": "a suit"});
                let held = self.gate.post("admin", "/v1/holds", word).await.body;
                vec![post(format!("/v1/holds/{}/release", text(&held["id"])), reason)]
            }
            // The command opens the folder itself: `proofs/anchor.rs` has their cells.
            Verb::RotateKey | Verb::AcceptRollback => Vec::new(),
        }
    }

    /// The admin's word on a new key of somebody's.
    async fn voucher(&mut self, name: &str) -> Ask {
        let key = self.registration().await;
        self.gate.service.add_key(&self.person(name), true, key).await.unwrap();
        let admin = super::signed::pen(&self.gate, 255);
        let challenge = super::signed::challenge(&self.gate).await;
        let own = admin.registration(&challenge, false).await.unwrap();
        // The second time it is there.
        let _ = self.gate.service.add_key(&self.person("admin"), true, own).await;
        let person = super::vouch::person(&self.gate, name).await;
        let (now, point) = (self.gate.world.now(), super::vouch::point(&self.gate).await);
        let request = admin.voucher("admin", &person, &person.keys[0], point, now).await;
        let body = serde_json::to_value(request.unwrap()).unwrap();
        post(format!("/v1/people/{name}/vouchers"), body)
    }

    async fn erasures(&mut self) -> Vec<Ask> {
        let envelope = self.refund().await;
        self.gate.reject("ana", &envelope, "no").await;
        let word = json!({"reason": "asked for it", "basis": "GDPR Art. 17"});
        let name = self.newcomer().await;
        let id = self.person(&name).id;
        self.gate.delete("admin", &format!("/v1/people/{name}")).await;
        vec![
            post(path(&envelope, "/erase"), word.clone()),
            post(format!("/v1/subjects/{id}/erase"), word),
        ]
    }

    async fn revocations(&mut self) -> Vec<Ask> {
        let mut asks = vec![delete(format!("/v1/people/{}", self.newcomer().await))];
        for (kind, of) in [(PrincipalKind::Agent, "agents"), (PrincipalKind::Service, "services")] {
            let name = format!("{of}-{}", self.made);
            let request = AddPrincipal {
                name: name.clone(),
                ..AddPrincipal::default()
            };
            self.gate.service.add_by_gate(kind, request).await.unwrap();
            asks.push(delete(format!("/v1/{of}/{name}")));
        }
        asks
    }

    async fn reads(&self) -> Vec<Ask> {
        let envelope = self.refund().await;
        self.gate.approve("ana", &envelope).await;
        let file = self.gate.post("support-3", "/v1/blobs", "an invoice").await.body;
        let mut all: Vec<String> = [
            "/v1/queue",
            "/v1/past",
            "/v1/after",
            "/v1/stops",
            "/v1/holds",
            "/v1/policy",
            "/v1/checkpoint",
            "/v1/tile/entries/000.p/1",
            "/v1/consistency?from=1",
            "/v1/people",
            "/v1/agents",
            "/v1/services",
        ]
        .map(str::to_owned)
        .to_vec();
        all.extend(["/timeline", "/case", "/policy", "/trail", "/screens/0"].map(|tail| path(&envelope, tail)));
        all.push(format!("/v1/blobs/{}", text(&file["sha256"])));
        let verify = post("/v1/verification", Value::Null);
        all.into_iter()
            .map(get)
            .chain([verify, get("/v1/verification"), delete("/v1/verification")])
            .collect()
    }

    async fn send(&self, caller: &str, ask: &Ask) -> Answer {
        let body = match &ask.body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        match ask.method {
            Method::POST => self.gate.post(caller, &ask.path, body).await,
            Method::DELETE => self.gate.delete(caller, &ask.path).await,
            _ => self.gate.get(caller, &ask.path).await,
        }
    }

    async fn entries(&self) -> Value {
        self.gate.get("nobody", "/healthz").await.body["entries"].clone()
    }
}

fn stop() -> Value {
    json!({"scope": "class", "name": "wipe", "effect": "hold", "reason": "odd"})
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value}"))
}

/// `yes`, or the code of the refusal; a batch is answered item by item.
fn said(answer: &Answer) -> String {
    if !answer.status.is_success() {
        return answer.body["error"]["code"].as_str().unwrap_or("?").to_owned();
    }
    let refused = answer.body["results"][0]["refused"].as_str();
    refused.unwrap_or("yes").to_owned()
}

#[tokio::test]
async fn each_cell_holds_with_a_real_credential_and_a_refusal_changes_nothing() {
    let mut stage = Stage::new().await;
    for verb in Verb::iter() {
        for (role, caller) in CALLERS {
            for ask in stage.asks(verb).await {
                let before = stage.entries().await;
                let answer = stage.send(caller, &ask).await;
                let what = format!("{verb} by {role}: {} {}", ask.method, ask.path);
                assert_eq!(said(&answer), cell(verb, role), "{what}\n{}", answer.raw);
                if cell(verb, role) != "yes" {
                    let status = if cell(verb, role) == "not_found" { 404 } else { 403 };
                    assert_eq!(answer.status.as_u16(), status, "{what}");
                    assert_eq!(stage.entries().await, before, "{what}");
                }
            }
        }
    }
    stage.gate.verify();
}

#[tokio::test]
async fn agents_and_services_are_refused_on_each_of_these_routes_by_what_they_are() {
    let mut stage = Stage::new().await;
    for verb in Verb::iter() {
        for ask in stage.asks(verb).await {
            let before = stage.entries().await;
            for caller in ["support-3", "ops-1", "runner"] {
                let answer = stage.send(caller, &ask).await;
                let what = format!("{verb} by {caller}: {} {}", ask.method, ask.path);
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
                assert_eq!(said(&answer), "people_only", "{what}");
            }
            let answer = stage.send("nobody", &ask).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{verb}: {}", ask.path);
            assert_eq!(stage.entries().await, before, "{verb}: {}", ask.path);
        }
    }
    stage.gate.verify();
}

/// Routes that are no verb of a person: they are open, or for those who run actions, or about the caller.
const OTHER_ROUTES: [(&str, &str); 20] = [
    ("get", "HEALTH"),
    ("get", "TOKEN_KEYS"),
    ("get", "ME"),
    ("post", "CHALLENGES"),
    ("post", "SESSIONS"),
    ("post", "ENVELOPES"),
    // By what one sees of an envelope: people all, agents their own.
    ("get", "ENVELOPE"),
    ("delete", "ENVELOPE"),
    ("post", "REDEEM"),
    // The service that redeems it, and nobody else.
    ("get", "PART"),
    ("post", "OUTCOME"),
    ("post", "ANSWERS"),
    ("get", "UNDO_WANTED"),
    ("post", "SIGNALS"),
    ("post", "BLOBS"),
    ("post", "AAP_REQUESTS"),
    ("get", "AAP_REQUEST"),
    ("delete", "AAP_REQUEST"),
    ("post", "AAP_CONSUME"),
    ("post", "AAP_OUTCOME"),
];

#[tokio::test]
async fn no_route_of_the_gate_is_without_a_cell() {
    let mut stage = Stage::new().await;
    let mut walked = Vec::new();
    for verb in Verb::iter() {
        walked.extend(stage.asks(verb).await);
    }
    let paths = include_str!("../../../src/api/paths.rs");
    let pattern = |name: &str| {
        let after = paths.split(&format!("pub const {name}: &str = \"")).nth(1);
        after.unwrap().split('"').next().unwrap()
    };
    let mut left = BTreeSet::new();
    for route in include_str!("../../../src/gate/router.rs").split(".route(").skip(1) {
        let name = route.split("paths::").nth(1).unwrap();
        let name = name.split(',').next().unwrap();
        for method in ["get", "post", "delete"] {
            let has = route.contains(&format!(" {method}(")) || route.contains(&format!(".{method}("));
            let met = |ask: &Ask| ask.method.as_str().eq_ignore_ascii_case(method) && is_of(&ask.path, pattern(name));
            if has && !walked.iter().any(met) {
                left.insert((method, name));
            }
        }
    }
    assert_eq!(left, BTreeSet::from(OTHER_ROUTES));
}

/// Whether a path is one of a route's.
fn is_of(path: &str, pattern: &str) -> bool {
    let path = path.split('?').next().unwrap();
    if let Some((start, _)) = pattern.split_once("{*") {
        return path.starts_with(start);
    }
    let (path, pattern) = (path.split('/'), pattern.split('/'));
    let same = |(part, of): (&str, &str)| of.starts_with('{') || part == of;
    path.clone().count() == pattern.clone().count() && path.zip(pattern).all(same)
}
