//! `signoff ledger prove`: what somebody keeps of an entry, to show later.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;
use signoff::ledger::{Checkpoint, Receipt, includes, leaf_hash};
use signoff::signature::NoteKey;

use crate::it::world::{Gate, gate};

fn signoff(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_signoff"))
        .arg("--data")
        .arg(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn holds(receipt: &str, entry: &[u8], key: &NoteKey) -> bool {
    let receipt = Receipt::parse(receipt).unwrap();
    Checkpoint::open(&receipt.checkpoint, key)
        .is_ok_and(|head| includes(receipt.index, leaf_hash(entry), &receipt.hashes, head.size, head.root))
}

/// A closed ledger and the id of an envelope in it.
async fn approved() -> (tempfile::TempDir, String) {
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    gate.approve("ana", &envelope).await;
    gate.propose("issue_refund", json!({"amount": 61})).await;
    let Gate { folder, service, .. } = gate;
    drop(service);
    (folder, envelope["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn every_entry_of_an_envelope_gets_a_receipt_that_holds() {
    let (folder, id) = approved().await;
    let kept = folder.path().join("receipts");
    let arguments = ["ledger", "prove", &id, "--output", kept.to_str().unwrap()];
    let said = signoff(folder.path(), &arguments);
    assert!(said.status.success(), "{said:?}");
    let key: NoteKey = fs::read_to_string(kept.join("log.vkey"))
        .unwrap()
        .trim_end()
        .parse()
        .unwrap();
    let mut kinds = Vec::new();
    let mut names: Vec<_> = fs::read_dir(&kept).unwrap().map(|file| file.unwrap().path()).collect();
    names.sort();
    for path in names
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
    {
        let entry = fs::read(path).unwrap();
        let receipt = fs::read_to_string(path.with_extension("tlog-proof")).unwrap();
        assert!(holds(&receipt, &entry, &key), "{}", path.display());
        let mut other = entry.clone();
        other[10] ^= 1;
        assert!(!holds(&receipt, &other, &key));
        let value: serde_json::Value = serde_json::from_slice(&entry).unwrap();
        assert_eq!(value["envelope"], json!(id));
        kinds.push(value["kind"].as_str().unwrap().to_owned());
    }
    assert_eq!(kinds, ["proposed", "judged", "decided"]);
    // What is there already is not written over.
    assert_eq!(signoff(folder.path(), &arguments).status.code(), Some(1));
}

#[tokio::test]
async fn one_entry_is_proved_on_standard_output_byte_for_byte() {
    let (folder, _) = approved().await;
    let said = signoff(folder.path(), &["ledger", "prove", "--entry", "1"]);
    let receipt = String::from_utf8(said.stdout).unwrap();
    let json = signoff(folder.path(), &["--json", "ledger", "prove", "--entry", "1"]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(value["receipt"], json!(receipt));
    let key = value["key"].as_str().unwrap().parse().unwrap();
    assert!(holds(&receipt, value["bytes"].as_str().unwrap().as_bytes(), &key));
}

#[tokio::test]
async fn there_is_no_receipt_of_what_is_not_there() {
    let (folder, _) = approved().await;
    let other = "01890000-0000-7000-8000-000000000000";
    for arguments in [&["ledger", "prove", "--entry", "999"][..], &["ledger", "prove", other]] {
        let said = signoff(folder.path(), arguments);
        assert_eq!(said.status.code(), Some(4), "{said:?}");
        assert!(said.stdout.is_empty());
    }
    for arguments in [&["ledger", "prove"][..], &["ledger", "prove", other, "--entry", "1"]] {
        assert_eq!(signoff(folder.path(), arguments).status.code(), Some(2));
    }
}
