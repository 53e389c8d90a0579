//! An edit over AAP: denied with the edited call, which then passes once.

use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{REQUESTS, envelope, place, submission};
use crate::it::world::{Gate, gate, path};

const EDITED: &str = r#"{"amount": "40.00", "to": "DE89"}"#;

fn call(amount: &str) -> Value {
    submission("issue_refund", json!({"amount": amount, "to": "DE89"}))
}

/// With what else makes a payload: a server, a target, an environment, and the run.
fn rich(amount: &str, run: Option<&str>) -> Value {
    let mut call = call(amount);
    call["server"] = json!("billing");
    call["context"] = json!({"call_id": "c-1", "envelope": {
        "environment": "production", "target": {"system": "billing", "record": "order/1"},
    }});
    if let Some(run) = run {
        call["context"]["envelope"]["run_id"] = json!(run);
    }
    call
}

/// A call for 60.00 that ana made one for 40.00.
async fn edited(gate: &Gate, asked: Value) -> Value {
    let asked = gate.ask(asked).await;
    assert_eq!(asked["status"], "pending");
    let receipt = gate.edit("ana", &asked, EDITED).await.body;
    assert_eq!(receipt["stage"], "approved", "{receipt}");
    gate.poll(&asked).await
}

async fn status(gate: &Gate, submission: Value) -> Value {
    gate.ask(submission).await["status"].clone()
}

#[tokio::test]
async fn an_edit_is_denied_with_the_call_that_would_be_allowed() {
    let gate = gate().await;
    let mut asked = call("60.00");
    asked["server"] = json!("billing");
    let asked = gate.ask(asked).await;
    // Digits stay as the reviewer wrote them; only the line breaks go.
    let arguments = "{\n  \"amount\": 40.00,\r\n  \"to\": \"DE89\\nx\"\n}";
    let mut word = json!({"decision": "edit", "arguments_raw": arguments, "reason": "Too much.\n{\"edited\":1}"});
    gate.say("sam", &asked, word.take()).await;
    let seen = gate.get("ana", &envelope(&asked)).await.body;
    gate.approve("ana", &seen).await;
    let denied = gate.poll(&asked).await;
    assert_eq!(denied["status"], "denied");
    let note = denied["decision"]["note"].as_str().unwrap();
    assert_snapshot!(note);
    let (_, last) = note.rsplit_once('\n').unwrap();
    let edited: Value = serde_json::from_str(last).unwrap();
    assert_eq!(edited["edited"]["arguments"], json!({"amount": 40.0, "to": "DE89\nx"}));
    assert_eq!(
        denied["arguments"],
        json!({"amount": "60.00", "to": "DE89"}),
        "what was asked stays what was asked"
    );
    gate.verify();
}

#[tokio::test]
async fn the_edited_call_passes_once_and_is_held_the_next_time() {
    let gate = gate().await;
    let denied = edited(&gate, call("60.00")).await;
    gate.world.pass(SignedDuration::from_mins(1));
    let second = gate.ask(call("40.00")).await;
    assert_eq!(second["status"], "approved");
    // No longer than the approval it rests on: 15 min after the edit.
    assert_eq!(second["decision"]["expires_at"], "2026-11-21T04:27:09Z");
    let seen = gate.get("ana", &envelope(&second)).await.body;
    assert_eq!(
        (&seen["verdict"], &seen["effective"], &seen["stage"]),
        (&json!("hold"), &json!("allow"), &json!("allowed"))
    );
    let why = seen["reasons"][0].as_str().unwrap();
    assert_eq!(
        why,
        format!(
            "people approved this very call as their edit of {}",
            denied["id"].as_str().unwrap()
        )
    );
    let original = gate.get("ana", &envelope(&denied)).await.body;
    assert_eq!(
        (&original["stage"], &original["passed_to"]),
        (&json!("closed"), &second["id"])
    );
    assert_eq!(
        gate.poll(&denied).await,
        denied,
        "and its agent reads what it read before"
    );
    assert_eq!(status(&gate, call("40.00")).await, "pending");
    assert_eq!(gate.consume(&second, "k").await.status, StatusCode::OK);
    gate.verify();
}

