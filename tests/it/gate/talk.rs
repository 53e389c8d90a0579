use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::json;

use signoff::api::Summary;
use signoff::gate::World;

use crate::it::world::{gate, path};

#[tokio::test]
async fn a_claim_is_over_after_five_minutes_for_everybody_who_looks() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.post("ana", &path(&envelope, "/claim"), "{}").await;
    let queued = async || gate.get("ben", "/v1/queue").await.body["rows"][0].clone();
    let found = async || {
        let row: Summary = serde_json::from_value(queued().await).unwrap();
        row.fits(&"by:ana".parse().unwrap(), gate.world.now())
    };
    gate.world.pass(SignedDuration::from_secs(299));
    assert_eq!(gate.read("ben", &envelope).await["claim"]["by"], "ana");
    assert_eq!(
        (queued().await["claim"]["by"].clone(), found().await),
        (json!("ana"), true)
    );
    let before: Summary = serde_json::from_value(queued().await).unwrap();
    gate.world.pass(SignedDuration::from_secs(1));
    assert_eq!(gate.read("ben", &envelope).await.get("claim"), None);
    assert_eq!((queued().await.get("claim"), found().await), (None, false));
    assert!(
        !before.fits(&"by:ana".parse().unwrap(), gate.world.now()),
        "nor in a list that was read before"
    );
    gate.verify();
}

#[tokio::test]
async fn a_claim_says_who_is_at_it_and_keeps_nobody_out() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let claimed = gate.post("ana", &path(&envelope, "/claim"), "{}").await.body;
    assert_eq!(claimed["claim"], json!({"by": "ana", "until": "2026-11-21T04:17:09Z"}));
    assert_eq!(gate.read("ben", &envelope).await["claim"]["by"], "ana");
    assert_eq!(
        gate.post("ada", &path(&envelope, "/claim"), "{}").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        gate.post("support-3", &path(&envelope, "/claim"), "{}").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(gate.approve("ben", &envelope).await.body["stage"], "approved");
    assert_eq!(
        gate.post("ana", &path(&envelope, "/claim"), "{}").await.body["error"]["code"],
        "already_decided"
    );
    gate.verify();
}

#[tokio::test]
async fn the_agent_reads_a_question_and_answers_it_on_the_same_envelope() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let questions = path(&envelope, "/questions");
    let asked = gate
        .post("ana", &questions, json!({"text": " Which receipt? "}))
        .await
        .body;
    assert_eq!(asked["asked"], 1);
    let seen = gate.get("support-3", &path(&envelope, "?wait=25s&asked=0")).await.body;
    assert_eq!(
        (&seen["stage"], &seen["questions"][0]["text"]),
        (&json!("waiting"), &json!("Which receipt?"))
    );
    let answers = path(&envelope, "/answers");
    let answer = json!({"n": 0, "text": "Receipt 881."});
    assert_eq!(
        gate.post("ops-1", &answers, answer.clone()).await.status,
        StatusCode::NOT_FOUND
    );
    let answered = gate.post("support-3", &answers, answer.clone()).await.body;
    assert_eq!(answered["questions"][0]["answer"], "Receipt 881.");
    assert_snapshot!(gate.post("support-3", &answers, answer).await.refusal(), @"409 not_asked: That question was not asked, or it is answered already.");
    let early = json!({"n": 1, "text": "Nobody asked."});
    assert_eq!(
        gate.post("support-3", &answers, early).await.body["error"]["code"],
        "not_asked"
    );
    let seen = gate.read("ben", &envelope).await;
    assert_eq!((&seen["answered"], &seen["revision"]), (&json!(1), &json!(1)));
    assert_eq!(seen["deadline_at"], envelope["deadline_at"], "the clock goes on");
    gate.verify();
}

#[tokio::test]
async fn nothing_is_said_of_what_is_settled() {
    let gate = gate().await;
    let envelope = gate.propose("tag_ticket", json!({})).await;
    gate.world.pass(SignedDuration::from_mins(11));
    // The deadline was over before anybody noticed: the question does not count, the step does.
    let late = gate
        .post("ana", &path(&envelope, "/questions"), json!({"text": "Why?"}))
        .await;
    assert_snapshot!(late.refusal(), @"409 already_decided: It is closed, so there is nothing more to say.");
    assert_eq!(gate.read("ana", &envelope).await["stage"], "closed");
    gate.verify();
}

#[tokio::test]
async fn the_same_question_under_one_key_is_asked_once() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    for _ in 0..2 {
        let text = json!({"text": "Which receipt?"});
        gate.post_as("ana", &path(&envelope, "/questions"), "once", text).await;
    }
    assert_eq!(gate.read("ana", &envelope).await["asked"], 1);
    let long = "x".repeat(4_001);
    let answer = gate
        .post("ana", &path(&envelope, "/questions"), json!({ "text": long }))
        .await;
    assert_snapshot!(answer.refusal(), @"400 wrong_length /text: A text has 1 to 4000 bytes.");
}
