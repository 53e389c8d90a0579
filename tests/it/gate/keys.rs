//! People's keys and the sessions they open.

use axum::http::Method;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::json;
use signoff::api::Challenge;

use super::signed::{approve, challenge, register, secret, send, signed, view, with_key};

#[tokio::test]
async fn a_key_is_one_persons_and_an_agent_has_none() {
    let (gate, pen) = with_key().await;
    assert_snapshot!(register(&gate, "ben", &pen).await.refusal(), @"409 key_taken: That key is registered here already: it is somebody else's.");
    let other = super::signed::pen(&gate, 2);
    for caller in ["support-3", "runner"] {
        let refusal = register(&gate, caller, &other).await.refusal();
        assert_eq!(refusal, "403 people_only: Only a person's credential is accepted here.");
    }
    // Somebody else's proof registers nothing.
    let challenge = challenge(&gate).await;
    let proof = other.registration(&challenge, false).await.unwrap();
    let stolen = json!({
        "public": secret(3).public().line(), "nonce": proof.nonce, "signature": proof.signature,
    });
    let answer = gate
        .send("ben", Method::POST, "/v1/keys", None, stolen.to_string())
        .await;
    assert_snapshot!(answer.refusal(), @"403 bad_signature: The signature does not show that you have this key: another key signed it.");
}

#[tokio::test]
async fn a_session_takes_a_fresh_challenge_and_is_over_after_twelve_hours() {
    let (gate, pen) = with_key().await;
    let first = challenge(&gate).await;
    let open = |request| {
        let body = serde_json::to_string(&request).unwrap();
        gate.send("nobody", Method::POST, "/v1/sessions", None, body)
    };
    let request = pen.session(&first).await.unwrap();
    let opened = open(request.clone()).await.body;
    let token = opened["token"].as_str().unwrap().to_owned();
    assert_eq!(
        (opened["name"].as_str(), opened["until"].as_str()),
        (Some("ana"), Some("2026-11-21T16:12:09Z"))
    );
    let again = open(request).await.refusal();
    assert_snapshot!(again, @"403 challenge_over: What was signed was not handed out here, was used, or is over after a minute.");
    let old = challenge(&gate).await;
    gate.world.pass(SignedDuration::from_secs(60));
    let refusal = open(pen.session(&old).await.unwrap()).await.refusal();
    assert!(refusal.starts_with("403 challenge_over"), "{refusal}");
    let unknown = super::signed::pen(&gate, 9)
        .session(&challenge(&gate).await)
        .await
        .unwrap();
    assert_snapshot!(open(unknown).await.refusal(), @"403 unknown_key: That key is not registered here, or was revoked.");
    gate.world
        .pass(SignedDuration::from_hours(12) - SignedDuration::from_secs(61));
    assert!(gate.service.authenticate(&token).is_ok());
    gate.world.pass(SignedDuration::from_secs(1));
    assert!(gate.service.authenticate(&token).is_err());
}

#[tokio::test]
async fn ending_sessions_ends_them_at_once() {
    let (gate, pen) = with_key().await;
    let session = || async {
        let request = pen.session(&challenge(&gate).await).await.unwrap();
        gate.service.open_session(request).await.unwrap().token
    };
    let own = session().await;
    assert_eq!(gate.delete("ana", "/v1/sessions").await.status.as_u16(), 200);
    assert!(gate.service.authenticate(&own).is_err());
    let other = session().await;
    assert_eq!(gate.delete("ben", "/v1/people/ana/sessions").await.status.as_u16(), 403);
    assert!(gate.service.authenticate(&other).is_ok());
    assert_eq!(
        gate.delete("admin", "/v1/people/ana/sessions").await.status.as_u16(),
        200
    );
    assert!(gate.service.authenticate(&other).is_err());
}

#[tokio::test]
async fn who_asks_for_many_challenges_takes_nobodys_place() {
    let (gate, pen) = with_key().await;
    let own = challenge(&gate).await;
    for _ in 0..2_000 {
        gate.service.challenge();
    }
    let session = pen.session(&own).await.unwrap();
    assert!(gate.service.open_session(session).await.is_ok());
    // One that was not handed out here is none, whatever it looks like.
    for nonce in [
        "",
        "00",
        &"00".repeat(40),
        &own.nonce.to_uppercase(),
        &format!("{}00", own.nonce),
    ] {
        let made_up = Challenge {
            nonce: nonce.to_owned(),
            ..own.clone()
        };
        let session = pen.session(&made_up).await.unwrap();
        let refused = gate.service.open_session(session).await.unwrap_err();
        assert_eq!(refused.code, "challenge_over", "{nonce}");
    }
}

/// Whoever steals the credential of somebody who has a key has no key, and takes none away.
#[tokio::test]
async fn a_credential_alone_neither_adds_a_key_nor_ends_one() {
    let (gate, pen) = with_key().await;
    let own = pen.public().fingerprint();
    let thief = super::signed::pen(&gate, 2);
    assert_snapshot!(register(&gate, "ana", &thief).await.refusal(), @"403 key_needed: You have had a key here, so your keys are changed in a session that one of them opened, not by credential.");
    let refusal = gate.delete("ana", &format!("/v1/keys/{own}")).await.refusal();
    assert!(refusal.starts_with("403 key_needed"), "{refusal}");
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let seen = view(&gate, "ana", &envelope).await;
    let forged = signed(&gate, &thief, &seen, approve(&seen)).await;
    let refusal = send(&gate, "ana", &envelope, &forged).await.refusal();
    assert!(refusal.starts_with("403 unknown_key"), "{refusal}");
    // In a session that the key opened, its person adds another one and ends the first.
    let session = pen.session(&challenge(&gate).await).await.unwrap();
    let mut gate = gate;
    let token = gate.service.open_session(session).await.unwrap().token;
    gate.know("ana by key", &token);
    assert_eq!(register(&gate, "ana by key", &thief).await.status.as_u16(), 201);
    let ended = gate.delete("ana by key", &format!("/v1/keys/{own}")).await;
    assert_eq!(ended.status.as_u16(), 200, "{}", ended.body);
    gate.verify();
}
