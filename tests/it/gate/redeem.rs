use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::it::world::{Gate, gate, open, path};

async fn redeem(gate: &Gate, caller: &str, envelope: &Value, key: &str) -> crate::it::world::Answer {
    let token = gate.read(caller, envelope).await["token"].clone();
    let body = json!({ "token": token.as_str().unwrap_or_default() });
    gate.post_as(caller, &path(envelope, "/redeem"), key, body).await
}

#[tokio::test]
async fn an_approved_payload_is_handed_out_once_and_as_it_was_approved() {
    let gate = gate().await;
    let raw = r#"{ "amount": 60.0, "to":"DE89" }"#;
    let body = format!(r#"{{"action":{{"tool":"issue_refund","arguments":{raw}}}}}"#);
    let envelope = gate.post("support-3", "/v1/envelopes", body).await.body;
    gate.approve("ana", &envelope).await;
    let answer = redeem(&gate, "support-3", &envelope, "r1").await;
    assert_eq!(answer.body["arguments_raw"], raw);
    assert_eq!(answer.body["payload_sha256"], envelope["payload_sha256"]);
    let again = redeem(&gate, "support-3", &envelope, "r1").await;
    assert_eq!(again.body, answer.body, "a lost answer can be asked for again");
    let twice = redeem(&gate, "support-3", &envelope, "r2").await;
    assert_snapshot!(twice.refusal(), @"409 not_redeemable: It is redeemed, so there is nothing to redeem.");
    gate.verify();
}

#[tokio::test]
async fn two_redeems_at_once_give_one_payload() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 5})).await;
    let (one, two) = tokio::join!(
        redeem(&gate, "support-3", &envelope, "a"),
        redeem(&gate, "support-3", &envelope, "b")
    );
    let done = [one.status, two.status]
        .iter()
        .filter(|s| **s == StatusCode::OK)
        .count();
    assert_eq!(done, 1);
}

#[tokio::test]
async fn nothing_is_redeemed_that_was_not_cleared() {
    let gate = gate().await;
    let waiting = gate.propose("issue_refund", json!({"amount": 60})).await;
    let denied = gate.propose("wipe_disk", json!({})).await;
    let quarantined = gate.propose("frobnicate_x", json!({})).await;
    let rejected = gate.propose("issue_refund", json!({"amount": 61})).await;
    gate.reject("ana", &rejected, "no").await;
    for envelope in [&waiting, &denied, &quarantined, &rejected] {
        let answer = redeem(&gate, "support-3", envelope, "k").await;
        assert_eq!(answer.body["error"]["code"], "not_redeemable", "{}", envelope["tool"]);
    }
}

#[tokio::test]
async fn a_token_of_another_envelope_is_refused() {
    let gate = gate().await;
    let one = gate.propose("issue_refund", json!({"amount": 5})).await;
    let two = gate.propose("issue_refund", json!({"amount": 5})).await;
    let answer = gate
        .post("support-3", &path(&two, "/redeem"), json!({"token": one["token"]}))
        .await;
    assert_snapshot!(answer.refusal(), @"403 bad_token: The token is for another envelope.");
    let old = gate.read("support-3", &one).await["token"].clone();
    gate.world.pass(SignedDuration::from_mins(6));
    let answer = gate
        .post("support-3", &path(&one, "/redeem"), json!({ "token": old }))
        .await;
    assert_eq!(answer.body["error"]["code"], "bad_token", "a token lives five minutes");
}

#[tokio::test]
async fn only_the_proposing_agent_or_its_executor_redeems() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 5})).await;
    for caller in ["ops-1", "ana", "admin"] {
        let answer = gate
            .post(caller, &path(&envelope, "/redeem"), json!({"token": envelope["token"]}))
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{caller}");
    }
    assert_eq!(redeem(&gate, "runner", &envelope, "k").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_approval_lapses_if_it_is_not_redeemed_in_time() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.approve("ana", &envelope).await;
    gate.world.pass(SignedDuration::from_mins(15));
    let token = gate.read("support-3", &envelope).await;
    assert!(token.get("token").is_none());
    let answer = redeem(&gate, "support-3", &envelope, "k").await;
    assert_eq!(
        answer.body["error"]["code"], "lapsed",
        "even before the gate noticed by itself"
    );
    assert_eq!(gate.read("ana", &envelope).await["stage"], "lapsed");
    gate.verify();
}

#[tokio::test]
async fn the_outcome_ends_it_and_comes_only_after_redemption() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 5})).await;
    let report = json!({"status": "succeeded", "result": {"id": 7}, "checks": [{"name": "balance", "passed": true}]});
    let early = gate.post("support-3", &path(&envelope, "/outcome"), &report).await;
    assert_snapshot!(early.refusal(), @"409 wrong_stage: It is allowed and that step is not open any more.");
    redeem(&gate, "support-3", &envelope, "k").await;
    gate.post_as("support-3", &path(&envelope, "/outcome"), "o", &report)
        .await;
    gate.post_as("support-3", &path(&envelope, "/outcome"), "o", &report)
        .await;
    let seen = gate.read("ana", &envelope).await;
    assert_eq!(
        (seen["stage"].as_str(), seen["outcome"]["checks"][0]["name"].as_str()),
        (Some("done"), Some("balance"))
    );
    gate.verify();
}

#[tokio::test]
async fn a_withdrawn_proposal_cannot_be_approved_or_redeemed() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    assert_eq!(
        gate.delete("ops-1", &path(&envelope, "")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        gate.delete("support-3", &path(&envelope, "")).await.body["stage"],
        "withdrawn"
    );
    assert_eq!(
        gate.delete("support-3", &path(&envelope, "")).await.body["stage"],
        "withdrawn"
    );
    let late = gate.approve("ana", &envelope).await;
    assert_snapshot!(late.refusal(), @"409 already_decided: It is withdrawn since 2026-11-21T04:12:09Z, by support-3.");
}

#[tokio::test]
async fn a_restart_loses_nothing() {
    let gate = gate().await;
    let waiting = gate.propose("issue_refund", json!({"amount": 60})).await;
    let approved = gate.propose("issue_refund", json!({"amount": 61})).await;
    gate.approve("ana", &approved).await;
    let Gate {
        world, service, folder, ..
    } = &gate;
    let policy = include_str!("../../fixtures/policy/gate.toml");
    let again = open(folder.path(), world, policy).await;
    let page = again.queue(0, None, std::time::Duration::ZERO).await.unwrap();
    let ids: Vec<String> = page.rows.iter().map(|row| row.id.to_string()).collect();
    assert_eq!(ids, [waiting["id"].as_str().unwrap()]);
    let agent = again.authenticate(gate.token("support-3")).unwrap();
    let id = approved["id"].as_str().unwrap().parse().unwrap();
    let view = again.read(&agent, id, std::time::Duration::ZERO, None).await.unwrap();
    assert!(view.token.is_some(), "and a cleared action can still be redeemed");
    drop(again);
    let _ = service;
}
