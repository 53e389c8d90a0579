//! What was erased is gone from every file, and everything still verifies.

use std::fs;
use std::path::Path;

use axum::http::{Method, StatusCode};
use insta::assert_snapshot;
use jiff::SignedDuration;
use rusqlite::Connection;
use serde_json::{Value, json};
use signoff::domain::EnvelopeId;
use signoff::store::{Store, StoreError, StoredErasure};

use crate::it::world::{Answer, Gate, gate, gate_with, path};

/// What must not be found anywhere afterwards.
const SECRET: &str = "Zacharias-Quimby";

/// The same for the index of words, which has three letters at a time: no other text has any that begin like these.
const LETTERS: &str = "ʘʘ";

/// Whether the index of words has those, also where it only marked them as gone.
fn index_has_letters(folder: &Path) -> bool {
    let connection = Connection::open(folder.join("ledger.db")).unwrap();
    let sql = "SELECT EXISTS (SELECT 1 FROM said_data WHERE instr(block, ?1) > 0)";
    connection
        .query_row(sql, [LETTERS.as_bytes()], |row| row.get(0))
        .unwrap()
}

async fn erase(gate: &Gate, caller: &str, envelope: &Value) -> Answer {
    let body = json!({"reason": "asked for it", "basis": "GDPR Art. 17"});
    gate.post(caller, &path(envelope, "/erase"), body).await
}

/// The files of a folder that have a text in them.
pub fn holding(folder: &Path, text: &str) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let holds = |file: &std::path::PathBuf| {
        let bytes = fs::read(file).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    };
    let mut found: Vec<String> = files
        .filter(holds)
        .map(|file| file.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    found.sort();
    found
}

/// One that says the secret wherever an agent or a person can say anything, and is over.
async fn told_everything(gate: &mut Gate) -> Value {
    gate.add_service("risk").await;
    let said = |what: &str| format!("{what} of {SECRET}");
    let upload = gate
        .send("support-3", Method::POST, "/v1/blobs", None, said("file"))
        .await;
    let long = format!("{} {}", "x".repeat(9_000), said("long"));
    let body = json!({
        "run_id": said("run"), "environment": "production", "agent": {"version": said("version")},
        "action": {
            "tool": "issue_refund",
            "arguments": {"amount": 60, "to": said("payee"), "note": long},
            "before": {"to": said("before")},
            "target": {"system": "crm", "record": said("record")},
        },
        "request": said("request"), "rationale": format!("{} {LETTERS}", said("rationale")), "signals": {"name": said("signal")},
        "evidence": [{"title": said("title"), "kind": "document", "excerpt": said("excerpt"), "sha256": upload.body["sha256"]}],
        "reversal": {"how": said("reversal")}, "preconditions": {"name": said("etag")},
        "impact": {"amount": {"value": "60.00", "currency": "USD"}, "summary": said("impact")},
    });
    let key = said("key");
    let envelope = gate.post_as("support-3", "/v1/envelopes", &key, body.to_string()).await;
    assert_eq!(envelope.status, StatusCode::CREATED, "{}", envelope.body);
    let envelope = envelope.body;
    gate.post("risk", &path(&envelope, "/signals"), json!({"who": said("attested")}))
        .await;
    gate.post("ana", &path(&envelope, "/questions"), json!({"text": said("question")}))
        .await;
    gate.post(
        "support-3",
        &path(&envelope, "/answers"),
        json!({"n": 0, "text": said("answer")}),
    )
    .await;
    let now = gate.read("ana", &envelope).await;
    let edit = json!({
        "decision": "edit", "reason": said("reason"),
        "arguments_raw": json!({"amount": 50, "to": said("edited payee")}).to_string(),
    });
    let edited = gate.decide("ana", &now, edit).await;
    assert!(edited.status.is_success(), "{}", edited.body);
    let now = gate.read("sam", &envelope).await;
    if now["stage"] == "waiting" {
        gate.approve("sam", &now).await;
    }
    let mine = gate.read("support-3", &envelope).await;
    let redeem = json!({"token": mine["token"], "preconditions": {"name": said("etag")}});
    let redeemed = gate.post("support-3", &path(&envelope, "/redeem"), redeem).await;
    assert_eq!(redeemed.status, StatusCode::OK, "{}", redeemed.body);
    let outcome = json!({"status": "succeeded", "result": said("result")});
    gate.post("support-3", &path(&envelope, "/outcome"), outcome).await;
    envelope
}

