//! Admins answer for people's keys: by their own signature, never for their own, and only for what is so.

use axum::http::StatusCode;
use serde_json::{Value, json};
use signoff::api::{KeyView, LedgerPoint, PrincipalView, VouchRequest};
use signoff::gate::World;
use signoff::keys::Pen;

use super::signed::{pen, register};
use crate::it::world::{Answer, Gate, gate};

/// A gate where the admin has key 8, and ana key 1.
async fn begun() -> (Gate, Pen) {
    let gate = gate().await;
    let admin = pen(&gate, 8);
    register(&gate, "admin", &admin).await;
    register(&gate, "ana", &pen(&gate, 1)).await;
    (gate, admin)
}

pub async fn person(gate: &Gate, name: &str) -> PrincipalView {
    let all: Vec<PrincipalView> = serde_json::from_value(gate.get("admin", "/v1/people").await.body).unwrap();
    all.into_iter().find(|person| person.name == name).unwrap()
}

pub async fn point(gate: &Gate) -> LedgerPoint {
    let id = gate.get("admin", "/v1/me").await.body["ledger"].clone();
    let growth = gate.get("admin", "/v1/consistency?from=0").await.body;
    let note = growth["checkpoint"].as_str().unwrap();
    let head = signoff::ledger::Checkpoint::claimed(note).unwrap();
    LedgerPoint {
        id: serde_json::from_value(id).unwrap(),
        size: head.size,
        root: head.root,
    }
}

/// Has `admin` vouch for a person's first key.
pub async fn vouch(gate: &Gate, admin: &str, pen: &Pen, name: &str) {
    let person = person(gate, name).await;
    let (now, point) = (gate.world.now(), point(gate).await);
    let request = pen.voucher(admin, &person, &person.keys[0], point, now).await.unwrap();
    let answer = send(gate, admin, name, &request).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
}

/// What a gate shows otherwise than it is.
type Change = Box<dyn Fn(&mut PrincipalView, &mut KeyView)>;

/// What the admin signs for ana's key, once `change` has had its way with what the admin read.
async fn voucher(gate: &Gate, pen: &Pen, change: impl Fn(&mut PrincipalView, &mut KeyView)) -> VouchRequest {
    let mut ana = person(gate, "ana").await;
    let mut key = ana.keys[0].clone();
    change(&mut ana, &mut key);
    let now = gate.world.now();
    pen.voucher("admin", &ana, &key, point(gate).await, now).await.unwrap()
}

async fn send(gate: &Gate, who: &str, about: &str, request: &VouchRequest) -> Answer {
    let body = serde_json::to_string(request).unwrap();
    gate.post(who, &format!("/v1/people/{about}/vouchers"), body).await
}