#[tokio::test]
async fn the_edited_envelope_itself_never_runs() {
    let gate = gate().await;
    let denied = edited(&gate, call("60.00")).await;
    assert_eq!(gate.consume(&denied, "k").await.body["error"]["code"], "not_approved");
    assert_eq!(
        gate.tell(&denied, json!({"status": "succeeded"})).await.body["error"]["code"],
        "not_consumed"
    );
    for runner in ["support-3", "runner"] {
        let native = gate.get(runner, &envelope(&denied)).await.body;
        assert_eq!(native["stage"], "approved");
        assert!(native.get("token").is_none(), "{native}");
        let answer = gate
            .post(runner, &path(&native, "/redeem"), json!({"token": "sgt_x"}))
            .await;
        assert_snapshot!("native", answer.refusal());
    }
    // It leaves its pass all the same.
    assert_eq!(status(&gate, call("40.00")).await, "approved");
    gate.verify();
}

#[tokio::test]
async fn a_pass_is_good_for_exactly_the_edited_payload() {
    let gate = gate().await;
    edited(&gate, rich("60.00", None)).await;
    let mut other_tool = rich("40.00", None);
    other_tool["tool"] = json!("send_email");
    let mut other_server = rich("40.00", None);
    other_server["server"] = json!("bank");
    let mut other_target = rich("40.00", None);
    other_target["context"]["envelope"]["target"]["record"] = json!("order/2");
    let mut other_environment = rich("40.00", None);
    other_environment["context"]["envelope"]["environment"] = json!("staging");
    let mut other_amount = rich("40.00", None);
    other_amount["arguments"]["amount"] = json!("40.01");
    for other in [
        other_tool,
        other_server,
        other_target,
        other_environment,
        other_amount,
        call("40.00"),
    ] {
        assert_eq!(status(&gate, other.clone()).await, "pending", "{other}");
    }
    // Another spelling of the same values is the same payload, and the context is no part of it.
    let mut same = rich("40.00", Some("another run"));
    same["context"]["call_id"] = json!("c-2");
    assert_eq!(status(&gate, same).await, "approved");
    gate.verify();
}

#[tokio::test]
async fn a_pass_belongs_to_the_run_that_asked_first() {
    let gate = gate().await;
    edited(&gate, rich("60.00", Some("r-1"))).await;
    assert_eq!(status(&gate, rich("40.00", Some("r-2"))).await, "pending");
    assert_eq!(status(&gate, rich("40.00", None)).await, "pending");
    assert_eq!(status(&gate, rich("40.00", Some("r-1"))).await, "approved");
    // Where the run is missing, as nobody could erase it yet, nobody is in it.
    edited(&gate, rich("60.00", Some("r-1"))).await;
    let ledger = rusqlite::Connection::open(gate.folder.path().join("ledger.db")).unwrap();
    ledger
        .execute_batch("UPDATE blob SET salt = NULL, bytes = NULL WHERE kind = 'claims'")
        .unwrap();
    let again = gate.post("support-3", REQUESTS, rich("40.00", Some("r-1"))).await;
    assert_eq!(again.body["status"], "pending", "{}", again.raw);
}

#[tokio::test]
async fn a_pass_belongs_to_the_agent_that_asked_first() {
    let gate = gate().await;
    edited(&gate, rich("60.00", None)).await;
    let mut stolen = rich("40.00", None);
    // ops-1 may name staging only, and would be quarantined for anything else.
    assert_eq!(gate.ask_as("ops-1", stolen.clone()).await["status"], "pending");
    stolen["context"]["envelope"]["environment"] = json!("staging");
    let mut own = rich("60.00", None);
    own["context"]["envelope"]["environment"] = json!("staging");
    edited(&gate, own.clone()).await;
    let held = gate.ask_as("ops-1", stolen.clone()).await;
    assert_eq!(held["status"], "pending");
    let seen = gate.get("ben", &envelope(&held)).await.body;
    assert_eq!(seen["stage"], "waiting", "held, and not for its credential");
    assert_eq!(status(&gate, stolen).await, "approved");
    gate.verify();
}

#[tokio::test]
async fn a_pass_lapses_as_an_approval_does() {
    let gate = gate().await;
    let denied = edited(&gate, call("60.00")).await;
    gate.world.pass(SignedDuration::from_mins(15));
    // Nobody has noticed the time yet.
    assert_eq!(status(&gate, call("40.00")).await, "pending");
    gate.service.settle_due().await.unwrap();
    assert_eq!(gate.get("ana", &envelope(&denied)).await.body["stage"], "lapsed");
    assert_eq!(gate.poll(&denied).await, denied, "it was denied, and stays so");
    assert_eq!(status(&gate, call("40.00")).await, "pending");
    gate.verify();
}

