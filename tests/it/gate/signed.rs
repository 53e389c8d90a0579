//! Decisions under people's own signatures, and every way in which one does not count.

use std::sync::Arc;

use axum::http::Method;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};
use signoff::api::{BatchItem, BatchRequest, Challenge, DecisionRequest, EnvelopeView};
use signoff::domain::DecisionKind;
use signoff::gate::World;
use signoff::keys::{Pen, Signer};
use signoff::signature::ssh::{DECISION, LOGIN, SshSecretKey};

use crate::it::world::{Answer, Gate, gate, path};

pub fn secret(n: u8) -> SshSecretKey {
    SshSecretKey::from_seed(&[n; 32])
}

pub fn pen(gate: &Gate, n: u8) -> Pen {
    let world = Arc::clone(&gate.world);
    Pen::new(Signer::Memory(Box::new(secret(n))), Arc::new(move || world.random()))
}

pub async fn challenge(gate: &Gate) -> Challenge {
    let answer = gate
        .send("nobody", Method::POST, "/v1/challenges", None, String::new())
        .await;
    serde_json::from_value(answer.body).unwrap()
}

pub async fn register(gate: &Gate, person: &str, pen: &Pen) -> Answer {
    let request = pen.registration(&challenge(gate).await, false).await.unwrap();
    let body = serde_json::to_string(&request).unwrap();
    gate.send(person, Method::POST, "/v1/keys", None, body).await
}

/// A gate where ana has key 1.
pub async fn with_key() -> (Gate, Pen) {
    let gate = gate().await;
    let pen = pen(&gate, 1);
    assert_eq!(register(&gate, "ana", &pen).await.status.as_u16(), 201);
    (gate, pen)
}

pub(super) async fn view(gate: &Gate, person: &str, envelope: &Value) -> EnvelopeView {
    serde_json::from_value(gate.read(person, envelope).await).unwrap()
}

pub(super) fn approve(view: &EnvelopeView) -> DecisionRequest {
    let row = &view.summary;
    DecisionRequest {
        reason: Some("checked".to_owned()),
        ..DecisionRequest::new(DecisionKind::Approve).about(row.payload_sha256, row.revision)
    }
}

pub(super) async fn signed(gate: &Gate, pen: &Pen, view: &EnvelopeView, request: DecisionRequest) -> DecisionRequest {
    pen.decision(view, request, None, gate.world.now()).await.unwrap()
}

pub(super) async fn send(gate: &Gate, person: &str, envelope: &Value, request: &DecisionRequest) -> Answer {
    let body = serde_json::to_string(request).unwrap();
    gate.post(person, &path(envelope, "/decisions"), body).await
}

#[tokio::test]
async fn a_signed_approval_counts_and_the_ledger_proves_it() {
    let (gate, pen) = with_key().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let view = view(&gate, "ana", &envelope).await;
    let request = signed(&gate, &pen, &view, approve(&view)).await;
    let receipt = send(&gate, "ana", &envelope, &request).await.body;
    assert_eq!(
        (receipt["stage"].as_str(), receipt["signature"].as_str()),
        (Some("approved"), Some("signed (ssh)"))
    );
    gate.verify();
}

#[tokio::test]
async fn who_has_a_key_cannot_decide_without_it() {
    let (gate, _) = with_key().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let refusal = gate.approve("ana", &envelope).await.refusal();
    assert_snapshot!(refusal, @"403 not_signed: A decision of yours has to be signed with your key, and this one was not.");
    // Ben has none, and this gate does not ask for one.
    assert_eq!(gate.approve("ben", &envelope).await.body["stage"], "approved");
    gate.verify();
}

#[tokio::test]
async fn a_gate_that_asks_for_signatures_takes_none_without() {
    let gate = gate().await;
    gate.service.demand_signatures();
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let refusal = gate.approve("ben", &envelope).await.refusal();
    assert!(refusal.starts_with("403 not_signed"), "{refusal}");
}

