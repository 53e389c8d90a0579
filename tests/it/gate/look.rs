//! What a person should look at of all that ran: first in the list, counted, and there until somebody looked.

use std::time::Duration;

use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use rusqlite::Connection;
use serde_json::{Value, json};
use signoff::ledger::FaultKind;

use super::after::run;
use crate::it::ledger::{damage, fault};
use crate::it::world::{Gate, WITHOUT_FOUND, gate, open, path};

async fn note(gate: &Gate, text: impl ToString) -> Value {
    gate.propose("add_note", json!({"text": text.to_string()})).await
}

async fn refund(gate: &Gate, amount: u32, status: Option<&str>) -> Value {
    let held = gate.propose("issue_refund", json!({ "amount": amount })).await;
    gate.approve("ana", &held).await;
    run(gate, &held, status).await;
    held
}

async fn review(gate: &Gate, person: &str, envelope: &Value, word: Value) {
    let answer = gate.post(person, &path(envelope, "/review"), word).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

async fn undo(gate: &Gate, envelope: &Value, status: &str) {
    gate.post("ana", &path(envelope, "/undo"), json!({"reason": "wrong customer"}))
        .await;
    let answer = gate
        .post("support-3", &path(envelope, "/outcome"), json!({ "status": status }))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

/// How much the queue says that people should look at.
async fn count(gate: &Gate) -> u64 {
    gate.get("ana", "/v1/queue").await.body["look"].as_u64().unwrap()
}

/// The whole list, page by page.
async fn list(gate: &Gate) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut from = String::new();
    loop {
        let page = gate.get("ana", &format!("/v1/after{from}")).await.body;
        rows.extend(page["rows"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else {
            return rows;
        };
        from = format!("?from={next}");
    }
}

fn word<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or("-")
}

/// One of each that went wrong, the oldest first.
async fn troubles(gate: &Gate) {
    let undone = refund(gate, 70, Some("succeeded")).await;
    undo(gate, &undone, "failed").await;
    refund(gate, 71, Some("failed")).await;
    let flagged = note(gate, "names a customer").await;
    review(
        gate,
        "ana",
        &flagged,
        json!({"finding": "flagged", "note": "names one"}),
    )
    .await;
    gate.world.pass(SignedDuration::from_secs(1));
    run(gate, &flagged, Some("succeeded")).await;
    refund(gate, 72, None).await;
    gate.world.pass(SignedDuration::from_mins(15));
}

#[tokio::test]
async fn what_needs_a_look_comes_first_and_never_falls_out_of_the_list() {
    let gate = gate().await;
    troubles(&gate).await;
    for n in 0..205 {
        note(&gate, n).await;
    }
    for amount in 60..63 {
        refund(&gate, amount, Some("succeeded")).await;
    }
    let rows = list(&gate).await;
    let ids: std::collections::HashSet<&str> = rows.iter().map(|row| word(row, "id")).collect();
    assert_eq!((rows.len(), ids.len()), (212, 212));
    let first: Vec<String> = rows[..5]
        .iter()
        .map(|row| format!("{} {} look {}", word(row, "tool"), word(row, "stage"), row["look"]))
        .collect();
    assert_snapshot!(first.join("\n"), @"
    issue_refund redeemed look true
    add_note done look true
    issue_refund failed look true
    issue_refund undo_failed look true
    add_note allowed look true
    ");
    assert!(rows[4..209].iter().all(|row| word(row, "review") == "open"));
    assert!(
        rows[209..]
            .iter()
            .all(|row| word(row, "stage") == "done" && row["look"] == false)
    );
    assert_eq!(count(&gate).await, 4 + 205);
    gate.verify();
}

#[tokio::test]
async fn pages_are_of_one_moment_and_a_place_that_nobody_named_is_refused() {
    let gate = gate().await;
    for n in 0..199 {
        note(&gate, n).await;
    }
    refund(&gate, 60, None).await;
    let silent = refund(&gate, 61, None).await;
    let first = gate.get("ana", "/v1/after").await.body;
    assert_eq!(first["rows"].as_array().unwrap().len(), 200);
    // What the first page has, and what it has not, become overdue before the second is asked for.
    gate.world.pass(SignedDuration::from_mins(16));
    let next = first["next"].as_str().unwrap();
    let second = gate.get("ana", &format!("/v1/after?from={next}")).await.body;
    let rest = second["rows"].as_array().unwrap();
    assert_eq!((rest.len(), &first["rows"][199]["id"]), (1, &silent["id"]));
    assert!(second.get("next").is_none());
    for place in [
        "",
        "trouble",
        "trouble.1",
        "nowhere.1.1",
        "rest.-1.1",
        "rest.1.1e9",
        "rest.1.1.1",
    ] {
        let answer = gate.get("ana", &format!("/v1/after?from={place}")).await;
        assert_eq!(
            answer.refusal(),
            "400 bad_place : The list goes on at what `next` said, word for word."
        );
    }
}

#[tokio::test]
async fn a_look_is_over_when_somebody_looked_and_begins_anew_when_more_happens() {
    let gate = gate().await;
    let failed = refund(&gate, 60, Some("failed")).await;
    assert_eq!(count(&gate).await, 1);
    review(
        &gate,
        "ana",
        &failed,
        json!({"finding": "fine", "note": "paid by hand"}),
    )
    .await;
    assert_eq!(
        (count(&gate).await, list(&gate).await[0]["look"].clone()),
        (0, json!(false))
    );
    let again = gate
        .post("ben", &path(&failed, "/review"), json!({"finding": "fine"}))
        .await;
    assert_eq!(again.body["error"]["code"], "nothing_to_review");
    undo(&gate, &failed, "failed").await;
    assert_eq!(count(&gate).await, 1);
    review(
        &gate,
        "ben",
        &failed,
        json!({"finding": "flagged", "note": "call the bank"}),
    )
    .await;
    assert_eq!(count(&gate).await, 1, "a flag alone follows nothing up");
    assert_eq!(gate.read("ana", &failed).await["reviewed"]["note"], "call the bank");
    review(&gate, "sam", &failed, json!({"finding": "fine"})).await;
    assert_eq!(count(&gate).await, 0);
    let reviewed = gate.read("ana", &failed).await["reviewed"].clone();
    assert_eq!((word(&reviewed, "by"), reviewed.get("note")), ("sam", None));
    gate.verify();
}

#[tokio::test]
async fn a_flag_is_followed_up_by_an_undo() {
    let gate = gate().await;
    let flagged = note(&gate, "a").await;
    run(&gate, &flagged, Some("succeeded")).await;
    review(
        &gate,
        "ana",
        &flagged,
        json!({"finding": "flagged", "note": "wrong one"}),
    )
    .await;
    assert_eq!(count(&gate).await, 1);
    gate.post("ana", &path(&flagged, "/undo"), json!({"reason": "wrong one"}))
        .await;
    assert_eq!(count(&gate).await, 0);
    gate.post("support-3", &path(&flagged, "/outcome"), json!({"status": "succeeded"}))
        .await;
    assert_eq!(count(&gate).await, 0);
    gate.verify();
}

#[tokio::test]
async fn silence_begins_anew_for_what_was_called_fine_before_it_was_taken() {
    let gate = gate().await;
    let watched = note(&gate, "a").await;
    review(&gate, "ana", &watched, json!({"finding": "fine"})).await;
    run(&gate, &watched, None).await;
    gate.world.pass(SignedDuration::from_mins(14));
    assert_eq!(count(&gate).await, 0);
    gate.world.pass(SignedDuration::from_mins(1));
    assert_eq!(count(&gate).await, 1);
    review(&gate, "ana", &watched, json!({"finding": "fine"})).await;
    assert_eq!(count(&gate).await, 0);
    gate.verify();
}

#[tokio::test]
async fn a_console_that_waits_is_told_when_an_outcome_becomes_overdue() {
    let gate = gate().await;
    refund(&gate, 60, None).await;
    let page = gate.get("ana", "/v1/queue").await.body;
    let (cursor, look) = (page["cursor"].as_u64().unwrap(), page["look"].as_u64());
    let service = std::sync::Arc::clone(&gate.service);
    let waiting = tokio::spawn(async move { service.queue(cursor, look, Duration::from_secs(30)).await });
    tokio::task::yield_now().await;
    gate.service.settle_due().await.unwrap();
    assert!(!waiting.is_finished());
    gate.world.pass(SignedDuration::from_mins(15));
    gate.service.settle_due().await.unwrap();
    let page = waiting.await.unwrap().unwrap();
    assert_eq!((page.look, page.rows.len(), page.gone.len()), (1, 0, 0));
    // Who comes back knowing less is told at once.
    let page = gate
        .service
        .queue(cursor, Some(0), Duration::from_secs(30))
        .await
        .unwrap();
    assert_eq!(page.look, 1);
}

#[tokio::test]
async fn what_hides_that_nobody_looked_is_tampering() {
    for sql in [
        "UPDATE envelope SET seen = 1 WHERE stage = 'failed'",
        "UPDATE envelope SET seen = 0 WHERE review = 'flagged'",
        "UPDATE blob SET part = 1 WHERE kind = 'review'",
    ] {
        let gate = gate().await;
        troubles(&gate).await;
        let late = note(&gate, "b").await;
        review(&gate, "ana", &late, json!({"finding": "flagged", "note": "x"})).await;
        gate.verify();
        let Gate { folder, service, .. } = gate;
        drop(service);
        damage(folder.path(), sql);
        assert_eq!(fault(folder.path()).kind, FaultKind::Tampered, "{sql}");
    }
}

/// What lists show of looking, row by row.
fn looks(file: &std::path::Path) -> Vec<(i64, i64, Option<i64>)> {
    let connection = Connection::open(file).unwrap();
    let mut query = connection
        .prepare("SELECT seen, unseen, trouble_at FROM envelope ORDER BY id")
        .unwrap();
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

#[tokio::test]
async fn a_ledger_from_before_knows_what_nobody_looked_at() {
    let gate = gate().await;
    troubles(&gate).await;
    note(&gate, "nobody looked").await;
    let fine = note(&gate, "fine").await;
    run(&gate, &fine, Some("failed")).await;
    gate.world.pass(SignedDuration::from_secs(1));
    review(&gate, "ana", &fine, json!({"finding": "fine"})).await;
    let undone = refund(&gate, 90, Some("succeeded")).await;
    undo(&gate, &undone, "succeeded").await;
    refund(&gate, 91, None).await;
    let (clock, ledger) = (std::sync::Arc::clone(&gate.world), gate.folder.path().join("ledger.db"));
    let Gate { folder, service, .. } = gate;
    drop(service);
    let before = looks(&ledger);
    damage(
        folder.path(),
        &format!("{WITHOUT_FOUND} DROP INDEX envelope_ran_by; DROP INDEX envelope_ran_on; ALTER TABLE decision DROP COLUMN key; DROP INDEX entry_envelope; ALTER TABLE envelope DROP COLUMN reject_quorum; ALTER TABLE envelope DROP COLUMN rejections; DROP TABLE person_key; DROP TABLE nonce; DROP TABLE session; DROP TABLE judged; DROP TABLE floored; DROP TABLE unknown_tool; DROP TABLE waiting; DROP INDEX envelope_trouble; DROP INDEX envelope_overdue; DROP INDEX envelope_unseen;
         DROP INDEX envelope_rest; CREATE INDEX envelope_after ON envelope (changed) WHERE after = 1;
         ALTER TABLE envelope DROP COLUMN seen; ALTER TABLE envelope DROP COLUMN unseen;
         ALTER TABLE envelope DROP COLUMN trouble_at; ALTER TABLE review DROP COLUMN n;
         ALTER TABLE envelope DROP COLUMN cleared_at; ALTER TABLE envelope DROP COLUMN cleared_until; DROP TABLE log_key; DROP TABLE erasure; DROP TABLE hold; PRAGMA user_version = 6;"),
    );
    drop(open(folder.path(), &clock, include_str!("../../fixtures/policy/gate.toml")).await);
    assert_eq!(looks(&ledger), before);
    assert!(signoff::store::verify(&ledger).unwrap().is_ok());
}
