use axum::http::StatusCode;
use insta::assert_snapshot;
use serde_json::json;

use crate::it::world::gate;

#[tokio::test]
async fn only_an_admin_adds_people_agents_and_services() {
    let gate = gate().await;
    for caller in ["ana", "sam", "ada", "support-3", "runner"] {
        let answer = gate.post(caller, "/v1/agents", json!({"name": "new"})).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{caller}");
    }
    let added = gate.post("admin", "/v1/agents", json!({"name": "new"})).await;
    assert_eq!(added.status, StatusCode::CREATED);
    assert!(added.body["token"].as_str().unwrap().starts_with("signoff_agent_"));
    gate.verify();
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_its_place() {
    let gate = gate().await;
    let mut seen = String::new();
    for (path, body) in [
        ("/v1/people", json!({"name": "Zoë", "role": "reviewer"})),
        ("/v1/people", json!({"name": "zoe"})),
        ("/v1/people", json!({"name": "ana", "role": "reviewer"})),
        ("/v1/agents", json!({"name": "a1", "role": "senior"})),
        ("/v1/agents", json!({"name": "a1", "owner": "support-3"})),
        ("/v1/services", json!({"name": "s1", "owner": "ana"})),
    ] {
        seen.push_str(&gate.post("admin", path, body).await.refusal());
        seen.push('\n');
    }
    assert_snapshot!(seen);
}

#[tokio::test]
async fn a_retried_addition_does_not_make_a_second_credential() {
    let gate = gate().await;
    gate.post_as("admin", "/v1/agents", "k", json!({"name": "new"})).await;
    let again = gate.post_as("admin", "/v1/agents", "k", json!({"name": "new"})).await;
    assert_snapshot!(again.refusal(), @"409 already_added: This was added before; its credential was shown then and is not kept.");
}

#[tokio::test]
async fn a_revoked_credential_is_worth_nothing_from_then_on() {
    let gate = gate().await;
    assert_eq!(gate.get("ben", "/v1/queue").await.status, StatusCode::OK);
    assert_eq!(gate.delete("ana", "/v1/people/ben").await.status, StatusCode::FORBIDDEN);
    assert_eq!(gate.delete("admin", "/v1/people/ben").await.status, StatusCode::OK);
    assert_eq!(gate.get("ben", "/v1/queue").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        gate.delete("admin", "/v1/people/admin").await.status,
        StatusCode::CONFLICT
    );
    gate.verify();
}

#[tokio::test]
async fn health_needs_no_credential_and_names_the_head() {
    let gate = gate().await;
    let health = gate.get("nobody", "/healthz").await.body;
    assert_eq!(health["status"], "ok");
    assert_eq!(health["entries"], gate.verify().entries);
}
