//! What may be asked, and that it comes back as it was sent.

use std::fmt::Write as _;

use axum::http::{Method, StatusCode};
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{REQUESTS, envelope, place, request, submission};
use crate::it::world::gate;

#[tokio::test]
async fn a_submission_is_answered_with_itself_and_how_it_stands() {
    let gate = gate().await;
    let asked = json!({
        "tool": "issue_refund", "server": "billing", "arguments": {"order_id": "1042", "amount": "60.00"},
        "timeout": "10m", "agent_reasoning": "charged twice", "context": {"call_id": "c-1", "none": null},
    });
    let answer = gate.post("support-3", REQUESTS, asked).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    request(&answer);
    assert_snapshot!(serde_json::to_string_pretty(&answer.body).unwrap());
}

#[tokio::test]
async fn arguments_context_and_reasoning_come_back_to_the_byte() {
    let gate = gate().await;
    let arguments = r#"{ "b" : 1e+15, "a":[-0.0, 60.0,null,true],"Zoë":"“2×”\u202e\u0000\/" }"#;
    let context = r#"{"nested": {"none":null, "exact":1.250, "list":[ ]},"call_id":"a\u0009b"}"#;
    // What a model said, at length: line ends, controls, hidden characters, quotes.
    let reasoning = "tab\t nul\u{0} esc\u{1b}[31m \u{202e} \"quoted\" \\ 😀\r\n".repeat(150);
    assert!(reasoning.chars().count() > 5_000);
    let said = serde_json::to_string(&reasoning).unwrap();
    let body = format!(
        r#"{{"context":{context},"arguments":{arguments},"timeout":"90s","tool":"issue_refund","agent_reasoning":{said}}}"#
    );
    let asked = gate.post("support-3", REQUESTS, body).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.raw);
    for _ in 0..2 {
        let answer = gate.get("support-3", &place(&asked.body, "")).await;
        assert!(
            answer.raw.contains(&format!(r#""arguments":{arguments}"#)),
            "{}",
            answer.raw
        );
        assert!(
            answer.raw.contains(&format!(r#""context":{context}"#)),
            "{}",
            answer.raw
        );
        assert_eq!(answer.body["agent_reasoning"], reasoning);
        assert_eq!(answer.body["timeout"], "90s");
    }
    gate.verify();
}

#[tokio::test]
async fn people_see_the_same_envelope_with_the_context_as_a_claim() {
    let gate = gate().await;
    let asked = gate
        .ask(json!({
            "tool": "issue_refund", "server": "billing", "arguments": {"amount": "60.00"}, "timeout": "10m",
            "agent_reasoning": "charged twice",
            "context": {"call_id": "c-1", "envelope": {
                "run_id": "r-7", "environment": "production", "target": {"system": "billing", "record": "order/1"},
                "before": {"amount": "0.00"}, "request": "refund me", "confidence": 0.5,
                "impact": {"amount": {"value": "60.00", "currency": "USD"}, "affects": 1},
                "evidence": [{"title": "invoice", "kind": "document", "excerpt": "60.00"}],
                "reversal": {"how": "charge again"}, "preconditions": {"etag": "x"}, "signals": {"fraud": 0.1},
                "agent": {"version": "1.2", "model": "m"},
            }},
        }))
        .await;
    let seen = gate.get("ana", &envelope(&asked)).await.body;
    assert_eq!(seen["server"], "billing");
    assert_eq!(seen["target"], "billing:order/1");
    assert_eq!(seen["environment"], "production");
    assert_eq!(seen["amount"], "60.00 USD");
    let claimed = &seen["claimed"];
    assert_eq!(claimed["rationale"], "charged twice");
    assert_eq!(claimed["run_id"], "r-7");
    assert_eq!(claimed["evidence"][0]["excerpt"], "60.00");
    assert_eq!(claimed["before"], r#"{"amount":"0.00"}"#);
    assert_eq!(claimed["reversal"]["how"], "charge again");
    let context = claimed["context"].as_str().unwrap();
    assert!(
        context.starts_with(r#"{"call_id":"c-1","envelope":{"agent""#),
        "{context}"
    );
    // What people decide on is the payload of the native door: same parts, same digest.
    let native = json!({
        "environment": "production",
        "action": {"tool": "issue_refund", "server": "billing", "arguments": {"amount": "60.00"},
            "target": {"system": "billing", "record": "order/1"}},
    });
    let native = gate.post("support-3", "/v1/envelopes", native).await.body;
    assert_eq!(native["payload_sha256"], seen["payload_sha256"]);
    assert!(native.get("outer_at").is_none());
    gate.verify();
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_its_member() {
    let gate = gate().await;
    let mut said = String::new();
    for body in [
        r#"{"tool":"t","arguments":{"a":1,"a":2},"timeout":"1m"}"#,
        r#"{"tool":"t","arguments":{"n":18446744073709551617},"timeout":"1m"}"#,
        r#"{"tool":"t","arguments":{},"timeout":"1m","context":{"n":[9007199254740993]}}"#,
        r#"{"tool":"t","arguments":{"n":0.10000000000000000555},"timeout":"1m"}"#,
        r#"{"tool":"t","arguments":{},"timeout":"1m"} x"#,
        r#"{"tool":"t","arguments":[],"timeout":"1m"}"#,
        r#"{"tool":"t","arguments":{}}"#,
        r#"{"tool":"t","arguments":{},"timeout":"1d"}"#,
        r#"{"tool":"t","arguments":{},"timeout":"010m"}"#,
        r#"{"tool":"","arguments":{},"timeout":"1m"}"#,
        r#"{"tool":"t","server":"","arguments":{},"timeout":"1m"}"#,
        r#"{"tool":"t","arguments":{},"timeout":"1m","status":"approved"}"#,
        r#"{"tool":"t","arguments":{},"timeout":"1m","agent_reasoning":5}"#,
        r#"{"tool":"t","arguments":{},"timeout":"1m","context":"c"}"#,
        r#"{"tool":"t","arguments":{},"timeout":"1m","context":{"envelope":[]}}"#,
        r#"{"tool":"t","arguments":{},"timeout":"1m","context":{"envelope":{"rationale":"x"}}}"#,
        r#"{"tool":"t","arguments":{},"timeout":"1m","context":{"envelope":{"confidence":2}}}"#,
        r#"{"tool":"t","arguments":{},"timeout":"1m","context":{"envelope":{"target":{"system":"s","record":""}}}}"#,
        r#"{"tool":"t","arguments":{},"timeout":"1m","context":{"envelope":{"impact":{"amount":{"value":"1e3","currency":"USD"}}}}}"#,
        r#"{"tool":"t","arguments":{},"timeout":"1m","context":{"envelope":{"evidence":[{"title":1}]}}}"#,
        "[]",
        "",
        "{",
    ] {
        let answer = gate.post("support-3", REQUESTS, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        let error = &answer.body["error"];
        assert_eq!(error["type"], "invalid_request");
        let param = error.get("param").map_or("-", |param| param.as_str().unwrap());
        let text = |key: &str| error[key].as_str().unwrap();
        writeln!(said, "{} {param}: {}", text("code"), text("message")).unwrap();
    }
    assert_snapshot!(said);
    assert_eq!(gate.verify().envelopes, 0);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_as_the_protocol_knows_it() {
    let gate = gate().await;
    let body = submission("issue_refund", json!({"x": "x".repeat(300_000)}));
    let answer = gate.post("support-3", REQUESTS, body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.body["error"]["code"], "body_too_large");
}

#[tokio::test]
async fn every_answer_has_a_name_and_a_refusal_repeats_it() {
    let gate = gate().await;
    let asked = gate
        .post("support-3", REQUESTS, submission("issue_refund", json!({"amount": 60})))
        .await;
    let id = asked.headers["x-request-id"].to_str().unwrap();
    assert!(id.parse::<uuid::Uuid>().is_ok(), "{id}");
    for (caller, method, path, status, kind) in [
        ("nobody", Method::GET, place(&asked.body, ""), 401, "authentication"),
        ("ana", Method::GET, place(&asked.body, ""), 403, "authorization"),
        ("runner", Method::GET, place(&asked.body, ""), 403, "authorization"),
        ("ana", Method::POST, REQUESTS.to_owned(), 403, "authorization"),
        ("ana", Method::DELETE, place(&asked.body, ""), 403, "authorization"),
        ("support-3", Method::GET, format!("{REQUESTS}/0"), 404, "not_found"),
        ("support-3", Method::PUT, REQUESTS.to_owned(), 404, "not_found"),
        (
            "support-3",
            Method::GET,
            "/aap/v1/instances".to_owned(),
            404,
            "not_found",
        ),
        ("support-3", Method::POST, REQUESTS.to_owned(), 400, "invalid_request"),
        (
            "support-3",
            Method::POST,
            place(&asked.body, "/consume"),
            400,
            "invalid_request",
        ),
        (
            "support-3",
            Method::GET,
            place(&asked.body, "?wait=soon"),
            400,
            "invalid_request",
        ),
        (
            "support-3",
            Method::GET,
            place(&asked.body, "?wait=1s&wait=2s"),
            400,
            "invalid_request",
        ),
    ] {
        let answer = gate.send(caller, method.clone(), &path, None, String::new()).await;
        let error = &answer.body["error"];
        assert_eq!(
            (answer.status.as_u16(), error["type"].as_str()),
            (status, Some(kind)),
            "{method} {path}"
        );
        assert_eq!(error["request_id"], answer.headers["x-request-id"].to_str().unwrap());
        let members: Vec<&str> = error.as_object().unwrap().keys().map(String::as_str).collect();
        let known = ["type", "code", "message", "param", "request_id"];
        assert!(members.iter().all(|member| known.contains(member)), "{members:?}");
    }
}

#[tokio::test]
async fn one_key_is_one_request_in_any_spelling() {
    let gate = gate().await;
    let body = r#"{"tool":"issue_refund","arguments":{"amount":60,"to":"x"},"timeout":"10m"}"#;
    let first = gate.post_as("support-3", REQUESTS, "k", body).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let same = r#"{ "timeout":"10m","arguments":{"to":"\u0078","amount":60.0}, "tool":"issue_refund"}"#;
    let again = gate.post_as("support-3", REQUESTS, "k", same).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body));
    let other = body.replace("60", "61");
    let answer = gate.post_as("support-3", REQUESTS, "k", other).await;
    assert_eq!(
        (answer.status.as_u16(), answer.body["error"]["code"].as_str()),
        (409, Some("idempotency_conflict"))
    );
    // As it stands now, also when it is over.
    gate.reject("ana", &first.body, "no").await;
    let after = gate.post_as("support-3", REQUESTS, "k", body).await;
    assert_eq!(
        (after.status, &after.body["decision"]["note"]),
        (StatusCode::OK, &json!("no"))
    );
    // A key means something to one agent and at one door.
    let native = json!({"action": {"tool": "issue_refund", "arguments": {"amount": 60}}});
    assert_eq!(
        gate.post_as("support-3", "/v1/envelopes", "k", native).await.status,
        StatusCode::CREATED
    );
    assert_eq!(
        gate.post_as("ops-1", REQUESTS, "k", body).await.status,
        StatusCode::CREATED
    );
    gate.verify();
}

#[tokio::test]
async fn eight_at_once_under_one_key_are_one_request() {
    let gate = gate().await;
    let body = submission("issue_refund", json!({"amount": 60}));
    let ask = || gate.post_as("support-3", REQUESTS, "k", &body);
    let all = tokio::join!(ask(), ask(), ask(), ask(), ask(), ask(), ask(), ask());
    let all = [all.0, all.1, all.2, all.3, all.4, all.5, all.6, all.7];
    let created = all.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    assert_eq!(created, 1);
    assert!(all.iter().all(|answer| answer.body["id"] == all[0].body["id"]));
    assert_eq!(gate.verify().envelopes, 1);
}

#[tokio::test]
async fn another_agent_sees_and_does_nothing_with_it() {
    let gate = gate().await;
    let asked = gate.ask(submission("issue_refund", json!({"amount": 5}))).await;
    let report = json!({"status": "succeeded"}).to_string();
    for (method, path, key) in [
        (Method::GET, place(&asked, ""), None),
        (Method::GET, place(&asked, "?wait=1s"), None),
        (Method::DELETE, place(&asked, ""), None),
        (Method::POST, place(&asked, "/consume"), Some("k")),
        (Method::POST, place(&asked, "/outcome"), None),
    ] {
        let answer = gate.send("ops-1", method.clone(), &path, key, report.clone()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
    }
    // What came in natively is no request here, and the other way round the agent may look.
    let native = gate.propose("issue_refund", json!({"amount": 5})).await;
    assert_eq!(
        gate.get("support-3", &place(&native, "")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(gate.consume(&native, "k").await.status, StatusCode::NOT_FOUND);
    assert_eq!(gate.get("support-3", &envelope(&asked)).await.body["stage"], "allowed");
    assert_eq!(gate.poll(&asked).await["status"], "approved");
}

#[tokio::test]
async fn what_was_erased_is_not_given_back() {
    let gate = gate().await;
    let asked = gate.ask(submission("issue_refund", json!({"amount": 60}))).await;
    gate.reject("ana", &asked, "no").await;
    let erase = format!("{}/erase", envelope(&asked));
    let body = json!({"reason": "asked for it", "basis": "GDPR Art. 17"});
    let erased = gate.post("admin", &erase, body).await;
    assert_eq!(erased.status.as_u16(), 200, "{}", erased.raw);
    let answer = gate.get("support-3", &place(&asked, "")).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["error"]["code"]),
        (409, &Value::from("erased"))
    );
    gate.verify();
}
