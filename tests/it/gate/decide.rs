use axum::http::StatusCode;
use insta::assert_snapshot;
use serde_json::json;

use crate::it::world::{gate, path};

#[tokio::test]
async fn one_approval_meets_a_quorum_of_one() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let receipt = gate.approve("ana", &envelope).await.body;
    assert_eq!(
        (receipt["stage"].as_str(), receipt["signature"].as_str()),
        (Some("approved"), Some("unsigned (bearer)"))
    );
    let seen = gate.read("support-3", &envelope).await;
    assert_eq!(seen["stage"], "approved");
    assert_eq!(seen["decisions"][0]["by"], "ana");
    gate.verify();
}

#[tokio::test]
async fn a_quorum_of_two_takes_two_people_of_the_role() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 6000})).await;
    assert_snapshot!(gate.approve("ana", &envelope).await.refusal(), @"403 role_too_low: This waits for a senior; you are a reviewer.");
    assert_eq!(gate.approve("sam", &envelope).await.body["stage"], "waiting");
    assert_snapshot!(gate.approve("sam", &envelope).await.refusal(), @"409 already_voted: You have approved this already; it waits for somebody else.");
    assert_eq!(gate.approve("sue", &envelope).await.body["stage"], "approved");
    gate.verify();
}

#[tokio::test]
async fn an_approval_on_another_payload_or_revision_changes_nothing() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let other = gate.propose("issue_refund", json!({"amount": 61})).await;
    let decisions = path(&envelope, "/decisions");
    let wrong = json!({"decision": "approve", "payload_sha256": other["payload_sha256"], "revision": 1});
    let answer = gate.post("ana", &decisions, wrong).await;
    assert_eq!(
        (answer.status, answer.body["error"]["code"].as_str()),
        (StatusCode::CONFLICT, Some("payload_changed"))
    );
    let stale = json!({"decision": "approve", "payload_sha256": envelope["payload_sha256"], "revision": 2});
    assert_eq!(gate.post("ana", &decisions, stale).await.status, StatusCode::CONFLICT);
    let nameless = json!({"decision": "approve"});
    assert_snapshot!(gate.post("ana", &decisions, nameless).await.refusal(), @"400 digest_missing /payload_sha256: An approval names the digest and revision it is about.");
    assert_eq!(gate.read("ana", &envelope).await["votes"], 0);
}

#[tokio::test]
async fn no_agent_or_service_reaches_a_decision_route() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    for caller in ["support-3", "ops-1", "runner"] {
        assert_eq!(
            gate.approve(caller, &envelope).await.refusal(),
            "403 people_only: Only a person's credential is accepted here."
        );
        assert_eq!(gate.get(caller, "/v1/queue").await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(gate.approve("nobody", &envelope).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(gate.read("ana", &envelope).await["stage"], "waiting");
}

#[tokio::test]
async fn roles_that_do_not_decide_are_refused() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    for caller in ["admin", "ada", "olga"] {
        assert_eq!(
            gate.approve(caller, &envelope).await.body["error"]["code"],
            "role_does_not_decide",
            "{caller}"
        );
        assert_eq!(
            gate.reject(caller, &envelope, "no").await.body["error"]["code"],
            "role_does_not_decide",
            "{caller}"
        );
    }
}

#[tokio::test]
async fn the_owner_of_an_agent_does_not_approve_it_and_may_reject_it() {
    let gate = gate().await;
    let body = json!({"environment": "staging", "action": {"tool": "tag_ticket", "arguments": {}}});
    let envelope = gate.post("ops-1", "/v1/envelopes", body).await.body;
    assert_snapshot!(gate.approve("ana", &envelope).await.refusal(), @"403 owner_cannot_approve: You answer for this agent, so somebody else must approve it.");
    assert_eq!(gate.reject("ana", &envelope, "not now").await.body["stage"], "rejected");
}

#[tokio::test]
async fn the_first_answer_wins_and_the_second_is_told_who_and_when() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let (one, two) = tokio::join!(gate.approve("ana", &envelope), gate.reject("ben", &envelope, "no"));
    assert_eq!(
        [one.status, two.status]
            .iter()
            .filter(|s| **s == StatusCode::OK)
            .count(),
        1
    );
    let late = if one.status == StatusCode::OK { two } else { one };
    let (who, what) = if late.refusal().contains("ana") {
        ("ana", "approved")
    } else {
        ("ben", "rejected")
    };
    let expected = format!("409 already_decided: {who} {what} it at 2026-11-21T04:12:09Z; it is {what} now.");
    assert_eq!(late.refusal(), expected);
    gate.verify();
}

#[tokio::test]
async fn a_rejection_gives_a_reason_that_the_agent_reads() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let silent = gate
        .post(
            "ana",
            &path(&envelope, "/decisions"),
            json!({"decision": "reject", "reason": "  "}),
        )
        .await;
    assert_eq!(silent.body["error"]["code"], "reason_missing");
    gate.reject("ana", &envelope, "wrong recipient").await;
    let seen = gate.read("support-3", &envelope).await;
    assert_eq!(
        (seen["stage"].as_str(), seen["decisions"][0]["reason"].as_str()),
        (Some("rejected"), Some("wrong recipient"))
    );
}

#[tokio::test]
async fn a_rule_that_asks_for_a_reason_gets_one() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 6000})).await;
    let silent = json!({"decision": "approve", "payload_sha256": envelope["payload_sha256"], "revision": 1});
    let answer = gate.post("sam", &path(&envelope, "/decisions"), silent).await;
    assert_snapshot!(answer.refusal(), @"400 reason_missing /reason: Its rule asks for a reason with each approval.");
}

#[tokio::test]
async fn a_quarantined_action_can_be_rejected_and_not_approved() {
    let gate = gate().await;
    let envelope = gate.propose("frobnicate_x", json!({})).await;
    assert_eq!(
        gate.approve("sam", &envelope).await.body["error"]["code"],
        "not_classified"
    );
    assert_eq!(
        gate.reject("ana", &envelope, "what is this").await.body["stage"],
        "rejected"
    );
}

#[tokio::test]
async fn a_retried_decision_counts_once() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 6000})).await;
    let body =
        json!({"decision": "approve", "payload_sha256": envelope["payload_sha256"], "revision": 1, "reason": "ok"});
    let first = gate
        .post_as("sam", &path(&envelope, "/decisions"), "once", &body)
        .await
        .body;
    let again = gate
        .post_as("sam", &path(&envelope, "/decisions"), "once", &body)
        .await
        .body;
    assert_eq!(first, again);
    assert_eq!(gate.read("ana", &envelope).await["votes"], 1);
}

#[tokio::test]
async fn a_repeat_after_a_rejection_is_shown_as_one() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.reject("ana", &envelope, "no").await;
    gate.world.pass(jiff::SignedDuration::from_secs(5));
    let again = gate.propose("issue_refund", json!({"amount": 60})).await;
    let seen = gate.read("ana", &again).await;
    assert_eq!(seen["repeats"], json!({"proposed": 1, "rejected": 1, "ran": 0}));
    assert_eq!(seen["stage"], "waiting", "a repeat never rides on an old answer");
}