/// Pages that split and move, before and after.
async fn others(gate: &Gate, many: usize) {
    for n in 0..many {
        let filler = format!("{n} ").repeat(700 + n % 90);
        gate.propose("issue_refund", json!({"amount": 5, "note": filler})).await;
    }
}

#[tokio::test]
async fn erased_texts_are_in_no_file_any_more_and_the_ledger_verifies() {
    let mut gate = gate().await;
    others(&gate, 300).await;
    let envelope = told_everything(&mut gate).await;
    gate.service.index_words().await.unwrap();
    others(&gate, 300).await;
    gate.service.index_words().await.unwrap();
    assert!(index_has_letters(gate.folder.path()));
    let size = fs::metadata(gate.folder.path().join("ledger.db")).unwrap().len();
    let log = fs::metadata(gate.folder.path().join("ledger.db-wal")).unwrap().len();
    assert!(size + log > 3_000_000, "several megabytes: {size} and {log}");
    assert!(!holding(gate.folder.path(), SECRET).is_empty());
    let before = gate.verify();
    let erased = erase(&gate, "admin", &envelope).await;
    assert_eq!(erased.status, StatusCode::OK, "{}", erased.body);
    assert_eq!(erased.body["gone"], true);
    assert_eq!(holding(gate.folder.path(), SECRET), [""; 0]);
    assert!(!index_has_letters(gate.folder.path()));
    assert_eq!(holding(gate.folder.path(), LETTERS), [""; 0]);
    gate.service.index_words().await.unwrap();
    assert_eq!(holding(gate.folder.path(), LETTERS), [""; 0], "nor later");
    let digest = hex::decode(envelope["payload_sha256"].as_str().unwrap()).unwrap();
    for file in fs::read_dir(gate.folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let is_there = bytes.windows(32).any(|window| window == digest);
        assert!(!is_there, "a short payload could be guessed from its digest");
    }
    let after = gate.verify();
    assert_eq!(
        (before.erased, after.erased),
        (0, erased.body["texts"].as_u64().unwrap())
    );
    assert!(after.erased > 15, "{}", after.erased);
}

#[tokio::test]
async fn the_bytes_of_several_go_also_where_the_last_of_them_is_refused() {
    let mut gate = gate().await;
    let envelope = told_everything(&mut gate).await;
    let waiting = gate.propose("issue_refund", json!({"amount": 60})).await;
    let word = json!({"reason": "asked for it", "basis": "GDPR Art. 17", "more": true});
    let erased = gate.post("admin", &path(&envelope, "/erase"), word).await;
    assert_eq!((erased.status, &erased.body["gone"]), (StatusCode::OK, &json!(false)));
    assert!(!holding(gate.folder.path(), SECRET).is_empty());
    let refused = erase(&gate, "admin", &waiting).await;
    assert_eq!(refused.body["error"]["code"], "not_over");
    assert_eq!(holding(gate.folder.path(), SECRET), [""; 0]);
    gate.verify();
}

#[tokio::test]
async fn an_erasure_hides_no_step_and_says_who_and_why() {
    let mut gate = gate().await;
    let envelope = told_everything(&mut gate).await;
    let before = gate.read("ada", &envelope).await;
    erase(&gate, "admin", &envelope).await;
    let after = gate.read("ada", &envelope).await;
    for kept in [
        "stage",
        "class",
        "verdict",
        "votes",
        "quorum",
        "agent",
        "tool",
        "created_at",
        "revision",
        "policy",
    ] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    let said = |view: &Value| {
        let decisions = view["decisions"].as_array().unwrap().iter();
        let said = decisions.map(|said| (said["by"].clone(), said["decision"].clone(), said["at"].clone()));
        said.collect::<Vec<_>>()
    };
    assert_eq!(said(&after), said(&before));
    assert_eq!(after["erased"]["by"], "admin");
    assert_eq!(after["erased"]["basis"], "GDPR Art. 17");
    assert!(after.get("payload").is_none() && after.get("target").is_none_or(Value::is_null));
    let timeline = gate.get("ada", &path(&envelope, "/timeline")).await.body;
    let last = timeline.as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["kind"], &last["by"]), (&json!("erased"), &json!("admin")));
    assert!(timeline.to_string().contains("redeemed"));
    let found = gate.get("ada", &format!("/v1/past?q={SECRET}")).await.body;
    assert_eq!(found["rows"], json!([]));
    gate.verify();
}

