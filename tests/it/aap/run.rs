//! Consuming an approval, and saying what came of it.

use axum::http::{Method, StatusCode};
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{envelope, place, request, submission};
use crate::it::world::{Answer, Gate, gate, path};

async fn refund(gate: &Gate, amount: i64) -> Value {
    gate.ask(submission("issue_refund", json!({ "amount": amount }))).await
}

/// The refusal as the protocol has it, without the name of the exchange.
fn refusal(answer: &Answer) -> String {
    let error = &answer.body["error"];
    let text = |key: &str| error[key].as_str().unwrap().to_owned();
    format!(
        "{} {} {}: {}",
        answer.status.as_u16(),
        text("type"),
        text("code"),
        text("message")
    )
}

#[tokio::test]
async fn an_approval_is_used_once_and_the_same_use_again_is_the_same() {
    let gate = gate().await;
    let asked = refund(&gate, 60).await;
    gate.allow("ana", &asked).await;
    gate.world.pass(SignedDuration::from_secs(2));
    let used = gate.consume(&asked, "a").await;
    assert_snapshot!(used.body["consumption"], @r#"{"consumed_at":"2026-11-21T04:12:11Z"}"#);
    gate.world.pass(SignedDuration::from_mins(20));
    gate.service.settle_due().await.unwrap();
    assert_eq!(
        gate.consume(&asked, "a").await.body,
        used.body,
        "also when its time is over"
    );
    let other = gate.consume(&asked, "b").await;
    assert_snapshot!(refusal(&other), @"409 conflict already_consumed: The approval was used before, and it is good for one use.");
    assert_eq!(gate.poll(&asked).await, used.body);
    assert_eq!(gate.get("ana", &envelope(&asked)).await.body["stage"], "redeemed");
    gate.verify();
}

#[tokio::test]
async fn two_uses_at_once_are_one() {
    let gate = gate().await;
    let asked = refund(&gate, 5).await;
    let (one, two) = tokio::join!(gate.consume(&asked, "a"), gate.consume(&asked, "b"));
    let done = [one.status, two.status]
        .iter()
        .filter(|s| **s == StatusCode::OK)
        .count();
    assert_eq!(done, 1);
    gate.verify();
}

#[tokio::test]
async fn nothing_is_consumed_that_is_not_approved_now() {
    let gate = gate().await;
    let pending = refund(&gate, 60).await;
    let denied = gate.ask(submission("wipe_disk", json!({}))).await;
    let rejected = refund(&gate, 61).await;
    gate.reject("ana", &rejected, "no").await;
    let cancelled = refund(&gate, 62).await;
    gate.delete("support-3", &place(&cancelled, "")).await;
    let approved = refund(&gate, 63).await;
    gate.allow("ana", &approved).await;
    assert_snapshot!(refusal(&gate.consume(&pending, "k").await), @"409 conflict not_approved: It is pending, so there is nothing to consume.");
    for asked in [&denied, &rejected, &cancelled] {
        let answer = gate.consume(asked, "k").await;
        assert_eq!(answer.body["error"]["code"], "not_approved");
    }
    gate.world.pass(SignedDuration::from_mins(15));
    // Found over by the use itself, and then again: the time is noted once.
    for asked in [&approved, &approved] {
        let code = gate.consume(asked, "k").await.body["error"]["code"].clone();
        assert_eq!(code, "approval_expired");
    }
    let code = gate.consume(&pending, "k").await.body["error"]["code"].clone();
    assert_eq!(
        (code, gate.poll(&pending).await["status"].clone()),
        (json!("not_approved"), json!("expired"))
    );
    assert_eq!(gate.get("ana", &envelope(&approved)).await.body["stage"], "lapsed");
    gate.verify();
}

#[tokio::test]
async fn what_was_redeemed_at_the_other_door_is_used() {
    let gate = gate().await;
    let asked = refund(&gate, 5).await;
    let native = gate.get("support-3", &envelope(&asked)).await.body;
    let token = json!({ "token": native["token"] });
    let redeemed = gate.post("support-3", &path(&native, "/redeem"), token).await;
    assert_eq!(redeemed.body["arguments_raw"], r#"{"amount":5}"#);
    assert_eq!(
        gate.consume(&asked, "k").await.body["error"]["code"],
        "already_consumed"
    );
    let report = json!({"status": "succeeded", "result": {"id": 7}});
    gate.post("support-3", &path(&native, "/outcome"), report).await;
    let now = gate.poll(&asked).await;
    assert_eq!(now["consumption"]["outcome"]["note"], r#"{"id":7}"#);
    gate.verify();
}

#[tokio::test]
async fn an_outcome_is_said_without_a_key_and_again_with_the_same_words() {
    let gate = gate().await;
    let asked = refund(&gate, 5).await;
    let done = json!({"status": "succeeded", "note": "re_7781"});
    assert_snapshot!(refusal(&gate.tell(&asked, done.clone()).await), @"409 conflict not_consumed: It is approved, so it was not consumed.");
    gate.consume(&asked, "k").await;
    gate.world.pass(SignedDuration::from_secs(3));
    let told = request(&gate.tell(&asked, done.clone()).await);
    assert_snapshot!(told["consumption"], @r#"{"consumed_at":"2026-11-21T04:12:09Z","outcome":{"note":"re_7781","reported_at":"2026-11-21T04:12:12Z","status":"succeeded"}}"#);
    gate.world.pass(SignedDuration::from_secs(3));
    assert_eq!(gate.tell(&asked, done).await.body, told);
    for other in [
        json!({"status": "failed", "note": "re_7781"}),
        json!({"status": "succeeded"}),
        json!({"status": "succeeded", "note": "other"}),
    ] {
        let expected = "409 conflict outcome_conflict: Another outcome was reported before.";
        assert_eq!(refusal(&gate.tell(&asked, other).await), expected);
    }
    let seen = gate.get("ana", &envelope(&asked)).await.body;
    assert_eq!(
        (&seen["stage"], &seen["outcome"]["result"]),
        (&json!("done"), &json!("re_7781"))
    );
    gate.verify();
}

#[tokio::test]
async fn an_outcome_without_a_note_has_none() {
    let gate = gate().await;
    let asked = refund(&gate, 5).await;
    gate.consume(&asked, "k").await;
    for report in [json!({"status": "failed", "note": ""}), json!({"status": "failed"})] {
        let told = gate.tell(&asked, report).await;
        assert!(request(&told)["consumption"]["outcome"].get("note").is_none());
    }
    for (wrong, param) in [
        (r#"{"status":"maybe"}"#, "status"),
        (r#"{"status":"failed","by":"me"}"#, "by"),
        ("", "-"),
    ] {
        let path = place(&asked, "/outcome");
        let answer = gate
            .send("support-3", Method::POST, &path, None, wrong.to_owned())
            .await;
        let error = &answer.body["error"];
        let said = error.get("param").map_or("-", |param| param.as_str().unwrap());
        assert_eq!((answer.status.as_u16(), said), (400, param), "{wrong}");
    }
    assert_eq!(gate.get("ana", &envelope(&asked)).await.body["stage"], "failed");
    gate.verify();
}

#[tokio::test]
async fn a_restart_changes_no_answer() {
    let gate = gate().await;
    let asked = refund(&gate, 60).await;
    gate.allow("ana", &asked).await;
    let used = gate.consume(&asked, "a").await.body;
    let policy = include_str!("../../fixtures/policy/gate.toml");
    let Gate {
        folder, world, service, ..
    } = &gate;
    let again = crate::it::world::open(folder.path(), world, policy).await;
    let agent = again.authenticate(gate.token("support-3")).unwrap();
    let key = signoff::gate::RequestKey::new("a".into(), b"");
    let id = asked["id"].as_str().unwrap().parse().unwrap();
    let same = again.consume(agent.id, id, key).await.unwrap();
    assert_eq!(
        json!(same.envelope.redeemed_at.unwrap()),
        used["consumption"]["consumed_at"]
    );
    let _ = service;
}

/// Clients know two codes of a refused use; to all others they say that the gate gave no valid answer.
#[tokio::test]
async fn under_a_stop_an_approval_does_not_hold_and_the_message_says_why() {
    let gate = gate().await;
    let asked = refund(&gate, 60).await;
    gate.allow("ana", &asked).await;
    let approved = gate.poll(&asked).await;
    let stop = json!({"scope": "agent", "name": "support-3", "effect": "hold", "reason": "runs wild"});
    let stop = gate.post("ana", "/v1/stops", stop).await;
    assert_eq!(stop.status, StatusCode::CREATED, "{}", stop.body);
    assert_snapshot!(refusal(&gate.consume(&asked, "k").await), @"409 conflict approval_expired: A person stopped this agent at 2026-11-21T04:12:09Z; nothing of it runs until somebody resumes it.");
    assert_eq!(gate.poll(&asked).await, approved);
    // At the other door it has its own name.
    let native = gate.get("support-3", &envelope(&asked)).await.body;
    let redeemed = gate
        .post(
            "support-3",
            &path(&native, "/redeem"),
            json!({ "token": native["token"] }),
        )
        .await;
    assert_eq!(redeemed.body["error"]["code"], "stopped");
    let resume = format!("/v1/stops/{}/resume", stop.body["id"].as_str().unwrap());
    gate.post("sam", &resume, json!({"reason": "tamed"})).await;
    assert_eq!(gate.consume(&asked, "k").await.status, StatusCode::OK);
    gate.verify();
}
