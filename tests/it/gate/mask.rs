//! What the policy masks leaves the gate only for who asks, and after an entry says so.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};
use signoff::api::{MASK, MASK_OTHER};
use signoff::client::Client;
use signoff::gate::{Archive, World};

use crate::it::world::{Gate, gate_with, path};

const IBAN: &str = "DE89 3704 0044 0532 0130 00";

/// A class that masks the account, and its rules read it too.
const POLICY: &str = r#"
schema = 1
[[class]]
id = "payment.refund"
match.tool = "issue_refund"
impact = "medium"
reversibility = "high"
batch = true
extend_max = "1h"
sensitive = ["/arguments/iban", "/arguments/to/pin"]
fields.amount = { type = "decimal", from = "/arguments/amount" }
fields.iban = { type = "string", from = "/arguments/iban" }
[[class.rule]]
id = "own"
when = { iban = { is = "XX*", optional = true } }
then = "allow"
[[class.rule]]
id = "other"
then = "hold"
"#;

async fn gate() -> Gate {
    gate_with(POLICY).await
}

/// The account in every text that an agent can send.
async fn proposed(gate: &Gate) -> Value {
    let body = json!({
        "run_id": "r-1", "confidence": 0.5,
        "action": {
            "tool": "issue_refund",
            "arguments": {"amount": "60.00", "iban": IBAN, "note": format!("to {IBAN}"), "to": {"pin": 471_147}},
            "before": {"amount": "60.00", "iban": "DE11 2222 3333 4444 5555 66", "to": {"pin": 471_147}},
        },
        "request": format!("Pay it to {IBAN}, not to de11-2222-3333-4444-5555-66."),
        "rationale": "The customer's account is DE89370400440532013000.",
        "signals": {"account": IBAN, "pin": 471_147},
        "impact": {"summary": format!("60.00 to {IBAN}")},
        "evidence": [{"kind": "document", "title": format!("{IBAN}.pdf"), "ref": IBAN, "excerpt": IBAN}],
        "reversal": {"handle": IBAN, "how": format!("ask {IBAN} to send it back")},
        "preconditions": {"account": [IBAN]},
    });
    let answer = gate.post("support-3", "/v1/envelopes", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    answer.body
}

/// Whether a body has anything of what is masked.
fn leaks(body: &str) -> bool {
    let plain: String = body.to_lowercase().chars().filter(|c| !" -".contains(*c)).collect();
    ["de89370400440532013000", "de112222333344445555", "471147"]
        .iter()
        .any(|secret| plain.contains(secret))
}

/// The kinds of all entries about an envelope.
async fn entries(gate: &Gate, envelope: &Value) -> Vec<String> {
    let timeline = gate.get("ana", &path(envelope, "/timeline")).await.body;
    let kinds = timeline.as_array().unwrap().iter();
    kinds.map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn nothing_that_is_masked_is_sent_to_people_in_any_text_of_an_envelope() {
    let mut gate = gate().await;
    gate.add_service("risk").await;
    let envelope = proposed(&gate).await;
    let signals = json!({"account": IBAN});
    gate.post("risk", &path(&envelope, "/signals"), signals).await;
    gate.post(
        "ana",
        &path(&envelope, "/questions"),
        json!({"text": format!("Is it {IBAN}?")}),
    )
    .await;
    let answer = json!({"n": 0, "text": format!("It is {IBAN}.")});
    gate.post("support-3", &path(&envelope, "/answers"), answer).await;
    let extend = json!({"decision": "extend", "by": "10m", "reason": format!("asking for {IBAN}")});
    gate.decide("sam", &gate.read("sam", &envelope).await, extend).await;
    for person in ["ana", "sam", "ada", "olga", "admin"] {
        let seen = gate.get(person, &path(&envelope, "")).await;
        assert!(!leaks(&seen.raw), "{}", seen.raw);
        assert_eq!(seen.body["masked"][0]["pointer"], "/iban");
    }
    let seen = gate.read("ana", &envelope).await;
    let raw: Value = serde_json::from_str(seen["payload"]["raw"].as_str().unwrap()).unwrap();
    assert_eq!((&raw["iban"], &raw["amount"]), (&json!(MASK), &json!("60.00")));
    let before: Value = serde_json::from_str(seen["claimed"]["before"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&before["iban"], &before["to"]["pin"]),
        (&json!(MASK_OTHER), &json!(MASK)),
        "it differs, and the pin does not"
    );
    assert_eq!(seen["claimed"]["rationale"], "The customer's account is ••••.");
    // It happened, edited, ran and was undone: the same holds.
    let edit = json!({"decision": "edit", "arguments_raw": json!({"amount": "50.00", "iban": "DE00 1"}).to_string()});
    assert!(gate.decide("sam", &seen, edit).await.status.is_success());
    let token = gate.read("support-3", &envelope).await["token"].clone();
    let redeemed = gate
        .post(
            "support-3",
            &path(&envelope, "/redeem"),
            json!({"token": token, "preconditions": {"account": [IBAN]}}),
        )
        .await;
    assert!(
        redeemed.raw.contains("DE00 1"),
        "the agent runs the real one: {}",
        redeemed.raw
    );
    let outcome = json!({"status": "succeeded", "result": {"sent to": IBAN}, "checks": [
        {"name": format!("{IBAN} has it"), "passed": true, "detail": IBAN}]});
    assert!(
        gate.post("support-3", &path(&envelope, "/outcome"), outcome)
            .await
            .status
            .is_success()
    );
    gate.post(
        "sam",
        &path(&envelope, "/undo"),
        json!({"reason": format!("not {IBAN}")}),
    )
    .await;
    let seen = gate.get("ana", &path(&envelope, "")).await;
    assert!(!leaks(&seen.raw), "{}", seen.raw);
    gate.verify();
}

#[tokio::test]
async fn who_asks_is_written_down_once_and_gets_all_of_it() {
    let gate = gate().await;
    let envelope = proposed(&gate).await;
    let looked = gate.post_as("ana", &path(&envelope, "/look"), "look-1", "{}").await;
    assert_eq!(looked.status, StatusCode::OK, "{}", looked.body);
    let raw = looked.body["envelope"]["payload"]["raw"].as_str().unwrap();
    assert!(
        raw.contains(IBAN)
            && looked.body["envelope"]["claimed"]["request"]
                .as_str()
                .unwrap()
                .contains(IBAN)
    );
    assert_eq!(looked.body["envelope"]["masked"][0]["pointer"], "/iban");
    let again = gate.post_as("ana", &path(&envelope, "/look"), "look-1", "{}").await;
    assert_eq!(again.body["entry"], looked.body["entry"]);
    assert_eq!(entries(&gate, &envelope).await, ["proposed", "judged", "looked"]);
    let timeline = gate.get("ada", &path(&envelope, "/timeline")).await.body;
    assert_eq!(
        (&timeline[2]["by"], &timeline[2]["n"]),
        (&json!("ana"), &looked.body["entry"])
    );
    assert!(
        !leaks(&gate.get("ana", &path(&envelope, "")).await.raw),
        "it is masked again"
    );
    gate.verify();
}

#[tokio::test]
async fn it_can_be_looked_at_when_it_is_over_too() {
    let gate = gate().await;
    let envelope = proposed(&gate).await;
    gate.reject("ana", &envelope, "no").await;
    let looked = gate.post("ada", &path(&envelope, "/look"), "{}").await;
    assert!(looked.raw.contains(IBAN), "{}", looked.raw);
    assert_eq!(gate.read("ada", &envelope).await["stage"], "rejected");
    gate.verify();
}

#[tokio::test]
async fn agents_and_strangers_cannot_look_and_where_nothing_is_masked_nothing_is_written() {
    let gate = gate().await;
    let envelope = proposed(&gate).await;
    for caller in ["support-3", "runner", "nobody"] {
        let looked = gate.post(caller, &path(&envelope, "/look"), "{}").await;
        assert!(
            !looked.status.is_success() && !leaks(&looked.raw),
            "{caller}: {}",
            looked.raw
        );
    }
    let plain = gate.propose("issue_refund", json!({"amount": "60.00"})).await;
    let looked = gate.post("ana", &path(&plain, "/look"), "{}").await;
    assert_eq!(
        looked.refusal(),
        "409 nothing_masked: Nothing of it is masked: it is all there."
    );
    assert_eq!(entries(&gate, &plain).await, ["proposed", "judged"]);
    assert_eq!(entries(&gate, &envelope).await, ["proposed", "judged"]);
}

#[tokio::test]
async fn what_is_approved_masked_is_what_was_sent_masked_and_stands_in_the_ledger() {
    let gate = gate().await;
    let envelope = proposed(&gate).await;
    let seen = gate.read("ana", &envelope).await;
    let approve = |shown: &Value| json!({"decision": "approve", "shown_sha256": shown});
    let wrong = approve(&seen["payload_sha256"]);
    let refused = gate.decide("ana", &seen, wrong).await;
    assert_eq!(refused.body["error"]["code"], "shown_changed", "{}", refused.body);
    let approved = gate
        .decide("ana", &seen, approve(&seen["payload"]["shown_sha256"]))
        .await;
    assert_eq!(approved.body["stage"], "approved", "{}", approved.body);
    assert!(gate.verify().blobs > 0);
}

#[tokio::test]
async fn in_a_batch_each_names_what_was_drawn_of_it() {
    let gate = gate().await;
    let mut items = Vec::new();
    for _ in 0..2 {
        let body = json!({
            "action": {"tool": "issue_refund", "arguments": {"amount": "60.00", "iban": IBAN}},
            "request": format!("60.00 to {IBAN}"),
        });
        let envelope = gate.post("support-3", "/v1/envelopes", body).await.body;
        let seen = gate.read("ana", &envelope).await;
        items.push(
            json!({"id": seen["id"], "payload_sha256": seen["payload_sha256"], "revision": 1,
            "shown_sha256": seen["payload"]["shown_sha256"]}),
        );
    }
    items[1]["shown_sha256"] = items[1]["payload_sha256"].clone();
    let answer = gate.post("ana", "/v1/batches", json!({ "items": items })).await.body;
    assert_eq!(answer["results"][0]["receipt"]["stage"], "approved", "{answer}");
    let refused = answer["results"][1]["refused"].as_str().unwrap();
    assert!(refused.starts_with("What was on the screen is not"), "{refused}");
    gate.verify();
}

#[tokio::test]
async fn a_mask_is_never_run() {
    let gate = gate().await;
    let envelope = proposed(&gate).await;
    let seen = gate.read("ana", &envelope).await;
    let edited = seen["payload"]["raw"].as_str().unwrap().replace("60.00", "50.00");
    let refused = gate
        .decide("ana", &seen, json!({"decision": "edit", "arguments_raw": edited}))
        .await;
    assert_eq!(refused.body["error"]["code"], "masked_value", "{}", refused.body);
    let judged = gate
        .post(
            "ana",
            "/v1/judge",
            json!({"id": envelope["id"], "arguments_raw": edited}),
        )
        .await;
    assert_eq!(judged.body["error"]["code"], "masked_value", "{}", judged.body);
}

#[tokio::test]
async fn what_was_masked_when_it_was_judged_stays_masked_under_a_policy_that_knows_no_such_class() {
    let gate = gate().await;
    let envelope = proposed(&gate).await;
    let service = crate::it::world::open(gate.folder.path(), &gate.world, "schema = 1").await;
    let later = Gate::over(&gate, service);
    assert!(!leaks(&later.get("ana", &path(&envelope, "")).await.raw));
}

#[tokio::test]
async fn a_file_is_masked_too_and_says_that_nobody_will_know_who_looked() {
    let gate = gate().await;
    let envelope = proposed(&gate).await;
    let id = envelope["id"].as_str().unwrap().parse().unwrap();
    let Gate {
        folder, service, world, ..
    } = gate;
    drop(service);
    let ledger = folder.path().join("ledger.db");
    let before = std::fs::read(&ledger).unwrap();
    let archive = Archive::open(&ledger, world as Arc<dyn World>).await.unwrap();
    let client = Client::new(&archive.url, Some(archive.token.clone())).unwrap();
    let seen = client.envelope(id, std::time::Duration::ZERO).await.unwrap();
    assert!(seen.is_masked() && !leaks(&serde_json::to_string(&seen).unwrap()));
    let looked = client.look(id, "k").await.unwrap();
    assert!(looked.entry.is_none() && !looked.envelope.is_masked());
    assert!(leaks(&serde_json::to_string(&looked).unwrap()), "all of it is there");
    assert_eq!(std::fs::read(&ledger).unwrap(), before);
}