#[tokio::test]
async fn nothing_that_can_still_be_decided_or_run_is_erased() {
    let gate = gate().await;
    let waiting = gate.propose("issue_refund", json!({"amount": 60})).await;
    let quarantined = gate.propose("frobnicate_x", json!({})).await;
    let approved = gate.propose("issue_refund", json!({"amount": 61})).await;
    gate.approve("ana", &approved).await;
    let allowed = gate.propose("issue_refund", json!({"amount": 5})).await;
    for envelope in [&waiting, &quarantined, &approved, &allowed] {
        let refused = erase(&gate, "admin", envelope).await;
        assert_eq!(refused.body["error"]["code"], "not_over", "{}", refused.body);
    }
    let refused = erase(&gate, "admin", &waiting).await;
    assert_snapshot!(refused.refusal(), @"409 not_over: It is waiting, so its texts are needed still.");
    // Once its time is over it can be, and then it cannot run any more.
    let token = gate.read("support-3", &approved).await["token"].clone();
    gate.world.pass(SignedDuration::from_mins(16));
    assert_eq!(erase(&gate, "admin", &approved).await.status, StatusCode::OK);
    let late = gate
        .post("support-3", &path(&approved, "/redeem"), json!({ "token": token }))
        .await;
    assert_eq!(late.body["error"]["code"], "not_redeemable");
    let late = gate.approve("sam", &approved).await;
    assert!(late.status.is_client_error(), "{}", late.body);
    gate.verify();
}

#[tokio::test]
async fn what_was_erased_is_not_handed_out_again_nor_proposed_again_under_its_key() {
    let gate = gate().await;
    let body = json!({"action": {"tool": "issue_refund", "arguments": {"amount": 5, "to": SECRET}}}).to_string();
    let envelope = gate.post_as("support-3", "/v1/envelopes", "k", body.clone()).await.body;
    let redeem = json!({ "token": envelope["token"] }).to_string();
    gate.post_as("support-3", &path(&envelope, "/redeem"), "r", redeem.clone())
        .await;
    erase(&gate, "admin", &envelope).await;
    let again = gate
        .post_as("support-3", &path(&envelope, "/redeem"), "r", redeem)
        .await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(!again.raw.contains(SECRET));
    let again = gate.post_as("support-3", "/v1/envelopes", "k", body).await;
    assert_eq!(again.body["error"]["code"], "idempotency_conflict");
    gate.verify();
}

#[tokio::test]
async fn only_an_admin_erases_holds_prunes_and_looks_for_somebody() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.reject("ana", &envelope, "no").await;
    let held = gate
        .post(
            "admin",
            "/v1/holds",
            json!({"class": "payment.refund", "reason": "a suit"}),
        )
        .await;
    assert_eq!(held.status, StatusCode::CREATED, "{}", held.body);
    let release = format!("/v1/holds/{}/release", held.body["id"].as_str().unwrap());
    for caller in ["ana", "sam", "olga", "ada", "support-3", "runner"] {
        for (route, body) in [
            (path(&envelope, "/erase"), json!({"reason": "r", "basis": "b"})),
            ("/v1/subjects".to_owned(), json!({"text": "refund"})),
            ("/v1/prune".to_owned(), json!({})),
            ("/v1/holds".to_owned(), json!({"class": "email", "reason": "r"})),
            (release.clone(), json!({"reason": "r"})),
        ] {
            let refused = gate.post(caller, &route, body).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{caller} {route}");
        }
    }
}