/// What a thief of ana's bearer credential, a proxy in between or a careless client could send instead.
#[tokio::test]
async fn a_signature_for_anything_else_is_none_for_this() {
    let (gate, pen) = with_key().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let other = gate.propose("issue_refund", json!({"amount": 61})).await;
    let seen = view(&gate, "ana", &envelope).await;
    let good = signed(&gate, &pen, &seen, approve(&seen)).await;
    let word = good.signed.clone().unwrap();
    let mut refusals = Vec::new();
    let mut try_it = |name: &str, answer: Answer| refusals.push(format!("{name}: {}", answer.refusal()));

    let of_other = {
        let seen = view(&gate, "ana", &other).await;
        signed(&gate, &pen, &seen, approve(&seen)).await
    };
    let swapped = DecisionRequest {
        signed: of_other.signed,
        ..good.clone()
    };
    try_it("another envelope's", send(&gate, "ana", &envelope, &swapped).await);

    let rejection = DecisionRequest {
        reason: Some("checked".to_owned()),
        ..DecisionRequest::new(DecisionKind::Reject).about(seen.summary.payload_sha256, seen.summary.revision)
    };
    let rejected = signed(&gate, &pen, &seen, rejection).await;
    let turned = DecisionRequest {
        signed: rejected.signed,
        ..good.clone()
    };
    try_it("a rejection's", send(&gate, "ana", &envelope, &turned).await);

    let reworded = DecisionRequest {
        reason: Some("whatever".to_owned()),
        ..good.clone()
    };
    try_it("another reason", send(&gate, "ana", &envelope, &reworded).await);

    let mut altered = good.clone();
    altered.signed.as_mut().unwrap().document = word.document.replace("\"revision\":1", "\"revision\":2");
    try_it("an altered document", send(&gate, "ana", &envelope, &altered).await);

    let mut spaced = good.clone();
    spaced.signed.as_mut().unwrap().document = word.document.replacen('{', "{ ", 1);
    try_it("a respelt document", send(&gate, "ana", &envelope, &spaced).await);

    let mut namespace = good.clone();
    let elsewhere = secret(1).sign(LOGIN, word.document.as_bytes()).unwrap();
    namespace.signed.as_mut().unwrap().signature = Some(elsewhere.text());
    try_it("another namespace", send(&gate, "ana", &envelope, &namespace).await);

    let mut stranger = good.clone();
    let by_other = secret(2).sign(DECISION, word.document.as_bytes()).unwrap();
    stranger.signed.as_mut().unwrap().signature = Some(by_other.text());
    try_it("a stranger's key", send(&gate, "ana", &envelope, &stranger).await);

    try_it("somebody else's name", send(&gate, "ben", &envelope, &good).await);

    let late = pen
        .decision(
            &seen,
            approve(&seen),
            None,
            gate.world.now() - SignedDuration::from_secs(121),
        )
        .await
        .unwrap();
    try_it("an old one", send(&gate, "ana", &envelope, &late).await);
    let early = pen
        .decision(
            &seen,
            approve(&seen),
            None,
            gate.world.now() + SignedDuration::from_secs(121),
        )
        .await
        .unwrap();
    try_it("one from the future", send(&gate, "ana", &envelope, &early).await);

    let mut elsewhere = seen.clone();
    elsewhere.ledger.as_mut().unwrap().id = uuid::Uuid::from_u128(7);
    let other_ledger = signed(&gate, &pen, &elsewhere, approve(&seen)).await;
    try_it("another ledger's", send(&gate, "ana", &envelope, &other_ledger).await);

    let mut before = seen.clone();
    before.ledger.as_mut().unwrap().root = signoff::domain::Digest([7; 32]);
    let rolled = signed(&gate, &pen, &before, approve(&seen)).await;
    try_it("of another past", send(&gate, "ana", &envelope, &rolled).await);

    assert_snapshot!(refusals.join("\n"));
    assert_eq!(gate.read("ana", &envelope).await["votes"], 0);

    assert_eq!(send(&gate, "ana", &envelope, &good).await.body["stage"], "approved");
    gate.verify();
}

