//! Two approvals are two people's, who are not the agent's own and were not made up a moment ago.

use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};
use signoff::gate::RequestKey;

use super::signed::{approve, pen, register, send, signed, view};
use crate::it::world::{Answer, Gate, gate, path};

async fn add(gate: &mut Gate, by: &str, name: &str, role: &str) {
    let added = gate.post(by, "/v1/people", json!({"name": name, "role": role})).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    gate.keep(name, added.body["token"].as_str().unwrap().to_owned());
}

/// Where everybody is here longer than a day, and bob is an admin too.
async fn with_two_admins() -> Gate {
    let mut gate = gate().await;
    add(&mut gate, "admin", "bob", "admin").await;
    gate.world.pass(SignedDuration::from_hours(48));
    gate
}

/// What waits for two seniors.
async fn large(gate: &Gate) -> Value {
    gate.propose("issue_refund", json!({"amount": "6000.00", "to": "DE89"}))
        .await
}

async fn edit(gate: &Gate, person: &str, envelope: &Value, arguments: &str) -> Answer {
    let word = json!({"decision": "edit", "arguments_raw": arguments, "reason": "meant so"});
    gate.decide(person, envelope, word).await
}

fn code(answer: &Answer) -> &str {
    answer.body["error"]["code"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer:?}"))
}

#[tokio::test]
async fn whom_one_of_two_admins_added_is_one_of_two_approvers_a_day_later() {
    let mut gate = with_two_admins().await;
    gate.post("admin", "/v1/people", json!({"name": "eve", "role": "senior"}))
        .await;
    add(&mut gate, "bob", "eve", "senior").await;
    let envelope = large(&gate).await;
    gate.approve("sam", &envelope).await;
    let before = gate.verify().entries;
    assert_snapshot!(gate.approve("eve", &envelope).await.refusal(), @"403 too_new: You were added at 2026-11-23T04:12:09Z, and count as one of 2 from 2026-11-24T04:12:09Z on.");
    assert_eq!(gate.verify().entries, before);
    // What one alone decides is hers from the first moment on, and so is every no.
    let small = gate.propose("issue_refund", json!({"amount": 60})).await;
    assert_eq!(gate.approve("eve", &small).await.body["stage"], "approved");
    assert_eq!(gate.reject("eve", &envelope, "no").await.body["stage"], "rejected");

    gate.world
        .pass(SignedDuration::from_hours(24) - SignedDuration::from_millis(1));
    let envelope = large(&gate).await;
    gate.approve("sam", &envelope).await;
    assert_eq!(code(&gate.approve("eve", &envelope).await), "too_new");
    gate.world.pass(SignedDuration::from_millis(1));
    assert_eq!(gate.approve("eve", &envelope).await.body["stage"], "approved");
    gate.verify();
}

#[tokio::test]
async fn who_came_within_the_day_before_a_second_admin_did_waits_too() {
    let mut gate = gate().await;
    let early = large(&gate).await;
    gate.approve("sam", &early).await;
    add(&mut gate, "admin", "bob", "admin").await;
    assert_eq!(code(&gate.approve("sue", &early).await), "too_new");
    gate.world.pass(SignedDuration::from_hours(24));
    let later = large(&gate).await;
    gate.approve("sam", &later).await;
    assert_eq!(gate.approve("sue", &later).await.body["stage"], "approved");
    gate.verify();
}

