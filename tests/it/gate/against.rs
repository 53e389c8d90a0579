//! Classes in which one no does not end it: a rejection takes as many people as an approval.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::it::world::{Answer, Gate, gate_with, path};

async fn strict_gate() -> Gate {
    let policy = include_str!("../../fixtures/policy/gate.toml");
    gate_with(&policy.replacen("impact = \"high\"\n", "impact = \"high\"\nreject_quorum = true\n", 1)).await
}

async fn large(gate: &Gate) -> Value {
    gate.propose("issue_refund", json!({"amount": 6000})).await
}

async fn reject(gate: &Gate, person: &str, envelope: &Value) -> Answer {
    gate.decide(person, envelope, json!({"decision": "reject", "reason": "no"}))
        .await
}

#[tokio::test]
async fn as_many_have_to_reject_as_would_have_to_approve() {
    let gate = strict_gate().await;
    let envelope = large(&gate).await;
    assert_snapshot!(gate.reject("ana", &envelope, "no").await.refusal(), @"400 digest_missing /payload_sha256: Rejecting this takes 2 people, so each names what is rejected.");
    let first = reject(&gate, "ana", &envelope).await.body;
    assert_eq!(
        (first["stage"].as_str(), first["rejections"].as_u64()),
        (Some("waiting"), Some(1))
    );
    assert_snapshot!(reject(&gate, "ana", &envelope).await.refusal(), @"409 already_voted: You have rejected this already; it waits for somebody else.");
    assert_eq!(gate.read("support-3", &envelope).await["stage"], "waiting");
    gate.verify();
    assert_eq!(reject(&gate, "ben", &envelope).await.body["stage"], "rejected");
    gate.verify();
    let timeline = gate.get("ada", &path(&envelope, "/timeline")).await;
    assert!(
        timeline.raw.contains("rejected, 1 of 2") && timeline.raw.contains("rejected, 2 of 2"),
        "{}",
        timeline.raw
    );
}

#[tokio::test]
async fn a_minds_change_takes_the_earlier_word_back() {
    let gate = strict_gate().await;
    let envelope = large(&gate).await;
    assert_eq!(gate.approve("sam", &envelope).await.body["votes"], 1);
    let against = reject(&gate, "sam", &envelope).await.body;
    assert_eq!(
        (against["votes"].as_u64(), against["rejections"].as_u64()),
        (Some(0), Some(1))
    );
    assert_eq!(
        gate.approve("sue", &envelope).await.body["stage"],
        "waiting",
        "sam's is no approval any more"
    );
    gate.verify();
    let back = gate.approve("sam", &envelope).await.body;
    assert_eq!(
        (back["stage"].as_str(), back["votes"].as_u64()),
        (Some("approved"), Some(2))
    );
    gate.verify();
}

#[tokio::test]
async fn what_was_said_against_it_is_over_with_its_revision() {
    let gate = strict_gate().await;
    let envelope = large(&gate).await;
    reject(&gate, "ana", &envelope).await;
    let moved = gate
        .decide(
            "ben",
            &envelope,
            json!({"decision": "escalate", "reason": "odd", "to": "senior"}),
        )
        .await;
    assert!(moved.status.is_success(), "{}", moved.body);
    let now = gate.read("sam", &envelope).await;
    assert_eq!(now["rejections"], 0);
    assert_eq!(reject(&gate, "ben", &now).await.body["stage"], "waiting");
    assert_eq!(reject(&gate, "ana", &now).await.body["stage"], "rejected");
    gate.verify();
}

#[tokio::test]
async fn where_one_approves_one_rejects() {
    let gate = strict_gate().await;
    let small = gate.propose("issue_refund", json!({"amount": 60})).await;
    assert_eq!(reject(&gate, "ana", &small).await.body["stage"], "rejected");
    gate.verify();
}

#[tokio::test]
async fn rows_that_say_otherwise_of_rejections_do_not_verify() {
    for sql in [
        "UPDATE envelope SET rejections = 0",
        "UPDATE envelope SET reject_quorum = 0",
    ] {
        let gate = strict_gate().await;
        let envelope = large(&gate).await;
        reject(&gate, "ana", &envelope).await;
        crate::it::ledger::damage(gate.folder.path(), sql);
        let found = crate::it::ledger::fault(gate.folder.path());
        assert!(found.message.contains("count of rejections"), "{found}");
    }
}
