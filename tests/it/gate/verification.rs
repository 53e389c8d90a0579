//! `ledger verify` at the gate: beside the writer, of one moment, followed and ended by those who look on.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use insta::assert_snapshot;
use rusqlite::Connection;
use serde_json::{Value, json};
use signoff::store::{StoreError, Watch, verify_watched};

use crate::it::world::{Gate, gate};

const PATH: &str = "/v1/verification";

/// Asks until it is over.
async fn over(gate: &Gate) -> Value {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let answer = gate.get("ada", PATH).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        if answer.body["state"] != "running" {
            return answer.body;
        }
        assert!(Instant::now() < until, "it never ends");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_sound_ledger_holds_and_the_moment_is_named() {
    let gate = gate().await;
    let refund = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.approve("ana", &refund).await;
    assert_eq!(
        gate.get("ada", PATH).await.status,
        StatusCode::NOT_FOUND,
        "nobody asked yet"
    );
    let health = gate.get("ada", "/healthz").await.body;
    let begun = gate.post("ada", PATH, "").await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.body);
    gate.propose("issue_refund", json!({"amount": 61})).await;
    let found = over(&gate).await;
    assert_eq!(found["state"], "holds", "{found}");
    assert_eq!(found["by"], "ada");
    let report = gate.verify();
    assert_eq!(found["checked"], found["of"]["entries"]);
    // What was written after it began may be in it or not; what was there before is.
    assert!(found["of"]["entries"].as_u64() >= health["entries"].as_u64(), "{found}");
    assert!(found["found"]["checkpoints"].as_u64().unwrap() <= report.checkpoints);
    if found["of"]["entries"] == health["entries"] {
        assert_eq!(found["of"]["root"], health["root"]);
    }
}

#[tokio::test]
async fn what_was_changed_is_named_with_its_entry() {
    let gate = gate().await;
    gate.propose("issue_refund", json!({"amount": 60})).await;
    let file = Connection::open(gate.folder.path().join("ledger.db")).unwrap();
    file.execute_batch(
        "DROP TRIGGER entry_is_final; UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'reviewer', 'operator') AS BLOB) WHERE seq = 4;",
    )
    .unwrap();
    gate.post("ada", PATH, "").await;
    let found = over(&gate).await;
    assert_eq!(found["state"], "fault");
    assert_snapshot!(found["fault"].to_string(), @r#"{"entry":4,"message":"Entry 4 is not what its leaf hash was made of."}"#);
    assert!(found.get("found").is_none());
}

#[test]
fn one_check_runs_at_a_time_and_ends_once_nobody_looks_on() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let gate = gate().await;
        // The one thread that could check waits, so that the check has not begun.
        let (release, wait) = channel::<()>();
        let waiting = tokio::task::spawn_blocking(move || wait.recv());
        let first = gate.post("ada", PATH, "").await.body;
        let second = gate.post("ben", PATH, "").await.body;
        assert_eq!((&first["state"], &second["by"]), (&json!("running"), &json!("ada")));
        assert_eq!(first["began_at"], second["began_at"]);
        // Who goes away does not take it from who looks on, and going twice is going once.
        for _ in 0..2 {
            assert_eq!(gate.delete("ben", PATH).await.status, StatusCode::OK);
        }
        gate.post("ben", PATH, "").await;
        gate.delete("ben", PATH).await;
        assert_eq!(gate.delete("ada", PATH).await.status, StatusCode::OK);
        release.send(()).unwrap();
        waiting.await.unwrap().unwrap();
        let ended = over(&gate).await;
        assert_eq!(ended["state"], "stopped", "{ended}");
        assert!(ended.get("found").is_none(), "{ended}");
        assert!(ended["checked"].as_u64() < ended["of"]["entries"].as_u64(), "{ended}");
        // The next one is another.
        gate.post("ben", PATH, "").await;
        let next = over(&gate).await;
        assert_eq!((&next["state"], &next["by"]), (&json!("holds"), &json!("ben")));
    });
}

#[tokio::test]
async fn a_check_that_was_stopped_says_nothing_of_the_ledger() {
    let gate = gate().await;
    let watch = Watch::default();
    watch.stop();
    let found = verify_watched(&gate.folder.path().join("ledger.db"), &watch);
    assert!(matches!(found, Err(StoreError::ReaderGone)), "{found:?}");
    let (head, checked) = watch.progress();
    assert_eq!(checked, 1);
    assert_eq!(head.unwrap().size, gate.verify().entries);
}

#[tokio::test]
async fn agents_have_no_ledger_checked() {
    let gate = gate().await;
    assert_eq!(gate.post("support-3", PATH, "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(gate.get("support-3", PATH).await.status, StatusCode::FORBIDDEN);
    assert_eq!(gate.delete("support-3", PATH).await.status, StatusCode::FORBIDDEN);
}
