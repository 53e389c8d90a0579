//! The deadline that an agent is told once, and what people and the policy can still do within it.

use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::envelope;
use crate::it::world::{Gate, gate, gate_with};

async fn ask(gate: &Gate, tool: &str, timeout: &str) -> Value {
    gate.ask(json!({ "tool": tool, "arguments": {"amount": 60}, "timeout": timeout }))
        .await
}

/// How long after it was asked.
fn after(asked: &Value, at: &Value) -> SignedDuration {
    let time = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap();
    time(at).duration_since(time(&asked["created_at"]))
}

#[tokio::test]
async fn the_deadline_is_what_was_asked_and_at_most_what_the_policy_can_ever_give() {
    let gate = gate().await;
    let (minutes, hours) = (SignedDuration::from_mins, SignedDuration::from_hours);
    for (tool, timeout, told, first) in [
        // A refund waits 4 h and people may add 2 h.
        (
            "issue_refund",
            "1s",
            SignedDuration::from_secs(1),
            SignedDuration::from_secs(1),
        ),
        ("issue_refund", "10m", minutes(10), minutes(10)),
        ("issue_refund", "5h", hours(5), hours(4)),
        ("issue_refund", "9h", hours(6), hours(4)),
        ("issue_refund", "99999999999999999999h", hours(6), hours(4)),
        // An email waits 10 min, once more for a senior, and nobody may add anything.
        ("send_email", "10m", minutes(10), minutes(10)),
        ("send_email", "15m", minutes(15), minutes(10)),
        ("send_email", "2h", minutes(20), minutes(10)),
        // What no class knows waits as long as the defaults say.
        ("frobnicate", "2h", hours(1), hours(1)),
    ] {
        let asked = ask(&gate, tool, timeout).await;
        let seen = gate.get("ana", &envelope(&asked)).await.body;
        assert_eq!(after(&asked, &asked["deadline_at"]), told, "{tool} {timeout}");
        assert_eq!(after(&asked, &seen["deadline_at"]), first, "{tool} {timeout}");
        assert_eq!(seen["outer_at"], asked["deadline_at"]);
        let latest = seen.get("latest_at").unwrap_or(&seen["deadline_at"]);
        assert!(after(&asked, latest) <= told, "{tool} {timeout}: {latest}");
    }
    gate.verify();
}

#[tokio::test]
async fn people_give_more_time_only_as_far_as_the_agent_was_told() {
    let gate = gate().await;
    let asked = ask(&gate, "issue_refund", "5h").await;
    let more = |by: &str| json!({"decision": "extend", "by": by, "reason": "asleep"});
    let beyond = gate.say("sam", &asked, more("61m")).await;
    assert_snapshot!(beyond.refusal(), @"409 beyond_bound: It can wait until 2026-11-21T09:12:09Z at the latest, and that would be 2026-11-21T09:13:09Z.");
    assert_eq!(gate.say("sam", &asked, more("1h")).await.status, StatusCode::OK);
    assert_eq!(
        gate.poll(&asked).await["status"],
        "pending",
        "and its deadline is the one it was told"
    );
    gate.world.pass(SignedDuration::from_hours(5));
    gate.service.settle_due().await.unwrap();
    assert_eq!(gate.poll(&asked).await["decision"]["decided_at"], asked["deadline_at"]);
    let short = ask(&gate, "issue_refund", "1h").await;
    assert_snapshot!(gate.say("sam", &short, more("1m")).await.refusal(), @"409 no_extension: Its agent was told that it is over at 2026-11-21T10:12:09Z at the latest, and takes no other word.");
    gate.verify();
}

#[tokio::test]
async fn an_escalation_at_the_deadline_ends_where_the_agent_was_told() {
    let gate = gate().await;
    let asked = ask(&gate, "send_email", "15m").await;
    gate.world.pass(SignedDuration::from_mins(10));
    gate.service.settle_due().await.unwrap();
    let seen = gate.get("sam", &envelope(&asked)).await.body;
    assert_eq!((&seen["stage"], &seen["role"]), (&json!("waiting"), &json!("senior")));
    assert_eq!(seen["deadline_at"], asked["deadline_at"]);
    assert_eq!(gate.poll(&asked).await["status"], "pending");
    gate.world.pass(SignedDuration::from_mins(5));
    gate.service.settle_due().await.unwrap();
    assert_eq!(gate.poll(&asked).await["status"], "expired");
    gate.verify();
}

#[tokio::test]
async fn what_has_no_time_left_expires_and_is_not_escalated() {
    let gate = gate().await;
    let asked = ask(&gate, "send_email", "10m").await;
    // The gate was away over the deadline of a longer one.
    let longer = ask(&gate, "send_email", "15m").await;
    gate.world.pass(SignedDuration::from_mins(10));
    gate.service.settle_due().await.unwrap();
    assert_eq!(gate.poll(&asked).await["status"], "expired");
    assert_eq!(gate.poll(&longer).await["status"], "pending");
    let away = ask(&gate, "send_email", "15m").await;
    gate.world.pass(SignedDuration::from_hours(1));
    assert_eq!(gate.service.settle_due().await.unwrap(), 2);
    assert_eq!(gate.poll(&away).await["status"], "expired");
    let seen = gate.get("ana", &envelope(&away)).await.body;
    assert_eq!(seen["role"], "reviewer", "nobody was asked when it was too late");
    gate.verify();
}

#[tokio::test]
async fn a_class_that_a_person_names_brings_no_more_time_than_the_agent_was_told() {
    let policy = include_str!("../../fixtures/policy/gate.toml");
    let gate = gate_with(&policy.replace("valid_for = \"15m\"\n", "valid_for = \"15m\"\nextend_max = \"30m\"\n")).await;
    let asked = ask(&gate, "frobnicate", "2h").await;
    assert_eq!(after(&asked, &asked["deadline_at"]), SignedDuration::from_mins(90));
    let class = json!({"decision": "classify", "class": "payment.refund"});
    assert_eq!(gate.say("ana", &asked, class).await.status, StatusCode::OK);
    let seen = gate.get("ana", &envelope(&asked)).await.body;
    assert_eq!(
        seen["latest_at"], asked["deadline_at"],
        "a refund may have two hours more"
    );
    let more = json!({"decision": "extend", "by": "31m", "reason": "asleep"});
    assert_eq!(
        gate.say("ana", &asked, more).await.body["error"]["code"],
        "beyond_bound"
    );
    gate.verify();
}

#[tokio::test]
async fn nobody_approves_after_the_deadline() {
    let gate = gate().await;
    let asked = ask(&gate, "issue_refund", "10m").await;
    gate.world.pass(SignedDuration::from_mins(10));
    let late = gate.allow("ana", &asked).await;
    assert_eq!(late.body["error"]["code"], "already_decided");
    assert_eq!(gate.poll(&asked).await["status"], "expired");
}