#[tokio::test]
async fn two_submissions_at_once_get_one_pass() {
    let gate = gate().await;
    edited(&gate, call("60.00")).await;
    let ask = || gate.post("support-3", REQUESTS, call("40.00"));
    let all = tokio::join!(ask(), ask(), ask(), ask());
    let mut got: Vec<String> = [all.0, all.1, all.2, all.3]
        .iter()
        .map(|answer| answer.body["status"].to_string())
        .collect();
    got.sort();
    assert_eq!(got, [r#""approved""#, r#""pending""#, r#""pending""#, r#""pending""#]);
    gate.verify();
}

#[tokio::test]
async fn two_edits_leave_two_passes() {
    let gate = gate().await;
    let first = edited(&gate, call("60.00")).await;
    gate.world.pass(SignedDuration::from_millis(1));
    let second = edited(&gate, call("61.00")).await;
    for original in [first, second] {
        let next = gate.ask(call("40.00")).await;
        assert_eq!(next["status"], "approved");
        assert_eq!(
            gate.get("ana", &envelope(&original)).await.body["passed_to"],
            next["id"],
            "the older first"
        );
    }
    assert_eq!(status(&gate, call("40.00")).await, "pending");
    gate.verify();
}

#[tokio::test]
async fn a_retry_of_the_submission_that_passed_is_that_submission() {
    let gate = gate().await;
    edited(&gate, call("60.00")).await;
    let first = gate.post_as("support-3", REQUESTS, "k", call("40.00")).await;
    let again = gate.post_as("support-3", REQUESTS, "k", call("40.00")).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body));
    assert_eq!(again.body["status"], "approved");
    gate.verify();
}

#[tokio::test]
async fn an_approval_that_nobody_edited_is_no_pass() {
    let gate = gate().await;
    let asked = gate.ask(call("60.00")).await;
    gate.allow("ana", &asked).await;
    assert_eq!(status(&gate, call("60.00")).await, "pending");
    assert_eq!(gate.consume(&asked, "k").await.status, StatusCode::OK);
    gate.verify();
}