#[tokio::test]
async fn a_text_is_found_wherever_somebody_is_named() {
    let mut gate = gate().await;
    gate.add_service("risk").await;
    let of = |arguments: Value, more: Value| {
        let mut body = json!({"action": {"tool": "issue_refund", "arguments": arguments}});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let quoted = r#"Ann "Ace" O'Hara"#;
    for body in [
        of(json!({"amount": 5, "to": quoted}), json!({})),
        of(json!({"amount": 5}), json!({"rationale": format!("{quoted} asked")})),
        of(json!({"amount": 5}), json!({"run_id": quoted})),
        of(json!({"amount": 5, "to": "somebody else"}), json!({})),
    ] {
        let made = gate.post("support-3", "/v1/envelopes", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    }
    let found = gate.post("admin", "/v1/subjects", json!({ "text": quoted })).await.body;
    assert_eq!(found["rows"].as_array().unwrap().len(), 3, "{found}");
    let refused = gate.post("admin", "/v1/subjects", json!({"text": "ab"})).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_file_goes_with_the_last_envelope_that_names_it() {
    let gate = gate().await;
    let upload = gate
        .send("support-3", Method::POST, "/v1/blobs", None, format!("of {SECRET}"))
        .await;
    let sha256 = upload.body["sha256"].as_str().unwrap().to_owned();
    let body = json!({
        "action": {"tool": "issue_refund", "arguments": {"amount": 60}},
        "evidence": [{"title": "t", "kind": "document", "sha256": sha256}],
    });
    let mut both = Vec::new();
    for _ in 0..2 {
        let envelope = gate.post("support-3", "/v1/envelopes", body.to_string()).await.body;
        gate.reject("ana", &envelope, "no").await;
        both.push(envelope);
    }
    let file = format!("/v1/blobs/{sha256}");
    erase(&gate, "admin", &both[0]).await;
    assert_eq!(
        gate.get("ana", &file).await.status,
        StatusCode::OK,
        "the other one names it"
    );
    erase(&gate, "admin", &both[1]).await;
    assert_eq!(gate.get("ana", &file).await.status, StatusCode::NOT_FOUND);
    assert_eq!(holding(gate.folder.path(), SECRET), [""; 0]);
    gate.verify();
}

#[tokio::test]
async fn while_somebody_reads_the_ledger_the_bytes_stay_and_then_they_go() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60, "to": SECRET})).await;
    gate.reject("ana", &envelope, "no").await;
    let reader = Connection::open(gate.folder.path().join("ledger.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM payload").unwrap();
    let erased = erase(&gate, "admin", &envelope).await;
    assert_eq!((erased.status, &erased.body["gone"]), (StatusCode::OK, &json!(false)));
    assert!(!holding(gate.folder.path(), SECRET).is_empty());
    drop(reader);
    // By itself, a moment later; the limit is only there so that a failure ends.
    let started = std::time::Instant::now();
    while !holding(gate.folder.path(), SECRET).is_empty() {
        assert!(started.elapsed() < std::time::Duration::from_secs(20));
        tokio::task::yield_now().await;
    }
    gate.verify();
}

/// Proposals of one moment in random order, so that pages split in their middle; one in twenty has the secret.
async fn crowded(gate: &Gate) -> Vec<Value> {
    let mut named = Vec::new();
    for n in 0..360_usize {
        let word = if n % 20 == 7 { SECRET } else { "somebody--else--" };
        let text = |times: usize| word.repeat(1 + n * times % 97);
        let body = json!({
            "action": {"tool": "wipe_disk", "arguments": {"note": text(7)}, "before": {"note": text(5)}},
            "request": text(11), "rationale": text(3),
        });
        let envelope = gate.post("support-3", "/v1/envelopes", body).await.body;
        assert_eq!(envelope["stage"], "denied", "{envelope}");
        named.extend((word == SECRET).then_some(envelope));
    }
    named
}

#[tokio::test]
async fn pages_that_were_split_keep_no_copy_of_what_was_erased() {
    let gate = gate().await;
    for envelope in crowded(&gate).await {
        assert_eq!(erase(&gate, "admin", &envelope).await.body["gone"], true);
    }
    assert_eq!(holding(gate.folder.path(), SECRET), [""; 0]);
    gate.verify();
}

#[tokio::test]
async fn an_erasure_that_was_cut_short_is_ended_when_the_ledger_is_opened() {
    let gate = gate().await;
    let ids: Vec<EnvelopeId> = crowded(&gate)
        .await
        .iter()
        .map(|envelope| envelope["id"].as_str().unwrap().parse().unwrap())
        .collect();
    let copy = tempfile::tempdir().unwrap();
    let file = copy.path().join("ledger.db");
    let ledger = Connection::open(gate.folder.path().join("ledger.db")).unwrap();
    ledger.execute("PRAGMA wal_checkpoint(FULL)", []).unwrap_or_default();
    drop(ledger);
    for name in ["ledger.db", "ledger.db-wal"] {
        fs::copy(gate.folder.path().join(name), copy.path().join(name)).unwrap();
    }
    // The texts are erased, and the process ends before the files are written anew.
    let store = Store::open(&file).unwrap();
    let erased = store.write(move |tx| {
        for id in ids {
            let mut envelope = tx.envelope(id)?.unwrap();
            tx.erase(&mut envelope, &[])?;
            let (by, at) = (None, envelope.created_at);
            tx.put_erasure(id, StoredErasure { n: 0, by, at })?;
        }
        Ok::<_, StoreError>(())
    });
    erased.await.unwrap();
    drop(store);
    assert!(!holding(copy.path(), SECRET).is_empty(), "split pages have copies");
    drop(Store::open(&file).unwrap());
    assert_eq!(holding(copy.path(), SECRET), [""; 0]);
}

