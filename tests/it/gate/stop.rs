use std::time::Duration;

use axum::http::StatusCode;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::it::world::{Answer, Gate, gate, path};

async fn stop(gate: &Gate, person: &str, scope: &str, name: Option<&str>, effect: &str) -> Answer {
    let body = json!({"scope": scope, "name": name, "effect": effect, "reason": "it runs wild"});
    gate.post(person, "/v1/stops", body).await
}

async fn redeem(gate: &Gate, envelope: &Value) -> Answer {
    let mine = gate.read("support-3", envelope).await;
    gate.post("support-3", &path(envelope, "/redeem"), json!({"token": mine["token"]}))
        .await
}

#[tokio::test]
async fn a_stop_holds_or_denies_what_comes_and_hands_nothing_out() {
    for (effect, stage) in [("hold", "waiting"), ("deny", "denied")] {
        let gate = gate().await;
        let cleared = gate.propose("issue_refund", json!({"amount": 5})).await;
        assert_eq!(
            stop(&gate, "ana", "everything", None, effect).await.status,
            StatusCode::CREATED
        );
        assert_eq!(redeem(&gate, &cleared).await.body["error"]["code"], "stopped");
        let after = gate.propose("issue_refund", json!({"amount": 6})).await;
        assert_eq!(after["stage"], stage);
        assert_eq!(
            (&after["floors"][0], &after["reasons"][0]),
            (&json!("stopped"), &json!("a person stopped everything"))
        );
        // A class in shadow is stopped too.
        assert_eq!(gate.propose("new_thing", json!({})).await["stage"], stage);
        gate.verify();
    }
}

#[tokio::test]
async fn a_run_whose_id_only_looks_like_another_is_refused() {
    let gate = gate().await;
    for run in [
        "job-1 ",
        " job-1",
        "job\u{a0}",
        "job-3\n",
        "",
        "job\u{200b}1",
        &"r".repeat(257),
    ] {
        let body = json!({"run_id": run, "action": {"tool": "issue_refund", "arguments": {"amount": 5}}});
        let answer = gate.post("support-3", "/v1/envelopes", body).await;
        assert_eq!(answer.body["error"]["pointer"], "/run_id", "{run:?} {}", answer.body);
    }
}

#[tokio::test]
async fn a_stop_reaches_one_agent_class_or_run_and_no_other() {
    let gate = gate().await;
    let body = |run: &str| json!({"run_id": run, "action": {"tool": "issue_refund", "arguments": {"amount": 5}}});
    stop(&gate, "ben", "run", Some("r-1"), "deny").await;
    assert_eq!(
        gate.post("support-3", "/v1/envelopes", body("r-1")).await.body["stage"],
        "denied"
    );
    assert_eq!(
        gate.post("support-3", "/v1/envelopes", body("r-2")).await.body["stage"],
        "allowed"
    );
    stop(&gate, "ben", "class", Some("payment.refund"), "hold").await;
    assert_eq!(
        gate.post("support-3", "/v1/envelopes", body("r-3")).await.body["stage"],
        "waiting"
    );
    assert_eq!(gate.propose("add_note", json!({"text": "x"})).await["stage"], "allowed");
    stop(&gate, "ben", "agent", Some("support-3"), "deny").await;
    assert_eq!(gate.propose("add_note", json!({"text": "y"})).await["stage"], "denied");
    let staging = json!({"environment": "staging", "action": {"tool": "add_note", "arguments": {}}});
    assert_eq!(
        gate.post("ops-1", "/v1/envelopes", staging).await.body["stage"],
        "allowed"
    );
    gate.verify();
}