#[tokio::test]
async fn an_edit_is_pending_until_its_quorum_is_met() {
    let gate = gate().await;
    let asked = gate.ask(call("60.00")).await;
    // It raises the amount, so one more person must agree.
    let receipt = gate.edit("ana", &asked, r#"{"amount":"70.00","to":"DE89"}"#).await.body;
    assert_eq!(receipt["stage"], "waiting");
    assert_eq!(gate.poll(&asked).await["status"], "pending");
    assert_eq!(
        status(&gate, call("70.00")).await,
        "pending",
        "one word of two is no pass"
    );
    gate.allow("ben", &asked).await;
    let denied = gate.poll(&asked).await;
    assert!(
        denied["decision"]["note"]
            .as_str()
            .unwrap()
            .starts_with("ana edited this call. Sent")
    );
    assert_eq!(status(&gate, call("70.00")).await, "approved");
    gate.verify();
}

#[tokio::test]
async fn an_edit_that_was_rejected_or_ran_out_leaves_nothing() {
    let gate = gate().await;
    let raised = r#"{"amount":"70.00","to":"DE89"}"#;
    let rejected = gate.ask(call("60.00")).await;
    gate.edit("ana", &rejected, raised).await;
    gate.reject("ben", &rejected, "not at all").await;
    assert_eq!(gate.poll(&rejected).await["decision"]["note"], "not at all");
    let late = gate.ask(call("60.00")).await;
    gate.edit("ana", &late, raised).await;
    let taken_back = gate.ask(call("60.00")).await;
    gate.edit("ana", &taken_back, EDITED).await;
    gate.delete("support-3", &envelope(&taken_back)).await;
    assert_eq!(gate.poll(&taken_back).await["status"], "denied");
    gate.world.pass(SignedDuration::from_mins(10));
    gate.service.settle_due().await.unwrap();
    assert_eq!(gate.poll(&late).await["status"], "expired");
    for amount in ["70.00", "40.00"] {
        assert_eq!(status(&gate, call(amount)).await, "pending");
    }
    gate.verify();
}

#[tokio::test]
async fn what_the_policy_denies_or_does_not_know_no_pass_lifts() {
    let gate = gate().await;
    // The edit was judged as what a person said it is; sent again, nobody has said so.
    let unknown = gate.ask(submission("frobnicate", json!({"n": 1}))).await;
    gate.say("ana", &unknown, json!({"decision": "classify", "class": "email"}))
        .await;
    assert_eq!(gate.edit("ana", &unknown, r#"{"n":2}"#).await.body["stage"], "approved");
    assert_eq!(
        status(&gate, submission("frobnicate", json!({"n": 2}))).await,
        "pending"
    );
    // Meanwhile the policy came to deny it.
    let asked = gate.ask(submission("give_discount", json!({"percent": 10}))).await;
    assert_eq!(
        gate.edit("ana", &asked, r#"{"percent":5}"#).await.body["stage"],
        "approved"
    );
    let policy = include_str!("../../fixtures/policy/gate.toml").replace("percent = \"0..20\"", "percent = \"0..2\"");
    let Gate {
        folder, world, service, ..
    } = &gate;
    let stricter = crate::it::world::open(folder.path(), world, &policy).await;
    let again = Gate::over(&gate, stricter);
    assert_eq!(
        status(&again, submission("give_discount", json!({"percent": 5}))).await,
        "denied"
    );
    let _ = service;
    gate.verify();
}

#[tokio::test]
async fn what_runs_alone_anyway_uses_the_pass_up_too() {
    let gate = gate().await;
    let asked = gate.ask(call("60.00")).await;
    gate.edit("ana", &asked, r#"{"amount":"5.00","to":"DE89"}"#).await;
    let small = gate.ask(call("5.00")).await;
    assert_eq!(small["status"], "approved");
    assert_eq!(gate.get("ana", &envelope(&asked)).await.body["passed_to"], small["id"]);
    let noted = gate.ask(submission("add_note", json!({"n": 1}))).await;
    assert_eq!(noted["status"], "approved");
    gate.verify();
}

#[tokio::test]
async fn a_native_envelope_neither_leaves_nor_uses_a_pass() {
    let gate = gate().await;
    edited(&gate, call("60.00")).await;
    let native = gate
        .propose("issue_refund", json!({"amount": "40.00", "to": "DE89"}))
        .await;
    assert_eq!(native["stage"], "waiting");
    let left = gate
        .propose("issue_refund", json!({"amount": "90.00", "to": "DE89"}))
        .await;
    let word = json!({"decision": "edit", "arguments_raw": r#"{"amount":"80.00","to":"DE89"}"#});
    assert_eq!(gate.decide("ana", &left, word).await.body["stage"], "approved");
    assert_eq!(status(&gate, call("80.00")).await, "pending");
    let cleared = gate.read("support-3", &left).await;
    let token = json!({ "token": cleared["token"] });
    assert_eq!(
        gate.post("support-3", &path(&left, "/redeem"), token).await.status,
        StatusCode::OK
    );
    assert_eq!(status(&gate, call("40.00")).await, "approved");
    gate.verify();
}

#[tokio::test]
async fn people_cannot_ask_and_a_poll_sees_the_edit() {
    let gate = gate().await;
    let asked = gate.ask(call("60.00")).await;
    assert_eq!(
        gate.post("ana", REQUESTS, call("40.00")).await.status,
        StatusCode::FORBIDDEN
    );
    let path = place(&asked, "?wait=25s");
    let (polled, _) = tokio::join!(gate.get("support-3", &path), gate.edit("ana", &asked, EDITED));
    assert_eq!(polled.body["status"], "denied");
}

#[tokio::test]
async fn a_pass_waits_while_its_agent_is_stopped_and_is_there_afterwards() {
    let gate = gate().await;
    edited(&gate, call("60.00")).await;
    for (effect, expected) in [("hold", "pending"), ("deny", "denied")] {
        let stop = json!({"scope": "everything", "effect": effect, "reason": "look first"});
        let stopped = gate.post("ana", "/v1/stops", stop).await.body;
        assert_eq!(status(&gate, call("40.00")).await, expected);
        let resume = format!("/v1/stops/{}/resume", stopped["id"].as_str().unwrap());
        gate.post("sam", &resume, json!({"reason": "looked"})).await;
    }
    assert_eq!(status(&gate, call("40.00")).await, "approved");
    gate.verify();
}

#[tokio::test]
async fn a_harmless_signal_does_not_take_a_pass_back() {
    let gate = gate().await;
    edited(&gate, call("60.00")).await;
    let passed = gate.ask(call("40.00")).await;
    assert_eq!(passed["status"], "approved");
    let place = format!("/v1/envelopes/{}/signals", passed["id"].as_str().unwrap());
    assert_eq!(
        gate.post("runner", &place, "{\"fine\": true}").await.body["stage"],
        "allowed"
    );
    assert_eq!(gate.poll(&passed).await["status"], "approved");
    gate.verify();
}
