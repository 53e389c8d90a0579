//! What one executor asks of a gate that may be stolen: a part clears a payload by the people that are pinned, or
//! nothing does.

use axum::http::StatusCode;
use serde_json::{Value, json};
use signoff::bundle::{Clearance, Flaw, FlawKind, Held, Part, Pins, check};
use signoff::client::{Client, NotCleared};
use signoff::domain::{Actor, DecisionKind, Digest, EnvelopeId, Role};
use signoff::gate::serve;
use signoff::ledger::{Entry, Fact, log_key, origin, sha256};
use signoff::signature::SecretKey;

use super::sign;
use super::stolen::{POLICY, Thief, add, exported, honest, pins, redeem};
use crate::it::gate::signed::pen;
use crate::it::world::{Gate, path};

/// What the runner, which executes for support-3, is handed.
async fn part(gate: &Gate, envelope: &Value, held: &Held) -> Part {
    let asked = format!("{}?from={}", path(envelope, "/part"), held.size());
    let answer = gate.get("runner", &asked).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    serde_json::from_value(answer.body).unwrap()
}

fn about(envelope: &Value) -> (EnvelopeId, Digest) {
    let of = |name: &str| envelope[name].clone();
    (
        serde_json::from_value(of("id")).unwrap(),
        serde_json::from_value(of("payload_sha256")).unwrap(),
    )
}

fn ask(part: Part, envelope: &Value) -> Result<Clearance, Flaw> {
    let (id, sha256) = about(envelope);
    part.cleared(&mut Held::default(), &pins(&[POLICY]), id, sha256)
}

fn by(cleared: Result<Clearance, Flaw>) -> Vec<String> {
    cleared.unwrap().by.into_iter().collect()
}

fn why(cleared: Result<Clearance, Flaw>, kind: FlawKind) -> String {
    let flaw = cleared.expect_err("it is cleared");
    assert_eq!(flaw.kind, kind, "{flaw}");
    flaw.message
}

/// A refund that takes two seniors, approved by sam and sue.
async fn large(gate: &Gate) -> Value {
    let large = gate.propose("issue_refund", json!({"amount": 7000})).await;
    sign(gate, "sam", &pen(gate, 2), &large, DecisionKind::Approve).await;
    sign(gate, "sue", &pen(gate, 3), &large, DecisionKind::Approve).await;
    large
}

#[tokio::test]
async fn a_part_clears_what_people_that_are_known_approved_and_no_other_payload() {
    let gate = honest().await;
    let large = large(&gate).await;
    let low = gate.propose("add_note", json!({"text": "b"})).await;
    let small = gate.propose("issue_refund", json!({"amount": 11})).await;
    let held = Held::default();
    assert_eq!(by(ask(part(&gate, &large, &held).await, &large)), ["sam", "sue"]);
    assert!(by(ask(part(&gate, &low, &held).await, &low)).is_empty());
    // The policy lets it through, and it matters: nobody signed for it.
    let alone = ask(part(&gate, &small, &held).await, &small);
    assert!(why(alone, FlawKind::Unproved).contains("nobody who is trusted here lets it run"));
    let (id, _) = about(&large);
    let all = part(&gate, &large, &held).await;
    let other = all
        .clone()
        .cleared(&mut Held::default(), &pins(&[]), id, Digest([7; 32]));
    assert!(why(other, FlawKind::Unproved).contains("what was approved is another payload"));
    let unpinned = all
        .clone()
        .cleared(&mut Held::default(), &Pins::default(), id, Digest([7; 32]));
    assert!(why(unpinned, FlawKind::Unproved).contains("nobody was named whose word counts"));
    let lax = pins(&["schema = 1"]);
    let judged = all.cleared(&mut Held::default(), &lax, id, about(&large).1);
    assert!(why(judged, FlawKind::Unproved).contains("none of those that were named"));
    // It ran, and stands cleared still.
    redeem(&gate, &large).await;
    assert_eq!(by(ask(part(&gate, &large, &held).await, &large)), ["sam", "sue"]);
    gate.verify();
}

