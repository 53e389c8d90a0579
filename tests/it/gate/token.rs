//! What a token must be to be worth anything, and what it is worth once.

use std::sync::Arc;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};
use signoff::signature::jws::{self, Claims};
use signoff::signature::{SecretKey, thumbprint};

use crate::it::world::{Answer, Gate, gate, keys, open, path};

async fn spend(gate: &Gate, caller: &str, envelope: &Value, token: &str) -> Answer {
    gate.post(caller, &path(envelope, "/redeem"), json!({ "token": token }))
        .await
}

async fn token(gate: &Gate, caller: &str, envelope: &Value) -> String {
    let view = gate.read(caller, envelope).await;
    view["token"].as_str().unwrap().to_owned()
}

/// What was refused spent nothing: a good token still gets the payload.
async fn is_unspent(gate: &Gate, envelope: &Value) {
    let good = token(gate, "support-3", envelope).await;
    assert_eq!(spend(gate, "support-3", envelope, &good).await.status, StatusCode::OK);
    gate.verify();
}

fn claims(token: &str) -> Claims {
    jws::open(token, &keys().token.public()).unwrap()
}

fn signed(header: &str, claims: &Claims, key: &SecretKey) -> String {
    let claims = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).unwrap());
    let signed = format!("{}.{claims}", URL_SAFE_NO_PAD.encode(header));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

#[tokio::test]
async fn a_token_names_gate_caller_envelope_payload_and_end() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.approve("ana", &envelope).await;
    let claims = claims(&token(&gate, "runner", &envelope).await);
    assert!(claims.iss.starts_with("signoff/"), "{}", claims.iss);
    assert_eq!(claims.aud, "runner");
    assert_eq!(claims.sub.to_string(), envelope["id"].as_str().unwrap());
    assert_eq!(
        claims.payload_sha256.to_string(),
        envelope["payload_sha256"].as_str().unwrap()
    );
    assert_eq!((claims.rev, claims.exp - claims.iat), (1, 300));
    let again = jws::open(&token(&gate, "runner", &envelope).await, &keys().token.public()).unwrap();
    assert_ne!(again.jti, claims.jti, "each read gives another");
}

#[tokio::test]
async fn the_keys_that_tokens_are_checked_with_are_public() {
    let gate = gate().await;
    let answer = gate.get("nobody", "/.well-known/jwks.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["cache-control"], "max-age=300");
    let x = URL_SAFE_NO_PAD.encode(keys().token.public().bytes());
    let kid = thumbprint(&keys().token.public());
    let key = json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x});
    assert_eq!(answer.body, json!({ "keys": [key] }));
}

#[tokio::test]
async fn a_token_is_for_the_caller_who_read_it() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 5})).await;
    let agents = envelope["token"].as_str().unwrap();
    let refused = spend(&gate, "runner", &envelope, agents).await;
    assert_snapshot!(refused.refusal(), @"403 bad_token: The token was given to another caller.");
    let runners = token(&gate, "runner", &envelope).await;
    let refused = spend(&gate, "support-3", &envelope, &runners).await;
    assert_eq!(refused.body["error"]["code"], "bad_token");
    is_unspent(&gate, &envelope).await;
}

#[tokio::test]
async fn a_token_is_for_the_payload_and_revision_that_were_approved() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 5})).await;
    let good = claims(envelope["token"].as_str().unwrap());
    let other_payload = Claims {
        payload_sha256: signoff::domain::Digest([9; 32]),
        ..good.clone()
    };
    let other_revision = Claims { rev: 2, ..good.clone() };
    for claims in [other_payload, other_revision] {
        let token = jws::sign(&keys().token, &claims).unwrap();
        let refused = spend(&gate, "support-3", &envelope, &token).await;
        assert_eq!(
            refused.refusal(),
            "403 bad_token: The token is for another payload than the one that was approved."
        );
    }
    is_unspent(&gate, &envelope).await;
}

