//! Somebody can write to the database: what the lists say then hands nothing out, and opens no gate.

use rusqlite::Connection;
use serde_json::{Value, json};
use signoff::gate::ServiceError;
use signoff::store::{Store, StoreError};

use crate::it::ledger::damage;
use crate::it::world::{Answer, Gate, gate, path, try_open};

/// With a token that is read now; where the gate gives none, what it says instead.
async fn redeem(gate: &Gate, envelope: &Value, key: &str) -> Answer {
    let read = gate.get("support-3", &path(envelope, "")).await;
    if read.status.is_success() {
        return redeem_with(gate, envelope, &read.body["token"], key).await;
    }
    read
}

async fn redeem_with(gate: &Gate, envelope: &Value, token: &Value, key: &str) -> Answer {
    let body = json!({ "token": token.as_str().unwrap_or_default() });
    gate.post_as("support-3", &path(envelope, "/redeem"), key, body).await
}

fn id(envelope: &Value) -> String {
    let id = envelope["id"].as_str().unwrap().replace('-', "");
    format!("x'{id}'")
}

fn redemptions(gate: &Gate) -> i64 {
    let connection = Connection::open(gate.folder.path().join("ledger.db")).unwrap();
    let sql = "SELECT count(*) FROM entry WHERE CAST(bytes AS TEXT) LIKE '%\"kind\":\"redeemed\"%'";
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

const FREE: &str = "settled_at = created_at, valid_until = created_at + 900000";

#[tokio::test]
async fn what_lists_call_cleared_and_entries_do_not_is_not_handed_out() {
    let gate = gate().await;
    let waiting = gate.propose("issue_refund", json!({"amount": 60})).await;
    let denied = gate.propose("wipe_disk", json!({})).await;
    let unknown = gate.propose("frobnicate_x", json!({})).await;
    let rejected = gate.propose("issue_refund", json!({"amount": 61})).await;
    gate.reject("ana", &rejected, "no").await;
    let edited = gate.propose("issue_refund", json!({"amount": 63})).await;
    gate.approve("ana", &edited).await;
    let folder = gate.folder.path();
    for (envelope, stage) in [
        (&waiting, "approved"),
        (&denied, "allowed"),
        (&unknown, "approved"),
        (&rejected, "approved"),
    ] {
        let id = id(envelope);
        damage(
            folder,
            &format!("UPDATE envelope SET stage = '{stage}', {FREE} WHERE id = {id}"),
        );
    }
    damage(
        folder,
        &format!("UPDATE envelope SET revision = 2 WHERE id = {}", id(&edited)),
    );
    for envelope in [&waiting, &denied, &unknown, &rejected, &edited] {
        let answer = redeem(&gate, envelope, "k").await;
        assert_eq!(answer.body["error"]["code"], "ledger_differs", "{}", answer.body);
    }
    assert_eq!(redemptions(&gate), 0);
}

#[tokio::test]
async fn no_token_is_made_of_what_only_the_lists_call_cleared() {
    let gate = gate().await;
    let waiting = gate.propose("issue_refund", json!({"amount": 60})).await;
    let approved = gate.propose("issue_refund", json!({"amount": 61})).await;
    gate.approve("ana", &approved).await;
    assert!(gate.read("support-3", &approved).await["token"].is_string());
    let sql = format!(
        "UPDATE envelope SET stage = 'approved', votes = 1, {FREE} WHERE id = {}",
        id(&waiting)
    );
    damage(gate.folder.path(), &sql);
    let sql = format!(
        "UPDATE envelope SET payload_sha256 = zeroblob(32) WHERE id = {}",
        id(&approved)
    );
    damage(gate.folder.path(), &sql);
    for envelope in [&waiting, &approved] {
        let answer = gate.get("support-3", &path(envelope, "")).await;
        assert_eq!(answer.body["error"]["code"], "ledger_differs", "{}", answer.body);
        assert_eq!(answer.body["token"], Value::Null);
    }
}

#[tokio::test]
async fn a_decision_that_only_the_lists_make_possible_becomes_no_entry() {
    for sql in [
        "UPDATE envelope SET quorum = 1",
        "UPDATE envelope SET votes = 1",
        "UPDATE envelope SET role = 'reviewer'",
        "UPDATE envelope SET class = 'note'",
        "UPDATE envelope SET agent = (SELECT id FROM principal WHERE name = 'ops-1')",
        "UPDATE payload SET (commitment, sha256, salt, arguments) = (SELECT commitment, sha256, salt, arguments FROM \
         payload WHERE arguments LIKE '%1999%') WHERE arguments LIKE '%6000%'; \
         UPDATE envelope SET payload_sha256 = (SELECT sha256 FROM payload WHERE arguments LIKE '%1999%' LIMIT 1)",
    ] {
        let gate = gate().await;
        gate.propose("issue_refund", json!({"amount": 1999})).await;
        let large = gate.propose("issue_refund", json!({"amount": 6000})).await;
        let entries = gate.verify().entries;
        damage(gate.folder.path(), sql);
        let now = gate.read("sam", &large).await;
        for word in [
            json!({"decision": "approve", "reason": "so"}),
            json!({"decision": "reject", "reason": "no"}),
        ] {
            let answer = gate.decide("sam", &now, word).await;
            assert_eq!(answer.body["error"]["code"], "ledger_differs", "{sql}: {}", answer.body);
        }
        let connection = Connection::open(gate.folder.path().join("ledger.db")).unwrap();
        let there: i64 = connection
            .query_row("SELECT count(*) FROM entry", [], |row| row.get(0))
            .unwrap();
        assert_eq!(u64::try_from(there).unwrap(), entries, "{sql}");
    }
}

#[tokio::test]
async fn what_only_the_lists_call_over_is_not_erased() {
    let gate = gate().await;
    let waiting = gate.propose("issue_refund", json!({"amount": 60})).await;
    let left = super::vouch::person(&gate, "sue").await.id;
    gate.delete("admin", "/v1/people/sue").await;
    let ana = super::vouch::person(&gate, "ana").await.id;
    let word = json!({"reason": "asked for it", "basis": "GDPR Art. 17"});
    let name = |id| format!("/v1/subjects/{id}/erase");
    let erased = gate.post("admin", &name(left), word.clone()).await;
    assert!(erased.status.is_success(), "{}", erased.body);
    damage(
        gate.folder.path(),
        "UPDATE envelope SET stage = 'rejected'; UPDATE principal SET revoked_at = added_at; DELETE FROM erasure",
    );
    for (route, code) in [
        (path(&waiting, "/erase"), "ledger_differs"),
        (name(ana), "not_over"),
        (name(left), "already_erased"),
    ] {
        let refused = gate.post("admin", &route, word.clone()).await;
        assert_eq!(refused.body["error"]["code"], code, "{}", refused.body);
    }
}

#[tokio::test]
async fn what_was_cleared_for_one_agent_is_not_handed_to_another() {
    let gate = gate().await;
    let approved = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.approve("ana", &approved).await;
    let sql = "UPDATE envelope SET agent = (SELECT id FROM principal WHERE name = 'ops-1')";
    damage(gate.folder.path(), sql);
    let answer = gate.get("ops-1", &path(&approved, "")).await;
    insta::assert_snapshot!(answer.refusal(), @"500 ledger_differs: The gate's lists say something else of this envelope than its ledger, so nothing is done with it.");
    assert_eq!(redemptions(&gate), 0);
}

/// Approved, in a run that somebody stopped then.
async fn stopped_in_its_run(gate: &Gate) -> Value {
    let body = json!({"run_id": "run-7", "action": {"tool": "issue_refund", "arguments": {"amount": 60}}});
    let approved = gate.post("support-3", "/v1/envelopes", body).await.body;
    gate.approve("ana", &approved).await;
    let stop = json!({"scope": "run", "name": "run-7", "effect": "hold", "reason": "odd"});
    let stopped = gate.post("sam", "/v1/stops", stop).await;
    assert!(stopped.status.is_success(), "{}", stopped.body);
    approved
}

#[tokio::test]
async fn a_stop_holds_also_where_the_lists_have_it_no_more_or_call_the_run_otherwise() {
    for (sql, code) in [
        ("DELETE FROM stop", "stopped"),
        ("UPDATE stop SET resumed_by = person, resumed_at = at", "stopped"),
        ("UPDATE stop SET run = 'run-8'", "stopped"),
        ("UPDATE envelope SET run = 'run-8'", "ledger_differs"),
        ("UPDATE envelope SET run = NULL", "ledger_differs"),
        (
            "DELETE FROM blob WHERE kind = 'claims'; \
             UPDATE envelope SET run = NULL",
            "ledger_differs",
        ),
    ] {
        let gate = gate().await;
        let approved = stopped_in_its_run(&gate).await;
        damage(gate.folder.path(), sql);
        let answer = redeem(&gate, &approved, "k").await;
        assert_eq!(answer.body["error"]["code"], code, "{sql}: {}", answer.body);
        assert_eq!(redemptions(&gate), 0);
    }
}

#[tokio::test]
async fn a_gate_does_not_open_over_a_stop_of_another_run() {
    let gate = gate().await;
    stopped_in_its_run(&gate).await;
    damage(gate.folder.path(), "UPDATE stop SET run = 'run-8'");
    let Gate {
        folder, service, world, ..
    } = gate;
    drop(service);
    let policy = include_str!("../../fixtures/policy/gate.toml");
    let error = try_open(folder.path(), &world, policy).await.unwrap_err();
    let says = "The stops are not those that the entries tell of: one has another run.";
    assert!(error.to_string().contains(says), "{error}");
}

#[tokio::test]
async fn nothing_is_handed_out_twice_by_setting_its_row_back() {
    let gate = gate().await;
    let one = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.approve("ana", &one).await;
    let token = gate.read("support-3", &one).await["token"].clone();
    assert!(redeem_with(&gate, &one, &token, "k").await.status.is_success());
    let back = format!("UPDATE envelope SET stage = 'approved', redeemed_at = NULL, {FREE}");
    damage(gate.folder.path(), &back);
    for again in [
        redeem_with(&gate, &one, &token, "another").await,
        redeem(&gate, &one, "another").await,
    ] {
        assert_eq!(again.body["error"]["code"], "ledger_differs", "{}", again.body);
    }
    assert_eq!(redemptions(&gate), 1);
}

#[tokio::test]
async fn a_payload_that_was_put_in_the_place_of_the_approved_one_is_not_handed_out() {
    let gate = gate().await;
    let approved = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.approve("ana", &approved).await;
    let other = gate.propose("issue_refund", json!({"amount": 1999})).await;
    let (here, there) = (id(&approved), id(&other));
    damage(
        gate.folder.path(),
        &format!(
            "UPDATE payload SET (commitment, sha256, salt, parts, arguments) = (SELECT commitment, sha256, salt, parts, \
             arguments FROM payload WHERE envelope = {there}) WHERE envelope = {here};
             UPDATE envelope SET payload_sha256 = (SELECT payload_sha256 FROM envelope WHERE id = {there}) WHERE id = {here}"
        ),
    );
    let answer = redeem(&gate, &approved, "k").await;
    assert_eq!(answer.body["error"]["code"], "ledger_differs", "{}", answer.body);
    assert!(!answer.raw.contains("1999"), "{}", answer.raw);
}

#[tokio::test]
async fn an_answer_that_was_never_given_is_not_given_again() {
    let gate = gate().await;
    let waiting = gate.propose("issue_refund", json!({"amount": 60})).await;
    let uuid = waiting["id"].as_str().unwrap();
    damage(
        gate.folder.path(),
        &format!(
            "INSERT INTO idempotency (principal, route, key, body_sha256, answer) SELECT id, 'redeem/{uuid}', 'k', \
             x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '' FROM principal \
             WHERE name = 'support-3'"
        ),
    );
    let answer = redeem(&gate, &waiting, "k").await;
    assert!(!answer.status.is_success(), "{}", answer.body);
    assert!(!answer.raw.contains("arguments"), "{}", answer.raw);
}

#[tokio::test]
async fn an_entry_that_was_changed_is_nobodys_approval() {
    let gate = gate().await;
    let rejected = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.reject("ana", &rejected, "no").await;
    damage(
        gate.folder.path(),
        &format!(
            "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '\"reject\"', '\"approve\"') AS BLOB);
             UPDATE envelope SET stage = 'approved', {FREE} WHERE id = {}",
            id(&rejected)
        ),
    );
    let answer = redeem(&gate, &rejected, "k").await;
    assert_eq!(answer.body["error"]["code"], "ledger_differs", "{}", answer.body);
}

#[tokio::test]
async fn an_approval_of_an_edit_that_only_the_lists_know_passes_to_nobody() {
    let gate = gate().await;
    let asked = gate
        .ask(crate::it::aap::submission("issue_refund", json!({"amount": 60})))
        .await;
    let envelope = gate.get("ana", &crate::it::aap::envelope(&asked)).await.body;
    let word = json!({"decision": "edit", "arguments_raw": "{\"amount\":59}", "reason": "less"});
    let edited = gate.decide("ana", &envelope, word).await;
    assert!(edited.status.is_success(), "{}", edited.body);
    damage(
        gate.folder.path(),
        "UPDATE envelope SET valid_until = valid_until + 1, revision = revision + 1",
    );
    let again = crate::it::aap::submission("issue_refund", json!({"amount": 59}));
    let answer = gate.post("support-3", crate::it::aap::REQUESTS, &again).await;
    assert_eq!(answer.body["error"]["code"], "ledger_differs", "{}", answer.body);
}

#[tokio::test]
async fn a_gate_does_not_open_over_people_keys_stops_or_a_policy_of_somebody_elses() {
    let policy = include_str!("../../fixtures/policy/gate.toml");
    for (sql, says) in [
        (
            "UPDATE principal SET key_sha256 = zeroblob(32) WHERE name = 'sam'",
            "principal",
        ),
        ("UPDATE principal SET role = 'senior' WHERE name = 'ana'", "principal"),
        ("UPDATE principal SET name = 'zed' WHERE name = 'ana'", "principal"),
        ("UPDATE principal SET owner = NULL WHERE name = 'ops-1'", "principal"),
        ("UPDATE principal SET scopes = '{}' WHERE name = 'ops-1'", "principal"),
        ("DELETE FROM principal WHERE name = 'ops-1'", "principals were added"),
        ("UPDATE stop SET resumed_by = person, resumed_at = at", "stops"),
        ("DELETE FROM stop", "stops"),
        (
            "INSERT INTO policy VALUES (zeroblob(32), CAST('schema = 1' AS BLOB), 9999)",
            "policy",
        ),
        ("UPDATE policy SET bytes = CAST('schema = 1' AS BLOB)", "policy"),
        ("DELETE FROM policy", "policy"),
        (
            "INSERT INTO person_key SELECT zeroblob(32), id, 'ssh-ed25519 AAAA', 0, added_at, NULL FROM principal \
             WHERE name = 'sam'",
            "signing keys",
        ),
        (
            "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '\"reviewer\"', '\"senior\"') AS BLOB); \
             UPDATE principal SET role = 'senior' WHERE role = 'reviewer'",
            "does not fit",
        ),
        ("DELETE FROM entry WHERE seq = 9", "gone"),
        ("UPDATE head SET note = NULL", "not signed"),
    ] {
        let gate = gate().await;
        let stop = json!({"scope": "everything", "effect": "hold", "reason": "odd"});
        let stopped = gate.post("sam", "/v1/stops", stop).await;
        assert!(stopped.status.is_success(), "{}", stopped.body);
        let Gate {
            folder, service, world, ..
        } = gate;
        drop(service);
        damage(folder.path(), sql);
        // Opening the store may refuse already: what counts is that nobody is served.
        let error = match Store::open(&folder.path().join("ledger.db")) {
            Err(error) => ServiceError::Store(error),
            Ok(store) => {
                drop(store);
                match try_open(folder.path(), &world, policy).await {
                    Err(error) => error,
                    Ok(_) => panic!("it opened after {sql}"),
                }
            }
        };
        let known = matches!(
            error,
            ServiceError::Tampered(_) | ServiceError::Store(StoreError::Unsound(_))
        );
        assert!(known && error.to_string().contains(says), "{sql}: {error}");
    }
}

#[tokio::test]
async fn a_gate_does_not_open_under_a_head_that_another_key_signed() {
    let gate = gate().await;
    let Gate {
        folder, service, world, ..
    } = gate;
    drop(service);
    let forged = "UPDATE head SET note = CAST(replace(CAST(note AS TEXT), '— ', '— x') AS BLOB)";
    damage(folder.path(), forged);
    let policy = include_str!("../../fixtures/policy/gate.toml");
    let error = try_open(folder.path(), &world, policy).await.unwrap_err();
    assert!(
        error.to_string().contains("not signed with the key in force"),
        "{error}"
    );
}
