//! What of the protocol stands in the ledger, and that damage to it is found.

use jiff::SignedDuration;
use rusqlite::Connection;
use serde_json::{Value, json};
use signoff::ledger::FaultKind;

use super::submission;
use crate::it::ledger::{damage, fault};
use crate::it::world::{Gate, gate};

/// A ledger in which an edit was passed on and run, and another is left over; closed.
async fn lived_in() -> tempfile::TempDir {
    let gate = gate().await;
    let call = |amount: &str| {
        let mut call = submission("issue_refund", json!({ "amount": amount }));
        call["agent_reasoning"] = json!("charged twice");
        call["context"] = json!({"call_id": "c-1"});
        call["timeout"] = json!("5h");
        call
    };
    for _ in 0..2 {
        let asked = gate.ask(call("60.00")).await;
        gate.edit("ana", &asked, r#"{"amount":"40.00"}"#).await;
        gate.world.pass(SignedDuration::from_secs(1));
    }
    let next = gate.ask(call("40.00")).await;
    gate.consume(&next, "k").await;
    gate.tell(&next, json!({"status": "succeeded", "note": "done"})).await;
    gate.ask(call("70.00")).await;
    gate.verify();
    let Gate { folder, service, .. } = gate;
    drop(service);
    folder
}

/// The entries about the envelopes at a stage, without what changes from run to run.
fn entries(folder: &std::path::Path, stage: &str) -> Vec<Value> {
    let connection = Connection::open(folder.join("ledger.db")).unwrap();
    let mut query = connection
        .prepare("SELECT CAST(bytes AS TEXT) FROM entry ORDER BY seq")
        .unwrap();
    let sql = "SELECT lower(hex(id)) FROM envelope WHERE stage = ?1";
    let id: String = connection.query_row(sql, [stage], |row| row.get(0)).unwrap();
    let rows = query.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let all = rows.map(|row| serde_json::from_str::<Value>(&row.unwrap()).unwrap());
    all.filter(|entry| entry["envelope"].as_str().is_some_and(|of| of.replace('-', "") == id))
        .collect()
}

#[tokio::test]
async fn the_entries_say_what_was_told_and_what_was_passed_on() {
    let folder = lived_in().await;
    let closed = entries(folder.path(), "closed");
    let done = entries(folder.path(), "done");
    let kinds = |entries: &[Value]| -> Vec<String> {
        let kinds = entries.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned());
        kinds.collect()
    };
    assert_eq!(
        kinds(&closed),
        ["proposed", "judged", "edited", "judged", "decided", "closed"]
    );
    assert_eq!(kinds(&done), ["proposed", "judged", "redeemed", "outcome"]);
    assert_eq!(closed[0]["data"]["outer_at"], "2026-11-21T09:12:09Z");
    let blobs: Vec<&String> = closed[0]["data"]["blobs"].as_object().unwrap().keys().collect();
    assert_eq!(blobs, ["claims", "context", "rationale"]);
    let judged = &done[1]["data"];
    assert_eq!(
        (&judged["verdict"], &judged["effective"], &judged["pass"]),
        (&json!("hold"), &json!("allow"), &closed[0]["envelope"])
    );
    assert_eq!(closed[5]["data"], json!({ "passed_to": done[0]["envelope"] }));
    assert_eq!(closed[5]["actor"], json!({"kind": "gate"}));
}

#[tokio::test]
async fn damage_to_what_came_over_aap_is_noticed() {
    for sql in [
        "UPDATE envelope SET outer_at = outer_at + 1 WHERE stage = 'waiting'",
        "UPDATE envelope SET outer_at = NULL WHERE stage = 'approved'",
        "UPDATE envelope SET redeemed_at = redeemed_at + 1",
        "UPDATE envelope SET redeemed_at = NULL",
        "UPDATE envelope SET passed_to = NULL",
        "UPDATE envelope SET passed_to = id WHERE stage = 'approved'",
        "UPDATE envelope SET stage = 'approved' WHERE stage = 'closed'",
        "UPDATE envelope SET latest_at = latest_at + 1 WHERE stage = 'waiting'",
        "UPDATE blob SET bytes = x'7b7d' WHERE kind = 'context'",
        "DELETE FROM blob WHERE kind = 'context'",
        "UPDATE blob SET kind = 'context2' WHERE kind = 'context'",
        "UPDATE blob SET bytes = x'78' WHERE kind = 'rationale'",
        "UPDATE blob SET bytes = x'78' WHERE kind = 'outcome'",
    ] {
        let folder = lived_in().await;
        damage(folder.path(), sql);
        assert_eq!(fault(folder.path()).kind, FaultKind::Tampered, "{sql}");
    }
}
