use axum::http::StatusCode;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::it::world::{Answer, Gate, gate, path};

async fn edit(gate: &Gate, person: &str, envelope: &Value, arguments: &str) -> Answer {
    let word = json!({"decision": "edit", "arguments_raw": arguments, "reason": "meant less"});
    gate.decide(person, envelope, word).await
}

#[tokio::test]
async fn an_edit_is_judged_again_and_its_editor_is_the_first_approver() {
    let gate = gate().await;
    let envelope = gate
        .propose("issue_refund", json!({"amount": "6000.00", "to": "DE89"}))
        .await;
    assert_eq!((&envelope["rule"], &envelope["quorum"]), (&json!("large"), &json!(2)));
    // Whoever approved the old payload did not approve the new one.
    gate.approve("sam", &envelope).await;
    let envelope = gate.read("ana", &envelope).await;
    let receipt = edit(&gate, "ana", &envelope, r#"{"amount": "60.00", "to": "DE89"}"#)
        .await
        .body;
    assert_eq!(receipt["stage"], "approved", "{receipt}");
    assert_eq!(
        (&receipt["revision"], &receipt["votes"], &receipt["quorum"]),
        (&json!(2), &json!(1), &json!(1))
    );
    let seen = gate.read("ben", &envelope).await;
    assert_eq!(seen["rule"], "usual");
    assert_eq!(seen["proposed_raw"], r#"{"amount":"6000.00","to":"DE89"}"#);
    assert_eq!(seen["decisions"][1]["decision"], "edit");
    assert_eq!(seen["decisions"][1]["reason"], "meant less");
    assert_eq!(seen["decisions"][2]["by"], "ana");
    // What runs are the edited bytes, to the space.
    let mine = gate.read("support-3", &envelope).await;
    let token = json!({"token": mine["token"]});
    let redeemed = gate.post("support-3", &path(&envelope, "/redeem"), token).await.body;
    assert_eq!(redeemed["arguments_raw"], r#"{"amount": "60.00", "to": "DE89"}"#);
    assert_eq!(redeemed["payload_sha256"], receipt["payload_sha256"]);
    gate.verify();
}

#[tokio::test]
async fn an_edit_that_redirects_or_raises_needs_one_person_more() {
    let gate = gate().await;
    for arguments in [
        r#"{"amount":"61.00","to":"DE89"}"#,
        r#"{"amount":"60.00","to":"XX66"}"#,
        r#"{"amount":"60.00"}"#,
    ] {
        let envelope = gate
            .propose("issue_refund", json!({"amount": "60.00", "to": "DE89"}))
            .await;
        let receipt = edit(&gate, "ana", &envelope, arguments).await.body;
        assert_eq!(
            (&receipt["stage"], &receipt["quorum"]),
            (&json!("waiting"), &json!(2)),
            "{arguments}"
        );
        let seen = gate.read("ben", &envelope).await;
        assert!(
            seen["reasons"][0].as_str().unwrap().starts_with("the edit r"),
            "{}",
            seen["reasons"]
        );
        // The editor is one of the two, and cannot be both.
        assert_eq!(gate.approve("ana", &seen).await.body["error"]["code"], "already_voted");
        assert_eq!(gate.approve("ben", &seen).await.body["stage"], "approved");
    }
    gate.verify();
}

#[tokio::test]
async fn several_edits_reach_no_further_alone_than_one() {
    let gate = gate().await;
    // The second changes the spelling only, or even lowers it: the agent asked for something else.
    for second in [r#"{"amount":90,"to":"XX66"}"#, r#"{"amount":"9.99","to":"XX66"}"#] {
        let envelope = gate
            .propose("issue_refund", json!({"amount": "60.00", "to": "DE89"}))
            .await;
        edit(&gate, "ana", &envelope, r#"{"amount":"90.00","to":"XX66"}"#).await;
        let seen = gate.read("ana", &envelope).await;
        let receipt = edit(&gate, "ana", &seen, second).await.body;
        assert_eq!(
            (&receipt["stage"], &receipt["votes"], &receipt["quorum"]),
            (&json!("waiting"), &json!(1), &json!(2)),
            "{second}"
        );
        let seen = gate.read("ben", &envelope).await;
        let why = seen["reasons"][0].as_str().unwrap();
        assert!(why.starts_with("the edit r"), "{why}");
        assert_eq!(gate.approve("ben", &seen).await.body["stage"], "approved");
    }
    gate.verify();
}

#[tokio::test]
async fn what_somebody_took_down_is_not_taken_up_again_alone() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": "6000.00"})).await;
    edit(&gate, "sam", &envelope, r#"{"amount":"5100.00"}"#).await;
    let seen = gate.read("sue", &envelope).await;
    let receipt = edit(&gate, "sue", &seen, r#"{"amount":"5900.00"}"#).await.body;
    assert_eq!((&receipt["votes"], &receipt["quorum"]), (&json!(1), &json!(3)));
    gate.verify();
}

#[tokio::test]
async fn a_class_may_say_that_one_editor_is_enough() {
    let gate = gate().await;
    let envelope = gate.propose("give_discount", json!({"percent": 5})).await;
    assert_eq!(
        edit(&gate, "ana", &envelope, r#"{"percent":10}"#).await.body["stage"],
        "approved"
    );
    gate.verify();
}

#[tokio::test]
async fn an_edit_that_the_policy_denies_changes_nothing_and_says_why() {
    let gate = gate().await;
    let envelope = gate.propose("give_discount", json!({"percent": 5})).await;
    assert_snapshot!(edit(&gate, "ana", &envelope, r#"{"percent":90}"#).await.refusal(), @"409 edit_not_allowed: The policy denies what it would become: its class says so.");
    let own = r#"{"percent":5,"log":"/var/lib/signoff/ledger.db"}"#;
    assert_snapshot!(edit(&gate, "ana", &envelope, own).await.refusal(), @"409 edit_not_allowed: The policy denies what it would become: it names signoff's own /var/lib/signoff.");
    let seen = gate.read("ana", &envelope).await;
    assert_eq!(
        (
            &seen["stage"],
            &seen["revision"],
            seen["decisions"].as_array().unwrap().len()
        ),
        (&json!("waiting"), &json!(1), 0)
    );
    gate.verify();
}

#[tokio::test]
async fn an_edit_is_refused_where_it_is_no_payload() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    for (arguments, code) in [
        ("{", "not_json"),
        ("[1]", "wrong_shape"),
        (r#"{"amount": 60.0}"#, "unchanged"),
        (r#"{"amount": 60, "amount": 61}"#, "duplicate_key"),
        (r#"{"amount": 9007199254740993}"#, "integer_out_of_range"),
    ] {
        let answer = edit(&gate, "ana", &envelope, arguments).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{arguments}");
        assert_eq!(answer.body["error"]["code"], code, "{arguments}");
    }
    assert_eq!(gate.read("ana", &envelope).await["revision"], 1);
}

#[tokio::test]
async fn who_edits_must_be_able_to_approve_what_it_becomes() {
    let gate = gate().await;
    let large = gate.propose("issue_refund", json!({"amount": 6000})).await;
    assert_snapshot!(edit(&gate, "ana", &large, r#"{"amount":5000}"#).await.refusal(), @"403 role_too_low: This waits for a senior; you are a reviewer.");
    // An escalation that asked for a senior goes on asking for one, however small the edit makes it.
    let small = gate.propose("issue_refund", json!({"amount": 60})).await;
    let up = json!({"decision": "escalate", "to": "senior", "reason": "looks odd"});
    gate.decide("ana", &small, up).await;
    let small = gate.read("ana", &small).await;
    assert_eq!(
        edit(&gate, "ana", &small, r#"{"amount":30}"#).await.body["error"]["code"],
        "role_too_low"
    );
    assert_eq!(
        edit(&gate, "sam", &small, r#"{"amount":30}"#).await.body["stage"],
        "approved"
    );
    gate.verify();
}

#[tokio::test]
async fn the_gate_says_what_an_edit_would_become_and_writes_nothing() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": "6000.00"})).await;
    let before = gate.verify().entries;
    let ask = |raw: &str| json!({"id": envelope["id"], "arguments_raw": raw});
    let lower = gate.post("ana", "/v1/judge", ask(r#"{"amount":"60.00"}"#)).await.body;
    assert_eq!(
        (&lower["rule"], &lower["quorum"], &lower["role"]),
        (&json!("usual"), &json!(1), &json!("reviewer"))
    );
    let tiny = gate.post("ana", "/v1/judge", ask(r#"{"amount":"6.00"}"#)).await.body;
    assert_eq!(
        (&tiny["verdict"], &tiny["effective"]),
        (&json!("allow"), &json!("hold")),
        "people have it already"
    );
    let raised = gate.post("ana", "/v1/judge", ask(r#"{"amount":"7000.00"}"#)).await.body;
    assert_eq!(
        (&raised["quorum"], &raised["reasons"][0]),
        (&json!(3), &json!("the edit raises /amount"))
    );
    assert_eq!(
        gate.post("support-3", "/v1/judge", ask("{}")).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(gate.verify().entries, before);
}

#[tokio::test]
async fn the_claimed_amount_follows_the_edit_or_goes() {
    let gate = gate().await;
    for (arguments, amount) in [
        (r#"{"amount":"50.00"}"#, json!("50.00 USD")),
        (r#"{"amount":"no"}"#, json!(null)),
    ] {
        let body = json!({
            "action": {"tool": "issue_refund", "arguments": {"amount": "60.00"}},
            "impact": {"amount": {"value": "60.00", "currency": "USD"}},
        });
        let envelope = gate.post("support-3", "/v1/envelopes", body).await.body;
        edit(&gate, "sam", &envelope, arguments).await;
        let seen = gate.read("ana", &envelope).await;
        let edited = seen["revision"] == 2;
        assert_eq!(if edited { &seen["amount"] } else { &json!(null) }, &amount);
    }
}
