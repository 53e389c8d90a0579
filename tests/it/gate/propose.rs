use axum::http::{Method, StatusCode};
use insta::assert_snapshot;
use serde_json::json;

use crate::it::world::{default_gate, gate, gate_with};

#[tokio::test]
async fn a_proposal_is_answered_with_its_verdict_and_all_plain_values() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 6000})).await;
    assert_snapshot!(serde_json::to_string_pretty(&envelope).unwrap());
}

#[tokio::test]
async fn each_verdict_leads_to_its_stage() {
    let gate = gate().await;
    for (tool, arguments, stage, verdict, effective) in [
        ("issue_refund", json!({"amount": 5}), "allowed", "allow", "allow"),
        ("add_note", json!({}), "allowed", "watch", "watch"),
        ("issue_refund", json!({"amount": 60}), "waiting", "hold", "hold"),
        ("frobnicate_x", json!({}), "quarantined", "quarantine", "quarantine"),
        ("wipe_disk", json!({}), "denied", "deny", "deny"),
        ("new_thing", json!({}), "allowed", "deny", "allow"),
    ] {
        let envelope = gate.propose(tool, arguments).await;
        let seen = (
            envelope["stage"].as_str().unwrap(),
            envelope["verdict"].as_str().unwrap(),
            envelope["effective"].as_str().unwrap(),
        );
        assert_eq!(seen, (stage, verdict, effective), "{tool}");
    }
    gate.verify();
}

#[tokio::test]
async fn a_plain_call_is_not_quarantined_by_the_shipped_policy() {
    let gate = default_gate().await;
    assert_eq!(gate.propose("get_order", json!({"id": 1})).await["stage"], "allowed");
    assert_eq!(
        gate.propose("send_email", json!({"to": "a@b.c"})).await["stage"],
        "waiting"
    );
}

#[tokio::test]
async fn the_payload_comes_back_as_the_bytes_that_were_sent() {
    let gate = gate().await;
    let raw = r#"{ "b" : 1.50, "a":"\u00e9", "amount": 60 }"#;
    let body = format!(r#"{{"action":{{"arguments":{raw},"tool":"issue_refund"}}}}"#);
    let envelope = gate.post("support-3", "/v1/envelopes", body).await.body;
    let seen = gate.read("ana", &envelope).await;
    assert_eq!(seen["payload"]["raw"], raw);
    assert_eq!(seen["payload"]["payload_sha256"], envelope["payload_sha256"]);
}

#[tokio::test]
async fn the_same_key_and_bytes_propose_once_and_other_bytes_are_refused() {
    let gate = gate().await;
    let body = json!({"action": {"tool": "issue_refund", "arguments": {"amount": 60}}}).to_string();
    let first = gate.post_as("support-3", "/v1/envelopes", "k", body.clone()).await;
    let again = gate.post_as("support-3", "/v1/envelopes", "k", body.clone()).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::OK));
    assert_eq!(first.body["id"], again.body["id"]);
    let other = gate
        .post_as("support-3", "/v1/envelopes", "k", format!("{body} "))
        .await;
    assert_snapshot!(other.refusal(), @"409 idempotency_conflict: This Idempotency-Key was used for a request with another body.");
    let elsewhere = gate.post_as("ops-1", "/v1/envelopes", "k", body).await;
    assert_eq!(elsewhere.status, StatusCode::CREATED, "a key belongs to its principal");
    assert_eq!(gate.verify().envelopes, 2);
}

#[tokio::test]
async fn what_readers_would_see_differently_is_refused_at_the_door() {
    let gate = gate().await;
    let mut seen = String::new();
    for body in [
        r#"{"action":{"tool":"t","arguments":{"a":1,"a":2}}}"#,
        r#"{"action":{"tool":"t","arguments":{"a":9007199254740993}}}"#,
        r#"{"action":{"tool":"t","arguments":{"a":0.10000000000000000055}}}"#,
        r#"{"action":{"tool":"t","arguments":{"a":"\ud800"}}}"#,
        r#"{"action":{"tool":"t","arguments":{"a":NaN}}}"#,
        r#"{"action":{"tool":"t","arguments":{}}} {}"#,
        r#"{"action":{"tool":"t","arguments":{"$serde_json::private::RawValue":"{\"amount\":10}"}}}"#,
        r#"["run",null]"#,
        r#"{"action":{"tool":"t","arguments":[1]}}"#,
        r#"{"action":{"tool":"","arguments":{}}}"#,
        r#"{"action":{"tool":"t"}}"#,
        r#"{"action":{"tool":"t","arguments":{}},"rationle":"x"}"#,
        r#"{"action":{"tool":"t","arguments":{}},"impact":{"amount":{"value":"1e3","currency":"USD"}}}"#,
        r#"{"action":{"tool":"t","arguments":{}},"confidence":1.5}"#,
        r#"{"action":{"tool":"t","arguments":{}},"timeout":"soon"}"#,
    ] {
        seen.push_str(&gate.post("support-3", "/v1/envelopes", body).await.refusal());
        seen.push('\n');
    }
    let deep = format!(
        r#"{{"action":{{"tool":"t","arguments":{}1{}}}}}"#,
        r#"{"a":"#.repeat(40),
        "}".repeat(40)
    );
    seen.push_str(&gate.post("support-3", "/v1/envelopes", deep).await.refusal());
    assert_snapshot!(seen);
    assert_eq!(gate.verify().envelopes, 0, "a refused proposal leaves nothing behind");
}

