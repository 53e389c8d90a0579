//! Who has a console open, for those who have one too.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use signoff::api::Here;

use crate::it::world::{Gate, gate};

/// Whoever is ready to wait has a console open.
async fn opens(gate: &Gate, name: &str, at: &str) {
    let opened = gate.get(name, &format!("/v1/queue?wait=1s{at}")).await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.body);
}

#[tokio::test]
async fn people_see_who_else_is_there_and_what_each_looks_at() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let id = envelope["id"].as_str().unwrap();
    opens(&gate, "ana", &format!("&at={id}")).await;
    opens(&gate, "ben", "").await;
    let seen = gate.get("sam", "/v1/queue").await.body;
    assert_eq!(seen["present"], json!([{"name": "ana", "at": id}, {"name": "ben"}]));
    let own = gate.get("ana", "/v1/queue").await.body;
    assert_eq!(own["present"], json!([{"name": "ben"}]), "of oneself one knows");
    gate.world.pass(SignedDuration::from_secs(60));
    assert_eq!(gate.get("sam", "/v1/queue").await.body["present"], Value::Null);
}

#[tokio::test]
async fn who_only_asks_once_is_not_there() {
    let gate = gate().await;
    gate.get("ana", "/v1/queue").await;
    assert_eq!(gate.get("sam", "/v1/queue").await.body["present"], Value::Null);
    let bad = gate.get("ana", "/v1/queue?at=nonsense&wait=1s").await;
    assert_eq!(bad.status, StatusCode::NOT_FOUND);
    assert_eq!(gate.get("support-3", "/v1/queue").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn somebody_who_comes_or_goes_on_answers_an_open_poll() {
    let gate = gate().await;
    let person = |name: &str| gate.service.authenticate(gate.token(name)).unwrap().person().unwrap();
    let ben = person("ben");
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let id = envelope["id"].as_str().unwrap().parse().unwrap();
    let cursor = gate.service.queue(0, None, Duration::ZERO).await.unwrap().cursor;
    for (waits, at) in [("ana", None), ("sue", Some(id))] {
        let (service, who) = (Arc::clone(&gate.service), person(waits));
        let waiting = tokio::spawn(async move {
            let wait = Duration::from_secs(20);
            service.queue_of(&who, Here::default(), (cursor, None), wait).await
        });
        // Once the one who waits is there, he waits.
        let is_there = async || {
            let page = gate
                .service
                .queue_of(&ben, Here::default(), (cursor, None), Duration::ZERO)
                .await;
            page.unwrap().present.iter().any(|one| one.name == waits)
        };
        while !is_there().await {
            tokio::task::yield_now().await;
        }
        gate.service.is_here(&ben, at);
        // Sooner than its time is up.
        let page = tokio::time::timeout(Duration::from_secs(10), waiting).await;
        let page = page.expect("an answer").unwrap().unwrap();
        let found = page.present.iter().find(|one| one.name == "ben").unwrap();
        assert_eq!(found.at, at);
    }
}

#[tokio::test]
async fn who_came_between_two_polls_is_told_at_once_and_oneself_is_no_news() {
    let gate = gate().await;
    let person = |name: &str| gate.service.authenticate(gate.token(name)).unwrap().person().unwrap();
    let (ana, ben) = (person("ana"), person("ben"));
    gate.propose("issue_refund", json!({"amount": 60})).await;
    let first = gate
        .service
        .queue_of(&ana, Here::default(), (0, None), Duration::ZERO)
        .await
        .unwrap();
    let here = Here {
        presence: Some(first.presence),
        ..Here::default()
    };
    gate.service.is_here(&ben, None);
    let long = Duration::from_secs(20);
    let waits = gate.service.queue_of(&ana, here, (first.cursor, None), long);
    let page = tokio::time::timeout(Duration::from_secs(10), waits)
        .await
        .expect("an answer")
        .unwrap();
    assert_eq!(page.present[0].name, "ben");
    // Ana herself is noted as there by that, and nothing else happens: she waits.
    let here = Here {
        presence: Some(page.presence),
        ..Here::default()
    };
    let short = Duration::from_millis(50);
    let waits = gate.service.queue_of(&ana, here, (first.cursor, None), long);
    assert!(tokio::time::timeout(short, waits).await.is_err());
    let moved = Here {
        at: Some("00000000-0000-0000-0000-000000000000".parse().unwrap()),
        ..here
    };
    let waits = gate.service.queue_of(&ana, moved, (first.cursor, None), long);
    assert!(tokio::time::timeout(short, waits).await.is_err());
}