#[tokio::test]
async fn a_token_that_is_not_exactly_of_this_gate_is_refused_whatever_its_header_asks_for() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 5})).await;
    let good = envelope["token"].as_str().unwrap();
    let said = claims(good);
    let (key, kid) = (keys().token, thumbprint(&keys().token.public()));
    let header = format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"approval+jwt"}}"#);
    assert_eq!(signed(&header, &said, &key), good, "this is how they are made");
    let own = SecretKey::from_seed(&[9; 32]);
    let own_kid = thumbprint(&own.public());
    let own_x = URL_SAFE_NO_PAD.encode(own.public().bytes());
    let unsigned = good.rsplit_once('.').unwrap().0;
    let none = header.replace("EdDSA", "none");
    let elsewhere = Claims {
        iss: "signoff/00000000-0000-0000-0000-000000000001".to_owned(),
        ..said.clone()
    };
    for (what, bad) in [
        ("no algorithm", signed(&none, &said, &key)),
        ("no algorithm, no signature", {
            let head = URL_SAFE_NO_PAD.encode(&none);
            format!("{head}.{}.", good.split('.').nth(1).unwrap())
        }),
        ("no signature", format!("{unsigned}.")),
        ("another kid", signed(&header.replace(&kid, &own_kid), &said, &key)),
        ("another key", signed(&header, &said, &own)),
        (
            "another key and its kid",
            signed(&header.replace(&kid, &own_kid), &said, &own),
        ),
        (
            "a key that it brings",
            signed(
                &header.replace(
                    '{',
                    &format!(r#"{{"jwk":{{"crv":"Ed25519","kty":"OKP","x":"{own_x}"}},"#),
                ),
                &said,
                &own,
            ),
        ),
        (
            "one more member",
            signed(&header.replace('{', r#"{"b64":true,"#), &said, &key),
        ),
        ("white space", signed(&header.replace(',', ", "), &said, &key)),
        ("the log's key", signed(&header, &said, &keys().log)),
        ("another gate's ledger", jws::sign(&key, &elsewhere).unwrap()),
        ("padding", format!("{good}=")),
        ("an opaque one of before", "sgt_AAAA".to_owned()),
        ("nothing", String::new()),
    ] {
        let refused = spend(&gate, "support-3", &envelope, &bad).await;
        assert_eq!(
            refused.refusal(),
            "403 bad_token: The token was not made by this gate.",
            "{what}"
        );
    }
    is_unspent(&gate, &envelope).await;
}

#[tokio::test]
async fn a_token_is_over_after_five_minutes_and_with_its_approval() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.approve("ana", &envelope).await;
    let first = token(&gate, "support-3", &envelope).await;
    gate.world.pass(SignedDuration::from_secs(300));
    let refused = spend(&gate, "support-3", &envelope, &first).await;
    assert_snapshot!(refused.refusal(), @"403 bad_token: The token is over: it was good for five minutes at most.");
    // The approval is good for 15 minutes: 13 of them are over.
    gate.world.pass(SignedDuration::from_mins(8));
    let last = claims(&token(&gate, "support-3", &envelope).await);
    assert_eq!(last.exp - last.iat, 120);
    is_unspent(&gate, &envelope).await;
}

#[tokio::test]
async fn a_token_is_good_once_and_its_answer_is_told_again_to_nobody_else() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 5})).await;
    let (agents, runners) = (
        token(&gate, "support-3", &envelope).await,
        token(&gate, "runner", &envelope).await,
    );
    let redeem = path(&envelope, "/redeem");
    let body = |token: &str| json!({ "token": token }).to_string();
    let first = gate.post_as("runner", &redeem, "once", body(&runners)).await;
    assert_eq!(first.status, StatusCode::OK);
    let reused = gate.post_as("runner", &redeem, "twice", body(&runners)).await;
    assert_eq!(reused.body["error"]["code"], "not_redeemable");
    gate.world.pass(SignedDuration::from_hours(1));
    let lost = gate.post_as("runner", &redeem, "once", body(&runners)).await;
    assert_eq!(lost.raw, first.raw, "a lost answer is given again, as it was");
    // The same key of another caller is another request, whoever's token it carries.
    for token in [&agents, &runners] {
        let other = gate.post_as("support-3", &redeem, "once", body(token)).await;
        assert_eq!(other.body["error"]["code"], "not_redeemable");
        assert!(!other.raw.contains("arguments_raw"));
    }
    let stranger = gate.post_as("ops-1", &redeem, "once", body(&runners)).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    gate.verify();
}

