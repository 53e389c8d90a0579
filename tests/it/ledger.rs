//! The whole ledger: what verifies, and what each kind of damage is called.

use std::path::Path;

use rusqlite::{Connection, params};
use serde_json::json;
use signoff::domain::{Actor, ActorKind, DecisionKind, Role};
use signoff::ledger::{Decided, Entry, Fact, Fault, FaultKind, Given};
use signoff::store::{self, Store, StoreError, verify};

use crate::it::world::{Gate, WITHOUT_FOUND, gate, open, path};

/// A ledger with every kind of step, closed.
async fn lived_in() -> tempfile::TempDir {
    let gate = gate().await;
    let approved = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.approve("ana", &approved).await;
    let rejected = gate.propose("issue_refund", json!({"amount": 61})).await;
    gate.reject("ana", &rejected, "no").await;
    let run = gate.propose("issue_refund", json!({"amount": 6})).await;
    gate.world.pass(jiff::SignedDuration::from_millis(1_234));
    let token = json!({ "token": run["token"] });
    assert!(
        gate.post("support-3", &path(&run, "/redeem"), token)
            .await
            .status
            .is_success()
    );
    gate.propose("frobnicate_x", json!({"a": "b"})).await;
    let Gate { folder, service, .. } = gate;
    drop(service);
    folder
}

