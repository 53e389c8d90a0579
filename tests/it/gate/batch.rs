use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::it::world::{Answer, Gate, gate, gate_with, path};

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

/// Classes that know batches, and each reason why one of them is looked at alone.
const STRICT: &str = r#"
schema = 1
[[floor]]
id = "in-production"
when = { environment = { is = "production", optional = true } }
then = "hold"
[[class]]
id = "ticket.tag"
match.tool = "tag_ticket"
impact = "low"
reversibility = "high"
batch = true
fields.n = { type = "integer", from = "/arguments/n" }
[[class.rule]]
id = "two"
when = { n = "2" }
then = "hold"
quorum = 2
[[class.rule]]
id = "why"
when = { n = "3" }
then = "hold"
reason_required = true
[[class.rule]]
id = "rest"
then = "hold"
[[class]]
id = "ticket.merge"
match.tool = "merge_ticket"
impact = "high"
reversibility = "low"
lane = "in-the-loop"
batch = true
"#;

#[tokio::test]
async fn what_matters_or_takes_more_than_one_yes_is_decided_by_itself() {
    let gate = gate_with(STRICT).await;
    let plain = tag(&gate, json!({"n": 1})).await;
    let body = json!({"environment": "production", "action": {"tool": "tag_ticket", "arguments": {"n": 1}}});
    let raised = gate.post("support-3", "/v1/envelopes", body).await.body;
    let severe = gate.propose("merge_ticket", json!({"n": 1})).await;
    let two = tag(&gate, json!({"n": 2})).await;
    let why = tag(&gate, json!({"n": 3})).await;
    let all = [&plain, &raised, &severe, &two, &why];
    for person in ["olga", "sam"] {
        let answer = clear(&gate, person, &all[1..]).await;
        insta::allow_duplicates! {
            assert_snapshot!(results(&answer).replace(" | ", "\n"), @"
            It is decided by itself: floor in-production raised it.
            It is decided by itself: its severity is severe.
            It is decided by itself: it takes 2 people.
            It is decided by itself: its rule asks for a reason.
            ");
        }
    }
    // A reason that comes with the batch makes none of them part of it.
    let item = |e: &&Value| json!({"id": e["id"], "payload_sha256": e["payload_sha256"], "revision": e["revision"]});
    let items: Vec<Value> = all.iter().map(item).collect();
    let body = json!({"items": items, "reason": "all of them were looked at"});
    let answer = gate.post("sam", "/v1/batches", body).await;
    assert!(
        results(&answer).starts_with("approved | It is decided"),
        "{}",
        results(&answer)
    );
    for envelope in &all[1..] {
        let seen = gate.read("ana", envelope).await;
        assert_eq!((&seen["stage"], &seen["votes"]), (&json!("waiting"), &json!(0)));
    }
    gate.verify();
}

#[tokio::test]
async fn what_waits_still_but_is_no_longer_what_was_looked_over_is_refused() {
    let gate = gate().await;
    let mut envelopes = Vec::new();
    for n in 0..3 {
        envelopes.push(tag(&gate, json!({"ticket": format!("T-{n}")})).await);
    }
    // Another revision of the same payload, and the digest of another payload.
    let word = json!({"decision": "escalate", "to": "ben", "reason": "look"});
    gate.decide("ana", &envelopes[0], word).await;
    envelopes[1]["payload_sha256"] = envelopes[2]["payload_sha256"].clone();
    let answer = clear(&gate, "olga", &envelopes.iter().collect::<Vec<_>>()).await;
    let lines = results(&answer);
    let lines: Vec<&str> = lines.split(" | ").collect();
    assert!(
        lines[0].ends_with("at revision 2, which is not what was decided on."),
        "{}",
        lines[0]
    );
    assert!(
        lines[1].ends_with("at revision 1, which is not what was decided on."),
        "{}",
        lines[1]
    );
    assert_eq!(lines[2], "approved");
    for envelope in &envelopes[..2] {
        assert_eq!(gate.read("ana", envelope).await["stage"], "waiting");
    }
    gate.verify();
}

#[tokio::test]
async fn the_batch_stands_in_each_entry_and_is_the_receipts() {
    let gate = gate().await;
    let (one, two) = (
        tag(&gate, json!({"ticket": "T-1"})).await,
        tag(&gate, json!({"ticket": "T-2"})).await,
    );
    let alone = tag(&gate, json!({"ticket": "T-3"})).await;
    let receipt = clear(&gate, "ana", &[&one, &two]).await.body;
    gate.approve("ana", &alone).await;
    for (envelope, batch) in [
        (&one, &receipt["batch"]),
        (&two, &receipt["batch"]),
        (&alone, &Value::Null),
    ] {
        let entries = gate.get("ada", &path(envelope, "/timeline")).await.body;
        let entries = entries.as_array().unwrap();
        assert_eq!(entries[2]["what"], "approved, vote 1 of 1");
        assert_eq!(&entries[2]["batch"], batch);
        assert!(entries[..2].iter().all(|entry| entry.get("batch").is_none()));
    }
    assert!(receipt["batch"].as_str().unwrap().parse::<uuid::Uuid>().is_ok());
    gate.verify();
}
