use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::it::world::gate;

fn ids(rows: &Value) -> Vec<&str> {
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_queue_is_what_is_open_and_then_only_what_changed() {
    let gate = gate().await;
    let one = gate.propose("issue_refund", json!({"amount": 60})).await;
    let two = gate.propose("frobnicate_x", json!({})).await;
    gate.propose("issue_refund", json!({"amount": 5})).await;
    let first = gate.get("ana", "/v1/queue").await.body;
    assert_eq!(
        ids(&first["rows"]),
        [one["id"].as_str().unwrap(), two["id"].as_str().unwrap()]
    );
    assert_eq!(first["gone"], json!([]));
    gate.approve("ana", &one).await;
    let three = gate.propose("tag_ticket", json!({})).await;
    let next = gate
        .get("ana", &format!("/v1/queue?cursor={}", first["cursor"]))
        .await
        .body;
    assert_eq!(ids(&next["rows"]), [three["id"].as_str().unwrap()]);
    assert_eq!(
        next["gone"],
        json!([{"id": one["id"], "stage": "approved", "by": "ana", "at": "2026-11-21T04:12:09Z"}])
    );
    let quiet = gate
        .get("ana", &format!("/v1/queue?cursor={}", next["cursor"]))
        .await
        .body;
    assert_eq!(
        (ids(&quiet["rows"]).len(), quiet["cursor"].clone()),
        (0, next["cursor"].clone())
    );
}

#[tokio::test]
async fn a_vote_that_leaves_it_open_is_a_change_of_its_row() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 6000})).await;
    let first = gate.get("ana", "/v1/queue").await.body;
    gate.approve("sam", &envelope).await;
    let next = gate
        .get("ana", &format!("/v1/queue?cursor={}", first["cursor"]))
        .await
        .body;
    assert_eq!(next["rows"][0]["votes"], 1);
}

#[tokio::test]
async fn a_waiting_console_is_told_of_an_arrival() {
    let gate = gate().await;
    let cursor = gate.get("ana", "/v1/queue").await.body["cursor"].clone();
    let path = format!("/v1/queue?cursor={cursor}&wait=25s");
    let (page, envelope) = tokio::join!(gate.get("ana", &path), gate.propose("tag_ticket", json!({})));
    assert_eq!(ids(&page.body["rows"]), [envelope["id"].as_str().unwrap()]);
}

#[tokio::test]
async fn a_cursor_beyond_the_ledger_is_refused() {
    let gate = gate().await;
    let answer = gate.get("ana", "/v1/queue?cursor=999999").await;
    assert_eq!(
        (answer.status, answer.body["error"]["code"].as_str()),
        (StatusCode::CONFLICT, Some("ledger_went_back"))
    );
}

#[tokio::test]
async fn more_than_a_page_comes_in_pages_without_gaps() {
    let gate = gate().await;
    for n in 0..1_005 {
        gate.propose("tag_ticket", json!({ "n": n })).await;
    }
    let first = gate.get("ana", "/v1/queue").await.body;
    assert_eq!((ids(&first["rows"]).len(), first["more"].clone()), (1_000, json!(true)));
    let rest = gate
        .get("ana", &format!("/v1/queue?cursor={}", first["cursor"]))
        .await
        .body;
    assert_eq!((ids(&rest["rows"]).len(), rest["more"].clone()), (5, json!(false)));
}

#[tokio::test(start_paused = true)]
async fn an_answer_after_a_quiet_wait_tells_the_time_it_is_now() {
    let gate = gate().await;
    gate.propose("issue_refund", json!({"amount": 60})).await;
    let cursor = gate.get("ana", "/v1/queue").await.body["cursor"].as_u64().unwrap();
    let service = std::sync::Arc::clone(&gate.service);
    let waiting = tokio::spawn(async move { service.queue(cursor, None, std::time::Duration::from_secs(20)).await });
    tokio::task::yield_now().await;
    gate.world.pass(SignedDuration::from_secs(20));
    let page = waiting.await.unwrap().unwrap();
    assert_eq!(page.now, signoff::gate::World::now(&*gate.world));
}
