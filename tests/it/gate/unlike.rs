//! What is not as it was before is told from what ran, and from nothing else.

use serde_json::{Value, json};

use crate::it::world::{Gate, gate, path};

/// Proposes a refund on an order, to an account.
async fn refund(gate: &Gate, amount: &str, record: &str, iban: &str) -> Value {
    let body = json!({"action": {
        "tool": "issue_refund", "target": {"system": "billing", "record": record},
        "arguments": {"amount": amount, "iban": iban}},
        "impact": {"amount": {"value": amount, "currency": "USD"}}});
    gate.post("support-3", "/v1/envelopes", body).await.body
}

/// The same, and lets it run.
async fn ran(gate: &Gate, amount: &str, record: &str, iban: &str) -> Value {
    let envelope = refund(gate, amount, record, iban).await;
    let token = gate.read("support-3", &envelope).await["token"].clone();
    let redeemed = gate
        .post("support-3", &path(&envelope, "/redeem"), json!({"token": token}))
        .await;
    assert!(redeemed.status.is_success(), "{}", redeemed.body);
    envelope
}

async fn unlike(gate: &Gate, envelope: &Value) -> Value {
    gate.read("ana", envelope).await["unlike"].clone()
}

#[tokio::test]
async fn an_amount_a_target_and_an_account_that_were_never_there_before_are_told() {
    let gate = gate().await;
    for amount in ["5.00", "20.00", "7.50", "11", "3", "8"] {
        ran(&gate, amount, "vendor/acme", "DE89 3704").await;
    }
    let usual = refund(&gate, "20.01", "vendor/acme", "de89-3704").await;
    assert_eq!(
        unlike(&gate, &usual).await,
        json!([{"kind": "amount", "whose": "target", "largest": "20.00 USD", "of": 6}])
    );
    let odd = refund(&gate, "1000.00", "vendor/acme", "XX66 1234").await;
    let told = unlike(&gate, &odd).await;
    assert_eq!(told[0], json!({"kind": "value", "pointer": "/iban", "of": 6}));
    assert_eq!(told[1]["times"], 50);
    let elsewhere = refund(&gate, "1000.00", "vendor/evil", "XX66 1234").await;
    let told = unlike(&gate, &elsewhere).await;
    assert_eq!(told[0]["whose"], "agent", "this target has no past of its own");
    assert_eq!(told[1], json!({"kind": "target", "targets": 1, "of": 6}));
    // What agents read of it would tell them what goes unnoticed.
    assert_eq!(gate.read("support-3", &odd).await["unlike"], Value::Null);
    gate.verify();
}

#[tokio::test]
async fn what_was_only_proposed_or_approved_makes_no_past() {
    let gate = gate().await;
    for _ in 0..6 {
        refund(&gate, "5.00", "vendor/acme", "DE89 3704").await;
        let held = refund(&gate, "900.00", "vendor/acme", "DE89 3704").await;
        gate.approve("ana", &held).await;
    }
    let odd = refund(&gate, "1000.00", "vendor/evil", "XX66 1234").await;
    assert_eq!(unlike(&gate, &odd).await, Value::Null);
    for _ in 0..4 {
        ran(&gate, "5.00", "vendor/acme", "DE89 3704").await;
    }
    let odd = refund(&gate, "1000.00", "vendor/evil", "XX66 1234").await;
    assert_eq!(unlike(&gate, &odd).await, Value::Null, "four are no past");
}

#[tokio::test]
async fn an_edit_is_compared_anew() {
    let gate = gate().await;
    for _ in 0..5 {
        ran(&gate, "15.00", "vendor/acme", "DE89 3704").await;
    }
    let odd = refund(&gate, "150.00", "vendor/acme", "DE89 3704").await;
    let told = unlike(&gate, &odd).await;
    assert_eq!(told[0]["times"], 10, "{told}");
    let edit =
        json!({"decision": "edit", "arguments_raw": json!({"amount": "15.00", "iban": "XX66 1234"}).to_string()});
    assert!(gate.decide("ana", &odd, edit).await.status.is_success());
    let told = unlike(&gate, &odd).await;
    assert_eq!(told, json!([{"kind": "value", "pointer": "/iban", "of": 5}]));
}

#[tokio::test]
async fn what_is_unlike_is_not_cleared_in_a_batch() {
    let gate = gate().await;
    let tag = async |record: &str| {
        let body = json!({"action": {"tool": "tag_ticket", "target": {"system": "desk", "record": record},
            "arguments": {"tag": "billing"}}});
        gate.post("support-3", "/v1/envelopes", body).await.body
    };
    for _ in 0..5 {
        let envelope = tag("T-1").await;
        gate.approve("ana", &envelope).await;
        let token = gate.read("support-3", &envelope).await["token"].clone();
        gate.post("support-3", &path(&envelope, "/redeem"), json!({"token": token}))
            .await;
    }
    assert_ne!(tag("T-1").await["alike"], Value::Null);
    let odd = tag("T-2").await;
    assert_eq!(
        (&odd["alike"], &odd["apart"]),
        (&Value::Null, &json!("it is unlike what ran before"))
    );
}
