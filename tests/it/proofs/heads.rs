//! Every head is signed, with the key that the entries put in force.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::json;
use signoff::domain::{Actor, ActorKind, Digest};
use signoff::gate::{Keys, Opening, Service, ServiceError, World};
use signoff::ledger::{Checkpoint, Entry, Fact, Fault, FaultKind, hand_over, log_key, origin};
use signoff::signature::{NoteKey, SecretKey};
use signoff::store::{self, Store};
use uuid::Uuid;

use crate::it::ledger::{damage, fault};
use crate::it::world::{Gate, SetWorld, gate, keys, open};

/// A ledger with a few heads, closed.
async fn signed() -> tempfile::TempDir {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.approve("ana", &envelope).await;
    let Gate { folder, service, .. } = gate;
    drop(service);
    folder
}

fn notes(folder: &Path) -> Vec<(u64, Option<String>)> {
    let connection = Connection::open(folder.join("ledger.db")).unwrap();
    let mut query = connection
        .prepare("SELECT size, CAST(note AS TEXT) FROM head ORDER BY size")
        .unwrap();
    let rows = query.query_map([], |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

fn entries(folder: &Path) -> Vec<Entry> {
    let mut entries = Vec::new();
    let reading = store::Reading::open(&folder.join("ledger.db")).unwrap();
    reading.entries(|entry| entries.push(entry.clone())).unwrap();
    entries
}

/// The key that the last such entry names.
fn key(folder: &Path) -> NoteKey {
    let named = entries(folder).into_iter().rev().find_map(|entry| match entry.fact {
        Fact::KeyRotated { key, .. } | Fact::RollbackAccepted { key, .. } => Some(key),
        _ => None,
    });
    named.unwrap().parse().unwrap()
}

/// What is found in a ledger after somebody who has it wrote this as its next entry.
pub async fn forged(folder: &Path, actor: Actor, fact: Fact) -> Fault {
    let store = Store::open(&folder.join("ledger.db")).unwrap();
    let entry = Entry {
        v: 1,
        at: Timestamp::UNIX_EPOCH,
        actor,
        envelope: None,
        rev: None,
        batch: None,
        fact,
    };
    store.write(move |tx| tx.append(&entry)).await.unwrap();
    drop(store);
    fault(folder)
}

#[tokio::test]
async fn every_head_is_signed_with_the_key_that_an_entry_names() {
    let folder = signed().await;
    let key = key(folder.path());
    assert_eq!(key.key(), keys().log.public());
    let notes = notes(folder.path());
    assert!(notes.len() > 3);
    for (size, note) in &notes {
        let read = Checkpoint::open(note.as_deref().unwrap(), &key).unwrap();
        assert_eq!((read.size, read.origin.as_str()), (*size, key.name()));
    }
    let report = store::verify(&folder.path().join("ledger.db")).unwrap().unwrap();
    assert_eq!(report.checkpoints, u64::try_from(notes.len()).unwrap());
}

#[tokio::test]
async fn a_ledger_of_before_there_were_keys_is_told_one_at_its_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("ledger.db")).unwrap();
    let opened = Entry {
        v: 1,
        at: Timestamp::UNIX_EPOCH,
        actor: Actor::GATE,
        envelope: None,
        rev: None,
        batch: None,
        fact: Fact::Opened { ledger: Uuid::nil() },
    };
    store.write(move |tx| tx.append(&opened)).await.unwrap();
    drop(store);
    drop(open(folder.path(), &SetWorld::new(), "schema = 1").await);
    let notes = notes(folder.path());
    assert_eq!(notes[0], (1, None));
    assert!(notes[1..].iter().all(|(_, note)| note.is_some()));
    let report = store::verify(&folder.path().join("ledger.db")).unwrap().unwrap();
    assert_eq!((report.checkpoints, report.entries), (1, 4));
}