#[tokio::test]
async fn two_callers_at_once_with_good_tokens_get_one_payload() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 5})).await;
    let agents = token(&gate, "support-3", &envelope).await;
    let runners = token(&gate, "runner", &envelope).await;
    let (one, two, three) = tokio::join!(
        spend(&gate, "support-3", &envelope, &agents),
        spend(&gate, "runner", &envelope, &runners),
        spend(&gate, "support-3", &envelope, &agents),
    );
    let paid = [&one, &two, &three]
        .iter()
        .filter(|answer| answer.status == StatusCode::OK)
        .count();
    assert_eq!(paid, 1);
    let timeline = gate.get("ana", &path(&envelope, "/timeline")).await.body.to_string();
    assert_eq!(timeline.matches("redeemed").count(), 1, "{timeline}");
    gate.verify();
}

#[tokio::test]
async fn a_token_outlives_a_restart() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 5})).await;
    let before = token(&gate, "support-3", &envelope).await;
    let policy = include_str!("../../fixtures/policy/gate.toml");
    let again = Gate::over(&gate, open(gate.folder.path(), &gate.world, policy).await);
    assert_eq!(
        spend(&again, "support-3", &envelope, &before).await.status,
        StatusCode::OK
    );
    assert!(Arc::strong_count(&again.service) > 0);
}

async fn conditioned(gate: &Gate) -> Value {
    let body = json!({
        "action": {"tool": "issue_refund", "arguments": {"amount": 5}},
        "preconditions": {"etag": "v7", "balance": {"value": "60.00"}},
    });
    gate.post("support-3", "/v1/envelopes", body).await.body
}

#[tokio::test]
async fn preconditions_are_looked_at_again_when_it_is_redeemed() {
    let gate = gate().await;
    let envelope = conditioned(&gate).await;
    let redeem = path(&envelope, "/redeem");
    let attempt = async |preconditions: Value| {
        let token = token(&gate, "support-3", &envelope).await;
        gate.post(
            "support-3",
            &redeem,
            json!({ "token": token, "preconditions": preconditions }),
        )
        .await
    };
    for observed in [
        json!({"etag": "v8", "balance": {"value": "60.00"}}),
        json!({"etag": "v7", "balance": {"value": "60.0"}}),
        json!({"etag": "v7"}),
        json!({}),
        json!({"etag": "v7", "balance": {"value": "60.00"}, "more": true}),
    ] {
        let refused = attempt(observed.clone()).await;
        assert_eq!(
            refused.refusal(),
            "409 precondition_failed: Its preconditions are not what they were when it was proposed, so nothing was handed out.",
            "{observed}"
        );
    }
    let told = gate.read("runner", &envelope).await;
    assert_eq!(
        told["preconditions"]["etag"], "v7",
        "an executor is told what to look at"
    );
    // What is not said is not taken for unchanged.
    let unsaid = attempt(Value::Null).await;
    assert_snapshot!(unsaid.refusal(), @"409 preconditions_missing: It was proposed under preconditions, and the request does not say how they are now.");
    // Members in another order are the same.
    let good = attempt(json!({"balance": {"value": "60.00"}, "etag": "v7"})).await;
    assert_eq!(good.status, StatusCode::OK, "nothing was spent: {}", good.body);
    gate.verify();
}

#[tokio::test]
async fn preconditions_that_the_proposal_does_not_name_are_not_passed_over() {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 5})).await;
    let token = token(&gate, "support-3", &envelope).await;
    let body = json!({"token": token, "preconditions": {"etag": "v8"}});
    let refused = gate.post("support-3", &path(&envelope, "/redeem"), body).await;
    assert_eq!(refused.body["error"]["code"], "precondition_failed");
    is_unspent(&gate, &envelope).await;
}
