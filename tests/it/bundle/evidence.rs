//! Evidence files go with the texts that name them, and are held to their names.

use serde_json::{Value, json};
use signoff::bundle::{Files, FlawKind, MANIFEST, Pins, check};

use super::damage::fit;
use super::{export, files};
use crate::it::world::{Gate, gate, path};

async fn propose(gate: &Gate, digest: &Value) -> Value {
    let body = json!({
        "action": {"tool": "issue_refund", "arguments": {"amount": 60}},
        "evidence": [{"title": "the invoice", "kind": "document", "sha256": digest}],
    });
    gate.post("support-3", "/v1/envelopes", body).await.body
}

fn flaw(files: &Files) -> (FlawKind, String) {
    let flaw = check(files, &Pins::default()).expect_err("it is damaged");
    (flaw.kind, flaw.file)
}

#[tokio::test]
async fn what_was_sent_and_not_erased_is_there_and_nothing_else() {
    let gate = gate().await;
    let sent = |text: &'static str| gate.post("support-3", "/v1/blobs", text);
    let invoice = sent("invoice 7").await.body["sha256"].clone();
    let other = sent("of nobody's").await.body["sha256"].clone();
    let erased = sent("zoe's passport").await.body["sha256"].clone();
    propose(&gate, &invoice).await;
    propose(&gate, &json!("ab".repeat(32))).await;
    let gone = propose(&gate, &erased).await;
    gate.reject("ana", &gone, "no").await;
    let word = json!({"reason": "asked for it", "basis": "GDPR Art. 17(1)(b)"});
    assert!(
        gate.post("admin", &path(&gone, "/erase"), word)
            .await
            .status
            .is_success()
    );

    let whole = files(&export(gate.folder.path(), &[]));
    let here: Vec<&String> = whole.keys().filter(|path| path.starts_with("files/")).collect();
    let path = format!("files/{}", invoice.as_str().unwrap());
    assert_eq!(here, [&path]);
    assert!(check(&whole, &Pins::default()).is_ok());

    let mut damaged = whole.clone();
    damaged.get_mut(&path).unwrap()[3] ^= 1;
    fit(&mut damaged);
    assert_eq!(flaw(&damaged), (FlawKind::Tampered, path.clone()));
    let mut damaged = whole.clone();
    damaged.remove(&path);
    fit(&mut damaged);
    assert_eq!(flaw(&damaged), (FlawKind::Tampered, path.clone()));
    let mut damaged = whole.clone();
    let unnamed = format!("files/{}", other.as_str().unwrap());
    damaged.insert(unnamed.clone(), b"of nobody's".to_vec());
    fit(&mut damaged);
    assert_eq!(flaw(&damaged), (FlawKind::Tampered, unnamed));
    let mut damaged = whole.clone();
    let mut manifest: Value = serde_json::from_slice(&whole[MANIFEST]).unwrap();
    manifest.as_object_mut().unwrap().remove("files");
    damaged.insert(MANIFEST.to_owned(), serde_json::to_vec(&manifest).unwrap());
    fit(&mut damaged);
    assert_eq!(flaw(&damaged), (FlawKind::Tampered, path));
}
