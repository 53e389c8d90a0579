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

#[tokio::test]
async fn a_name_is_given_once_so_that_nobody_comes_back_as_somebody_new() {
    let gate = gate().await;
    gate.delete("admin", "/v1/people/ben").await;
    let again = gate
        .post("admin", "/v1/people", json!({"name": "ben", "role": "reviewer"}))
        .await;
    assert_snapshot!(again.refusal(), @"409 name_taken: The name ben is taken, or was once.");
    let local = gate
        .post("admin", "/v1/people", json!({"name": "local", "role": "senior"}))
        .await;
    assert_snapshot!(local.refusal(), @"409 name_reserved: That name is the console's own person.");
    for name in ["gate", "policy", "senior", "auditor"] {
        let answer = gate.post("admin", "/v1/agents", json!({ "name": name })).await;
        assert_eq!(answer.body["error"]["code"], "name_reserved", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_changes_at_once_the_newest_list_of_people_stays() {
    let gate = gate().await;
    let (gate, add) = (&gate, |name: String| json!({ "name": name }));
    for round in 0..30 {
        let names = |what: &str| (0..6).map(move |n| format!("{what}-{round}-{n}")).collect::<Vec<_>>();
        let mut old = Vec::new();
        for name in names("old") {
            old.push(gate.post("admin", "/v1/agents", add(name)).await.body);
        }
        let revoking = names("old")
            .into_iter()
            .map(|name| async move { gate.delete("admin", &format!("/v1/agents/{name}")).await });
        let adding = names("new")
            .into_iter()
            .map(|name| async move { gate.post("admin", "/v1/agents", add(name)).await.body });
        let (_, new) = tokio::join!(futures(revoking), futures(adding));
        let known = |added: &serde_json::Value| gate.service.authenticate(added["token"].as_str().unwrap()).is_ok();
        assert!(
            !old.iter().any(known),
            "round {round}: a revoked credential is still accepted"
        );
        assert!(new.iter().all(known), "round {round}: a new credential is not accepted");
    }
}

/// Runs futures side by side on this task.
async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = all.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, done) in all.iter_mut().zip(&mut done).filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(output) = future.as_mut().poll(context) {
                *done = Some(output);
            }
        }
        if done.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[tokio::test]
async fn an_agent_that_was_revoked_is_not_run_by_its_executor_either() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 5})).await;
    gate.delete("admin", "/v1/agents/support-3").await;
    assert_eq!(
        gate.get("runner", &crate::it::world::path(&envelope, "")).await.status,
        StatusCode::NOT_FOUND
    );
}
