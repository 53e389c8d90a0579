use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::it::world::{Gate, gate, path};

/// Takes a cleared envelope and, if asked to, says how it went.
pub(super) async fn run(gate: &Gate, envelope: &Value, status: Option<&str>) {
    let mine = gate.read("support-3", envelope).await;
    let token = json!({"token": mine["token"]});
    assert_eq!(
        gate.post("support-3", &path(envelope, "/redeem"), token).await.status,
        StatusCode::OK
    );
    if let Some(status) = status {
        let report = json!({"status": status, "result": "r-1"});
        gate.post("support-3", &path(envelope, "/outcome"), report).await;
    }
}

fn line(row: &Value) -> String {
    let word = |key: &str| row[key].as_str().unwrap_or("-").to_owned();
    format!(
        "{} {} review {} overdue {}",
        word("tool"),
        word("stage"),
        word("review"),
        row["overdue"]
    )
}

#[tokio::test]
async fn what_ran_under_somebodys_eyes_stays_in_view_and_reads_do_not() {
    let gate = gate().await;
    let watched = gate.propose("add_note", json!({"text": "a"})).await;
    run(&gate, &watched, Some("succeeded")).await;
    let held = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.approve("ana", &held).await;
    run(&gate, &held, None).await;
    let failed = gate.propose("issue_refund", json!({"amount": 61})).await;
    gate.approve("ana", &failed).await;
    run(&gate, &failed, Some("failed")).await;
    let small = gate.propose("issue_refund", json!({"amount": 5})).await;
    run(&gate, &small, Some("succeeded")).await;
    let rejected = gate.propose("issue_refund", json!({"amount": 62})).await;
    gate.reject("ana", &rejected, "no").await;
    gate.world.pass(SignedDuration::from_mins(16));
    let page = gate.get("ada", "/v1/after").await.body;
    let lines: Vec<String> = page["rows"].as_array().unwrap().iter().map(line).collect();
    assert_snapshot!(lines.join("\n"), @"
    issue_refund failed review - overdue false
    issue_refund redeemed review - overdue true
    add_note done review open overdue false
    ");
    assert_eq!(gate.get("support-3", "/v1/after").await.status, StatusCode::FORBIDDEN);
    gate.verify();
}

#[tokio::test]
async fn who_answers_for_an_agent_may_flag_what_ran_alone_but_not_call_it_fine() {
    let gate = gate().await;
    let body = json!({"environment": "staging", "action": {"tool": "add_note", "arguments": {"text": "a"}}});
    let watched = gate.post("ops-1", "/v1/envelopes", body).await.body;
    let fine = json!({"finding": "fine"});
    assert_snapshot!(gate.post("ana", &path(&watched, "/review"), fine).await.refusal(), @"403 owner_cannot_pass: You answer for this agent, so somebody else must say that it is fine; flag it if it is not.");
    let flagged = json!({"finding": "flagged", "note": "wrong customer"});
    assert_eq!(
        gate.post("ana", &path(&watched, "/review"), flagged).await.body["review"],
        "flagged"
    );
}

#[tokio::test]
async fn what_ran_alone_is_called_fine_or_flagged_once() {
    let gate = gate().await;
    let fine = gate.propose("add_note", json!({"text": "a"})).await;
    let review = json!({"finding": "fine"});
    assert_eq!(
        gate.post("ana", &path(&fine, "/review"), review.clone()).await.body["review"],
        "fine"
    );
    assert_snapshot!(gate.post("ben", &path(&fine, "/review"), review.clone()).await.refusal(), @"409 nothing_to_review: Nobody has to look at it, or somebody has already.");
    let flagged = gate.propose("add_note", json!({"text": "b"})).await;
    let why = json!({"finding": "flagged"});
    assert_snapshot!(gate.post("ana", &path(&flagged, "/review"), why).await.refusal(), @"400 reason_missing /note: What is flagged is flagged for a reason.");
    let why = json!({"finding": "flagged", "note": "names a customer"});
    gate.post("ana", &path(&flagged, "/review"), why).await;
    let seen = gate.read("ben", &flagged).await;
    assert_eq!(seen["reviewed"]["note"], "names a customer");
    for caller in ["ada", "olga", "admin"] {
        let answer = gate.post(caller, &path(&flagged, "/review"), review.clone()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{caller}");
    }
    let held = gate.propose("issue_refund", json!({"amount": 60})).await;
    assert_eq!(
        gate.post("ana", &path(&held, "/review"), review).await.body["error"]["code"],
        "nothing_to_review"
    );
    gate.verify();
}

#[tokio::test]
async fn an_undo_is_asked_for_read_by_the_agent_and_answered_with_an_outcome() {
    let gate = gate().await;
    let body = json!({
        "action": {"tool": "add_note", "arguments": {"text": "a"}},
        "reversal": {"handle": "note-1", "how": "delete_note"},
    });
    let envelope = gate.post("support-3", "/v1/envelopes", body).await.body;
    let undo = path(&envelope, "/undo");
    let why = json!({"reason": "wrong customer"});
    assert_snapshot!(gate.post("ana", &undo, why.clone()).await.refusal(), @"409 wrong_stage: It is allowed, so there is nothing to take back.");
    run(&gate, &envelope, None).await;
    assert_snapshot!(gate.post("ana", &undo, why.clone()).await.refusal(), @"409 wrong_stage: The agent has not said yet what happened, so there is nothing to take back.");
    gate.post(
        "support-3",
        &path(&envelope, "/outcome"),
        json!({"status": "succeeded"}),
    )
    .await;
    assert_eq!(
        gate.post("ana", &undo, why.clone()).await.body["stage"],
        "undo_requested"
    );
    assert_snapshot!(gate.post("ben", &undo, why.clone()).await.refusal(), @"409 wrong_stage: The agent was asked already.");
    // Its executor is asked too; another agent is not.
    for caller in ["support-3", "runner"] {
        let wanted = gate.get(caller, "/v1/undo?wait=25s").await.body;
        assert_eq!(
            (&wanted[0]["reason"], &wanted[0]["reversal"]["handle"]),
            (&json!("wrong customer"), &json!("note-1"))
        );
    }
    assert_eq!(gate.get("ops-1", "/v1/undo").await.body, json!([]));
    assert_eq!(gate.get("ana", "/v1/undo").await.status, StatusCode::FORBIDDEN);
    // The first try fails and is asked for again; the second is done.
    let outcome = path(&envelope, "/outcome");
    gate.post(
        "support-3",
        &outcome,
        json!({"status": "failed", "result": "no such note"}),
    )
    .await;
    let seen = gate.read("ana", &envelope).await;
    // It ran, and still stands: whoever reads that it failed would do it again.
    assert_eq!(
        (&seen["stage"], &seen["undo"]["succeeded"]),
        (&json!("undo_failed"), &json!(false))
    );
    gate.post("ana", &undo, json!({"reason": "it is note-2"})).await;
    gate.post("support-3", &outcome, json!({"status": "succeeded"})).await;
    let seen = gate.read("ana", &envelope).await;
    assert_eq!(
        (&seen["stage"], &seen["undo"]["reason"]),
        (&json!("undone"), &json!("it is note-2"))
    );
    assert_eq!(gate.get("support-3", "/v1/undo").await.body, json!([]));
    gate.verify();
}

#[tokio::test]
async fn an_undo_of_what_took_a_senior_takes_a_senior() {
    let gate = gate().await;
    let large = gate.propose("issue_refund", json!({"amount": 6000})).await;
    gate.approve("sam", &large).await;
    gate.approve("sue", &large).await;
    run(&gate, &large, Some("succeeded")).await;
    let why = json!({"reason": "wrong account"});
    assert_eq!(
        gate.post("ana", &path(&large, "/undo"), why.clone()).await.body["error"]["code"],
        "role_too_low"
    );
    assert_eq!(
        gate.post("sam", &path(&large, "/undo"), why).await.body["stage"],
        "undo_requested"
    );
    gate.verify();
}

#[tokio::test]
async fn an_agent_that_waits_is_woken_by_a_wish() {
    let gate = gate().await;
    let envelope = gate.propose("add_note", json!({"text": "a"})).await;
    run(&gate, &envelope, Some("succeeded")).await;
    let agent = gate.service.authenticate(gate.token("support-3")).unwrap();
    let service = std::sync::Arc::clone(&gate.service);
    let waiting = tokio::spawn(async move { service.undo_wanted(&agent, std::time::Duration::from_secs(30)).await });
    tokio::task::yield_now().await;
    gate.post("ana", &path(&envelope, "/undo"), json!({"reason": "no"}))
        .await;
    let wanted = waiting.await.unwrap().unwrap();
    assert_eq!(wanted.len(), 1);
}
