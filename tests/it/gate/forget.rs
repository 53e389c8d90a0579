//! Names of those who were revoked, and what was said with stops that are over, are erased for good.

use axum::http::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::erase::holding;
use super::signed::{pen, register};
use super::vouch::{person, vouch};
use crate::it::ledger::fault;
use crate::it::world::{Answer, Gate, gate, open};

/// Somebody's name, as nothing else here is called.
const NAME: &str = "zoeliese";

/// What nobody else says.
const SAID: &str = "Frau Quittenbaum";

async fn forget(gate: &Gate, caller: &str, subject: &str) -> Answer {
    let body = json!({"reason": "asked for it", "basis": "GDPR Art. 17(1)(b)"});
    gate.post(caller, &format!("/v1/subjects/{subject}/erase"), body).await
}

/// With somebody of that name who vouched and was vouched for, decided, and was sent away.
async fn left_by(role: &str) -> (Gate, String) {
    let mut gate = gate().await;
    let added = gate
        .post("admin", "/v1/people", json!({"name": NAME, "role": role}))
        .await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    gate.keep(NAME, added.body["token"].as_str().unwrap().to_owned());
    let (admin, theirs) = (pen(&gate, 8), pen(&gate, 3));
    register(&gate, "admin", &admin).await;
    register(&gate, NAME, &theirs).await;
    register(&gate, "ana", &pen(&gate, 1)).await;
    vouch(&gate, "admin", &admin, NAME).await;
    if role == "admin" {
        vouch(&gate, NAME, &theirs, "ana").await;
    }
    let id = person(&gate, NAME).await.id.to_string();
    let gone = gate.delete("admin", &format!("/v1/people/{NAME}")).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.body);
    (gate, id)
}

/// A stop of a run, over again.
async fn stopped(gate: &Gate, is_over: bool) -> String {
    let run = format!("run of {SAID}");
    let stop = json!({"scope": "run", "name": run, "effect": "hold", "reason": format!("{SAID} called")});
    let stop = gate.post("sam", "/v1/stops", stop).await;
    let id = stop.body["id"].as_str().unwrap().to_owned();
    if is_over {
        let word = json!({"reason": format!("{SAID} called again")});
        let over = gate.post("sam", &format!("/v1/stops/{id}/resume"), word).await;
        assert_eq!(over.status, StatusCode::OK, "{}", over.body);
    }
    id
}

#[tokio::test]
async fn the_name_of_somebody_who_was_revoked_is_in_no_file_any_more() {
    for role in ["senior", "auditor"] {
        let (gate, id) = left_by(role).await;
        assert!(!holding(gate.folder.path(), NAME).is_empty());
        let erased = forget(&gate, "admin", &id).await;
        assert_eq!(erased.status, StatusCode::OK, "{}", erased.body);
        assert_eq!((&erased.body["texts"], &erased.body["gone"]), (&json!(2), &json!(true)));
        assert_eq!(holding(gate.folder.path(), NAME), [""; 0]);
        let before = gate.verify();
        assert_eq!(before.erased, 2);
        let all: Value = gate.get("admin", "/v1/people").await.body;
        let called: Vec<&str> = all
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p["name"].as_str().unwrap())
            .collect();
        let tail = id.replace('-', "");
        assert!(
            called.contains(&format!("erased-{}", &tail[20..]).as_str()),
            "{called:?}"
        );
        // Once is enough.
        assert_eq!(
            forget(&gate, "admin", &id).await.body["error"]["code"],
            "already_erased"
        );
        assert_eq!(gate.verify(), before);
    }
}

#[tokio::test]
async fn what_an_admin_vouched_for_goes_with_that_admins_name() {
    let (gate, id) = left_by("admin").await;
    // Two were there a moment ago: it takes another one, for a day.
    let first = forget(&gate, "admin", &id).await;
    assert_eq!(first.body["error"]["code"], "second_admin_needed");
    gate.world.pass(jiff::SignedDuration::from_hours(25));
    let erased = forget(&gate, "admin", &id).await;
    assert_eq!(
        (erased.status, &erased.body["texts"]),
        (StatusCode::OK, &json!(3)),
        "{}",
        erased.body
    );
    assert_eq!(holding(gate.folder.path(), NAME), [""; 0]);
    assert_eq!(gate.verify().erased, 3);
    // And the gate opens over what is left.
    let policy = include_str!("../../fixtures/policy/gate.toml");
    let again = open(gate.folder.path(), &gate.world, policy).await;
    assert!(again.authenticate(gate.token("ana")).is_ok());
}