#[tokio::test]
async fn what_came_after_an_erasure_is_not_covered_by_it() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60, "to": SECRET})).await;
    gate.approve("ana", &envelope).await;
    let mine = gate.read("support-3", &envelope).await;
    let redeem = json!({ "token": mine["token"] });
    gate.post("support-3", &path(&envelope, "/redeem"), redeem).await;
    assert_eq!(erase(&gate, "admin", &envelope).await.status, StatusCode::OK);
    let outcome = json!({"status": "succeeded", "result": SECRET});
    gate.post("support-3", &path(&envelope, "/outcome"), outcome).await;
    gate.verify();
    let ledger = gate.folder.path().join("ledger.db");
    let damaged = |sql: &str| {
        let copy = tempfile::tempdir().unwrap();
        let file = copy.path().join("ledger.db");
        Connection::open(&ledger)
            .unwrap()
            .execute("VACUUM INTO ?1", [file.to_str().unwrap()])
            .unwrap();
        let connection = Connection::open(&file).unwrap();
        connection.execute_batch("DROP TRIGGER blob_content").unwrap();
        connection.execute_batch(sql).unwrap();
        drop(connection);
        signoff::store::verify(&file).unwrap().unwrap_err().message
    };
    let gone = damaged("UPDATE blob SET salt = NULL, bytes = NULL WHERE kind = 'outcome'");
    assert!(gone.contains("no entry says that it was erased"), "{gone}");
    let gone = damaged("UPDATE blob SET salt = NULL, bytes = NULL WHERE kind = 'erase_basis'");
    assert!(gone.contains("no entry says that it was erased"), "{gone}");
    let words = damaged("UPDATE envelope SET amount = '60.00 USD'");
    assert!(words.contains("which was erased"), "{words}");
    // Erased once more, what came later goes too.
    assert_eq!(erase(&gate, "admin", &envelope).await.status, StatusCode::OK);
    assert_eq!(holding(gate.folder.path(), SECRET), [""; 0]);
    gate.verify();
}

#[tokio::test]
async fn what_is_older_than_its_class_keeps_it_is_pruned_by_the_gate() {
    let policy = include_str!("../../fixtures/policy/gate.toml");
    let policy = policy.replacen("timeout = \"4h\"", "timeout = \"4h\"\nretain = \"90d\"", 1);
    let gate = gate_with(&policy).await;
    let old = gate.propose("issue_refund", json!({"amount": 60, "to": SECRET})).await;
    gate.reject("ana", &old, "no").await;
    let kept = gate.propose("send_email", json!({"to": "a@b.example"})).await;
    gate.reject("ana", &kept, "no").await;
    gate.world.pass(SignedDuration::from_hours(89 * 24));
    let young = gate.propose("issue_refund", json!({"amount": 61})).await;
    gate.reject("ana", &young, "no").await;
    let none = gate.post("admin", "/v1/prune", json!({})).await.body;
    assert_eq!(none["classes"][0]["envelopes"], 0);
    gate.world.pass(SignedDuration::from_hours(25));
    let counted = gate.post("admin", "/v1/prune", json!({"dry_run": true})).await.body;
    assert_eq!(counted["classes"][0]["envelopes"], 1);
    assert!(gate.read("ada", &old).await.get("erased").is_none());
    let pruned = gate.post("admin", "/v1/prune", json!({})).await.body;
    assert_eq!(
        (&pruned["classes"][0]["envelopes"], &pruned["gone"]),
        (&json!(1), &json!(true))
    );
    let view = gate.read("ada", &old).await;
    assert_eq!(
        (&view["erased"]["by"], &view["erased"]["basis"]),
        (&json!("the gate"), &json!("retention"))
    );
    for envelope in [&kept, &young] {
        assert!(gate.read("ada", envelope).await.get("erased").is_none());
    }
    assert_eq!(holding(gate.folder.path(), SECRET), [""; 0]);
    gate.verify();
}
