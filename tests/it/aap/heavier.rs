//! An answer that is final stays as it was told, whatever happens to the envelope after it.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{envelope, place, submission};
use crate::it::ledger::damage;
use crate::it::world::{Gate, WITHOUT_FOUND, gate_with, open};

/// What a fraud score makes of a payment: allowed, held, denied; services that differ put it in quarantine.
const POLICY: &str = r#"
schema = 1
[[class]]
id = "payment"
match.tool = "pay"
impact = "medium"
reversibility = "medium"
timeout = "1h"
valid_for = "5m"
fields.fraud = { type = "decimal", from = "signal:fraud" }
fields.amount = { type = "decimal", from = "/arguments/amount" }
[[class.rule]]
id = "fraud"
when = { fraud = { is = ">=0.9", optional = true } }
then = "deny"
[[class.rule]]
id = "odd"
when = { fraud = { is = "0.5..0.9", optional = true } }
then = "hold"
[[class.rule]]
id = "small"
when = { amount = "<=50" }
then = "allow"
[[class.rule]]
id = "rest"
then = "hold"
"#;

async fn pay(gate: &Gate, amount: &str) -> Value {
    gate.ask(submission("pay", json!({ "amount": amount }))).await
}

/// A service says how fraudulent it is, and time goes on.
async fn attest(gate: &Gate, service: &str, asked: &Value, fraud: &str) -> Value {
    gate.world.pass(SignedDuration::from_secs(20));
    let path = format!("{}/signals", envelope(asked));
    let said = gate.post(service, &path, format!("{{\"fraud\": {fraud}}}")).await;
    gate.world.pass(SignedDuration::from_secs(20));
    said.body["stage"].clone()
}

/// The request is as it was told, and cannot be used.
async fn is_final(gate: &Gate, told: &Value) {
    assert_eq!(gate.poll(told).await, *told);
    let code = gate.consume(told, "k").await.body["error"]["code"].clone();
    let expected = if told["status"] == "approved" {
        "approval_expired"
    } else {
        "not_approved"
    };
    assert_eq!(code, expected);
    let taken_back = gate.delete("support-3", &place(told, "")).await;
    assert_eq!(taken_back.body["error"]["code"], "already_terminal");
}

#[tokio::test]
async fn what_turns_heavier_stays_approved_and_is_used_only_when_people_approve_it_in_time() {
    let gate = gate_with(POLICY).await;
    let told = pay(&gate, "5").await;
    assert_eq!(told["status"], "approved");
    assert_eq!(attest(&gate, "runner", &told, "0.6").await, "waiting");
    is_final(&gate, &told).await;
    gate.allow("ana", &told).await;
    assert_eq!(gate.poll(&told).await, told, "another approval is no other answer");
    let used = gate.consume(&told, "k2").await;
    assert_eq!(used.body["decision"], told["decision"]);
    assert_eq!(used.body["consumption"]["consumed_at"], "2026-11-21T04:12:49Z");
    gate.verify();
}

#[tokio::test]
async fn an_approval_that_comes_after_the_end_that_was_told_makes_it_no_longer() {
    let gate = gate_with(POLICY).await;
    let told = pay(&gate, "5").await;
    attest(&gate, "runner", &told, "0.6").await;
    gate.world
        .pass(SignedDuration::from_mins(4) + SignedDuration::from_secs(15));
    gate.allow("ana", &told).await;
    gate.world.pass(SignedDuration::from_secs(5));
    is_final(&gate, &told).await;
    assert_eq!(gate.get("ana", &envelope(&told)).await.body["stage"], "approved");
    gate.verify();
}

#[tokio::test]
async fn what_people_approved_and_the_policy_then_denied_stays_approved_and_is_not_used() {
    let gate = gate_with(POLICY).await;
    let asked = pay(&gate, "60").await;
    gate.world.pass(SignedDuration::from_secs(90));
    gate.allow("ana", &asked).await;
    let told = gate.poll(&asked).await;
    assert_eq!(attest(&gate, "runner", &told, "0.99").await, "denied");
    is_final(&gate, &told).await;
    gate.verify();
}

