use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::json;

use crate::it::world::gate;

#[tokio::test]
async fn an_escalation_hands_it_to_a_higher_role_with_a_note() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.world.pass(SignedDuration::from_mins(30));
    let word = json!({"decision": "escalate", "to": "senior", "reason": "the account is frozen"});
    let receipt = gate.decide("ana", &envelope, word).await.body;
    assert_eq!(
        (&receipt["stage"], &receipt["revision"]),
        (&json!("waiting"), &json!(2))
    );
    let seen = gate.read("ben", &envelope).await;
    assert_eq!(
        (&seen["role"], &seen["decisions"][0]["led_to"]),
        (&json!("senior"), &json!("senior"))
    );
    assert_eq!(seen["decisions"][0]["reason"], "the account is frozen");
    assert_eq!(
        seen["deadline_at"], envelope["deadline_at"],
        "the agent was told this deadline"
    );
    assert_ne!(seen["sla_at"], envelope["sla_at"]);
    assert_eq!(gate.approve("ben", &seen).await.body["error"]["code"], "role_too_low");
    assert_eq!(gate.approve("sue", &seen).await.body["stage"], "approved");
    gate.verify();
}

#[tokio::test]
async fn custody_can_go_to_a_person_and_on_from_there() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let to = |name: &str| json!({"decision": "escalate", "to": name, "reason": "knows the customer"});
    gate.decide("ana", &envelope, to("ben")).await;
    let seen = gate.read("ben", &envelope).await;
    assert_eq!((&seen["custody"], &seen["role"]), (&json!("ben"), &json!("reviewer")));
    gate.decide("ben", &seen, to("sam")).await;
    let seen = gate.read("ben", &envelope).await;
    assert_eq!(
        (&seen["custody"], &seen["decisions"][1]["led_to"]),
        (&json!("sam"), &json!("sam"))
    );
    // Custody names who is expected; it locks nobody out.
    assert_eq!(gate.approve("ana", &seen).await.body["stage"], "approved");
    gate.verify();
}

#[tokio::test]
async fn an_escalation_goes_where_somebody_can_answer() {
    let gate = gate().await;
    let large = gate.propose("issue_refund", json!({"amount": 6000})).await;
    let to = |name: &str| json!({"decision": "escalate", "to": name, "reason": "please"});
    assert_snapshot!(gate.decide("sam", &large, to("ana")).await.refusal(), @"409 role_too_low: It waits for a senior, and a reviewer cannot give that.");
    assert_snapshot!(gate.decide("sam", &large, to("reviewer")).await.refusal(), @"409 role_too_low: It waits for a senior, and a reviewer cannot give that.");
    assert_snapshot!(gate.decide("sam", &large, to("ada")).await.refusal(), @"400 role_does_not_decide /to: The role auditor does not decide.");
    assert_snapshot!(gate.decide("sam", &large, to("nobody")).await.refusal(), @"400 unknown_person /to: There is no such role or person here.");
    assert_snapshot!(gate.decide("sam", &large, to("sam")).await.refusal(), @"409 own_custody: You have it already; claim it to say so.");
    assert_snapshot!(gate.decide("sam", &large, json!({"decision": "escalate", "to": "sue"})).await.refusal(), @"400 reason_missing /reason: An escalation gives a reason: whoever gets it reads it.");
    assert_eq!(gate.read("sam", &large).await["revision"], 1);
}

#[tokio::test]
async fn approvals_lapse_when_it_goes_to_somebody_else() {
    let gate = gate().await;
    let large = gate.propose("issue_refund", json!({"amount": 6000})).await;
    gate.approve("sam", &large).await;
    let seen = gate.read("sue", &large).await;
    let word = json!({"decision": "escalate", "to": "senior", "reason": "not sure"});
    gate.decide("sue", &seen, word).await;
    let seen = gate.read("sue", &large).await;
    assert_eq!(seen["votes"], 0);
    gate.approve("sam", &seen).await;
    gate.verify();
}

#[tokio::test]
async fn a_quarantined_action_can_be_escalated_and_the_higher_role_classifies_it() {
    let gate = gate().await;
    let unknown = gate.propose("frobnicate_x", json!({})).await;
    let word = json!({"decision": "escalate", "to": "senior", "reason": "no idea"});
    assert_eq!(gate.decide("ana", &unknown, word).await.body["stage"], "quarantined");
    let seen = gate.read("ana", &unknown).await;
    let class = json!({"decision": "classify", "class": "ticket.tag"});
    assert_eq!(
        gate.decide("ana", &seen, class.clone()).await.body["error"]["code"],
        "role_too_low"
    );
    assert_eq!(gate.decide("sam", &seen, class).await.body["stage"], "waiting");
    gate.verify();
}

#[tokio::test]
async fn time_is_given_within_the_bound_of_the_class_and_for_a_reason() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let by = |time: &str| json!({"decision": "extend", "by": time, "reason": "the bank opens at nine"});
    let receipt = gate.decide("ana", &envelope, by("90m")).await.body;
    assert_eq!(
        (&receipt["deadline_at"], &receipt["revision"]),
        (&json!("2026-11-21T09:42:09Z"), &json!(1))
    );
    assert_snapshot!(gate.decide("ana", &envelope, by("31m")).await.refusal(), @"409 beyond_bound: It can wait until 2026-11-21T10:12:09Z at the latest, and that would be 2026-11-21T10:13:09Z.");
    assert_eq!(
        gate.decide("ana", &envelope, by("30m")).await.body["deadline_at"],
        "2026-11-21T10:12:09Z"
    );
    let tag = gate.propose("tag_ticket", json!({})).await;
    assert_snapshot!(gate.decide("ana", &tag, by("1m")).await.refusal(), @"409 no_extension: Its class gives no more time: the policy sets no `extend_max`.");
    assert_snapshot!(gate.decide("ana", &envelope, json!({"decision": "extend", "by": "1m"})).await.refusal(), @"400 reason_missing /reason: More time is given for a reason.");
    // The new deadline is the one that holds.
    gate.world.pass(SignedDuration::from_hours(5));
    gate.service.settle_due().await.unwrap();
    assert_eq!(gate.read("ana", &envelope).await["stage"], "waiting");
    gate.world.pass(SignedDuration::from_hours(1));
    gate.service.settle_due().await.unwrap();
    assert_eq!(gate.read("ana", &envelope).await["stage"], "expired");
    gate.verify();
}

#[tokio::test]
async fn a_member_that_belongs_to_another_decision_is_refused() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let slip = json!({"decision": "approve", "arguments_raw": "{}"});
    assert_snapshot!(gate.decide("ana", &envelope, slip).await.refusal(), @"400 wrong_member /arguments_raw: This belongs to edit, and the decision is approve.");
    assert_snapshot!(gate.decide("ana", &envelope, json!({"decision": "edit"})).await.refusal(), @"400 wrong_member /arguments_raw: The decision is edit and does not say this.");
    assert_eq!(gate.read("ana", &envelope).await["stage"], "waiting");
}