fn code(answer: &Answer) -> &str {
    answer.body["error"]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn an_admin_vouches_and_everybody_reads_who_did() {
    let (gate, admin) = begun().await;
    assert_eq!(person(&gate, "ana").await.keys[0].vouched_by, [""; 0]);
    let request = voucher(&gate, &admin, |_, _| {}).await;
    let answer = send(&gate, "admin", "ana", &request).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    assert_eq!(answer.body["vouched_by"], json!(["admin"]));
    assert_eq!(person(&gate, "ana").await.keys[0].vouched_by, ["admin"]);
    let me = gate.get("ana", "/v1/me").await.body;
    assert_eq!(me["keys"][0]["vouched_by"], json!(["admin"]));
    gate.verify();
    // What was signed once is not taken twice.
    assert_eq!(code(&send(&gate, "admin", "ana", &request).await), "vouched_already");
}

#[tokio::test]
async fn who_is_no_admin_has_no_key_or_is_the_one_meant_vouches_for_nobody() {
    let (gate, admin) = begun().await;
    let request = voucher(&gate, &admin, |_, _| {}).await;
    assert_eq!(code(&send(&gate, "sam", "ana", &request).await), "admin_only");
    // Ana's own signature, by the admin's credential.
    let own = voucher(&gate, &pen(&gate, 1), |_, _| {}).await;
    assert_eq!(code(&send(&gate, "admin", "ana", &own).await), "unknown_key");
    let itself = person(&gate, "admin").await;
    let now = gate.world.now();
    let for_itself = admin
        .voucher("admin", &itself, &itself.keys[0], point(&gate).await, now)
        .await;
    assert_eq!(
        code(&send(&gate, "admin", "admin", &for_itself.unwrap()).await),
        "own_key"
    );
    assert_eq!(person(&gate, "ana").await.keys[0].vouched_by, [""; 0]);
    gate.verify();
}

#[tokio::test]
async fn what_the_admin_was_shown_otherwise_is_not_vouched_for() {
    let (gate, admin) = begun().await;
    register(&gate, "sam", &pen(&gate, 2)).await;
    let sam = person(&gate, "sam").await;
    let (id, key) = (sam.id, sam.keys[0].clone());
    let changes: [(Change, &str); 5] = [
        (Box::new(|ana, _| ana.role = "senior".parse().ok()), "signed_other"),
        (Box::new(|ana, _| ana.name = "eve".to_owned()), "signed_other"),
        (Box::new(|_, key| key.pin = true), "signed_other"),
        (Box::new(move |ana, _| ana.id = id), "signed_other"),
        (Box::new(move |_, shown| *shown = key.clone()), "not_their_key"),
    ];
    for (change, why) in changes {
        let request = voucher(&gate, &admin, change).await;
        assert_eq!(code(&send(&gate, "admin", "ana", &request).await), why);
    }
    let mut altered = voucher(&gate, &admin, |_, _| {}).await;
    altered.voucher = altered.voucher.replace("reviewer", "senior");
    assert_eq!(code(&send(&gate, "admin", "ana", &altered).await), "bad_signature");
    let mut spelt = voucher(&gate, &admin, |_, _| {}).await;
    spelt.voucher.push(' ');
    assert_eq!(code(&send(&gate, "admin", "ana", &spelt).await), "bad_signature");
    gate.verify();
}

#[tokio::test]
async fn a_voucher_of_another_time_or_ledger_does_not_count() {
    let (gate, admin) = begun().await;
    let late = voucher(&gate, &admin, |_, _| {}).await;
    gate.world.pass(jiff::SignedDuration::from_secs(121));
    assert_eq!(code(&send(&gate, "admin", "ana", &late).await), "signed_other");
    let ana = person(&gate, "ana").await;
    let now = gate.world.now();
    let mut elsewhere = point(&gate).await;
    elsewhere.root = signoff::domain::Digest([0; 32]);
    let other = admin.voucher("admin", &ana, &ana.keys[0], elsewhere, now).await;
    let answer = send(&gate, "admin", "ana", &other.unwrap()).await;
    assert_eq!(code(&answer), "another_ledger_seen");
}

#[tokio::test]
async fn a_key_that_ended_is_vouched_for_no_more() {
    let (gate, admin) = begun().await;
    let request = voucher(&gate, &admin, |_, _| {}).await;
    let key = person(&gate, "ana").await.keys[0].key;
    let ended = gate.delete("admin", &format!("/v1/keys/{key}")).await;
    assert!(ended.status.is_success(), "{}", ended.body);
    assert_eq!(code(&send(&gate, "admin", "ana", &request).await), "not_their_key");
    let gone = gate.delete("admin", "/v1/people/ana").await;
    assert!(gone.status.is_success(), "{}", gone.body);
    assert_eq!(code(&send(&gate, "admin", "ana", &request).await), "not_found");
    let agent: Value = gate.post("admin", "/v1/people/support-3/vouchers", "{}").await.body;
    assert_eq!(agent["error"]["code"], "wrong_shape");
    gate.verify();
}
