use insta::assert_snapshot;
use serde_json::json;

use crate::it::world::{gate, path};

fn class(name: &str) -> serde_json::Value {
    json!({"decision": "classify", "class": name})
}

#[tokio::test]
async fn a_classified_action_is_judged_as_that_class_and_held_at_least() {
    let gate = gate().await;
    let unknown = gate.propose("pay_back", json!({"amount": 5})).await;
    assert_eq!(unknown["stage"], "quarantined");
    let receipt = gate.decide("ana", &unknown, class("payment.refund")).await.body;
    assert_eq!(
        (&receipt["stage"], &receipt["revision"]),
        (&json!("waiting"), &json!(2))
    );
    let seen = gate.read("ben", &unknown).await;
    assert_eq!(
        (&seen["class"], &seen["rule"], &seen["severity"]),
        (&json!("payment.refund"), &json!("small"), &json!("severe"))
    );
    assert_eq!(
        (&seen["verdict"], &seen["effective"]),
        (&json!("allow"), &json!("hold"))
    );
    assert_eq!(
        gate.approve("ben", &unknown).await.body["error"]["code"],
        "payload_changed",
        "another revision"
    );
    assert_eq!(gate.approve("ben", &seen).await.body["stage"], "approved");
    gate.verify();
}

#[tokio::test]
async fn what_the_rules_cannot_judge_waits_for_the_strictest_gate_of_the_class() {
    let gate = gate().await;
    let unknown = gate.propose("pay_back", json!({"sum": 5})).await;
    gate.decide("ana", &unknown, class("payment.refund")).await;
    let seen = gate.read("ana", &unknown).await;
    assert_eq!(
        (&seen["stage"], &seen["quorum"], &seen["role"]),
        (&json!("waiting"), &json!(2), &json!("senior"))
    );
    gate.verify();
}

#[tokio::test]
async fn an_edit_of_a_classified_action_stays_in_its_class() {
    let gate = gate().await;
    let unknown = gate.propose("pay_back", json!({"amount": 500})).await;
    gate.decide("ana", &unknown, class("payment.refund")).await;
    let seen = gate.read("ana", &unknown).await;
    let word = json!({"decision": "edit", "arguments_raw": r#"{"amount":50}"#});
    assert_eq!(gate.decide("ana", &seen, word).await.body["stage"], "approved");
    let seen = gate.read("ana", &unknown).await;
    assert_eq!(
        (&seen["class"], &seen["revision"]),
        (&json!("payment.refund"), &json!(3))
    );
    gate.verify();
}

#[tokio::test]
async fn a_class_that_is_blocked_denies() {
    let gate = gate().await;
    let unknown = gate.propose("frobnicate_x", json!({})).await;
    assert_eq!(
        gate.decide("ana", &unknown, class("wipe")).await.body["stage"],
        "denied"
    );
    assert_eq!(gate.read("support-3", &unknown).await["class"], "wipe");
    gate.verify();
}

#[tokio::test]
async fn what_lies_outside_the_credential_is_not_classified_away() {
    let gate = gate().await;
    let body = json!({"environment": "production", "action": {"tool": "tag_ticket", "arguments": {}}});
    let outside = gate.post("ops-1", "/v1/envelopes", body).await.body;
    assert_snapshot!(gate.decide("ben", &outside, class("ticket.tag")).await.refusal(), @"409 still_quarantined: The policy would put it in quarantine: the environment is outside the agent's credential.");
    assert_snapshot!(gate.decide("ana", &outside, class("ticket.tag")).await.refusal(), @"403 owner_cannot_approve: You answer for this agent, so somebody else must approve it.");
    assert_eq!(gate.read("ben", &outside).await["stage"], "quarantined");
    gate.verify();
}

#[tokio::test]
async fn only_a_quarantined_action_is_classified_and_only_as_a_class_there_is() {
    let gate = gate().await;
    let known = gate.propose("tag_ticket", json!({})).await;
    assert_snapshot!(gate.decide("ana", &known, class("note")).await.refusal(), @"409 already_classified: Its kind is known already; only a quarantined action is classified.");
    let unknown = gate.propose("frobnicate_x", json!({})).await;
    assert_snapshot!(gate.decide("ana", &unknown, class("nothing")).await.refusal(), @"400 unknown_class /class: The policy has no such class; it has payment.refund, ticket.tag, email, discount, note, wipe, trial.");
    let nameless = json!({"decision": "classify", "class": "note"});
    assert_snapshot!(gate.post("ana", &path(&unknown, "/decisions"), nameless).await.refusal(), @"400 digest_missing /payload_sha256: A classification names the digest and revision it is about.");
    let classes = gate.get("ana", "/v1/policy").await.body;
    assert_eq!(classes["classes"][0]["id"], "payment.refund");
}

#[tokio::test]
async fn a_class_can_be_tried_before_it_is_named() {
    let gate = gate().await;
    let unknown = gate.propose("frobnicate_x", json!({})).await;
    let becomes = gate
        .post("ana", "/v1/judge", json!({"id": unknown["id"], "class": "wipe"}))
        .await
        .body;
    assert_snapshot!(becomes["refused"].as_str().unwrap(), @"The policy denies what it would become: its class says so.");
    let both = json!({"id": unknown["id"], "class": "wipe", "arguments_raw": "{}"});
    assert_snapshot!(gate.post("ana", "/v1/judge", both).await.refusal(), @"400 wrong_member : Name either `arguments_raw` or `class`.");
}
