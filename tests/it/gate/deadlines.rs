use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::json;

use crate::it::world::{gate, open, path};

#[tokio::test]
async fn silence_denies_escalates_once_or_closes_and_never_allows() {
    let gate = gate().await;
    let refund = gate.propose("issue_refund", json!({"amount": 60})).await;
    let tag = gate.propose("tag_ticket", json!({})).await;
    let email = gate.propose("send_email", json!({})).await;
    let unknown = gate.propose("frobnicate_x", json!({})).await;
    gate.world.pass(SignedDuration::from_mins(10));
    assert_eq!(gate.service.settle_due().await.unwrap(), 2);
    assert_eq!(gate.read("ana", &tag).await["stage"], "closed");
    let escalated = gate.read("ana", &email).await;
    assert_eq!(
        (
            escalated["stage"].as_str(),
            escalated["role"].as_str(),
            escalated["revision"].as_i64()
        ),
        (Some("waiting"), Some("senior"), Some(2))
    );
    gate.world.pass(SignedDuration::from_hours(4));
    gate.service.settle_due().await.unwrap();
    for envelope in [&refund, &email, &unknown] {
        assert_eq!(
            gate.read("ana", envelope).await["stage"],
            "expired",
            "{}",
            envelope["tool"]
        );
    }
    gate.verify();
}

#[tokio::test]
async fn a_decision_after_the_deadline_is_refused_even_if_nobody_noticed_the_time() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.world.pass(SignedDuration::from_hours(4));
    assert_snapshot!(gate.approve("ana", &envelope).await.refusal(), @"409 already_decided: It is expired since 2026-11-21T08:12:09Z.");
    assert_eq!(gate.read("ana", &envelope).await["stage"], "expired");
    gate.verify();
}

#[tokio::test]
async fn an_approval_by_the_role_before_does_not_count_after_an_escalation() {
    let gate = gate().await;
    let envelope = gate.propose("send_email", json!({})).await;
    gate.world.pass(SignedDuration::from_mins(10));
    gate.service.settle_due().await.unwrap();
    assert_eq!(
        gate.approve("sam", &envelope).await.body["error"]["code"],
        "payload_changed",
        "the revision rose"
    );
    let now = gate.read("sam", &envelope).await;
    assert_eq!(gate.approve("ana", &now).await.body["error"]["code"], "role_too_low");
    assert_eq!(gate.approve("sam", &now).await.body["stage"], "approved");
    let cleared = gate.read("support-3", &envelope).await;
    let redeemed = gate
        .post(
            "support-3",
            &path(&envelope, "/redeem"),
            json!({ "token": cleared["token"] }),
        )
        .await;
    assert_eq!(
        redeemed.body["arguments_raw"], "{}",
        "the payload is the one that was proposed"
    );
    gate.verify();
}

#[tokio::test]
async fn deadlines_hold_over_a_restart() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.world.pass(SignedDuration::from_hours(5));
    let again = open(
        gate.folder.path(),
        &gate.world,
        include_str!("../../fixtures/policy/gate.toml"),
    )
    .await;
    assert_eq!(again.settle_due().await.unwrap(), 1);
    drop(again);
    assert_eq!(gate.read("ana", &envelope).await["stage"], "expired");
}

#[tokio::test]
async fn a_waiting_agent_is_answered_as_soon_as_somebody_decides() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let path = format!("{}?wait=25s", crate::it::world::path(&envelope, ""));
    let (answer, _) = tokio::join!(gate.get("support-3", &path), gate.approve("ana", &envelope));
    assert_eq!(answer.body["stage"], "approved");
    assert!(answer.body["token"].is_string());
}

#[tokio::test]
async fn a_withdrawal_at_the_very_escalation_still_withdraws() {
    let gate = gate().await;
    let envelope = gate.propose("send_email", json!({})).await;
    gate.world.pass(SignedDuration::from_mins(10));
    assert_eq!(
        gate.delete("support-3", &path(&envelope, "")).await.body["stage"],
        "withdrawn"
    );
    gate.verify();
}

#[tokio::test]
async fn an_escalation_never_lowers_who_must_approve() {
    let policy = include_str!("../../fixtures/policy/gate.toml").replace(
        "escalate_to = \"senior\"",
        "escalate_to = \"reviewer\"\nrole = \"senior\"",
    );
    let gate = crate::it::world::gate_with(&policy).await;
    let envelope = gate.propose("send_email", json!({})).await;
    assert_eq!(envelope["role"], "senior");
    gate.world.pass(SignedDuration::from_mins(10));
    gate.service.settle_due().await.unwrap();
    assert_eq!(gate.read("ana", &envelope).await["role"], "senior");
}
