//! How much of one agent's waits at once, and what who asks for more is told.

use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::json;

use crate::it::aap::{REQUESTS, place, submission};
use crate::it::ledger::damage;
use crate::it::world::{Answer, Gate, WITHOUT_FOUND, gate, open, path};

async fn ask(gate: &Gate, tool: &str, key: &str) -> Answer {
    let body = json!({"action": {"tool": tool, "arguments": {"amount": 60, "key": key}}});
    gate.post_as("support-3", "/v1/envelopes", key, body).await
}

/// A gate on which two of support-3's wait, and no third may.
async fn full() -> Gate {
    let gate = gate().await;
    gate.service.limit_waiting(2);
    for (tool, key) in [("issue_refund", "one"), ("frobnicate", "two")] {
        assert_eq!(ask(&gate, tool, key).await.status, StatusCode::CREATED);
    }
    gate
}

fn is_full(answer: &Answer) -> bool {
    answer.status == StatusCode::TOO_MANY_REQUESTS && answer.headers["retry-after"] == "5"
}

#[tokio::test]
async fn an_agent_whose_proposals_wait_is_told_when_to_ask_for_more() {
    let gate = full().await;
    let third = ask(&gate, "issue_refund", "three").await;
    assert!(is_full(&third), "{third:?}");
    assert_snapshot!(third.refusal(), @"429 too_many_waiting: 2 proposals of this agent wait for people already, so no more is taken in.");
    assert_eq!(third.body["error"]["type"], "rate_limited");
    // What takes nobody's time comes in all the same, and so does a repeated question.
    let small = json!({"action": {"tool": "issue_refund", "arguments": {"amount": 5}}});
    for body in [small, json!({"action": {"tool": "wipe_disk", "arguments": {}}})] {
        assert_eq!(
            gate.post("support-3", "/v1/envelopes", body).await.status,
            StatusCode::CREATED
        );
    }
    assert_eq!(ask(&gate, "issue_refund", "one").await.status, StatusCode::OK);
    // Another agent has room of its own.
    let body = json!({"environment": "staging", "action": {"tool": "issue_refund", "arguments": {"amount": 60}}});
    assert_eq!(
        gate.post("ops-1", "/v1/envelopes", body).await.status,
        StatusCode::CREATED
    );
    gate.verify();
}

#[tokio::test]
async fn over_aap_it_is_told_the_same_in_the_protocols_words() {
    let gate = full().await;
    let body = submission("issue_refund", json!({"amount": 60}));
    let third = gate.post_as("support-3", REQUESTS, "k", &body).await;
    assert!(is_full(&third), "{third:?}");
    let error = &third.body["error"];
    assert_eq!(
        (&error["type"], &error["code"]),
        (&json!("rate_limit"), &json!("too_many_waiting"))
    );
    let first = gate.get("ana", "/v1/queue").await.body["rows"][0].clone();
    gate.reject("ana", &first, "no").await;
    let again = gate.post_as("support-3", REQUESTS, "k", &body).await;
    assert_eq!(again.status, StatusCode::CREATED, "the same key, once there is room");
    let fourth = gate.post("support-3", REQUESTS, &body).await;
    assert!(is_full(&fourth), "what came over AAP counts too");
    gate.delete("support-3", &place(&again.body, "")).await;
    assert_eq!(
        gate.post("support-3", REQUESTS, &body).await.status,
        StatusCode::CREATED
    );
    gate.verify();
}

#[tokio::test]
async fn room_comes_back_however_one_of_them_ends() {
    let gate = full().await;
    let waits = gate.get("ana", "/v1/queue").await.body["rows"].clone();
    let [held, unknown] = [&waits[0], &waits[1]];
    // It waits on as another class: no room comes of that, and none is taken.
    let word = json!({"decision": "classify", "class": "ticket.tag"});
    assert_eq!(gate.decide("ana", unknown, word).await.status, StatusCode::OK);
    assert!(is_full(&ask(&gate, "issue_refund", "three").await));
    gate.approve("ana", held).await;
    assert_eq!(ask(&gate, "issue_refund", "three").await.status, StatusCode::CREATED);
    assert!(is_full(&ask(&gate, "issue_refund", "four").await));
    let unknown = gate.read("ana", unknown).await;
    assert_eq!(
        gate.delete("support-3", &path(&unknown, "")).await.status,
        StatusCode::OK
    );
    assert_eq!(ask(&gate, "issue_refund", "four").await.status, StatusCode::CREATED);
    assert!(is_full(&ask(&gate, "issue_refund", "five").await));
    gate.world.pass(SignedDuration::from_hours(5));
    gate.service.settle_due().await.unwrap();
    for key in ["five", "six"] {
        assert_eq!(ask(&gate, "issue_refund", key).await.status, StatusCode::CREATED);
    }
    assert!(is_full(&ask(&gate, "issue_refund", "seven").await));
    gate.verify();
}

/// It is counted with each change; a ledger from before has its count made.
#[tokio::test]
async fn the_count_outlives_a_restart_and_is_made_for_an_older_ledger() {
    let gate = full().await;
    let Gate {
        folder, world, service, ..
    } = &gate;
    let policy = include_str!("../../fixtures/policy/gate.toml");
    for older in [false, true] {
        if older {
            damage(
                folder.path(),
                &format!(
                    "{WITHOUT_FOUND} DROP INDEX envelope_ran_by; DROP INDEX envelope_ran_on; ALTER TABLE decision DROP COLUMN key; DROP INDEX entry_envelope; ALTER TABLE envelope DROP COLUMN reject_quorum; ALTER TABLE envelope DROP COLUMN rejections; DROP TABLE person_key; DROP TABLE nonce; DROP TABLE session; DROP TABLE judged; DROP TABLE floored; DROP TABLE unknown_tool; DROP TABLE waiting; DROP TABLE log_key; DROP TABLE erasure; DROP TABLE hold; PRAGMA user_version = 8;"
                ),
            );
        }
        let again = open(folder.path(), world, policy).await;
        again.limit_waiting(2);
        let agent = again.authenticate(gate.token("support-3")).unwrap().agent().unwrap();
        let key = signoff::gate::RequestKey::new(format!("late-{older}"), b"");
        let body = br#"{"action":{"tool":"issue_refund","arguments":{"amount":60}}}"#;
        let refused = again.propose(agent, key, body).await.unwrap_err();
        assert_eq!(refused.code, "too_many_waiting", "{older}");
    }
    let _ = service;
}
