//! Who calls, and what it decided a moment ago.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::it::world::{Gate, gate};

async fn last(gate: &Gate, caller: &str) -> Value {
    gate.get(caller, "/v1/me").await.body["last_decision"].clone()
}

#[tokio::test]
async fn a_person_is_told_the_last_decision_of_two_minutes_and_nobody_elses() {
    let gate = gate().await;
    let envelope = gate
        .propose("issue_refund", json!({"amount": "60.00", "to": "DE89"}))
        .await;
    assert_eq!(last(&gate, "ana").await, Value::Null);
    // What is no decision is none.
    let claim = format!("/v1/envelopes/{}/claim", envelope["id"].as_str().unwrap());
    gate.post("ana", &claim, "").await;
    assert_eq!(last(&gate, "ana").await, Value::Null);
    let receipt = gate.approve("ana", &envelope).await.body;
    gate.world.pass(SignedDuration::from_secs(40));
    let told = last(&gate, "ana").await;
    assert_eq!(
        (&told["decision"], &told["entry"], &told["together"]),
        (&json!("approve"), &receipt["entry"], &json!(1))
    );
    assert_eq!(
        (&told["envelope"]["id"], &told["envelope"]["stage"]),
        (&envelope["id"], &json!("approved"))
    );
    for other in ["ben", "support-3"] {
        assert_eq!(last(&gate, other).await, Value::Null, "{other}");
    }
    gate.world.pass(SignedDuration::from_secs(81));
    assert_eq!(last(&gate, "ana").await, Value::Null);
}

#[tokio::test]
async fn the_newest_decision_is_told_as_what_it_was() {
    let gate = gate().await;
    let refund = json!({"amount": "60.00", "to": "DE89"});
    let envelope = gate.propose("issue_refund", refund.clone()).await;
    let word = json!({"decision": "edit", "arguments_raw": r#"{"amount":"50.00","to":"DE89"}"#, "reason": "less"});
    let receipt = gate.decide("ana", &envelope, word).await.body;
    let told = last(&gate, "ana").await;
    assert_eq!((&told["decision"], &told["entry"]), (&json!("edit"), &receipt["entry"]));
    gate.world.pass(SignedDuration::from_secs(1));
    let envelope = gate.propose("issue_refund", refund).await;
    gate.reject("ana", &envelope, "duplicate").await;
    assert_eq!(last(&gate, "ana").await["decision"], "reject");
}

#[tokio::test]
async fn a_batch_is_told_with_how_many_it_was() {
    let gate = gate().await;
    let mut items = Vec::new();
    for n in 0..3 {
        let arguments = json!({"ticket": format!("T-{n}"), "tag": "billing"});
        let e = gate.propose("tag_ticket", arguments).await;
        items.push(json!({"id": e["id"], "payload_sha256": e["payload_sha256"], "revision": e["revision"]}));
    }
    gate.post("olga", "/v1/batches", json!({ "items": items })).await;
    assert_eq!(last(&gate, "olga").await["together"], 3);
}
