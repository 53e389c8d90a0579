//! The key that tokens are signed with: every one of them is named by an entry, and none is the log's.

use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use signoff::domain::{Actor, ActorKind};
use signoff::gate::{Keys, Opening, Service, ServiceError, World};
use signoff::ledger::{Entry, Fact, hand_over};
use signoff::signature::{Jwk, NoteKey, SecretKey};
use signoff::store::{self, Reading, Store};

use super::heads::forged;
use crate::it::bundle::{export, files, signoff};
use crate::it::world::{Gate, SetWorld, gate, keys};

fn key(n: u8) -> SecretKey {
    SecretKey::from_seed(&[n; 32])
}

fn x(n: u8) -> String {
    Jwk::of(&key(n).public()).x
}

async fn open_with(folder: &Path, world: &Arc<SetWorld>, token: SecretKey) -> Result<Service, ServiceError> {
    let opening = Opening {
        store: Store::open(&folder.join("ledger.db")).unwrap(),
        policy: include_str!("../../fixtures/policy/gate.toml").to_owned().into(),
        world: Arc::clone(world) as Arc<dyn World>,
        own: Vec::new(),
        keys: Keys { token, ..keys() },
        accepted: None,
    };
    Service::open(opening).await
}

/// The keys that entries name, in order.
fn named(folder: &Path) -> Vec<(Timestamp, String)> {
    let mut named = Vec::new();
    let reading = Reading::open(&folder.join("ledger.db")).unwrap();
    let take = |entry: &Entry| {
        if let Fact::TokenKeyNamed { key } = &entry.fact {
            named.push((entry.at, key.clone()));
        }
    };
    reading.entries(take).unwrap();
    named
}

async fn published(gate: &Gate) -> Value {
    gate.get("nobody", "/.well-known/jwks.json").await.body["keys"].clone()
}

#[tokio::test]
async fn a_start_names_the_key_that_the_gate_publishes_once_and_another_key_anew() {
    let mut gate = gate().await;
    let first = gate.world.now();
    let folder = gate.folder.path().to_owned();
    assert_eq!(named(&folder), [(first, x(2))]);
    assert_eq!(published(&gate).await[0]["x"], x(2));
    gate.world.pass(SignedDuration::from_hours(1));
    for (n, keys) in [(2, 1), (5, 2), (5, 2), (2, 3)] {
        gate.service = Arc::new(open_with(&folder, &gate.world, key(n)).await.unwrap());
        let told = named(&folder);
        assert_eq!(told.len(), keys, "{told:?}");
        let published = published(&gate).await;
        assert_eq!(published.as_array().unwrap().len(), 1);
        assert_eq!(published[0]["x"], told.last().unwrap().1);
    }
    gate.verify();
}

#[tokio::test]
async fn a_bundle_says_which_key_signed_tokens_from_when_to_when() {
    let mut gate = gate().await;
    let first = gate.world.now();
    gate.world.pass(SignedDuration::from_hours(1));
    let second = gate.world.now();
    gate.service = Arc::new(open_with(gate.folder.path(), &gate.world, key(5)).await.unwrap());
    let bundle = export(gate.folder.path(), &[]);
    let set: Value = serde_json::from_slice(&files(&bundle)["token.jwks"]).unwrap();
    let timed = |n: u8, more: Value| {
        let mut key = serde_json::to_value(Jwk::of(&key(n).public())).unwrap();
        key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        key
    };
    let expected = [
        timed(2, json!({"from": first, "until": second})),
        timed(5, json!({"from": second})),
    ];
    assert_eq!(set, json!({ "keys": expected }));
    let said = signoff(&["verify-bundle", bundle.to_str().unwrap()]);
    assert!(said.status.success(), "{said:?}");
}

#[tokio::test]
async fn a_gate_whose_log_and_tokens_have_one_key_does_not_open_and_writes_nothing() {
    let gate = gate().await;
    let (folder, before) = (gate.folder.path().to_owned(), gate.verify().entries);
    let refused = open_with(&folder, &gate.world, keys().log).await;
    assert!(matches!(refused, Err(ServiceError::OneKey)), "{refused:?}");
    assert_eq!(gate.verify().entries, before);
    // Nor on its first start.
    let empty = tempfile::tempdir().unwrap();
    let refused = open_with(empty.path(), &gate.world, keys().log).await;
    assert!(matches!(refused, Err(ServiceError::OneKey)), "{refused:?}");
    assert_eq!(
        store::verify(&empty.path().join("ledger.db")).unwrap().unwrap().entries,
        0
    );
}

#[tokio::test]
async fn a_token_key_that_the_gate_cannot_have_named_does_not_verify() {
    let human = Actor {
        kind: ActorKind::Human,
        id: None,
    };
    let token = |key: String| Fact::TokenKeyNamed { key };
    let standard = x(5).replace('-', "+").replace('_', "/");
    let log: NoteKey = {
        let gate = gate().await;
        let reading = Reading::open(&gate.folder.path().join("ledger.db")).unwrap();
        reading.db().log_key_text().unwrap().unwrap().parse().unwrap()
    };
    // The log's key handed over to, and it is that of tokens.
    let next = signoff::ledger::log_key(log.name(), keys().token.public()).unwrap();
    let rotated = Fact::KeyRotated {
        key: next.to_string(),
        signed: Some(hand_over(&next, &keys().log)),
    };
    for (actor, fact, why) in [
        (human, token(x(5)), "only the gate names"),
        (Actor::GATE, token(format!("{standard}=")), "its key is not one"),
        (Actor::GATE, token(x(2)), "in force already"),
        (Actor::GATE, token(x(1)), "with the log's key"),
        (human, rotated, "with the key of tokens"),
    ] {
        let gate = gate().await;
        let Gate { folder, service, .. } = gate;
        drop(service);
        let found = forged(folder.path(), actor, fact).await;
        assert!(found.message.contains(why), "{} instead of {why}", found.message);
    }
}
