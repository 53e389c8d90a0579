//! What an auditor is handed: a ledger as files, and every way in which they can be damaged.

pub mod damage;
mod evidence;
pub mod guide;
mod part;
mod picked;
mod rows;
mod stolen;
mod strict;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use serde_json::{Value, json};
use signoff::api::{BatchItem, BatchRequest, DecisionRequest, EnvelopeView};
use signoff::bundle::{Files, Pins, check};
use signoff::domain::DecisionKind;
use signoff::gate::World;
use signoff::keys::Pen;
use signoff::signature::ssh::SshSecretKey;

use crate::it::gate::signed::{pen, register};
use crate::it::world::{Gate, gate, path};

/// A ledger file with what there can be in one, closed.
pub struct Ledger {
    pub folder: tempfile::TempDir,
    /// Approved by two people, each with a key.
    pub large: String,
    /// Approved by ben, who has none.
    pub unsigned: String,
    pub erased: String,
}

pub fn secret(n: u8) -> SshSecretKey {
    SshSecretKey::from_seed(&[n; 32])
}

pub async fn sign(gate: &Gate, person: &str, pen: &Pen, envelope: &Value, decision: DecisionKind) {
    let view: EnvelopeView = serde_json::from_value(gate.read(person, envelope).await).unwrap();
    let request = DecisionRequest {
        reason: Some("checked".to_owned()),
        ..DecisionRequest::new(decision).about(view.summary.payload_sha256, view.summary.revision)
    };
    let signed = pen.decision(&view, request, None, gate.world.now()).await.unwrap();
    let body = serde_json::to_string(&signed).unwrap();
    let answer = gate.post(person, &path(envelope, "/decisions"), body).await;
    assert!(answer.status.is_success(), "{}", answer.body);
}

/// Two approved with one keypress, and one signature under both.
async fn sign_batch(gate: &Gate, pen: &Pen) {
    let (mut views, mut items) = (Vec::new(), Vec::new());
    for n in 0..2 {
        let arguments = json!({"ticket": format!("T-{n}"), "tag": "billing"});
        let envelope = gate.propose("tag_ticket", arguments).await;
        let view: EnvelopeView = serde_json::from_value(gate.read("ana", &envelope).await).unwrap();
        items.push(BatchItem {
            id: view.summary.id,
            payload_sha256: view.summary.payload_sha256,
            revision: view.summary.revision,
            shown_sha256: None,
            screen: None,
            signed: None,
        });
        views.push(Arc::new(view));
    }
    let request = BatchRequest {
        items,
        reason: Some("routine".to_owned()),
        signature: None,
    };
    let request = pen.batch(&views, request, gate.world.now()).await.unwrap();
    let body = serde_json::to_string(&request).unwrap();
    let answer = gate.post("ana", "/v1/batches", body).await;
    assert_eq!(
        answer.body["results"][1]["receipt"]["signature"], "signed (ssh)",
        "{}",
        answer.body
    );
}

pub async fn ledger() -> Ledger {
    written(true).await
}

/// The same, and everybody signs.
pub async fn signed_ledger() -> Ledger {
    written(false).await
}

async fn written(with_unsigned: bool) -> Ledger {
    let gate = gate().await;
    let (ana, sam, sue) = (pen(&gate, 1), pen(&gate, 2), pen(&gate, 3));
    for (person, pen) in [("ana", &ana), ("sam", &sam), ("sue", &sue)] {
        assert!(register(&gate, person, pen).await.status.is_success());
    }
    let small = gate.propose("issue_refund", json!({"amount": 60})).await;
    sign(&gate, "ana", &ana, &small, DecisionKind::Approve).await;
    let large = gate.propose("issue_refund", json!({"amount": 6000})).await;
    sign(&gate, "sam", &sam, &large, DecisionKind::Approve).await;
    sign(&gate, "sue", &sue, &large, DecisionKind::Approve).await;
    let unsigned = gate.propose("issue_refund", json!({"amount": 61})).await;
    if with_unsigned {
        gate.approve("ben", &unsigned).await;
    }
    sign_batch(&gate, &ana).await;
    let rejected = gate.propose("issue_refund", json!({"amount": 62, "to": "zoe"})).await;
    sign(&gate, "ana", &ana, &rejected, DecisionKind::Reject).await;
    let erased = json!({"reason": "asked for it", "basis": "GDPR Art. 17(1)(b)"});
    let answer = gate.post("admin", &path(&rejected, "/erase"), erased).await;
    assert!(answer.status.is_success(), "{}", answer.body);
    gate.verify();
    let id = |envelope: &Value| envelope["id"].as_str().unwrap().to_owned();
    let (large, unsigned, erased) = (id(&large), id(&unsigned), id(&rejected));
    let Gate { folder, service, .. } = gate;
    drop(service);
    Ledger {
        folder,
        large,
        unsigned,
        erased,
    }
}