#[tokio::test]
async fn a_signature_counts_once() {
    let (gate, pen) = with_key().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let seen = view(&gate, "ana", &envelope).await;
    let claim = DecisionRequest {
        by: Some("10m".to_owned()),
        reason: Some("waiting for the bank".to_owned()),
        ..DecisionRequest::new(DecisionKind::Extend).about(seen.summary.payload_sha256, seen.summary.revision)
    };
    let request = signed(&gate, &pen, &seen, claim).await;
    let first = send(&gate, "ana", &envelope, &request).await;
    assert_eq!(first.status.as_u16(), 200, "{}", first.body);
    let again = send(&gate, "ana", &envelope, &request).await.refusal();
    assert_snapshot!(again, @"400 bad_signature /signed/document/nonce: This signature was used before.");
    // Nothing is forgotten while it could still count.
    gate.world.pass(SignedDuration::from_secs(119));
    let again = send(&gate, "ana", &envelope, &request).await.refusal();
    assert_snapshot!(again, @"400 bad_signature /signed/document/nonce: This signature was used before.");
    gate.verify();
}

#[tokio::test]
async fn a_revoked_key_decides_nothing_from_then_on_and_ends_its_sessions() {
    let (gate, pen) = with_key().await;
    let session = pen.session(&challenge(&gate).await).await.unwrap();
    let body = serde_json::to_string(&session).unwrap();
    let opened = gate.send("nobody", Method::POST, "/v1/sessions", None, body).await;
    let token = opened.body["token"].as_str().unwrap().to_owned();
    assert_eq!(gate.service.authenticate(&token).unwrap().name, "ana");
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let seen = view(&gate, "ana", &envelope).await;
    let request = signed(&gate, &pen, &seen, approve(&seen)).await;
    let key = pen.public().fingerprint();
    assert_eq!(
        gate.delete("ben", &format!("/v1/keys/{key}")).await.status.as_u16(),
        404
    );
    assert_eq!(
        gate.delete("admin", &format!("/v1/keys/{key}")).await.status.as_u16(),
        200
    );
    assert!(gate.service.authenticate(&token).is_err());
    let refusal = send(&gate, "ana", &envelope, &request).await.refusal();
    assert_snapshot!(refusal, @"403 unknown_key: It was signed with a key that is not yours here, or is not any more.");
    // Nor does it come back, in nobody's name; and its person decides nothing without one.
    let refusal = register(&gate, "ben", &pen).await.refusal();
    assert!(refusal.starts_with("409 key_taken"), "{refusal}");
    let refusal = register(&gate, "ana", &self::pen(&gate, 2)).await.refusal();
    assert!(refusal.starts_with("403 key_needed"), "{refusal}");
    let refusal = gate.approve("ana", &envelope).await.refusal();
    assert!(refusal.starts_with("403 not_signed"), "{refusal}");
    gate.verify();
}