#[tokio::test]
async fn only_the_service_that_executes_it_is_handed_a_part_and_nothing_that_people_said() {
    let mut gate = honest().await;
    gate.add_service("other").await;
    let large = large(&gate).await;
    let asked = path(&large, "/part");
    for (caller, status, code) in [
        ("support-3", StatusCode::FORBIDDEN, "executors_only"),
        ("ops-1", StatusCode::FORBIDDEN, "executors_only"),
        ("admin", StatusCode::FORBIDDEN, "executors_only"),
        ("other", StatusCode::NOT_FOUND, "not_found"),
        ("nobody", StatusCode::UNAUTHORIZED, "unauthorized"),
    ] {
        let answer = gate.get(caller, &asked).await;
        assert_eq!(answer.status, status, "{caller}: {}", answer.body);
        assert_eq!(answer.body["error"]["code"], code, "{caller}");
    }
    let waiting = gate.propose("issue_refund", json!({"amount": 61})).await;
    let early = gate.get("runner", &path(&waiting, "/part")).await;
    assert_eq!(early.body["error"]["code"], "not_redeemable", "{}", early.body);
    let own = gate.get("runner", &asked).await;
    // The reason of every approval here, and the other envelopes' payloads.
    assert!(!own.raw.contains("checked") && !own.raw.contains("6000"), "{}", own.raw);
    assert!(own.raw.contains("7000"));
    let part: Part = serde_json::from_value(own.body).unwrap();
    let kinds = part
        .texts
        .iter()
        .flat_map(|texts| &texts.texts)
        .map(|kept| kept.kind.as_str());
    let others = kinds.filter(|kind| *kind != "profile" && !kind.starts_with("voucher/"));
    let told = ["request", "rationale", "claims", "before", "signals"];
    assert_eq!(others.filter(|kind| !told.contains(kind)).count(), 0);
}

#[tokio::test]
async fn what_is_left_out_of_a_part_or_changed_in_it_clears_nothing() {
    type Change = fn(&mut Part);
    let gate = honest().await;
    let large = large(&gate).await;
    let whole = part(&gate, &large, &Held::default()).await;
    assert!(ask(whole.clone(), &large).is_ok());
    let changes: [(Change, FlawKind, &str); 13] = [
        (|part| drop(part.entries.remove(9)), FlawKind::Tampered, ""),
        (|part| drop(part.entries.pop()), FlawKind::Tampered, "The head names"),
        (|part| part.entries.swap(3, 4), FlawKind::Tampered, ""),
        (
            |part| part.entries[4] = part.entries[4].replace("reviewer", "operator"),
            FlawKind::Tampered,
            "",
        ),
        (
            |part| part.entries.push(part.entries[9].clone()),
            FlawKind::Tampered,
            "",
        ),
        (|part| part.checkpoint = None, FlawKind::Tampered, "It has no head"),
        (
            |part| part.checkpoint = part.checkpoint.take().map(|note| note.replace("signoff/", "sign0ff/")),
            FlawKind::Tampered,
            "",
        ),
        (|part| part.v = 2, FlawKind::Tampered, "are held"),
        (
            |part| part.from = 1,
            FlawKind::Tampered,
            "It begins after 1 entries, and 0 are held",
        ),
        (|part| part.policies.clear(), FlawKind::Tampered, "is gone"),
        (
            |part| part.texts[0].payloads[0].arguments = r#"{"amount": 7001}"#.to_owned(),
            FlawKind::Tampered,
            "",
        ),
        (|part| part.texts.push(part.texts[0].clone()), FlawKind::Tampered, ""),
        (|part| part.texts.clear(), FlawKind::Unproved, "no entry is about it"),
    ];
    for (n, (change, kind, says)) in changes.into_iter().enumerate() {
        let mut other = whole.clone();
        change(&mut other);
        let said = why(ask(other, &large), kind);
        assert!(said.contains(says), "change {n}: {said}");
    }
    // Each text that it has is one that it takes: without any of them nobody gives the verdict again, or a voice is
    // missing. Ana's word is not asked for here.
    for (n, texts) in whole.texts.iter().enumerate() {
        for kind in 0..texts.texts.len() {
            let mut other = whole.clone();
            let left_out = other.texts[n].texts.remove(kind);
            let said = ask(other, &large);
            let name = String::from_utf8(left_out.bytes().unwrap()).unwrap();
            let needed = ["sam", "sue"].iter().any(|who| name.contains(who)) && left_out.kind.starts_with("voucher/")
                || name.contains("support-3")
                || n == 0;
            assert_eq!(said.is_err(), needed, "{}: {name}: {said:?}", left_out.kind);
        }
    }
}

#[tokio::test]
async fn a_reviewer_of_the_thiefs_clears_nothing_and_keeps_nothing_else_from_being_cleared() {
    let mut gate = honest().await;
    add(&mut gate, "mallory", Role::Senior, 66).await;
    let stolen = gate.propose("issue_refund", json!({"amount": 70})).await;
    sign(&gate, "mallory", &pen(&gate, 66), &stolen, DecisionKind::Approve).await;
    let said = ask(part(&gate, &stolen, &Held::default()).await, &stolen);
    assert!(why(said, FlawKind::Unproved).contains("of the 1 people that takes, 0 signed"));
    // What the thief did with another does not keep a payload from being cleared that people approved; a whole
    // bundle does not hold any more.
    let large = large(&gate).await;
    assert!(ask(part(&gate, &large, &Held::default()).await, &large).is_ok());
    assert!(check(&exported(&gate), &pins(&[])).is_err());
}