#[tokio::test]
async fn a_body_over_256_kib_is_refused() {
    let gate = gate().await;
    let body = json!({"action": {"tool": "t", "arguments": {"a": "x".repeat(256 * 1024)}}});
    let answer = gate.post("support-3", "/v1/envelopes", body).await;
    assert_snapshot!(answer.refusal(), @"413 body_too_large: The body is larger than 262144 bytes, or was cut short.");
}

#[tokio::test]
async fn a_post_without_a_key_is_refused() {
    let gate = gate().await;
    let answer = gate
        .send("support-3", Method::POST, "/v1/envelopes", None, "{}".into())
        .await;
    assert_snapshot!(answer.refusal(), @"400 missing_idempotency_key: A POST needs an Idempotency-Key of 1 to 255 characters.");
}

#[tokio::test]
async fn only_an_agent_proposes() {
    let gate = gate().await;
    for caller in ["ana", "admin", "runner"] {
        assert_eq!(
            gate.post(caller, "/v1/envelopes", "{}").await.status,
            StatusCode::FORBIDDEN,
            "{caller}"
        );
    }
    assert_eq!(
        gate.post("nobody", "/v1/envelopes", "{}").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_value_outside_the_credential_is_quarantined() {
    let gate = gate().await;
    let in_production = json!({"environment": "production", "action": {"tool": "add_note", "arguments": {}}});
    let answer = gate.post("ops-1", "/v1/envelopes", in_production).await.body;
    assert_eq!(answer["stage"], "quarantined");
    assert_eq!(
        answer["reasons"][0],
        "the environment is outside the agent's credential"
    );
    let silent = json!({"action": {"tool": "add_note", "arguments": {}}});
    assert_eq!(
        gate.post("ops-1", "/v1/envelopes", silent).await.body["stage"],
        "quarantined"
    );
    let inside = json!({"environment": "staging", "action": {"tool": "add_note", "arguments": {}}});
    assert_eq!(
        gate.post("ops-1", "/v1/envelopes", inside).await.body["stage"],
        "allowed"
    );
}

#[tokio::test]
async fn an_action_on_signoffs_own_data_is_denied() {
    let gate = gate().await;
    let envelope = gate
        .propose("add_note", json!({"text": "rm /var/lib/signoff/ledger.db"}))
        .await;
    assert_eq!(envelope["stage"], "denied");
    assert_eq!(envelope["floors"][0], "signoff-own");
    let spelled = gate
        .propose("add_note", json!({"text": "rm /var//lib/./signoff/ledger.db"}))
        .await;
    assert_eq!(spelled["stage"], "denied");
    let target = json!({"action": {"tool": "add_note", "arguments": {}, "target": {"system": "fs", "record": "/var/lib/signoff"}}});
    assert_eq!(
        gate.post("support-3", "/v1/envelopes", target).await.body["stage"],
        "denied"
    );
}

#[tokio::test]
async fn an_agent_may_ask_for_less_time_and_never_for_more() {
    let gate = gate().await;
    let ask =
        |timeout: &str| json!({"timeout": timeout, "action": {"tool": "issue_refund", "arguments": {"amount": 60}}});
    let short = gate.post("support-3", "/v1/envelopes", ask("10m")).await.body;
    assert_eq!(short["deadline_at"], "2026-11-21T04:22:09Z");
    let long = gate.post("support-3", "/v1/envelopes", ask("9d")).await.body;
    assert_eq!(long["deadline_at"], "2026-11-21T08:12:09Z");
}

#[tokio::test]
async fn an_agent_sees_its_own_envelopes_and_nobody_elses() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let own = gate.read("support-3", &envelope).await;
    assert_eq!(own["stage"], "waiting");
    assert!(own.get("payload").is_none() && own.get("claimed").is_none() && own.get("token").is_none());
    assert_eq!(
        gate.get("ops-1", &crate::it::world::path(&envelope, "")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        gate.get("runner", &crate::it::world::path(&envelope, "")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn people_are_offered_the_reasons_of_a_class_and_agents_are_not() {
    let gate = gate_with(signoff::demo::POLICY).await;
    let envelope = gate.propose("issue_refund", json!({"amount": "60.00"})).await;
    assert_eq!(envelope["canned"], json!(null));
    let seen = gate.read("ana", &envelope).await;
    assert_eq!(seen["canned"]["approve"][0], "receipt verified");
    assert_eq!(seen["canned"]["reject"][0], "more than was charged");
    assert_eq!(gate.read("support-3", &envelope).await["canned"], json!(null));
    let unknown = gate.propose("frobnicate_x", json!({})).await;
    assert_eq!(gate.read("ana", &unknown).await["canned"], json!(null));
}

/// Otherwise a name that shows as one thing runs alone as another.
#[tokio::test]
async fn a_tool_whose_name_hides_something_is_no_tool_that_the_policy_knows() {
    let gate = default_gate().await;
    let plain = gate.propose("read_file", json!({})).await;
    assert_eq!(plain["effective"], "allow");
    for tool in ["read_file\n", "read_\u{202e}exe", "read_x\u{200b}", "list_d\u{430}ta"] {
        let envelope = gate.propose(tool, json!({})).await;
        assert_eq!(envelope["effective"], "quarantine", "{tool:?}");
    }
}