async fn open_with(folder: &Path, log: SecretKey) -> Result<Service, ServiceError> {
    let opening = Opening {
        store: Store::open(&folder.join("ledger.db")).unwrap(),
        policy: "schema = 1".to_owned().into(),
        world: SetWorld::new() as Arc<dyn World>,
        own: Vec::new(),
        keys: Keys { log, ..keys() },
        accepted: None,
    };
    Service::open(opening).await
}

#[tokio::test]
async fn a_gate_with_another_log_key_does_not_open_and_writes_nothing() {
    let folder = signed().await;
    let before = entries(folder.path()).len();
    let refused = open_with(folder.path(), SecretKey::from_seed(&[9; 32])).await;
    assert!(matches!(refused, Err(ServiceError::LogKey)), "{refused:?}");
    assert_eq!(entries(folder.path()).len(), before);
    assert!(open_with(folder.path(), keys().log).await.is_ok());
}

#[tokio::test]
async fn a_head_without_its_signature_or_with_another_is_noticed() {
    for (sql, what) in [
        (
            "UPDATE head SET note = NULL WHERE size = (SELECT max(size) FROM head)",
            "is not signed",
        ),
        (
            "UPDATE head SET note = NULL WHERE size = (SELECT min(size) FROM head)",
            "is not signed",
        ),
        (
            "UPDATE head SET note = (SELECT note FROM head ORDER BY size LIMIT 1) WHERE size = (SELECT max(size) FROM head)",
            "is signed as another",
        ),
        (
            "UPDATE head SET note = CAST(replace(CAST(note AS TEXT), 'signoff/', 'sign0ff/') AS BLOB)",
            "is not signed with the key in force",
        ),
        ("UPDATE head SET note = x'ff'", "is not signed with the key in force"),
        ("DELETE FROM log_key", "name the log's key"),
        ("INSERT INTO log_key VALUES (0)", "name the log's key"),
    ] {
        let folder = signed().await;
        damage(folder.path(), sql);
        let fault = fault(folder.path());
        assert_eq!(fault.kind, FaultKind::Tampered, "{sql}");
        assert!(fault.message.contains(what), "{sql}: {}", fault.message);
    }
}

#[tokio::test]
async fn a_key_that_nobody_handed_over_to_does_not_verify() {
    let next = |named: &str, seed: u8| {
        let secret = SecretKey::from_seed(&[seed; 32]);
        log_key(named, secret.public()).unwrap()
    };
    let human = Actor {
        kind: ActorKind::Human,
        id: None,
    };
    let rotated = |key: &NoteKey, signed: Option<String>| Fact::KeyRotated {
        key: key.to_string(),
        signed,
    };
    let rollback = |key: &NoteKey| Fact::RollbackAccepted {
        size: 90,
        root: Digest([7; 32]),
        key: key.to_string(),
        reason: Digest([8; 32]),
        second: None,
    };
    let folder = signed().await;
    let own = key(folder.path());
    let (fresh, foreign) = (next(own.name(), 9), next("signoff/other", 9));
    let Fact::Opened { ledger } = entries(folder.path())[0].fact else {
        unreachable!("the first entry");
    };
    let renamed = next(&origin(ledger, 1), 9);
    let thief = SecretKey::from_seed(&[9; 32]);
    for (actor, fact, why) in [
        (human, rotated(&fresh, None), "did not hand over"),
        (
            human,
            rotated(&fresh, Some(hand_over(&fresh, &thief))),
            "did not hand over",
        ),
        (
            human,
            rotated(&fresh, Some(hand_over(&own, &keys().log))),
            "did not hand over",
        ),
        (
            human,
            rotated(&foreign, Some(hand_over(&foreign, &keys().log))),
            "name of another ledger",
        ),
        (
            human,
            rotated(&renamed, Some(hand_over(&renamed, &keys().log))),
            "name of another ledger",
        ),
        (human, rollback(&fresh), "name of another ledger"),
        (Actor::GATE, rollback(&renamed), "no person accepted"),
    ] {
        let folder = signed().await;
        let found = forged(folder.path(), actor, fact).await;
        assert!(found.message.contains(why), "{} instead of {why}", found.message);
    }
}