#[tokio::test]
async fn who_holds_entries_is_shown_no_ledger_from_before_them_and_none_that_grew_otherwise() {
    let gate = honest().await;
    let large = large(&gate).await;
    let (id, sha256) = about(&large);
    let before = part(&gate, &large, &Held::default()).await;
    gate.propose("add_note", json!({"text": "c"})).await;
    let after = part(&gate, &large, &Held::default()).await;
    let mut held = Held::default();
    let mut ask = |part: Part| part.cleared(&mut held, &pins(&[POLICY]), id, sha256);
    let known = after.end();
    assert!(ask(after.clone()).is_ok());
    // The ledger as it was, which is all that somebody who holds nothing can ask for.
    let mut back = before.clone();
    (back.from, back.entries) = (known, Vec::new());
    let said = why(ask(back), FlawKind::Tampered);
    assert!(said.contains("entries are there and the head covers"), "{said}");
    assert!(why(ask(before), FlawKind::Tampered).contains("are held"));
    // What is not signed is not kept either: the next one goes on where the last good one ended.
    let mut forged = after.clone();
    (forged.from, forged.entries) = (known, vec![after.entries[9].clone()]);
    assert_eq!(ask(forged).map_err(|flaw| flaw.kind).map(drop), Err(FlawKind::Tampered));
    gate.propose("add_note", json!({"text": "d"})).await;
    let answer = gate
        .get("runner", &format!("{}?from={known}", path(&large, "/part")))
        .await;
    let next: Part = serde_json::from_value(answer.body).unwrap();
    assert_eq!(next.entries.len(), 2);
    assert!(ask(next).is_ok());
    assert_eq!(held.size(), known + 2);
}

#[tokio::test]
async fn the_log_key_that_is_pinned_leads_to_the_one_that_signs() {
    let gate = honest().await;
    let large = large(&gate).await;
    let all = part(&gate, &large, &Held::default()).await;
    let me = gate.get("admin", "/v1/me").await.body;
    let ledger = serde_json::from_value(me["ledger"].clone()).unwrap();
    let (id, sha256) = about(&large);
    for (seed, holds) in [(1, true), (9, false)] {
        let key = SecretKey::from_seed(&[seed; 32]).public();
        let pinned = Pins {
            log_key: Some(log_key(&origin(ledger, 0), key).unwrap()),
            ..pins(&[POLICY])
        };
        let said = all.clone().cleared(&mut Held::default(), &pinned, id, sha256);
        assert_eq!(said.is_ok(), holds, "{said:?}");
    }
}

/// The same gate where a client reaches it.
async fn client(gate: &Gate, caller: &str) -> Client {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, gate.service.clone(), std::future::pending()));
    Client::new(&url, Some(gate.token(caller).to_owned())).unwrap()
}

#[tokio::test]
async fn a_client_asks_for_a_long_ledger_piece_by_piece_and_for_what_is_new_afterwards() {
    let gate = honest().await;
    let large = large(&gate).await;
    let (id, sha256_of) = about(&large);
    let thief = Thief::of(&gate).await;
    let active = Entry {
        v: 1,
        at: thief.at,
        actor: Actor::GATE,
        envelope: None,
        rev: None,
        batch: None,
        fact: Fact::PolicyActivated {
            policy: sha256(POLICY.as_bytes()),
        },
    };
    let more = move |tx: &mut signoff::store::Tx<'_>| (0..4200).try_for_each(|_| tx.append(&active).map(drop));
    thief.write(more).await;
    drop(thief);
    let client = client(&gate, "runner").await;
    let mut held = Held::default();
    let first = client.part(id, 0).await.unwrap();
    assert!(first.end() > 4200 && first.checkpoint.is_some());
    let cleared = client
        .cleared(&mut held, &pins(&[POLICY]), id, sha256_of)
        .await
        .unwrap();
    assert_eq!((held.size(), cleared.by.len()), (first.end(), 2));
    assert!(client.part(id, held.size()).await.unwrap().entries.is_empty());
    assert!(client.cleared(&mut held, &pins(&[POLICY]), id, sha256_of).await.is_ok());
    let other = client.cleared(&mut held, &pins(&[]), id, Digest([7; 32])).await;
    assert!(matches!(other, Err(NotCleared::Flaw(_))), "{other:?}");
    let unknown = EnvelopeId(uuid::Uuid::nil());
    let nothing = client.cleared(&mut held, &pins(&[]), unknown, sha256_of).await;
    assert!(matches!(nothing, Err(NotCleared::Client(_))), "{nothing:?}");
}