#[tokio::test]
async fn an_edit_is_signed_with_the_arguments_that_will_run() {
    let (gate, pen) = with_key().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let seen = view(&gate, "ana", &envelope).await;
    let edit = DecisionRequest {
        arguments_raw: Some(r#"{"amount": 50}"#.to_owned()),
        ..approve(&seen)
    };
    let edit = DecisionRequest {
        decision: DecisionKind::Edit,
        ..edit
    };
    let request = signed(&gate, &pen, &seen, edit).await;
    let other = DecisionRequest {
        arguments_raw: Some(r#"{"amount": 51}"#.to_owned()),
        ..request.clone()
    };
    let refusal = send(&gate, "ana", &envelope, &other).await.refusal();
    assert_snapshot!(refusal, @"409 signed_other: What was signed names another edit than the one that was sent.");
    let receipt = send(&gate, "ana", &envelope, &request).await.body;
    assert_eq!(receipt["signature"], "signed (ssh)", "{receipt}");
    gate.verify();
}

#[tokio::test]
async fn an_escalation_to_a_person_names_no_name_in_the_ledger() {
    let (gate, pen) = with_key().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let seen = view(&gate, "ana", &envelope).await;
    let request = DecisionRequest {
        to: Some("sue".to_owned()),
        decision: DecisionKind::Escalate,
        ..approve(&seen)
    };
    let sue = gate.get("ana", "/v1/people").await.body;
    let sue = sue
        .as_array()
        .unwrap()
        .iter()
        .find(|person| person["name"] == "sue")
        .unwrap();
    let heir = Some(sue["id"].as_str().unwrap().to_owned());
    let request = pen.decision(&seen, request, heir, gate.world.now()).await.unwrap();
    let receipt = send(&gate, "ana", &envelope, &request).await;
    assert_eq!(receipt.status.as_u16(), 200, "{}", receipt.body);
    assert!(!request.signed.unwrap().document.contains("sue"));
    gate.verify();
}

#[tokio::test]
async fn a_batch_is_signed_once_and_each_of_it_is_proved() {
    let (gate, pen) = with_key().await;
    let mut views = Vec::new();
    let mut items = Vec::new();
    for n in 0..3 {
        let envelope = gate
            .propose("tag_ticket", json!({"ticket": format!("T-{n}"), "tag": "billing"}))
            .await;
        let seen = view(&gate, "ana", &envelope).await;
        items.push(BatchItem {
            id: seen.summary.id,
            payload_sha256: seen.summary.payload_sha256,
            revision: seen.summary.revision,
            shown_sha256: None,
            screen: None,
            signed: None,
        });
        views.push(Arc::new(seen));
    }
    let request = BatchRequest {
        items,
        reason: Some("routine".to_owned()),
        signature: None,
    };
    let unsigned = gate
        .post("ana", "/v1/batches", serde_json::to_string(&request).unwrap())
        .await
        .body;
    assert_eq!(
        unsigned["results"][0]["refused"],
        "A decision of yours has to be signed with your key, and this one was not."
    );
    let request = pen.batch(&views, request, gate.world.now()).await.unwrap();
    // One word under another item's signature is none.
    let mut swapped = request.clone();
    let (first, second) = (swapped.items[0].signed.clone(), swapped.items[1].signed.clone());
    (swapped.items[0].signed, swapped.items[1].signed) = (second, first);
    let refused = gate
        .post("ana", "/v1/batches", serde_json::to_string(&swapped).unwrap())
        .await;
    assert!(refused.refusal().contains("bad_signature"), "{}", refused.body);
    let receipt = gate
        .post("ana", "/v1/batches", serde_json::to_string(&request).unwrap())
        .await
        .body;
    for result in receipt["results"].as_array().unwrap() {
        assert_eq!(result["receipt"]["signature"], "signed (ssh)", "{result}");
    }
    gate.verify();
}

/// A gate that sends something else than it names gets no signature: the console computes what it signs.
#[tokio::test]
async fn nothing_is_signed_that_a_gate_merely_names() {
    let (gate, pen) = with_key().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let seen = view(&gate, "ana", &envelope).await;
    let sign = |view: EnvelopeView| {
        let (pen, request, now) = (pen.clone(), approve(&seen), gate.world.now());
        async move {
            pen.decision(&view, request, None, now)
                .await
                .map(drop)
                .map_err(|error| error.to_string())
        }
    };
    let mut other_bytes = seen.clone();
    other_bytes.payload.as_mut().unwrap().raw = r#"{"amount": 6}"#.to_owned();
    let mut other_commitment = seen.clone();
    other_commitment.payload.as_mut().unwrap().commitment = signoff::domain::Digest([9; 32]);
    for lying in [other_bytes, other_commitment] {
        assert_eq!(
            sign(lying).await,
            Err("the payload is not the one that the gate names".to_owned())
        );
    }
    let mut other_digest = seen.clone();
    other_digest.summary.payload_sha256 = signoff::domain::Digest([9; 32]);
    assert_eq!(
        sign(other_digest).await,
        Err("what would be decided is not what was read".to_owned())
    );
    let mut bare = seen.clone();
    bare.ledger = None;
    assert!(sign(bare).await.is_err());
    assert_eq!(sign(seen.clone()).await, Ok(()));
}

#[tokio::test]
async fn a_record_of_the_screen_is_signed_too_and_what_is_none_is_refused() {
    let (gate, pen) = with_key().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let seen = view(&gate, "ana", &envelope).await;
    let screen = |program: &str| {
        format!(r#"{{"v":1,"program":"{program}","seconds":4,"payload":{{"shown":1,"of":1}},"parts":[]}}"#)
    };
    let with = |screen: String| DecisionRequest {
        screen: Some(screen),
        ..approve(&seen)
    };
    let bad = signed(&gate, &pen, &seen, with("{\"v\":1}".to_owned())).await;
    assert_snapshot!(send(&gate, "ana", &envelope, &bad).await.refusal(), @"400 wrong_shape /screen: That is no record of a screen that this version knows.");
    let good = signed(&gate, &pen, &seen, with(screen("signoff 0.1.0"))).await;
    let other = DecisionRequest {
        screen: Some(screen("another")),
        ..good.clone()
    };
    assert_snapshot!(send(&gate, "ana", &envelope, &other).await.refusal(), @"409 signed_other: What was signed names another screen than the one that was sent.");
    assert_eq!(send(&gate, "ana", &envelope, &good).await.body["stage"], "approved");
    let kept = gate.get("ben", &path(&envelope, "/screens/0")).await.body;
    assert_eq!(kept["screen"]["seconds"], 4);
    assert_eq!(
        gate.get("support-3", &path(&envelope, "/screens/0"))
            .await
            .status
            .as_u16(),
        403
    );
    gate.verify();
}

#[tokio::test]
async fn lists_that_name_another_key_than_the_entries_do_not_verify() {
    for sql in [
        "UPDATE decision SET key = NULL",
        "UPDATE decision SET key = zeroblob(32)",
        "UPDATE person_key SET revoked_at = 1",
        "DELETE FROM person_key",
        "UPDATE person_key SET pin = 1",
    ] {
        let (gate, pen) = with_key().await;
        let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
        let seen = view(&gate, "ana", &envelope).await;
        let request = signed(&gate, &pen, &seen, approve(&seen)).await;
        send(&gate, "ana", &envelope, &request).await;
        let Gate { folder, service, .. } = gate;
        drop(service);
        let ledger = folder.path().join("ledger.db");
        assert!(signoff::store::verify(&ledger).unwrap().is_ok());
        rusqlite::Connection::open(&ledger).unwrap().execute_batch(sql).unwrap();
        let fault = signoff::store::verify(&ledger).unwrap().unwrap_err();
        assert!(
            fault.message.contains("key") || fault.message.contains("another"),
            "{sql}: {}",
            fault.message
        );
    }
}

/// What no edit is cannot name one: `ledger verify` would stop there for good.
#[tokio::test]
async fn an_approval_that_names_an_edit_is_refused() {
    let (gate, pen) = with_key().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let seen = view(&gate, "ana", &envelope).await;
    let mut request = signed(&gate, &pen, &seen, approve(&seen)).await;
    let word = request.signed.as_mut().unwrap();
    let mut document: signoff::ledger::Document = serde_json::from_str(&word.document).unwrap();
    document.edited = Some(signoff::domain::Digest([1; 32]));
    let bytes = document.bytes().unwrap();
    word.signature = Some(secret(1).sign(DECISION, &bytes).unwrap().text());
    word.document = String::from_utf8(bytes).unwrap();
    let refusal = send(&gate, "ana", &envelope, &request).await.refusal();
    assert_snapshot!(refusal, @"409 signed_other: What was signed names another edit than what would be decided.");
    gate.verify();
}
