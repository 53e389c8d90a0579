//! Every stage in the protocol's five words, with what the agent is told.

use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{envelope, place, request, submission};
use crate::it::world::{Gate, gate};

async fn refund(gate: &Gate, amount: i64) -> Value {
    gate.ask(submission("issue_refund", json!({ "amount": amount }))).await
}

fn decision(request: &Value) -> String {
    serde_json::to_string(&request["decision"]).unwrap()
}

#[tokio::test]
async fn what_the_policy_allows_or_watches_is_approved_at_once() {
    let gate = gate().await;
    let allowed = refund(&gate, 5).await;
    assert_snapshot!(decision(&allowed), @r#"{"decided_at":"2026-11-21T04:12:09Z","expires_at":"2026-11-21T04:27:09Z","status":"approved"}"#);
    let watched = gate.ask(submission("add_note", json!({}))).await;
    assert_eq!(watched["status"], "approved");
    let shadowed = gate.ask(submission("new_thing", json!({}))).await;
    assert_eq!(shadowed["status"], "approved", "a class in shadow denies nothing");
    gate.verify();
}

#[tokio::test]
async fn a_policy_that_denies_says_which_and_that_it_is_no_person() {
    let gate = gate().await;
    let wiped = gate.ask(submission("wipe_disk", json!({}))).await;
    assert_snapshot!(decision(&wiped), @r#"{"decided_at":"2026-11-21T04:12:09Z","note":"The policy denied this, not a person (class wipe): it says so.","status":"denied"}"#);
    let wild = gate.ask(submission("give_discount", json!({"percent": 90}))).await;
    assert_snapshot!(wild["decision"]["note"].as_str().unwrap(), @"The policy denied this, not a person (class discount, rule wild): it says so.");
    let own = gate
        .ask(submission(
            "issue_refund",
            json!({"amount": 5, "log": "/var/lib/signoff/x"}),
        ))
        .await;
    assert_snapshot!(own["decision"]["note"].as_str().unwrap(), @"The policy denied this, not a person (class payment.refund, rule small, floor signoff-own): it names signoff's own /var/lib/signoff.");
    // A person may say what an unknown action is; it is the policy that then denies it.
    let unknown = gate.ask(submission("frobnicate", json!({}))).await;
    assert_eq!(unknown["status"], "pending");
    gate.say("ana", &unknown, json!({"decision": "classify", "class": "wipe"}))
        .await;
    let denied = gate.poll(&unknown).await;
    assert_snapshot!(denied["decision"]["note"].as_str().unwrap(), @"ana said that it is wipe. The policy denied this, not a person (class wipe): it says so.");
    gate.verify();
}

#[tokio::test]
async fn an_approval_is_good_for_as_long_as_the_class_says() {
    let gate = gate().await;
    let asked = refund(&gate, 60).await;
    assert_eq!(asked["status"], "pending");
    gate.world.pass(SignedDuration::from_secs(90));
    gate.allow("ana", &asked).await;
    let approved = gate.poll(&asked).await;
    assert_snapshot!(decision(&approved), @r#"{"decided_at":"2026-11-21T04:13:39Z","expires_at":"2026-11-21T04:28:39Z","status":"approved"}"#);
    // It lapses, and that is no other decision.
    gate.world.pass(SignedDuration::from_mins(15));
    gate.service.settle_due().await.unwrap();
    assert_eq!(gate.get("ana", &envelope(&asked)).await.body["stage"], "lapsed");
    assert_eq!(gate.poll(&asked).await, approved);
    // So does one that the policy gave.
    let allowed = refund(&gate, 5).await;
    gate.world.pass(SignedDuration::from_mins(15));
    gate.service.settle_due().await.unwrap();
    assert_eq!(gate.poll(&allowed).await, allowed);
    gate.verify();
}

#[tokio::test]
async fn a_rejection_is_denied_with_the_reviewers_words() {
    let gate = gate().await;
    let asked = refund(&gate, 60).await;
    gate.reject("ana", &asked, "Over the limit: ask “finance” first.\nThen again.")
        .await;
    let denied = gate.poll(&asked).await;
    assert_snapshot!(decision(&denied), @r#"{"decided_at":"2026-11-21T04:12:09Z","note":"Over the limit: ask “finance” first.\nThen again.","status":"denied"}"#);
    let quarantined = gate.ask(submission("frobnicate", json!({}))).await;
    gate.reject("ana", &quarantined, "no such tool").await;
    assert_eq!(gate.poll(&quarantined).await["decision"]["note"], "no such tool");
}

#[tokio::test]
async fn a_rejection_whose_reason_is_missing_still_has_a_note() {
    let gate = gate().await;
    let asked = refund(&gate, 60).await;
    gate.reject("ana", &asked, "personal").await;
    let ledger = rusqlite::Connection::open(gate.folder.path().join("ledger.db")).unwrap();
    ledger
        .execute_batch("UPDATE blob SET salt = NULL, bytes = NULL WHERE kind = 'reason'")
        .unwrap();
    assert_eq!(gate.poll(&asked).await["decision"]["note"], "ana rejected it.");
}

#[tokio::test]
async fn silence_expires_whatever_the_class_calls_it() {
    let gate = gate().await;
    let denied = refund(&gate, 60).await;
    let closed = gate.ask(submission("tag_ticket", json!({}))).await;
    let unknown = gate.ask(submission("frobnicate", json!({}))).await;
    gate.world.pass(SignedDuration::from_mins(10));
    gate.service.settle_due().await.unwrap();
    assert_eq!(gate.get("ana", &envelope(&closed)).await.body["stage"], "closed");
    for asked in [denied, closed, unknown] {
        let expired = gate.poll(&asked).await;
        let expected = r#"{"decided_at":"2026-11-21T04:22:09Z","status":"expired"}"#;
        assert_eq!(decision(&expired), expected);
    }
    gate.verify();
}

#[tokio::test]
async fn what_is_pending_can_be_taken_back_and_taken_back_again() {
    let gate = gate().await;
    let asked = refund(&gate, 60).await;
    for _ in 0..2 {
        let answer = gate.delete("support-3", &place(&asked, "")).await;
        assert_eq!(answer.status, StatusCode::OK);
        let expected = r#"{"decided_at":"2026-11-21T04:12:09Z","status":"cancelled"}"#;
        assert_eq!(decision(&request(&answer)), expected);
        gate.world.pass(SignedDuration::from_secs(5));
    }
    assert_eq!(gate.get("ana", &envelope(&asked)).await.body["stage"], "withdrawn");
    gate.verify();
}

#[tokio::test]
async fn what_is_final_stays_so_when_it_is_taken_back() {
    let gate = gate().await;
    let approved = refund(&gate, 5).await;
    let denied = gate.ask(submission("wipe_disk", json!({}))).await;
    let late = refund(&gate, 60).await;
    gate.world.pass(SignedDuration::from_mins(10));
    // Nobody has noticed the time yet: the request itself does.
    for (asked, status) in [(&approved, "approved"), (&denied, "denied"), (&late, "expired")] {
        let answer = gate.delete("support-3", &place(asked, "")).await;
        assert_eq!(answer.body["error"]["code"], "already_terminal", "{status}");
        assert!(answer.raw.contains(&format!("It is {status}, so")), "{}", answer.raw);
        assert_eq!(gate.poll(asked).await["status"], status);
    }
    // Taken back at the native door, it cannot be used any more and was approved all the same.
    gate.delete("support-3", &envelope(&approved)).await;
    assert_eq!(gate.poll(&approved).await, approved);
    let consumed = gate.consume(&approved, "k").await;
    assert_eq!(consumed.body["error"]["code"], "approval_expired");
    gate.verify();
}

#[tokio::test]
async fn a_clock_that_was_set_back_makes_no_answer_that_a_client_refuses() {
    let gate = gate().await;
    let back = SignedDuration::from_hours(-1);
    let approved = refund(&gate, 60).await;
    let rejected = refund(&gate, 61).await;
    let cancelled = refund(&gate, 62).await;
    gate.world.pass(back);
    gate.allow("ana", &approved).await;
    gate.reject("ana", &rejected, "no").await;
    gate.delete("support-3", &place(&cancelled, "")).await;
    for (asked, status) in [
        (&approved, "approved"),
        (&rejected, "denied"),
        (&cancelled, "cancelled"),
    ] {
        let now = gate.poll(asked).await;
        assert_eq!(
            (&now["status"], &now["decision"]["decided_at"]),
            (&json!(status), &asked["created_at"])
        );
    }
    gate.world.pass(SignedDuration::from_mins(10));
    let allowed = refund(&gate, 5).await;
    gate.world.pass(back);
    assert_eq!(
        gate.consume(&allowed, "k").await.body["consumption"]["consumed_at"],
        allowed["created_at"]
    );
    gate.world.pass(back);
    let told = gate.tell(&allowed, json!({"status": "failed"})).await;
    assert_eq!(
        request(&told)["consumption"]["outcome"]["reported_at"],
        allowed["created_at"]
    );
    gate.verify();
}