#[tokio::test]
async fn an_edit_that_takes_two_is_no_newcomers_either() {
    let mut gate = with_two_admins().await;
    gate.post("admin", "/v1/people", json!({"name": "eve", "role": "senior"}))
        .await;
    add(&mut gate, "bob", "eve", "senior").await;
    let envelope = gate
        .propose("issue_refund", json!({"amount": "60.00", "to": "DE89"}))
        .await;
    let redirected = edit(&gate, "eve", &envelope, r#"{"amount":"60.00","to":"XX66"}"#).await;
    assert_eq!(code(&redirected), "too_new");
    assert_eq!(gate.read("sam", &envelope).await["revision"], 1);
    let lowered = edit(&gate, "eve", &envelope, r#"{"amount":"50.00","to":"DE89"}"#).await;
    assert_eq!(lowered.body["stage"], "approved", "{}", lowered.body);
    gate.verify();
}

#[tokio::test]
async fn sending_the_other_admin_away_makes_the_wait_no_shorter() {
    let mut gate = with_two_admins().await;
    assert_eq!(gate.delete("bob", "/v1/people/admin").await.status, StatusCode::OK);
    // Nobody is added for a day; whoever is then still has to wait.
    gate.world.pass(SignedDuration::from_hours(24));
    add(&mut gate, "bob", "eve", "senior").await;
    let envelope = large(&gate).await;
    assert_eq!(code(&gate.approve("eve", &envelope).await), "too_new");
    gate.verify();
}

#[tokio::test]
async fn where_one_admin_is_alone_a_newcomer_counts_at_once() {
    let mut gate = gate().await;
    add(&mut gate, "admin", "eve", "senior").await;
    let envelope = large(&gate).await;
    gate.approve("sam", &envelope).await;
    assert_eq!(gate.approve("eve", &envelope).await.body["stage"], "approved");
    gate.verify();
}

#[tokio::test]
async fn one_person_with_two_keys_is_one() {
    let mut gate = gate().await;
    let pens = [pen(&gate, 1), pen(&gate, 2)];
    assert_eq!(register(&gate, "sam", &pens[0]).await.status, StatusCode::CREATED);
    let session = pens[0].session(&gate.service.challenge()).await.unwrap();
    let token = gate.service.open_session(session).await.unwrap().token;
    gate.know("sam by key", &token);
    assert_eq!(
        register(&gate, "sam by key", &pens[1]).await.status,
        StatusCode::CREATED
    );
    let envelope = large(&gate).await;
    let seen = view(&gate, "sam", &envelope).await;
    let first = signed(&gate, &pens[0], &seen, approve(&seen)).await;
    assert_eq!(send(&gate, "sam", &envelope, &first).await.body["votes"], 1);
    let seen = view(&gate, "sam", &envelope).await;
    let second = signed(&gate, &pens[1], &seen, approve(&seen)).await;
    assert_eq!(code(&send(&gate, "sam", &envelope, &second).await), "already_voted");
    // Nor is it somebody else's vote for being sent with her credential.
    let answer = send(&gate, "sue", &envelope, &second).await;
    assert_eq!(code(&answer), "unknown_key", "{}", answer.body);
    assert_eq!(gate.read("sue", &envelope).await["votes"], 1);
    gate.verify();
}

/// Proposes as ops-1, whose owner is ana.
async fn of_ana(gate: &Gate, tool: &str, arguments: Value) -> Value {
    let body = json!({"environment": "staging", "action": {"tool": tool, "arguments": arguments}});
    let answer = gate.post("ops-1", "/v1/envelopes", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn the_owner_of_an_agent_lets_nothing_of_it_through_by_any_way() {
    let gate = gate().await;
    let refund = of_ana(&gate, "issue_refund", json!({"amount": 60})).await;
    let before = gate.verify().entries;
    assert_eq!(code(&gate.approve("ana", &refund).await), "owner_cannot_approve");
    let edited = edit(&gate, "ana", &refund, r#"{"amount":50}"#).await;
    assert_eq!(code(&edited), "owner_cannot_approve");
    assert_eq!(gate.verify().entries, before);

    let tag = of_ana(&gate, "tag_ticket", json!({"ticket": "T-1"})).await;
    let item = json!({"id": tag["id"], "payload_sha256": tag["payload_sha256"], "revision": tag["revision"]});
    let batch = gate.post("ana", "/v1/batches", json!({"items": [item]})).await.body;
    assert_snapshot!(batch["results"][0]["refused"].as_str().unwrap(), @"You answer for this agent, so somebody else must approve it.");
    assert_eq!(gate.read("ben", &tag).await["stage"], "waiting");

    let unknown = of_ana(&gate, "unheard_of", json!({})).await;
    let named = gate
        .decide("ana", &unknown, json!({"decision": "classify", "class": "email"}))
        .await;
    assert_eq!(code(&named), "owner_cannot_approve");
    assert_eq!(gate.read("ben", &unknown).await["stage"], "quarantined");
    gate.verify();
}

#[tokio::test]
async fn an_edit_takes_back_what_was_approved_before_it() {
    let gate = gate().await;
    let envelope = large(&gate).await;
    assert_eq!(gate.approve("sam", &envelope).await.body["votes"], 1);
    // The payee is sue's own: she is one of two, and sam, who approved another one, is not the other.
    let edited = edit(&gate, "sue", &envelope, r#"{"amount":"6000.00","to":"SUE1"}"#)
        .await
        .body;
    let counted = |answer: &Value| json!([answer["stage"], answer["votes"], answer["quorum"]]);
    assert_eq!(counted(&edited), json!(["waiting", 1, 3]));
    assert_eq!(code(&gate.approve("sam", &envelope).await), "payload_changed");
    let seen = gate.read("sue", &envelope).await;
    assert_eq!(code(&gate.approve("sue", &seen).await), "already_voted");
    let again = edit(&gate, "sue", &seen, r#"{"amount":"5999.00","to":"SUE1"}"#)
        .await
        .body;
    assert_eq!(
        counted(&again),
        json!(["waiting", 1, 3]),
        "editing again is no second vote"
    );
    gate.verify();
}

#[tokio::test]
async fn nothing_that_is_said_after_the_deadline_counts() {
    let gate = gate().await;
    for word in [
        json!({"decision": "approve"}),
        json!({"decision": "reject"}),
        json!({"decision": "edit", "arguments_raw": r#"{"amount":50}"#}),
        json!({"decision": "escalate", "to": "senior"}),
        json!({"decision": "extend", "by": "30m"}),
    ] {
        let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
        gate.world.pass(SignedDuration::from_hours(4));
        let mut late = word.clone();
        late["reason"] = json!("too late");
        let answer = gate.decide("sam", &envelope, late).await;
        assert_eq!(code(&answer), "already_decided", "{word}");
        assert_eq!(gate.read("sam", &envelope).await["stage"], "expired", "{word}");
    }
    gate.verify();
}

/// The credential was good when the request came in, and is not any more when it is written.
#[tokio::test]
async fn an_approval_that_was_on_its_way_when_its_person_was_revoked_is_none() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let seen = view(&gate, "ben", &envelope).await;
    let ben = gate.service.authenticate(gate.token("ben")).unwrap().person().unwrap();
    gate.delete("admin", "/v1/people/ben").await;
    let key = RequestKey::new("late".to_owned(), b"");
    let refused = gate.service.decide(ben, seen.summary.id, key, approve(&seen)).await;
    assert_eq!(refused.unwrap_err().code, "unauthorized");
    assert_eq!(gate.read("ana", &envelope).await["stage"], "waiting");
    gate.verify();
}

#[tokio::test]
async fn of_two_last_votes_at_once_one_counts() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let (yes, no) = tokio::join!(gate.approve("ana", &envelope), gate.reject("ben", &envelope, "no"));
    assert_ne!(yes.status.is_success(), no.status.is_success(), "{yes:?}\n{no:?}");
    let read = gate.get("ana", &path(&envelope, "")).await.body;
    assert_eq!(read["decisions"].as_array().unwrap().len(), 1);
    gate.verify();
}
