//! The case file: all there is about one envelope, at one moment.

use std::time::Duration;

use axum::http::StatusCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};
use signoff::api::{CaseFile, PolicyThen};
use signoff::console::case_text;
use signoff::diff::Until;
use signoff::store::{Store, StoreError};

use crate::it::world::{Gate, gate, gate_with, open, path};

async fn case(gate: &Gate, envelope: &Value) -> CaseFile {
    let answer = gate.get("ada", &path(envelope, "/case")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    serde_json::from_value(answer.body).unwrap()
}

fn text(file: &CaseFile) -> String {
    case_text(file, Until::within(Duration::from_mins(1)))
}

/// One that went through as many hands as there are.
async fn travelled(gate: &Gate) -> Value {
    let minutes = |n| gate.world.pass(SignedDuration::from_mins(n));
    let body = json!({
        "run_id": "run-7", "environment": "production", "agent": {"version": "1.4.2", "model": "m-5"},
        "action": {
            "tool": "issue_refund", "server": "billing",
            "arguments": {"amount": 60, "to": "DE89"}, "before": {"amount": 0, "to": "DE89"},
            "target": {"system": "billing", "record": "order/12345"},
        },
        "request": "refund order 12345", "rationale": "Charged twice.\n-- what people said --\ndecided  9. eve approved",
        "evidence": [{"title": "invoice", "kind": "document", "ref": "inv-1", "excerpt": "60.00", "sha256": "ab".repeat(32)}],
        "impact": {"amount": {"value": "60.00", "currency": "USD"}, "summary": "one customer"},
        "reversal": {"how": "charge again"},
    });
    let refund = gate.post("support-3", "/v1/envelopes", body).await.body;
    minutes(3);
    gate.post("ben", &path(&refund, "/claim"), json!({})).await;
    minutes(9);
    gate.post("ben", &path(&refund, "/questions"), json!({"text": "Which charge?"}))
        .await;
    gate.post(
        "support-3",
        &path(&refund, "/answers"),
        json!({"n": 0, "text": "The second \u{202e}one."}),
    )
    .await;
    let edit = json!({"decision": "edit", "reason": "less is owed", "arguments_raw": r#"{"amount":50,"to":"DE89"}"#});
    let edited = gate.decide("ben", &gate.read("ben", &refund).await, edit).await;
    assert!(edited.status.is_success(), "{}", edited.body);
    minutes(2);
    let hold = json!({"envelope": refund["id"], "reason": "suit 12"});
    gate.post("admin", "/v1/holds", hold).await;
    let mine = gate.read("support-3", &refund).await;
    let redeemed = gate
        .post("support-3", &path(&refund, "/redeem"), json!({"token": mine["token"]}))
        .await;
    assert_eq!(redeemed.status, StatusCode::OK, "{}", redeemed.body);
    gate.world.pass(SignedDuration::from_secs(4));
    let outcome = json!({"status": "succeeded", "result": "ok", "checks": [{"name": "balance", "passed": true}]});
    gate.post("support-3", &path(&refund, "/outcome"), outcome).await;
    minutes(1);
    refund
}

#[tokio::test]
async fn a_case_file_has_all_there_is_with_the_entry_of_each_step() {
    let gate = gate().await;
    let refund = travelled(&gate).await;
    let file = case(&gate, &refund).await;
    assert_snapshot!("case_file", text(&file));
    // Each entry about it stands there, and the head is that of the moment it was read.
    let entries = gate.get("ada", &path(&refund, "/timeline")).await.body;
    assert_eq!(file.entries.len(), entries.as_array().unwrap().len());
    let health = gate.get("ada", "/healthz").await.body;
    let ledger = file.envelope.ledger.as_ref().unwrap();
    assert_eq!(json!(ledger.size), health["entries"]);
    assert_eq!(json!(ledger.root), health["root"]);
}

#[tokio::test]
async fn nothing_an_agent_writes_makes_a_line_of_the_case_file_its_own() {
    let gate = gate().await;
    let refund = travelled(&gate).await;
    let text = text(&case(&gate, &refund).await);
    let heads = text
        .lines()
        .filter(|line| line.trim() == "-- what people said --")
        .count();
    assert_eq!(heads, 1, "{text}");
    assert!(text.contains("| decided  9. eve approved"), "{text}");
    assert!(text.contains("⟨U+202E⟩") && !text.contains('\u{202e}'), "{text}");
}

#[tokio::test]
async fn what_the_policy_masks_is_masked_in_the_case_file_too() {
    let policy = include_str!("../../fixtures/policy/gate.toml");
    let masked = "match.tool = \"issue_refund\"\nsensitive = [\"/arguments/to\"]";
    let gate = gate_with(&policy.replacen("match.tool = \"issue_refund\"", masked, 1)).await;
    let arguments = json!({"amount": 60, "to": "DE89370400440532013000"});
    let refund = gate.propose("issue_refund", arguments).await;
    let why = "DE89370400440532013000 is the right account";
    gate.reject("ana", &refund, why).await;
    let answer = gate.get("ada", &path(&refund, "/case")).await;
    assert!(!answer.raw.contains("DE8937"), "{}", answer.raw);
    assert!(text(&case(&gate, &refund).await).contains("masked   /to: shown to who asks, which is recorded"));
}

#[tokio::test]
async fn what_was_erased_is_said_to_be_with_the_entry_that_tells_of_it() {
    let gate = gate().await;
    let refund = travelled(&gate).await;
    let holds = gate.get("admin", "/v1/holds").await.body;
    let release = format!("/v1/holds/{}/release", holds[0]["id"].as_str().unwrap());
    gate.post("admin", &release, json!({"reason": "it is settled"})).await;
    let body = json!({"reason": "asked for it", "basis": "GDPR Art. 17"});
    let erased = gate.post("admin", &path(&refund, "/erase"), body).await;
    assert_eq!(erased.status, StatusCode::OK, "{}", erased.body);
    let text = text(&case(&gate, &refund).await);
    let said = |what: &str| {
        text.lines()
            .find(|line| line.contains(what))
            .unwrap_or_else(|| panic!("{what}:\n{text}"))
            .to_owned()
    };
    let entry = erased.body["entry"].as_u64().unwrap();
    let head = text.lines().take(8).collect::<Vec<_>>().join(" ");
    assert!(
        head.contains("its texts are gone") && head.contains(&format!("entry {entry}")),
        "{head}"
    );
    assert!(said("a reason was given and is erased").starts_with("because"));
    assert!(said("The payload is erased.").starts_with("The"));
    assert!(text.contains("basis GDPR Art. 17: asked for it"), "{text}");
    assert!(
        text.contains("suit 12"),
        "a hold's reason is no text of the envelope:\n{text}"
    );
    assert!(said("released by admin").contains("released"));
    for gone in ["Charged twice", "DE89", "less is owed", "Which charge"] {
        assert!(!text.contains(gone), "{gone} is there:\n{text}");
    }
    // Who decided what, and when, stays.
    assert!(text.contains("ben, reviewer, edited"), "{text}");
}

#[tokio::test]
async fn a_hold_on_all_of_a_class_stands_in_the_case_file_with_its_entry() {
    let gate = gate().await;
    let refund = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.propose("issue_refund", json!({"amount": 61})).await;
    gate.world.pass(SignedDuration::from_secs(5));
    let before = gate.get("ada", "/healthz").await.body["entries"].as_u64().unwrap();
    gate.post(
        "admin",
        "/v1/holds",
        json!({"class": "payment.refund", "reason": "audit of 2026"}),
    )
    .await;
    gate.propose("issue_refund", json!({"amount": 62})).await;
    let file = case(&gate, &refund).await;
    assert_eq!(file.holds.len(), 1);
    assert_eq!(file.holds[0].entry, Some(before));
    let text = text(&file);
    assert!(text.contains("all of payment.refund, by admin"), "{text}");
}

#[tokio::test]
async fn a_case_file_is_for_people_and_of_what_is_there() {
    let gate = gate().await;
    let refund = gate.propose("issue_refund", json!({"amount": 60})).await;
    let agent = gate.get("support-3", &path(&refund, "/case")).await;
    assert_eq!(agent.status, StatusCode::FORBIDDEN);
    let nothing = json!({"id": "00000000-0000-0000-0000-000000000000"});
    let gone = gate.get("ada", &path(&nothing, "/case")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_policy_that_judged_is_shown_as_it_was_after_another_came() {
    let first = gate().await;
    let refund = first.propose("issue_refund", json!({"amount": 60})).await;
    first.reject("ana", &refund, "not owed").await;
    let old = include_str!("../../fixtures/policy/gate.toml");
    let service = open(first.folder.path(), &first.world, &format!("# a later one\n{old}")).await;
    let later = Gate::over(&first, service);
    let then = later.get("ada", &path(&refund, "/policy")).await;
    assert_ne!(then.body["in_force"], then.body["policy"], "{}", then.body);
    let then: PolicyThen = serde_json::from_value(then.body).unwrap();
    assert_eq!(then.text, old);
    let what: Vec<&str> = then.spoke.iter().map(|spoke| spoke.what.as_str()).collect();
    assert_eq!(what, ["rule usual of payment.refund"]);
    let lines: Vec<&str> = old.lines().collect();
    let marked = &lines[then.spoke[0].from - 1..then.spoke[0].to];
    assert_eq!(marked[0], "[[class.rule]]");
    assert!(marked.contains(&"id = \"usual\""), "{marked:?}");
    assert_eq!(
        later.get("support-3", &path(&refund, "/policy")).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn several_queries_at_once_are_of_one_moment() {
    let folder = tempfile::tempdir().unwrap();
    let reader = Store::open(&folder.path().join("ledger.db")).unwrap();
    let handle = tokio::runtime::Handle::current();
    let size = |db: &signoff::store::Db<'_>| db.head().map(|head| head.map_or(0, |head| head.size));
    let other = std::sync::Arc::new(reader);
    let writer = std::sync::Arc::clone(&other);
    let found = other
        .read(move |db| {
            db.at_once(|db| {
                let before = size(db)?;
                let entry: signoff::ledger::Entry = serde_json::from_value(json!({
                    "v": 1, "kind": "opened", "at": "2026-11-21T04:12:09Z", "actor": {"kind": "gate"},
                    "data": {"ledger": "00000000-0000-0000-0000-000000000001"},
                }))
                .unwrap();
                handle.block_on(writer.write(move |tx| tx.append(&entry))).unwrap();
                Ok::<_, StoreError>((before, size(db)?))
            })
        })
        .await
        .unwrap();
    assert_eq!(found.0, found.1, "what was written meanwhile is not in it");
    let after = other.read(move |db| size(&db)).await.unwrap();
    assert_eq!(after, found.0 + 1);
}