#[tokio::test]
async fn two_admins_erase_a_name_together() {
    let (mut gate, id) = left_by("senior").await;
    let bob = gate
        .post("admin", "/v1/people", json!({"name": "bob", "role": "admin"}))
        .await;
    gate.keep("bob", bob.body["token"].as_str().unwrap().to_owned());
    assert_eq!(
        forget(&gate, "admin", &id).await.body["error"]["code"],
        "second_admin_needed"
    );
    assert_eq!(
        forget(&gate, "admin", &id).await.body["error"]["code"],
        "second_admin_needed"
    );
    assert!(!holding(gate.folder.path(), NAME).is_empty());
    assert_eq!(forget(&gate, "bob", &id).await.status, StatusCode::OK);
    assert_eq!(holding(gate.folder.path(), NAME), [""; 0]);
    gate.verify();
}

#[tokio::test]
async fn the_run_and_the_reasons_of_a_stop_go_once_it_is_over() {
    let gate = gate().await;
    let lasting = stopped(&gate, false).await;
    assert_eq!(forget(&gate, "admin", &lasting).await.body["error"]["code"], "not_over");
    let word = json!({"reason": "over"});
    gate.post("sam", &format!("/v1/stops/{lasting}/resume"), word).await;
    let over = stopped(&gate, true).await;
    for id in [&lasting, &over] {
        let erased = forget(&gate, "admin", id).await;
        assert_eq!(
            (erased.status, &erased.body["texts"]),
            (StatusCode::OK, &json!(3)),
            "{}",
            erased.body
        );
    }
    assert_eq!(holding(gate.folder.path(), SAID), [""; 0]);
    assert_eq!(gate.verify().erased, 6);
    let stops = gate.get("sam", "/v1/stops").await.body;
    assert_eq!(
        (&stops[0]["reason"], &stops[0]["name"]),
        (&json!("(erased)"), &Value::Null)
    );
}

#[tokio::test]
async fn nobody_who_is_there_is_erased_and_only_admins_erase() {
    let (gate, id) = left_by("senior").await;
    let ana = person(&gate, "ana").await.id.to_string();
    assert_eq!(forget(&gate, "admin", &ana).await.body["error"]["code"], "not_over");
    let nobody = "01900000-0000-7000-8000-000000000000";
    assert_eq!(forget(&gate, "admin", nobody).await.status, StatusCode::NOT_FOUND);
    for caller in ["ana", "sam", "olga", "ada", "support-3", "runner"] {
        assert_eq!(
            forget(&gate, caller, &id).await.status,
            StatusCode::FORBIDDEN,
            "{caller}"
        );
    }
    let posed = gate
        .post("admin", "/v1/people", json!({"name": "erased-1", "role": "senior"}))
        .await;
    assert_eq!(posed.body["error"]["code"], "name_reserved");
    assert_eq!(gate.verify().erased, 0);
}

#[tokio::test]
async fn a_name_that_is_gone_or_there_against_the_entries_is_tampering() {
    let (gate, id) = left_by("senior").await;
    let subject = id.replace('-', "");
    let damaged = |sql: String| {
        let copy = tempfile::tempdir().unwrap();
        let file = copy.path().join("ledger.db");
        Connection::open(gate.folder.path().join("ledger.db"))
            .unwrap()
            .execute("VACUUM INTO ?1", [file.to_str().unwrap()])
            .unwrap();
        let connection = Connection::open(&file).unwrap();
        connection.execute_batch("DROP TRIGGER blob_content").unwrap();
        assert!(connection.execute(&sql, []).unwrap() > 0, "{sql}");
        drop(connection);
        fault(copy.path()).message
    };
    let gone = format!("UPDATE blob SET salt = NULL, bytes = NULL WHERE subject = x'{subject}'");
    assert!(damaged(gone.clone()).contains("no entry says that it was erased"));
    forget(&gate, "admin", &id).await;
    gate.verify();
    let named = damaged(format!("UPDATE principal SET name = 'mallory' WHERE id = x'{subject}'"));
    assert!(named.contains("is not the one its entries added"), "{named}");
    let fixed = damaged(format!(
        "UPDATE principal SET scopes = '{{\"tools\":[\"x\"]}}' WHERE id = x'{subject}'"
    ));
    assert!(fixed.contains("is not the one its entries added"), "{fixed}");
    let why = damaged("UPDATE blob SET salt = NULL, bytes = NULL WHERE kind = 'erase_reason'".to_owned());
    assert!(why.contains("no entry says that it was erased"), "{why}");
}
