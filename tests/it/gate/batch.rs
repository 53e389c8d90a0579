use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::it::world::{Answer, Gate, gate};

async fn tag(gate: &Gate, arguments: Value) -> Value {
    gate.propose("tag_ticket", arguments).await
}

async fn clear(gate: &Gate, person: &str, envelopes: &[&Value]) -> Answer {
    let item = |e: &&Value| json!({"id": e["id"], "payload_sha256": e["payload_sha256"], "revision": e["revision"]});
    let items: Vec<Value> = envelopes.iter().map(item).collect();
    gate.post(person, "/v1/batches", json!({ "items": items })).await
}

/// What became of each, in one line.
fn results(answer: &Answer) -> String {
    let results = answer.body["results"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer:?}"));
    let one = |r: &Value| {
        r["refused"]
            .as_str()
            .or(r["receipt"]["stage"].as_str())
            .unwrap()
            .to_owned()
    };
    results.iter().map(one).collect::<Vec<_>>().join(" | ")
}

#[tokio::test]
async fn what_is_alike_is_cleared_at_once_and_recorded_one_by_one() {
    let gate = gate().await;
    let mut envelopes = Vec::new();
    for n in 0..12 {
        envelopes.push(tag(&gate, json!({"ticket": format!("T-{n}"), "tag": "billing"})).await);
    }
    let before = gate.verify().entries;
    let all: Vec<&Value> = envelopes.iter().collect();
    let answer = clear(&gate, "olga", &all[..10]).await;
    assert_eq!(results(&answer), ["approved"; 10].join(" | "));
    assert_eq!(gate.verify().entries, before + 10);
    let entries: Vec<i64> = answer.body["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["receipt"]["entry"].as_i64().unwrap())
        .collect();
    assert!(entries.is_sorted() && entries.windows(2).all(|pair| pair[0] < pair[1]));
    let seen = gate.read("ana", &envelopes[0]).await;
    assert_eq!(
        (&seen["stage"], &seen["decisions"][0]["by"]),
        (&json!("approved"), &json!("olga"))
    );
    assert_eq!(gate.read("ana", &envelopes[11]).await["stage"], "waiting");
}

#[tokio::test]
async fn an_operator_clears_batches_and_nothing_else() {
    let gate = gate().await;
    let envelope = tag(&gate, json!({"ticket": "T-1"})).await;
    assert_eq!(
        gate.approve("olga", &envelope).await.body["error"]["code"],
        "role_does_not_decide"
    );
    for caller in ["ada", "admin"] {
        assert_eq!(
            clear(&gate, caller, &[&envelope]).await.body["error"]["code"],
            "role_does_not_decide"
        );
    }
    assert_eq!(
        clear(&gate, "support-3", &[&envelope]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(results(&clear(&gate, "olga", &[&envelope]).await), "approved");
    gate.verify();
}

#[tokio::test]
async fn two_that_changed_meanwhile_are_refused_and_the_rest_go_through() {
    let gate = gate().await;
    let mut envelopes = Vec::new();
    for n in 0..4 {
        envelopes.push(tag(&gate, json!({"ticket": format!("T-{n}")})).await);
    }
    let word = json!({"decision": "edit", "arguments_raw": "{\"ticket\":\"T-7\"}"});
    gate.decide("ana", &envelopes[1], word).await;
    gate.reject("ana", &envelopes[2], "no").await;
    let answer = clear(&gate, "olga", &envelopes.iter().collect::<Vec<_>>()).await;
    assert_snapshot!(results(&answer), @"approved | ana approved it at 2026-11-21T04:12:09Z; it is approved now. | ana rejected it at 2026-11-21T04:12:09Z; it is rejected now. | approved");
    gate.verify();
}

#[tokio::test]
async fn what_is_not_alike_or_not_harmless_is_decided_by_itself() {
    let gate = gate().await;
    let plain = tag(&gate, json!({"ticket": "T-1"})).await;
    let other_shape = tag(&gate, json!({"ticket": "T-2", "force": true})).await;
    let hidden = tag(&gate, json!({"ticket": "T-\u{202e}3"})).await;
    let request =
        json!({"action": {"tool": "tag_ticket", "arguments": {"ticket": "T-4"}}, "request": "tag T-5 please"});
    let novel = gate.post("support-3", "/v1/envelopes", request).await.body;
    let refund = gate.propose("issue_refund", json!({"amount": 60})).await;
    let unknown = gate.propose("frobnicate_x", json!({})).await;
    let handed = tag(&gate, json!({"ticket": "T-6"})).await;
    gate.decide(
        "ana",
        &handed,
        json!({"decision": "escalate", "to": "ben", "reason": "look"}),
    )
    .await;
    let handed = gate.read("ana", &handed).await;
    let all = [&plain, &other_shape, &hidden, &novel, &refund, &unknown, &handed];
    let answer = clear(&gate, "olga", &all).await;
    assert_snapshot!(results(&answer).replace(" | ", "\n"), @"
    approved
    It is not like the others of this batch.
    It is decided by itself: hidden characters.
    It is decided by itself: a value the user never named: /ticket.
    It is decided by itself: its class knows no batches.
    It is decided by itself: its class knows no batches.
    It is decided by itself: somebody handed it on.
    ");
    assert_eq!(gate.read("ana", &novel).await["novel"], json!(["/ticket"]));
    gate.verify();
}

#[tokio::test]
async fn a_batch_is_small_enough_to_look_over_and_sent_once() {
    let gate = gate().await;
    let envelope = tag(&gate, json!({"ticket": "T-1"})).await;
    let many = vec![&envelope; 51];
    assert_snapshot!(clear(&gate, "olga", &many).await.refusal(), @"400 wrong_length /items: A batch has 1 to 50 items: as many as a person can look over.");
    assert_snapshot!(clear(&gate, "olga", &[]).await.refusal(), @"400 wrong_length /items: A batch has 1 to 50 items: as many as a person can look over.");
    let item = json!({"id": envelope["id"], "payload_sha256": envelope["payload_sha256"], "revision": 1});
    let body = json!({ "items": [item, item] });
    let first = gate.post_as("olga", "/v1/batches", "once", body.clone()).await;
    assert!(
        results(&first).starts_with("approved | olga approved it at"),
        "{}",
        results(&first)
    );
    let again = gate.post_as("olga", "/v1/batches", "once", body).await;
    assert_eq!(again.body, first.body);
    gate.verify();
}

#[tokio::test]
async fn a_deadline_that_is_over_counts_for_each() {
    let gate = gate().await;
    let old = tag(&gate, json!({"ticket": "T-1"})).await;
    gate.world.pass(SignedDuration::from_mins(6));
    let fresh = tag(&gate, json!({"ticket": "T-2"})).await;
    gate.world.pass(SignedDuration::from_mins(5));
    let answer = clear(&gate, "ana", &[&old, &fresh]).await;
    assert_snapshot!(results(&answer), @"It is closed since 2026-11-21T04:23:09Z. | approved");
    gate.verify();
}
