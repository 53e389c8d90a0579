use axum::http::StatusCode;
use insta::assert_snapshot;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::it::world::{Gate, gate_with, path};

const POLICY: &str = r#"
schema = 1
[[class]]
id = "payment"
match.tool = "pay"
impact = "medium"
reversibility = "medium"
fields.fraud = { type = "decimal", from = "signal:runner" }
[[class.rule]]
id = "fraud"
when = { fraud = { is = ">=0.9", optional = true } }
then = "deny"
[[class.rule]]
id = "odd"
when = { fraud = { is = "0.5..0.9", optional = true } }
then = "hold"
quorum = 2
role = "senior"
[[class.rule]]
id = "claimed"
when = { fraud = { is = "<0.1", optional = true } }
then = "allow"
[[class.rule]]
id = "rest"
then = "hold"
"#;

/// The same with a signal that any service may give.
fn open_policy() -> String {
    POLICY.replace("signal:runner", "signal:fraud")
}

#[tokio::test]
async fn a_service_does_not_speak_over_another() {
    let mut gate = gate_with(&open_policy()).await;
    gate.add_service("scorer").await;
    let envelope = gate.propose("pay", json!({"n": 1})).await;
    attest(&gate, &envelope, "0.0").await;
    let said = gate
        .post("scorer", &path(&envelope, "/signals"), "{\"fraud\": 0.97}")
        .await;
    assert_eq!(said.body["stage"], "quarantined", "{}", said.body);
    let seen = gate.read("ana", &envelope).await;
    assert!(
        seen["reasons"][0].as_str().unwrap().contains("services disagree"),
        "{}",
        seen["reasons"]
    );
    gate.verify();
}

#[tokio::test]
async fn a_service_cannot_use_up_what_another_may_say() {
    let mut gate = gate_with(&open_policy()).await;
    gate.add_service("scorer").await;
    let envelope = gate.propose("pay", json!({"n": 1})).await;
    for _ in 0..50 {
        let said = gate
            .post("runner", &path(&envelope, "/signals"), "{\"seen\": true}")
            .await;
        assert_eq!(said.status, StatusCode::OK);
    }
    let more = gate
        .post("runner", &path(&envelope, "/signals"), "{\"seen\": true}")
        .await;
    assert_snapshot!(more.refusal(), @"409 too_many_signals: You have said enough of it.");
    let scored = gate
        .post("scorer", &path(&envelope, "/signals"), "{\"fraud\": 0.97}")
        .await;
    assert_eq!(scored.body["stage"], "denied");
}

