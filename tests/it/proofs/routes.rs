//! What the gate proves over HTTP.

use axum::http::{Method, StatusCode};
use http_body_util::BodyExt;
use serde_json::json;
use signoff::domain::Digest;
use signoff::gate::router;
use signoff::ledger::{Checkpoint, extends, includes, leaf_hash, log_key};
use tower::ServiceExt;

use crate::it::world::{Gate, gate, keys};

async fn checkpoint(gate: &Gate) -> Checkpoint {
    let note = gate.get("ada", "/v1/checkpoint").await;
    assert_eq!(note.status, StatusCode::OK);
    let origin = note.raw.lines().next().unwrap();
    let key = log_key(origin, keys().log.public()).unwrap();
    Checkpoint::open(&note.raw, &key).unwrap()
}

/// Bytes that are no text.
async fn bytes(gate: &Gate, path: &str) -> (StatusCode, Vec<u8>) {
    let request = axum::http::Request::builder()
        .method(Method::GET)
        .uri(path)
        .header("authorization", format!("Bearer {}", gate.token("ada")))
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = router(std::sync::Arc::clone(&gate.service))
        .oneshot(request)
        .await
        .unwrap();
    let status = answer.status();
    (status, answer.into_body().collect().await.unwrap().to_bytes().to_vec())
}

fn digests(value: &serde_json::Value) -> Vec<Digest> {
    serde_json::from_value(value.clone()).unwrap()
}

#[tokio::test]
async fn growth_is_proved_from_every_checkpoint_that_was_seen() {
    let gate = gate().await;
    let mut seen = vec![checkpoint(&gate).await];
    for amount in 60..70 {
        gate.propose("issue_refund", json!({ "amount": amount })).await;
        let newest = checkpoint(&gate).await;
        for old in &seen {
            let answer = gate
                .get("ada", &format!("/v1/consistency?from={}", old.size))
                .await
                .body;
            assert_eq!(answer["to"], newest.size);
            let proof = digests(&answer["proof"]);
            assert!(extends((old.size, old.root), (newest.size, newest.root), &proof));
            let exact = format!("/v1/consistency?from={}&to={}", old.size, newest.size);
            let exact = gate.get("ada", &exact).await.body;
            assert_eq!((&exact["proof"], &exact["keys"]), (&answer["proof"], &json!(null)));
        }
        seen.push(newest);
    }
}

#[tokio::test]
async fn a_shorter_ledger_proves_nothing_and_says_how_long_it_is() {
    let gate = gate().await;
    let newest = checkpoint(&gate).await;
    let answer = gate
        .get("ada", &format!("/v1/consistency?from={}", newest.size + 7))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        (&answer.body["to"], &answer.body["proof"]),
        (&json!(newest.size), &json!([]))
    );
    let beyond = format!("/v1/consistency?from=1&to={}", newest.size + 1);
    assert_eq!(gate.get("ada", &beyond).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_entries_that_name_a_key_come_with_their_proof() {
    let gate = gate().await;
    let newest = checkpoint(&gate).await;
    let answer = gate.get("ada", "/v1/consistency?from=1").await.body;
    let [first] = answer["keys"].as_array().unwrap().as_slice() else {
        panic!("{answer}");
    };
    let entry = first["entry"].as_str().unwrap();
    assert!(entry.contains("key_rotated"), "{entry}");
    let proof = digests(&first["proof"]);
    let leaf = leaf_hash(entry.as_bytes());
    assert!(includes(
        first["n"].as_u64().unwrap(),
        leaf,
        &proof,
        newest.size,
        newest.root
    ));
}

#[tokio::test]
async fn the_root_can_be_computed_from_tiles_and_bundles_alone() {
    let gate = gate().await;
    for amount in 0..130 {
        gate.propose("issue_refund", json!({ "amount": amount + 60 })).await;
    }
    let newest = checkpoint(&gate).await;
    assert!((256..512).contains(&newest.size), "{}", newest.size);
    let rest = newest.size - 256;
    let (mut leaves, mut entries) = (Vec::new(), Vec::new());
    for place in ["000".to_owned(), format!("001.p/{rest}")] {
        let (status, hashes) = bytes(&gate, &format!("/v1/tile/0/{place}")).await;
        assert_eq!(status, StatusCode::OK);
        leaves.extend(hashes.chunks(32).map(|hash| Digest(hash.try_into().unwrap())));
        let (_, bundle) = bytes(&gate, &format!("/v1/tile/entries/{place}")).await;
        let mut rest = bundle.as_slice();
        while let Some((length, tail)) = rest.split_first_chunk::<2>() {
            let (entry, tail) = tail.split_at(u16::from_be_bytes(*length).into());
            entries.push(entry.to_vec());
            rest = tail;
        }
    }
    let mut tree = signoff::ledger::Frontier::default();
    for entry in &entries {
        tree.append(entry);
    }
    assert_eq!((tree.size(), tree.root()), (newest.size, newest.root));
    assert!(entries.iter().map(|entry| leaf_hash(entry)).eq(leaves));
    // One level up there is one hash: over the first 256.
    let (_, above) = bytes(&gate, "/v1/tile/1/000.p/1").await;
    let mut first = signoff::ledger::Frontier::default();
    for entry in &entries[..256] {
        first.append(entry);
    }
    assert_eq!(above, first.root().0);
    for path in [
        "1/000",
        "1/000.p/2",
        "0/001",
        "0/002.p/1",
        "entries/002",
        "entries/1",
        "../checkpoint",
    ] {
        assert_eq!(
            bytes(&gate, &format!("/v1/tile/{path}")).await.0,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn nobody_without_a_persons_credential_is_told_of_the_ledger() {
    let gate = gate().await;
    for path in ["/v1/checkpoint", "/v1/tile/entries/000.p/1", "/v1/consistency?from=1"] {
        assert_eq!(
            gate.get("nobody", path).await.status,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
        assert_eq!(
            gate.get("support-3", path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        assert_eq!(gate.get("runner", path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}