#[tokio::test]
async fn resuming_takes_a_senior_and_a_reason() {
    let gate = gate().await;
    let cleared = gate.propose("issue_refund", json!({"amount": 5})).await;
    let stopped = stop(&gate, "olga", "everything", None, "hold").await.body;
    let resume = format!("/v1/stops/{}/resume", stopped["id"].as_str().unwrap());
    let why = json!({"reason": "the loop is mended"});
    for caller in ["ana", "olga", "admin", "ada"] {
        assert_eq!(
            gate.post(caller, &resume, why.clone()).await.status,
            StatusCode::FORBIDDEN,
            "{caller}"
        );
    }
    assert_snapshot!(gate.post("sam", &resume, json!({"reason": " "})).await.refusal(), @"400 reason_missing /reason: A reason of 1 to 4000 bytes is asked for.");
    assert_eq!(redeem(&gate, &cleared).await.status, StatusCode::CONFLICT);
    assert_eq!(gate.post("sam", &resume, why.clone()).await.body["resumed_by"], "sam");
    assert_eq!(
        redeem(&gate, &cleared).await.status,
        StatusCode::OK,
        "what was cleared may run again"
    );
    assert_snapshot!(gate.post("sam", &resume, why).await.refusal(), @"409 already_resumed: It was resumed already.");
    let all = gate.get("ada", "/v1/stops").await.body;
    assert_eq!(
        (&all[0]["by"], &all[0]["reason"]),
        (&json!("olga"), &json!("it runs wild"))
    );
    gate.verify();
}

#[tokio::test]
async fn a_stop_of_nobody_is_refused_rather_than_taken_for_one() {
    let gate = gate().await;
    assert_snapshot!(stop(&gate, "ana", "agent", Some("support-33"), "deny").await.refusal(), @"400 unknown_name /name: There is no such agent.");
    assert_snapshot!(stop(&gate, "ana", "class", Some("payment"), "deny").await.refusal(), @"400 unknown_name /name: The policy has no such class.");
    assert_snapshot!(stop(&gate, "ana", "run", None, "deny").await.refusal(), @"400 unknown_name /name: Say which one.");
    assert_snapshot!(stop(&gate, "ada", "everything", None, "deny").await.refusal(), @"403 read_only: An auditor reads everything and changes nothing.");
    assert_eq!(
        stop(&gate, "support-3", "everything", None, "deny").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_console_that_was_between_two_questions_is_told_of_a_stop_at_once_and_once() {
    let gate = gate().await;
    gate.propose("issue_refund", json!({"amount": 60})).await;
    let ask = |cursor: u64, limit: u64| {
        let asked = gate.service.queue(cursor, None, Duration::from_secs(30));
        tokio::time::timeout(Duration::from_millis(limit), asked)
    };
    let cursor = gate.get("ana", "/v1/queue").await.body["cursor"].as_u64().unwrap();
    let id = stop(&gate, "ana", "everything", None, "deny").await.body["id"].clone();
    let page = ask(cursor, 10_000).await.expect("at once").unwrap();
    assert_eq!(page.stops.len(), 1);
    assert!(ask(page.cursor, 100).await.is_err(), "it knows by now");
    let resume = format!("/v1/stops/{}/resume", id.as_str().unwrap());
    gate.post("sam", &resume, json!({"reason": "tamed"})).await;
    assert!(
        ask(page.cursor, 10_000)
            .await
            .expect("at once")
            .unwrap()
            .stops
            .is_empty()
    );
}

#[tokio::test]
async fn every_console_is_told_of_a_stop_at_once_and_a_restart_keeps_it() {
    let gate = gate().await;
    gate.propose("issue_refund", json!({"amount": 60})).await;
    let cursor = gate.get("ana", "/v1/queue").await.body["cursor"].as_u64().unwrap();
    let service = std::sync::Arc::clone(&gate.service);
    let waiting = tokio::spawn(async move { service.queue(cursor, None, std::time::Duration::from_secs(30)).await });
    tokio::task::yield_now().await;
    stop(&gate, "ana", "everything", None, "deny").await;
    let page = waiting.await.unwrap().unwrap();
    assert_eq!(page.stops.len(), 1);
    let (world, folder) = (std::sync::Arc::clone(&gate.world), gate.folder.path().to_owned());
    let Gate {
        service, folder: kept, ..
    } = gate;
    drop(service);
    let again = crate::it::world::open(&folder, &world, include_str!("../../fixtures/policy/gate.toml")).await;
    assert_eq!(
        again
            .queue(0, None, std::time::Duration::ZERO)
            .await
            .unwrap()
            .stops
            .len(),
        1
    );
    drop((again, kept));
}