async fn attest(gate: &Gate, envelope: &Value, fraud: &str) -> Value {
    let body = format!(r#"{{"fraud": {fraud}}}"#);
    gate.post("runner", &path(envelope, "/signals"), body).await.body
}

#[tokio::test]
async fn a_signal_that_comes_later_only_makes_it_heavier() {
    let gate = gate_with(POLICY).await;
    let envelope = gate.propose("pay", json!({"n": 1})).await;
    assert_eq!((&envelope["rule"], &envelope["quorum"]), (&json!("rest"), &json!(1)));
    let lighter = attest(&gate, &envelope, "0.01").await;
    assert_eq!(
        (&lighter["stage"], &lighter["revision"]),
        (&json!("waiting"), &json!(1)),
        "it releases nothing"
    );
    let heavier = attest(&gate, &envelope, "0.6").await;
    assert_eq!(
        (&heavier["quorum"], &heavier["role"], &heavier["revision"]),
        (&json!(2), &json!("senior"), &json!(2))
    );
    assert_eq!(
        gate.approve("sam", &envelope).await.body["error"]["code"],
        "payload_changed",
        "another revision"
    );
    let denied = attest(&gate, &envelope, "0.95").await;
    assert_eq!(denied["stage"], "denied");
    assert_snapshot!(gate.post("runner", &path(&envelope, "/signals"), "{\"fraud\": 0.1}").await.refusal(), @"409 wrong_stage: It is denied and that step is not open any more.");
    let seen = gate.read("ana", &envelope).await;
    assert_eq!(
        (&seen["attested"][1]["by"], &seen["attested"][1]["signals"]["fraud"]),
        (&json!("runner"), &json!(0.6))
    );
    gate.verify();
}

#[tokio::test]
async fn what_was_let_through_or_approved_is_taken_back_by_a_heavier_word() {
    let gate = gate_with(POLICY).await;
    let approved = gate.propose("pay", json!({"n": 1})).await;
    gate.approve("ana", &approved).await;
    assert_eq!(
        attest(&gate, &approved, "0.6").await["stage"],
        "approved",
        "people have answered a hold"
    );
    assert_eq!(attest(&gate, &approved, "0.99").await["stage"], "denied");
    gate.verify();
}

#[tokio::test]
async fn only_a_service_attests_and_a_claim_under_its_name_releases_nothing() {
    let gate = gate_with(POLICY).await;
    let body = json!({"action": {"tool": "pay", "arguments": {}}, "signals": {"runner": 0.01}});
    let claimed = gate.post("support-3", "/v1/envelopes", body).await.body;
    assert_eq!(claimed["stage"], "waiting");
    for caller in ["support-3", "ana", "admin"] {
        let answer = gate
            .post(caller, &path(&claimed, "/signals"), "{\"fraud\": 0.01}")
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{caller}");
    }
    assert_eq!(
        gate.post("runner", &path(&claimed, "/signals"), "{}").await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        gate.post("runner", &path(&claimed, "/signals"), "[1]").await.status,
        StatusCode::BAD_REQUEST
    );
    gate.verify();
}

#[tokio::test]
async fn what_is_no_signal_is_refused_from_a_service_and_from_an_agent() {
    let gate = gate_with(POLICY).await;
    let envelope = gate.propose("pay", json!({})).await;
    let listed = json!({"signals": [{"name": "fraud", "value": 0.97}]});
    assert_snapshot!(gate.post("runner", &path(&envelope, "/signals"), listed).await.refusal(), @"400 not_a_signal /signals: This is no signal: a signal is true, false, a number, or a text of at most 256 bytes.");
    let spaced = json!({"fra ud": 0.97});
    assert_snapshot!(gate.post("runner", &path(&envelope, "/signals"), spaced).await.refusal(), @"400 not_a_signal /fra ud: This is no signal: a signal's name has 1 to 64 visible ASCII characters and no space.");
    let body = json!({"action": {"tool": "pay", "arguments": {}}, "signals": {"a/b": null}});
    assert_snapshot!(gate.post("support-3", "/v1/envelopes", body).await.refusal(), @"400 not_a_signal /signals/a~1b: This is no signal: a signal is true, false, a number, or a text of at most 256 bytes.");
    assert_eq!(gate.read("ana", &envelope).await["attested"], Value::Null);
}

#[tokio::test]
async fn an_evidence_file_is_kept_by_its_digest_and_shown_as_here() {
    let gate = gate_with(POLICY).await;
    let digest = hex::encode(Sha256::digest(b"%PDF invoice"));
    let file = gate
        .send(
            "support-3",
            axum::http::Method::POST,
            "/v1/blobs",
            None,
            "%PDF invoice".into(),
        )
        .await;
    assert_eq!(
        (file.status, &file.body["sha256"]),
        (StatusCode::CREATED, &json!(digest))
    );
    let evidence = json!([
        {"title": "invoice.pdf", "kind": "document", "sha256": digest},
        {"title": "chat", "kind": "log", "sha256": "00".repeat(32)},
    ]);
    let body = json!({"action": {"tool": "pay", "arguments": {}}, "evidence": evidence});
    let envelope = gate.post("support-3", "/v1/envelopes", body).await.body;
    let seen = gate.read("ana", &envelope).await;
    assert_eq!(seen["files"], json!([{"sha256": digest, "bytes": 12}]));
    assert_eq!(
        gate.get("ana", &format!("/v1/blobs/{digest}")).await.status,
        StatusCode::OK
    );
    assert_eq!(
        gate.get("support-3", &format!("/v1/blobs/{digest}")).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        gate.get("ana", &format!("/v1/blobs/{}", "00".repeat(32))).await.status,
        StatusCode::NOT_FOUND
    );
    let post = |who: &'static str, body: String| gate.send(who, axum::http::Method::POST, "/v1/blobs", None, body);
    assert_eq!(post("ana", "x".into()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post("support-3", String::new()).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        post("support-3", "x".repeat(1024 * 1024 + 1)).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    gate.verify();
}
