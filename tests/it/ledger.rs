//! The whole ledger: what verifies, and what each kind of damage is called.

use std::path::Path;

use rusqlite::{Connection, params};
use serde_json::json;
use signoff::domain::Actor;
use signoff::ledger::{Entry, Fact, Fault, FaultKind};
use signoff::store::{self, StoreError};

use crate::it::world::{Gate, gate, open};

/// A ledger with every kind of step, closed.
async fn lived_in() -> tempfile::TempDir {
    let gate = gate().await;
    let approved = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.approve("ana", &approved).await;
    let rejected = gate.propose("issue_refund", json!({"amount": 61})).await;
    gate.reject("ana", &rejected, "no").await;
    gate.propose("frobnicate_x", json!({"a": "b"})).await;
    let Gate { folder, service, .. } = gate;
    drop(service);
    folder
}

/// Somebody with the file and without the triggers.
fn damage(folder: &Path, sql: &str) {
    let connection = Connection::open(folder.join("ledger.db")).unwrap();
    let triggers: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for trigger in triggers {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    connection.execute_batch(sql).unwrap();
}

fn fault(folder: &Path) -> Fault {
    store::verify(&folder.join("ledger.db"))
        .unwrap()
        .expect_err("damage was not noticed")
}

#[tokio::test]
async fn an_untouched_ledger_verifies() {
    let folder = lived_in().await;
    let report = store::verify(&folder.path().join("ledger.db")).unwrap().unwrap();
    assert_eq!((report.envelopes, report.erased), (3, 0));
}

#[tokio::test]
async fn the_first_changed_entry_is_named() {
    let folder = lived_in().await;
    damage(
        folder.path(),
        "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'approve', 'reject') AS BLOB)",
    );
    let fault = fault(folder.path());
    let connection = Connection::open(folder.path().join("ledger.db")).unwrap();
    let first: i64 = connection
        .query_row(
            "SELECT min(seq) FROM entry WHERE bytes LIKE '%\"decision\":\"reject\"%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(
        (fault.kind, fault.entry),
        (FaultKind::Tampered, u64::try_from(first).ok())
    );
}

#[tokio::test]
async fn every_other_damage_is_noticed_as_tampering() {
    for sql in [
        "DELETE FROM entry WHERE seq = 5",
        "UPDATE node SET hash = zeroblob(32) WHERE level = 0 AND idx = 3",
        "UPDATE node SET hash = zeroblob(32) WHERE level = 2 AND idx = 1",
        "DELETE FROM node WHERE level = 0 AND idx = 3",
        "UPDATE head SET root = zeroblob(32) WHERE size = (SELECT max(size) FROM head)",
        "UPDATE head SET root = zeroblob(32) WHERE size = (SELECT min(size) FROM head)",
        "UPDATE blob SET bytes = x'78' WHERE kind = 'reason'",
        "UPDATE blob SET commitment = zeroblob(32), bytes = NULL WHERE kind = 'reason'",
        "UPDATE payload SET arguments = '{\"amount\": 6000000}' WHERE arguments LIKE '%60}'",
        "UPDATE payload SET sha256 = zeroblob(32)",
        "UPDATE envelope SET stage = 'approved' WHERE stage = 'rejected'",
        "UPDATE blob SET salt = NULL, bytes = x'78' WHERE kind = 'reason'",
        "UPDATE blob SET bytes = NULL WHERE kind = 'judgement'",
        "DELETE FROM blob WHERE kind = 'reason'",
        "UPDATE blob SET part = 7 WHERE kind = 'reason'",
        "DELETE FROM payload WHERE envelope = (SELECT id FROM envelope WHERE stage = 'approved')",
        "UPDATE payload SET arguments = '{\"amount\":1,\"amount\":60}' WHERE arguments LIKE '%60}'",
        "UPDATE envelope SET quorum = 1, role = 'reviewer', severity = 'low'",
        "UPDATE envelope SET verdict = 'allow', effective = 'allow' WHERE stage = 'quarantined'",
        "UPDATE envelope SET deadline_at = deadline_at + 86400000 WHERE stage = 'quarantined'",
        "UPDATE envelope SET payload_sha256 = zeroblob(32) WHERE stage = 'approved'",
        "UPDATE envelope SET agent = (SELECT id FROM principal WHERE name = 'ops-1')",
        "UPDATE decision SET decision = 'reject'",
        "UPDATE decision SET person = (SELECT id FROM principal WHERE name = 'ben')",
        "DELETE FROM decision",
        "INSERT INTO outcome SELECT id, 1, 0 FROM envelope WHERE stage = 'approved'",
        "UPDATE principal SET role = 'senior' WHERE name = 'ana'",
        "UPDATE principal SET kind = 'human', role = 'reviewer' WHERE name = 'support-3'",
        "UPDATE principal SET name = 'eve' WHERE name = 'ana'",
        "UPDATE principal SET key_sha256 = zeroblob(32) WHERE name = 'ana'",
        "DELETE FROM principal WHERE name = 'ben'",
        "UPDATE policy SET bytes = x'78'",
        "DELETE FROM policy",
        "UPDATE envelope SET votes = 7 WHERE stage = 'approved'",
        "DELETE FROM envelope WHERE stage = 'rejected'",
    ] {
        let folder = lived_in().await;
        damage(folder.path(), sql);
        assert_eq!(fault(folder.path()).kind, FaultKind::Tampered, "{sql}");
    }
}

#[tokio::test]
async fn a_missing_end_is_a_torn_tail() {
    let folder = lived_in().await;
    damage(
        folder.path(),
        "DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)",
    );
    assert_eq!(fault(folder.path()).kind, FaultKind::TornTail);
    assert!(
        store::Store::open(&folder.path().join("ledger.db")).is_err(),
        "and no gate opens on it"
    );
}

#[tokio::test]
async fn an_entry_that_no_head_covers_is_a_torn_tail() {
    let folder = lived_in().await;
    damage(
        folder.path(),
        "DELETE FROM head WHERE size = (SELECT max(size) FROM head)",
    );
    assert_eq!(fault(folder.path()).kind, FaultKind::TornTail);
}

#[tokio::test]
async fn an_erased_text_still_verifies() {
    let folder = lived_in().await;
    let connection = Connection::open(folder.path().join("ledger.db")).unwrap();
    connection
        .execute(
            "UPDATE blob SET salt = NULL, bytes = NULL WHERE kind = 'reason'",
            params![],
        )
        .unwrap();
    connection
        .execute(
            "UPDATE payload SET salt = NULL, sha256 = NULL, parts = NULL, arguments = NULL",
            params![],
        )
        .unwrap();
    drop(connection);
    let report = store::verify(&folder.path().join("ledger.db")).unwrap().unwrap();
    assert!(report.erased >= 2);
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_drop_an_entry() {
    let folder = lived_in().await;
    let connection = Connection::open(folder.path().join("ledger.db")).unwrap();
    for sql in [
        "UPDATE entry SET bytes = x''",
        "DELETE FROM entry",
        "UPDATE node SET hash = x''",
        "DELETE FROM node",
        "UPDATE head SET root = x''",
        "DELETE FROM head",
        "DELETE FROM blob",
        "DELETE FROM payload",
        "UPDATE blob SET bytes = x'00'",
        "UPDATE blob SET commitment = x'00'",
        "UPDATE payload SET arguments = '{}'",
    ] {
        assert!(connection.execute_batch(sql).is_err(), "{sql}");
    }
}

#[tokio::test]
async fn two_payloads_that_changed_places_are_noticed() {
    let folder = lived_in().await;
    damage(
        folder.path(),
        "CREATE TEMP TABLE swap AS SELECT * FROM payload;
         DELETE FROM payload;
         INSERT INTO payload SELECT (SELECT max(envelope) FROM swap b WHERE b.envelope != a.envelope), revision, commitment, sha256, salt, parts, arguments
             FROM swap a WHERE envelope IN (SELECT envelope FROM swap ORDER BY envelope LIMIT 1);",
    );
    assert_eq!(fault(folder.path()).kind, FaultKind::Tampered);
}

#[tokio::test]
async fn a_job_that_fails_half_way_leaves_nothing_and_spoils_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let ledger = store::Store::open(&path).unwrap();
    let entry = || Entry {
        v: 1,
        at: jiff::Timestamp::UNIX_EPOCH,
        actor: Actor::GATE,
        envelope: None,
        rev: None,
        batch: None,
        fact: Fact::Opened {
            ledger: uuid::Uuid::nil(),
        },
    };
    let good = ledger.write(move |tx| tx.append(&entry()));
    let failing = ledger.write(move |tx| {
        tx.append(&entry())?;
        Err::<(), _>(StoreError::Corrupt("test"))
    });
    let (first, failed) = tokio::join!(good, failing);
    assert!(first.is_ok() && failed.is_err());
    assert_eq!(ledger.write(move |tx| tx.append(&entry())).await.unwrap(), 2);
    drop(ledger);
    assert_eq!(store::verify(&path).unwrap().unwrap().entries, 2);
}

#[tokio::test]
async fn a_policy_that_comes_back_into_force_is_activated_again() {
    let gate = gate().await;
    let Gate {
        folder, world, service, ..
    } = gate;
    drop(service);
    let first = include_str!("../fixtures/policy/gate.toml");
    for policy in [first, signoff::config::DEFAULT_POLICY, first, first] {
        drop(open(folder.path(), &world, policy).await);
    }
    let connection = Connection::open(folder.path().join("ledger.db")).unwrap();
    let sql = "SELECT count(*) FROM entry WHERE bytes LIKE '%policy_activated%'";
    let activated: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(activated, 3, "once by the gate, and for each change after");
    assert!(store::verify(&folder.path().join("ledger.db")).unwrap().is_ok());
}
