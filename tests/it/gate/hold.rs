//! What is held is not erased, whoever asks.

use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::it::world::{Answer, Gate, gate_with, path};

async fn gate() -> Gate {
    let policy = include_str!("../../fixtures/policy/gate.toml");
    gate_with(&policy.replacen("timeout = \"4h\"", "timeout = \"4h\"\nretain = \"1d\"", 1)).await
}

async fn rejected(gate: &Gate, tool: &str) -> Value {
    let envelope = gate.propose(tool, json!({"amount": 60})).await;
    gate.reject("ana", &envelope, "no").await;
    envelope
}

async fn erase(gate: &Gate, envelope: &Value) -> Answer {
    let body = json!({"reason": "asked for it", "basis": "GDPR Art. 17"});
    gate.post("admin", &path(envelope, "/erase"), body).await
}

async fn release(gate: &Gate, hold: &Value) -> Answer {
    let route = format!("/v1/holds/{}/release", hold["id"].as_str().unwrap());
    gate.post("admin", &route, json!({"reason": "the suit is over"})).await
}

#[tokio::test]
async fn a_hold_on_an_envelope_or_its_class_blocks_erasing_and_pruning_until_it_is_released() {
    let gate = gate().await;
    let one = rejected(&gate, "issue_refund").await;
    let other = rejected(&gate, "issue_refund").await;
    gate.world.pass(SignedDuration::from_hours(48));
    let on_one = gate
        .post("admin", "/v1/holds", json!({"envelope": one["id"], "reason": "a suit"}))
        .await;
    assert_eq!(on_one.status, StatusCode::CREATED, "{}", on_one.body);
    let refused = erase(&gate, &one).await;
    assert_eq!(refused.body["error"]["code"], "held");
    let counted = gate.post("admin", "/v1/prune", json!({"dry_run": true})).await.body;
    assert_eq!(counted["classes"][0]["envelopes"], 1, "the other one alone");
    let on_class = gate
        .post(
            "admin",
            "/v1/holds",
            json!({"class": "payment.refund", "reason": "an audit"}),
        )
        .await
        .body;
    assert_eq!(erase(&gate, &other).await.body["error"]["code"], "held");
    let pruned = gate.post("admin", "/v1/prune", json!({})).await.body;
    assert_eq!(pruned["classes"][0]["envelopes"], 0);
    gate.verify();
    let released = release(&gate, &on_class).await;
    assert_eq!(released.body["released_by"], "admin", "{}", released.body);
    assert_eq!(
        release(&gate, &on_class).await.body["error"]["code"],
        "already_released"
    );
    let pruned = gate.post("admin", "/v1/prune", json!({})).await.body;
    assert_eq!(pruned["classes"][0]["envelopes"], 1);
    assert!(gate.read("ada", &other).await.get("erased").is_some());
    assert!(gate.read("ada", &one).await.get("erased").is_none());
    release(&gate, &on_one.body).await;
    assert_eq!(erase(&gate, &one).await.status, StatusCode::OK);
    let holds = gate.get("ada", "/v1/holds").await.body;
    assert_eq!(
        holds.as_array().unwrap().len(),
        2,
        "those that were released are listed too"
    );
    let timeline = gate.get("ada", &path(&one, "/timeline")).await.body;
    let kinds: Vec<&str> = timeline
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["kind"].as_str().unwrap())
        .collect();
    assert_snapshot!(kinds.join(" "), @"proposed judged decided legal_hold legal_hold erased");
    gate.verify();
}

#[tokio::test]
async fn a_hold_names_one_thing_that_is_there() {
    let gate = gate().await;
    for body in [
        json!({"reason": "r"}),
        json!({"class": "payment.refund", "envelope": "01a1fc4d-f1a8-707d-96f1-f282aee23457", "reason": "r"}),
        json!({"class": "nothing.like.it", "reason": "r"}),
        json!({"class": "payment.refund", "reason": " "}),
    ] {
        let refused = gate.post("admin", "/v1/holds", body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
    }
    let nowhere = json!({"envelope": "01a1fc4d-f1a8-707d-96f1-f282aee23457", "reason": "r"});
    assert_eq!(
        gate.post("admin", "/v1/holds", nowhere).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_hold_that_is_gone_or_was_released_by_nobody_is_noticed() {
    for sql in [
        "DELETE FROM hold",
        "UPDATE hold SET released_at = at, released_by = person",
        "UPDATE hold SET class = 'email'",
    ] {
        let gate = gate().await;
        let body = json!({"class": "payment.refund", "reason": "a suit"});
        gate.post("admin", "/v1/holds", body).await;
        let file = gate.folder.path().join("ledger.db");
        Connection::open(&file).unwrap().execute_batch(sql).unwrap();
        let fault = signoff::store::verify(&file).unwrap().unwrap_err();
        assert!(fault.message.contains("legal holds"), "{sql}: {}", fault.message);
    }
}