#[tokio::test]
async fn an_edit_of_what_was_approved_before_does_not_turn_it_into_a_denial() {
    let gate = gate_with(POLICY).await;
    let told = pay(&gate, "5").await;
    attest(&gate, "runner", &told, "0.6").await;
    let edited = gate.edit("ana", &told, r#"{"amount":"4"}"#).await;
    assert_eq!(edited.body["stage"], "approved");
    is_final(&gate, &told).await;
    // Nor does the edited payload run under it.
    let native = gate.get("support-3", &envelope(&told)).await.body;
    assert_eq!(native.get("token"), None);
    gate.verify();
}

#[tokio::test]
async fn a_denial_by_an_edit_keeps_its_note_when_it_is_edited_again() {
    let mut gate = gate_with(POLICY).await;
    gate.add_service("scorer").await;
    let asked = pay(&gate, "60").await;
    gate.edit("ana", &asked, r#"{"amount":"55"}"#).await;
    let told = gate.poll(&asked).await;
    assert!(told["decision"]["note"].as_str().unwrap().contains(r#""amount":"55""#));
    attest(&gate, "runner", &told, "0.1").await;
    assert_eq!(attest(&gate, "scorer", &told, "0.97").await, "quarantined");
    is_final(&gate, &told).await;
    let named = gate
        .say("ana", &told, json!({"decision": "classify", "class": "payment"}))
        .await;
    assert_eq!(named.body["stage"], "waiting", "{}", named.body);
    let again = gate.edit("ana", &told, r#"{"amount":"52"}"#).await;
    assert_eq!(again.body["stage"], "approved", "{}", again.body);
    is_final(&gate, &told).await;
    gate.verify();
}

#[tokio::test]
async fn a_pass_is_good_for_as_long_as_its_approval_also_where_the_policy_alone_would_give_more() {
    let gate = gate_with(POLICY).await;
    let asked = pay(&gate, "60").await;
    gate.edit("ana", &asked, r#"{"amount":"40"}"#).await;
    gate.world.pass(SignedDuration::from_mins(3));
    let passed = pay(&gate, "40").await;
    assert_eq!(passed["decision"]["expires_at"], "2026-11-21T04:17:09Z");
    gate.verify();
}

/// The answers that agents were told stand in the lists since a version that knew no other place for them.
#[tokio::test]
async fn a_ledger_from_before_answers_as_it_did() {
    let gate = gate_with(POLICY).await;
    let mut told = vec![pay(&gate, "5").await];
    for amount in ["60", "61"] {
        let asked = pay(&gate, amount).await;
        gate.world.pass(SignedDuration::from_secs(7));
        match amount {
            "60" => gate.allow("ana", &asked).await,
            _ => gate.edit("ana", &asked, r#"{"amount":"55"}"#).await,
        };
        told.push(gate.poll(&asked).await);
    }
    let file = gate.folder.path().join("ledger.db");
    let columns = "SELECT cleared_at, cleared_until FROM envelope ORDER BY id";
    let read = || -> Vec<(i64, Option<i64>)> {
        let ledger = rusqlite::Connection::open(&file).unwrap();
        let mut query = ledger.prepare(columns).unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let before = read();
    assert_eq!(before.len(), told.len());
    let Gate {
        folder, world, service, ..
    } = gate;
    drop(service);
    let old = format!("{WITHOUT_FOUND} DROP INDEX envelope_ran_by; DROP INDEX envelope_ran_on; ALTER TABLE decision DROP COLUMN key; DROP INDEX entry_envelope; ALTER TABLE envelope DROP COLUMN reject_quorum; ALTER TABLE envelope DROP COLUMN rejections; DROP TABLE person_key; DROP TABLE nonce; DROP TABLE session; DROP TABLE judged; DROP TABLE floored; DROP TABLE unknown_tool; DROP TABLE waiting; ALTER TABLE envelope DROP COLUMN cleared_at; ALTER TABLE envelope DROP COLUMN cleared_until;
               DROP TABLE log_key; DROP TABLE erasure; DROP TABLE hold; PRAGMA user_version = 7;");
    damage(folder.path(), &old);
    drop(open(folder.path(), &world, POLICY).await);
    assert_eq!(read(), before);
}