/// Somebody with the file and without the triggers.
pub fn damage(folder: &Path, sql: &str) {
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

pub fn fault(folder: &Path) -> Fault {
    store::verify(&folder.join("ledger.db"))
        .unwrap()
        .expect_err("damage was not noticed")
}

#[tokio::test]
async fn an_untouched_ledger_verifies() {
    let folder = lived_in().await;
    let report = store::verify(&folder.path().join("ledger.db")).unwrap().unwrap();
    assert_eq!((report.envelopes, report.erased), (4, 0));
}

#[tokio::test]
async fn a_ledger_of_an_earlier_version_is_brought_up_to_date_from_its_entries() {
    let folder = lived_in().await;
    let path = folder.path().join("ledger.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            &format!("{WITHOUT_FOUND} DROP TABLE waiting; DROP TRIGGER envelope_waits; DROP TRIGGER envelope_turns; DROP INDEX envelope_trouble; DROP INDEX envelope_overdue; DROP INDEX envelope_unseen; \
             DROP INDEX envelope_rest; DROP INDEX envelope_undo; DROP INDEX envelope_ran_by; DROP INDEX envelope_ran_on; \
             DROP TABLE review; DROP TABLE undo; DROP TABLE stop; DROP TABLE file; \
             ALTER TABLE decision DROP COLUMN key; DROP INDEX entry_envelope; ALTER TABLE envelope DROP COLUMN reject_quorum; ALTER TABLE envelope DROP COLUMN rejections; DROP TABLE person_key; DROP TABLE nonce; DROP TABLE session; DROP TABLE log_key; DROP TABLE erasure; DROP TABLE hold; \
             DROP TABLE judged; DROP TABLE floored; DROP TABLE unknown_tool;"),
        )
        .unwrap();
    for column in [
        "alike",
        "apart",
        "redeemed_at",
        "after",
        "run",
        "signals",
        "outer_at",
        "passed_to",
        "seen",
        "unseen",
        "trouble_at",
        "cleared_at",
        "cleared_until",
    ] {
        let drop = format!("ALTER TABLE envelope DROP COLUMN {column}");
        connection.execute_batch(&drop).unwrap();
    }
    connection.execute_batch("PRAGMA user_version = 2").unwrap();
    drop(connection);
    drop(store::Store::open(&path).unwrap());
    assert!(store::verify(&path).unwrap().is_ok());
    let connection = Connection::open(&path).unwrap();
    let sql = "SELECT redeemed_at FROM envelope WHERE redeemed_at IS NOT NULL";
    let redeemed_at: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    let expected: jiff::Timestamp = "2026-11-21T04:12:10.234Z".parse().unwrap();
    assert_eq!(redeemed_at, expected.as_millisecond());
    let sql = "SELECT tool, class, n FROM unknown_tool";
    let unknown: Vec<(String, String, i64)> = connection
        .prepare(sql)
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(unknown, [("frobnicate_x".to_owned(), String::new(), 1)]);
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
        "UPDATE principal SET added_at = added_at - 86400000 WHERE name = 'ana'",
        "UPDATE principal SET key_sha256 = zeroblob(32) WHERE name = 'ana'",
        "DELETE FROM principal WHERE name = 'ben'",
        "UPDATE policy SET bytes = x'78'",
        "DELETE FROM policy",
        "UPDATE envelope SET votes = 7 WHERE stage = 'approved'",
        "DELETE FROM envelope WHERE stage = 'rejected'",
        "UPDATE envelope SET redeemed_at = redeemed_at + 1 WHERE stage = 'redeemed'",
        "UPDATE envelope SET redeemed_at = NULL",
        "UPDATE envelope SET redeemed_at = 0 WHERE stage = 'approved'",
        "UPDATE envelope SET outer_at = deadline_at WHERE stage = 'approved'",
        "UPDATE envelope SET passed_to = id WHERE stage = 'approved'",
        "UPDATE judged SET n = n + 1 WHERE verdict = 'allow'",
        "DELETE FROM judged WHERE verdict = 'quarantine'",
        "INSERT INTO floored VALUES (20000, 'made-up', 1)",
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
async fn a_text_that_is_gone_without_an_entry_that_erases_it_is_noticed() {
    for sql in [
        "UPDATE blob SET salt = NULL, bytes = NULL WHERE kind = 'reason'",
        "UPDATE blob SET salt = NULL, bytes = NULL WHERE kind = 'profile'",
        "UPDATE payload SET salt = NULL, sha256 = NULL, parts = NULL, arguments = NULL",
    ] {
        let folder = lived_in().await;
        let connection = Connection::open(folder.path().join("ledger.db")).unwrap();
        connection.execute(sql, params![]).unwrap();
        drop(connection);
        let fault = fault(folder.path());
        assert_eq!(fault.kind, FaultKind::Tampered, "{sql}");
        assert!(
            fault.message.contains("no entry says that it was erased"),
            "{}",
            fault.message
        );
    }
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

/// A ledger in which every verb of a reviewer was used, closed.
async fn worked_on() -> tempfile::TempDir {
    let gate = gate().await;
    let edited = gate.propose("issue_refund", json!({"amount": 6000})).await;
    gate.post("ana", &path(&edited, "/claim"), "{}").await;
    gate.post("ana", &path(&edited, "/questions"), json!({"text": "Why?"}))
        .await;
    gate.post("support-3", &path(&edited, "/answers"), json!({"n": 0, "text": "So."}))
        .await;
    let by = json!({"decision": "extend", "by": "1h", "reason": "asleep"});
    gate.decide("sam", &edited, by).await;
    let to = json!({"decision": "escalate", "to": "sue", "reason": "hers"});
    gate.decide("ana", &edited, to).await;
    let edited = gate.read("ana", &edited).await;
    let less = json!({"decision": "edit", "arguments_raw": "{\"amount\":50}", "reason": "less"});
    assert_eq!(gate.decide("sam", &edited, less).await.body["stage"], "approved");
    let unknown = gate.propose("frobnicate_x", json!({"a": "b"})).await;
    gate.decide("ana", &unknown, json!({"decision": "classify", "class": "email"}))
        .await;
    let stop = json!({"scope": "agent", "name": "ops-1", "effect": "deny", "reason": "wild"});
    gate.post("ana", "/v1/stops", stop).await;
    let file = "a file".to_owned();
    gate.send("support-3", axum::http::Method::POST, "/v1/blobs", None, file)
        .await;
    let watched = gate.propose("add_note", json!({"text": "x"})).await;
    gate.post("runner", &path(&watched, "/signals"), json!({"score": 1}))
        .await;
    let mine = gate.read("support-3", &watched).await;
    gate.post("support-3", &path(&watched, "/redeem"), json!({"token": mine["token"]}))
        .await;
    gate.post("support-3", &path(&watched, "/outcome"), json!({"status": "succeeded"}))
        .await;
    gate.post(
        "ana",
        &path(&watched, "/review"),
        json!({"finding": "flagged", "note": "no"}),
    )
    .await;
    gate.post("ana", &path(&watched, "/undo"), json!({"reason": "back"}))
        .await;
    gate.post("support-3", &path(&watched, "/outcome"), json!({"status": "succeeded"}))
        .await;
    gate.verify();
    let Gate { folder, service, .. } = gate;
    drop(service);
    folder
}

#[tokio::test]
async fn damage_to_what_reviewers_did_is_noticed() {
    for sql in [
        "UPDATE envelope SET custody = (SELECT id FROM principal WHERE name = 'ben') WHERE edited = 1",
        "UPDATE envelope SET custody = NULL WHERE edited = 1",
        "UPDATE envelope SET claimed_by = (SELECT id FROM principal WHERE name = 'ben') WHERE edited = 1",
        "UPDATE envelope SET claimed_until = claimed_until + 1 WHERE edited = 1",
        "UPDATE envelope SET edited = 0",
        "UPDATE envelope SET escalated = 0",
        "UPDATE envelope SET latest_at = latest_at + 86400000",
        "UPDATE envelope SET latest_at = NULL",
        "UPDATE envelope SET answered = 0",
        "UPDATE envelope SET class = 'note' WHERE class = 'email'",
        "UPDATE question SET person = (SELECT id FROM principal WHERE name = 'ben')",
        "UPDATE question SET answered_at = NULL",
        "DELETE FROM question",
        "UPDATE envelope SET redeemed_at = redeemed_at + 1",
        "UPDATE envelope SET review = 'fine' WHERE review = 'flagged'",
        "UPDATE review SET finding = 'fine'",
        "UPDATE review SET person = (SELECT id FROM principal WHERE name = 'ben')",
        "DELETE FROM review",
        "DELETE FROM stop",
        "UPDATE stop SET effect = 'hold'",
        "UPDATE stop SET resumed_by = person, resumed_at = at",
        "UPDATE file SET bytes = x'78'",
        "UPDATE envelope SET signals = 0",
        "UPDATE blob SET bytes = x'78' WHERE kind = 'signal'",
        "UPDATE undo SET succeeded = 0",
        "DELETE FROM undo",
        "UPDATE blob SET bytes = x'78' WHERE kind = 'undo_reason'",
        "UPDATE blob SET bytes = x'78' WHERE kind = 'undo'",
        "UPDATE decision SET detail = 'ticket.tag' WHERE decision = 'classify'",
        "UPDATE decision SET detail = NULL WHERE decision = 'extend'",
        "UPDATE blob SET bytes = x'78' WHERE kind = 'question'",
        "UPDATE blob SET bytes = x'78' WHERE kind = 'answer'",
        "DELETE FROM blob WHERE kind = 'judgement' AND part = 1",
        "DELETE FROM payload WHERE revision > 1",
    ] {
        let folder = worked_on().await;
        damage(folder.path(), sql);
        assert_eq!(fault(folder.path()).kind, FaultKind::Tampered, "{sql}");
    }
}

/// Entries that a gate would never write, sealed as if one had.
#[tokio::test]
async fn a_forged_course_of_events_is_found_by_what_must_come_first() {
    let given = |payload| Given {
        payload,
        reason: None,
        shown: None,
        signature: "unsigned (bearer)".into(),
        signed: None,
    };
    let digest = signoff::domain::Digest([7; 32]);
    let at: jiff::Timestamp = "2026-11-21T04:12:10Z".parse().unwrap();
    let approved = Fact::Decided(Decided {
        decision: DecisionKind::Approve,
        payload: None,
        reason: None,
        shown: None,
        signature: "unsigned (bearer)".into(),
        signed: None,
        votes: 1,
        quorum: 1,
        rejections: None,
    });
    let edited = || Fact::Edited {
        given: given(None),
        payload: digest,
    };
    let classified = || Fact::Classified {
        given: given(None),
        class: "email".into(),
    };
    let later = |deadline_at| Fact::Extended {
        given: given(None),
        deadline_at,
    };
    let up = Fact::Escalated {
        to: Role::Reviewer,
        deadline_at: at,
        person: None,
        given: None,
    };
    for (facts, why) in [
        (vec![edited(), approved.clone()], "what a person changed was not judged"),
        (vec![classified()], "cannot become noted"),
        (
            vec![later(at + jiff::SignedDuration::from_hours(100))],
            "beyond its bound",
        ),
        (vec![later(at)], "beyond its bound"),
        (vec![up], "somebody escalated it without a word"),
        (
            vec![Fact::Answered { n: 0, answer: digest }],
            "answers what was not asked",
        ),
        (
            vec![Fact::Edited {
                given: given(Some(digest)),
                payload: digest,
            }],
            "decided on another payload",
        ),
    ] {
        let gate = gate().await;
        let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
        if why.contains("noted") {
            gate.reject("ana", &envelope, "no").await;
        }
        let person = gate.service.authenticate(gate.token("ben")).unwrap().id;
        let Gate { folder, service, .. } = gate;
        drop(service);
        let path = folder.path().join("ledger.db");
        let ledger = store::Store::open(&path).unwrap();
        let entries: Vec<Entry> = facts
            .into_iter()
            .map(|fact| Entry {
                v: 1,
                at,
                actor: Actor {
                    kind: ActorKind::Human,
                    id: Some(person),
                },
                envelope: Some(envelope["id"].as_str().unwrap().parse().unwrap()),
                rev: Some(1),
                batch: None,
                fact,
            })
            .collect();
        let forged = ledger.write(move |tx| entries.iter().try_for_each(|entry| tx.append(entry).map(drop)));
        forged.await.unwrap();
        drop(ledger);
        let found = fault(folder.path());
        assert!(found.message.contains(why), "{} instead of {why}", found.message);
    }
}

/// Nothing of the chain is touched: only what people read in the queue is another thing than what would run.
#[tokio::test]
async fn lists_that_name_another_action_than_the_payload_do_not_verify() {
    for (sql, what) in [
        ("UPDATE envelope SET tool = 'read_x'", "tool"),
        ("UPDATE envelope SET target = 'x:y'", "target"),
        (
            "UPDATE envelope SET created_at = created_at - 1",
            "time of its proposal",
        ),
    ] {
        let folder = lived_in().await;
        damage(folder.path(), sql);
        let fault = fault(folder.path());
        assert_eq!(fault.kind, FaultKind::Tampered);
        assert!(fault.message.contains(what), "{}", fault.message);
    }
}

#[tokio::test]
async fn a_file_under_a_name_that_is_no_digest_is_tampering() {
    let folder = lived_in().await;
    damage(folder.path(), "INSERT INTO file VALUES (x'00', x'00', 1, x'00')");
    assert_eq!(fault(folder.path()).message, "A file has a name that is no digest.");
}

/// What is only read is not brought up to date: it is said what to do, and nothing is answered from lists that
/// this version does not know.
#[tokio::test]
async fn a_ledger_of_an_earlier_version_that_is_only_read_says_so() {
    let folder = lived_in().await;
    damage(
        folder.path(),
        &format!(
            "{WITHOUT_FOUND} ALTER TABLE decision DROP COLUMN key; DROP INDEX entry_envelope; ALTER TABLE envelope DROP COLUMN reject_quorum; ALTER TABLE envelope DROP COLUMN rejections; PRAGMA user_version = 14;"
        ),
    );
    let path = folder.path().join("ledger.db");
    let older = "the database was made by an earlier version of signoff (schema 14)";
    for refused in [verify(&path).map(drop), Store::frozen(&path).map(drop)] {
        let refused = refused.unwrap_err().to_string();
        assert!(refused.starts_with(older), "{refused}");
    }
    drop(Store::open(&path).unwrap());
    assert!(verify(&path).unwrap().is_ok());
}
