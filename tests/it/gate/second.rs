//! What takes two admins once there are two: adding people, and erasing.

use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::json;

use signoff::domain::{Actor, ActorKind, Digest, EnvelopeId, PrincipalId};
use signoff::ledger::{Entry, Fact};
use signoff::store::Store;

use crate::it::ledger::fault;
use crate::it::world::{Answer, Gate, gate, path};

/// With bob as the second admin, for longer than a day.
async fn with_two_admins() -> Gate {
    let mut gate = gate().await;
    let bob = json!({"name": "bob", "role": "admin"});
    let added = gate.post("admin", "/v1/people", bob).await;
    assert_eq!(
        added.status,
        StatusCode::CREATED,
        "one alone adds the second: {}",
        added.body
    );
    gate.keep("bob", added.body["token"].as_str().unwrap().to_owned());
    gate.world.pass(SignedDuration::from_hours(48));
    gate
}

async fn add(gate: &Gate, by: &str, name: &str, role: &str) -> Answer {
    gate.post(by, "/v1/people", json!({"name": name, "role": role})).await
}

#[tokio::test]
async fn a_person_is_added_when_the_other_admin_asks_for_the_same() {
    let mut gate = with_two_admins().await;
    let first = add(&gate, "admin", "zoe", "senior").await;
    assert_snapshot!(first.refusal(), @"409 second_admin_needed: This takes two admins: your word is recorded, and it is done when another admin asks for the same before 2026-11-24T04:12:09Z.");
    assert_eq!(first.body["token"], json!(null));
    let entries = gate.verify().entries;
    let again = add(&gate, "admin", "zoe", "senior").await;
    assert_eq!(again.body["error"]["code"], "second_admin_needed");
    assert_eq!(gate.verify().entries, entries, "saying it again is no second word");
    for (name, role) in [("zoe", "admin"), ("zoey", "senior")] {
        let other = add(&gate, "bob", name, role).await;
        assert_eq!(
            other.body["error"]["code"], "second_admin_needed",
            "that is something else: {name}"
        );
    }
    let second = add(&gate, "bob", "zoe", "senior").await;
    assert_eq!(second.status, StatusCode::CREATED, "{}", second.body);
    gate.keep("zoe", second.body["token"].as_str().unwrap().to_owned());
    assert_eq!(gate.get("zoe", "/v1/me").await.body["role"], "senior");
    gate.verify();
    // What the first admin wanted is done: the word is used up.
    let third = add(&gate, "bob", "zoe", "senior").await;
    assert_eq!(third.body["error"]["code"], "name_taken");
}

#[tokio::test]
async fn a_first_word_is_over_after_a_day() {
    let gate = with_two_admins().await;
    add(&gate, "admin", "zoe", "senior").await;
    gate.world.pass(SignedDuration::from_hours(24));
    let second = add(&gate, "bob", "zoe", "senior").await;
    assert_eq!(second.body["error"]["code"], "second_admin_needed", "{}", second.body);
    gate.verify();
    assert_eq!(add(&gate, "admin", "zoe", "senior").await.status, StatusCode::CREATED);
    gate.verify();
}

#[tokio::test]
async fn an_admin_who_sent_the_other_one_away_adds_nobody_for_a_day() {
    let gate = with_two_admins().await;
    assert_eq!(gate.delete("bob", "/v1/people/admin").await.status, StatusCode::OK);
    let alone = add(&gate, "bob", "eve", "senior").await;
    assert_eq!(alone.body["error"]["code"], "second_admin_needed");
    gate.world.pass(SignedDuration::from_hours(24));
    assert_eq!(add(&gate, "bob", "eve", "senior").await.status, StatusCode::CREATED);
    gate.verify();
}

#[tokio::test]
async fn agents_and_services_are_added_by_one() {
    let gate = with_two_admins().await;
    for route in ["/v1/agents", "/v1/services"] {
        let added = gate
            .post("admin", route, json!({"name": format!("new-{}", &route[4..])}))
            .await;
        assert_eq!(added.status, StatusCode::CREATED, "{route}: {}", added.body);
    }
}

#[tokio::test]
async fn texts_are_erased_when_both_want_it() {
    let gate = with_two_admins().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.reject("ana", &envelope, "no").await;
    let erase = async |by: &str, reason: &str| {
        let body = json!({"reason": reason, "basis": "GDPR 17"});
        gate.post(by, &path(&envelope, "/erase"), body).await
    };
    let first = erase("admin", "asked to").await;
    assert_eq!(first.body["error"]["code"], "second_admin_needed", "{}", first.body);
    assert_eq!(
        erase("admin", "asked to").await.body["error"]["code"],
        "second_admin_needed"
    );
    assert_eq!(gate.verify().erased, 0, "nothing is gone yet");
    let second = erase("bob", "asked to, seen the mail").await;
    assert_eq!(second.status, StatusCode::OK, "{}", second.body);
    assert!(gate.verify().erased > 0);
    // Once more takes both again.
    assert_eq!(erase("bob", "more").await.body["error"]["code"], "second_admin_needed");
    gate.verify();
}

#[tokio::test]
async fn entries_of_one_admin_that_take_two_do_not_verify() {
    let gate = with_two_admins().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.reject("ana", &envelope, "no").await;
    let admin = gate.get("admin", "/v1/me").await.body["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let id = envelope["id"].as_str().unwrap().parse().unwrap();
    let Gate { folder, service, .. } = gate;
    drop(service);
    let erased = Fact::Erased {
        texts: 1,
        reason: Digest([0; 32]),
        basis: Digest([0; 32]),
        request: None,
    };
    let entry = Entry {
        v: 1,
        at: "2026-11-24T04:12:09Z".parse().unwrap(),
        actor: Actor {
            kind: ActorKind::Human,
            id: Some(PrincipalId(admin)),
        },
        envelope: Some(EnvelopeId(id)),
        rev: Some(1),
        batch: None,
        fact: erased,
    };
    let ledger = Store::open(&folder.path().join("ledger.db")).unwrap();
    ledger.write(move |tx| tx.append(&entry)).await.unwrap();
    drop(ledger);
    let found = fault(folder.path());
    assert!(found.message.contains("one admin alone did what takes two"), "{found}");
}