pub fn signoff(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_signoff"))
        .args(arguments)
        .output()
        .unwrap()
}

/// Exports all of it, or what the arguments say.
pub fn export(ledger: &Path, more: &[&str]) -> PathBuf {
    let target = ledger.join("bundle");
    let (data, to) = (ledger.to_str().unwrap(), target.to_str().unwrap());
    let said = signoff(&[&["--data", data, "ledger", "export", to], more].concat());
    assert!(said.status.success(), "{said:?}");
    target
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Files {
    fn walk(folder: &Path, below: &str, files: &mut Files) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{below}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{name}/"), files);
            } else {
                files.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    let mut all = Files::new();
    walk(folder, "", &mut all);
    all
}

#[tokio::test]
async fn a_bundle_holds_and_is_nobody_elses_to_read() {
    let ledger = ledger().await;
    let bundle = export(ledger.folder.path(), &[]);
    let said = signoff(&["verify-bundle", bundle.to_str().unwrap()]);
    assert!(said.status.success(), "{said:?}");
    insta::assert_snapshot!(String::from_utf8_lossy(&said.stdout), @"The bundle holds: 47 entries, 6 envelopes, the texts of 6 of them (28 texts, 3 erased), 6 signed decisions.");
    for path in files(&bundle).keys() {
        let mode = fs::metadata(bundle.join(path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{path}");
    }
    // What was erased is nowhere, and what was not is there.
    let texts = |id: &str| fs::read_to_string(bundle.join(format!("blobs/{id}.json"))).unwrap();
    assert!(!texts(&ledger.erased).contains("zoe"));
    assert!(texts(&ledger.large).contains("6000"));
    // What is there already is not written over.
    let data = ledger.folder.path().to_str().unwrap();
    let again = signoff(&["--data", data, "ledger", "export", bundle.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(2), "{again:?}");
    // Nothing is left beside it.
    let beside = fs::read_dir(ledger.folder.path()).unwrap();
    let left = beside.filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with(".signoff")
    });
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn what_is_asked_for_is_there_and_holds_without_the_rest() {
    let ledger = ledger().await;
    for (more, with) in [
        (&["--reviewer", "ben"][..], 1),
        (&["--reviewer", "sam", "--class", "payment.refund"], 1),
        (&["--class", "other"], 0),
        (&["--agent", "support-3"], 6),
        (&["--agent", "ops-1"], 0),
        (&["--since", "2026-11-22"], 0),
        (&["--until", "2026-11-22", "--since", "2026-11-21T04:12:09Z"], 6),
    ] {
        let bundle = export(ledger.folder.path(), more);
        let said = signoff(&["--json", "verify-bundle", bundle.to_str().unwrap()]);
        let value: Value = serde_json::from_slice(&said.stdout).unwrap_or_default();
        assert_eq!(value["with_texts"], json!(with), "{more:?} {said:?}");
        fs::remove_dir_all(bundle).unwrap();
    }
    let data = ledger.folder.path().to_str().unwrap();
    let target = ledger.folder.path().join("none");
    let nobody = signoff(&[
        "--data",
        data,
        "ledger",
        "export",
        target.to_str().unwrap(),
        "--agent",
        "nobody",
    ]);
    assert_eq!(nobody.status.code(), Some(4), "{nobody:?}");
    assert!(!target.exists());
}

#[tokio::test]
async fn a_ledger_of_more_than_one_bundle_is_exported_while_its_gate_runs() {
    let gate = gate().await;
    for amount in 1..130 {
        gate.propose("issue_refund", json!({ "amount": amount })).await;
    }
    let bundle = export(gate.folder.path(), &[]);
    let said = signoff(&["--json", "verify-bundle", bundle.to_str().unwrap()]);
    assert!(said.status.success(), "{said:?}");
    for path in ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"] {
        assert!(bundle.join(path).is_file(), "{path}");
    }
    let mut damaged = files(&bundle);
    damaged.get_mut("tile/1/000.p/1").unwrap()[7] ^= 1;
    damage::fit(&mut damaged);
    assert_eq!(check(&damaged, &Pins::default()).unwrap_err().file, "tile/1/000.p/1");
    // What came after that moment is not in it, and the gate went on.
    gate.propose("issue_refund", json!({"amount": 5})).await;
    let value: Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(value["envelopes"], json!(129));
}
