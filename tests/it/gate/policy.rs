//! The policy as people read it, and how often each part of it spoke.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::it::world::{Gate, gate, path};

async fn class(gate: &Gate, id: &str) -> Value {
    let policy = gate.get("ada", "/v1/policy").await.body;
    let classes = policy["classes"].as_array().unwrap().clone();
    classes.into_iter().find(|class| class["id"] == id).unwrap()
}

#[tokio::test]
async fn each_class_and_rule_says_what_it_asks_and_how_often_it_spoke() {
    let gate = gate().await;
    for amount in [5, 60, 60, 6000, -1] {
        gate.propose("issue_refund", json!({ "amount": amount })).await;
    }
    gate.propose("issue_refund", json!({})).await;
    let refund = class(&gate, "payment.refund").await;
    assert_eq!(
        (
            &refund["lane"],
            &refund["mode"],
            &refund["sla_s"],
            &refund["timeout_s"],
            &refund["why"]
        ),
        (
            &json!("in-the-loop"),
            &json!("enforce"),
            &json!(3_600),
            &json!(14_400),
            &json!("money leaves for good")
        )
    );
    assert_eq!(refund["judged"], json!({"allow": 1, "hold": 4, "quarantine": 1}));
    let rules: Vec<(&Value, &Value, &Value)> = refund["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| (&rule["id"], &rule["gate"]["quorum"], &rule["judged"]))
        .collect();
    assert_eq!(
        rules,
        [
            (&json!("small"), &json!(1), &json!({"allow": 1, "quarantine": 1})),
            (&json!("usual"), &json!(1), &json!({"hold": 2})),
            (&json!("large"), &json!(2), &json!({"hold": 2})),
        ]
    );
    assert_eq!(refund["rules"][0]["when"], json!(["amount 0..20"]));
    assert_eq!(class(&gate, "ticket.tag").await["judged"], json!({}));
    gate.verify();
}

#[tokio::test]
async fn tools_that_the_policy_does_not_know_are_counted_and_those_outside_a_credential_are_not() {
    let gate = gate().await;
    for tool in ["frobnicate_x", "frobnicate_y", "frobnicate_x"] {
        gate.propose(tool, json!({})).await;
        gate.world.pass(SignedDuration::from_secs(1));
    }
    // It has a class, and no rule says what then.
    gate.propose("issue_refund", json!({})).await;
    let outside = json!({"action": {"tool": "tag_ticket", "arguments": {}}, "environment": "production"});
    gate.post("ops-1", "/v1/envelopes", outside).await;
    let policy = gate.get("ana", "/v1/policy").await.body;
    let unknown: Vec<(&Value, &Value, &Value)> = policy["unknown"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["tool"], &one["class"], &one["count"]))
        .collect();
    assert_eq!(
        unknown,
        [
            (&json!("issue_refund"), &json!("payment.refund"), &json!(1)),
            (&json!("frobnicate_x"), &Value::Null, &json!(2)),
            (&json!("frobnicate_y"), &Value::Null, &json!(1)),
        ]
    );
    assert_eq!(policy["judged_otherwise"], json!({"quarantine": 3}));
    let held = policy["floors"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == "outside-credential");
    assert_eq!(held.unwrap()["held"], 1);
}

#[tokio::test]
async fn a_classified_tool_stays_among_those_that_the_policy_does_not_know() {
    let gate = gate().await;
    let envelope = gate.propose("frobnicate_x", json!({})).await;
    gate.decide("sam", &envelope, json!({"decision": "classify", "class": "ticket.tag"}))
        .await;
    let policy = gate.get("ana", "/v1/policy").await.body;
    assert_eq!(policy["unknown"][0]["tool"], "frobnicate_x");
    assert_eq!(class(&gate, "ticket.tag").await["judged"], json!({"hold": 1}));
    gate.verify();
}

#[tokio::test]
async fn figures_are_of_the_last_thirty_days() {
    let gate = gate().await;
    gate.propose("tag_ticket", json!({"n": 1})).await;
    gate.world.pass(SignedDuration::from_hours(30 * 24));
    gate.propose("tag_ticket", json!({"n": 2})).await;
    assert_eq!(class(&gate, "ticket.tag").await["judged"], json!({"hold": 2}));
    gate.world.pass(SignedDuration::from_hours(24));
    assert_eq!(class(&gate, "ticket.tag").await["judged"], json!({"hold": 1}));
}

#[tokio::test]
async fn an_agent_that_makes_names_up_fills_no_list() {
    let gate = gate().await;
    for n in 0..1_003 {
        gate.propose(&format!("made_up_{n}"), json!({})).await;
    }
    let policy = gate.get("ana", "/v1/policy").await.body;
    let unknown = policy["unknown"].as_array().unwrap();
    assert_eq!(unknown.len(), 100);
    let others = unknown.iter().find(|one| one["tool"].is_null()).unwrap();
    assert_eq!(others["count"], 3);
}

#[tokio::test]
async fn agents_do_not_read_it() {
    let gate = gate().await;
    for caller in ["support-3", "runner", "nobody"] {
        assert!(!gate.get(caller, "/v1/policy").await.status.is_success(), "{caller}");
    }
    let envelope = gate.propose("tag_ticket", json!({})).await;
    assert!(gate.get("support-3", &path(&envelope, "")).await.status.is_success());
}
