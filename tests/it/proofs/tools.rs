//! Programs that this project did not write agree with what is signed and proved here.
//!
//! It takes Go and its `x/mod` (Debian `golang-go golang-golang-x-mod-dev`), so it runs where
//! `SIGNOFF_INTEROP=1` says so; `.ci/run` does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::json;

use crate::it::world::{Gate, gate};

const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/go");

/// Where Debian puts the sources of Go packages.
const PACKAGES: &str = "/usr/share/gocode";

/// Builds one of the Go programs, and nothing of ours with it.
pub fn build(folder: &Path, program: &str) -> PathBuf {
    let source = format!("{PROGRAMS}/{program}");
    let program = folder.join("check");
    let built = Command::new("go")
        .args(["build", "-o"])
        .arg(&program)
        .arg(source)
        .env("GO111MODULE", "off")
        .env("GOPATH", PACKAGES)
        // What it takes from there is compiled once, not for each test.
        .env("GOCACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/go"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    program
}

#[tokio::test]
async fn go_opens_the_checkpoints_and_checks_receipts_and_growth() {
    if std::env::var_os("SIGNOFF_INTEROP").is_none_or(|value| value != "1") {
        return say("skipped: SIGNOFF_INTEROP not set");
    }
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 60})).await;
    let older = gate.get("ada", "/v1/checkpoint").await.raw;
    let seen: u64 = older.lines().nth(1).unwrap().parse().unwrap();
    for amount in 61..80 {
        gate.propose("issue_refund", json!({ "amount": amount })).await;
    }
    gate.approve("ana", &envelope).await;
    let growth = gate.get("ada", &format!("/v1/consistency?from={seen}")).await.body;
    let hashes: Vec<&str> = growth["proof"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hash| hash.as_str().unwrap())
        .collect();
    let Gate { folder, service, .. } = gate;
    drop(service);
    let path = |name: &str| folder.path().join(name);
    fs::write(path("older"), &older).unwrap();
    fs::write(path("newest"), growth["checkpoint"].as_str().unwrap()).unwrap();
    fs::write(path("proof"), hashes.join("\n")).unwrap();
    let proved = Command::new(env!("CARGO_BIN_EXE_signoff"))
        .args(["ledger", "prove", envelope["id"].as_str().unwrap(), "--data"])
        .arg(folder.path())
        .arg("--output")
        .arg(path("receipts"))
        .output()
        .unwrap();
    assert!(proved.status.success(), "{proved:?}");
    let program = build(folder.path(), "main.go");
    let check = || -> Output {
        let mut command = Command::new(&program);
        command.args(["receipts", "older", "newest", "proof"].map(path));
        command.output().unwrap()
    };
    let said = check();
    assert!(said.status.success(), "{said:?}");
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(
        text.starts_with(&format!("3 receipts, growth from {seen} to ")),
        "{text}"
    );
    for (name, damage) in [
        (
            "older",
            older.replacen(&format!("\n{seen}\n"), &format!("\n{}\n", seen + 1), 1),
        ),
        ("proof", hashes[1..].join("\n")),
    ] {
        let whole = fs::read(path(name)).unwrap();
        fs::write(path(name), damage).unwrap();
        assert_eq!(check().status.code(), Some(1), "{name}");
        fs::write(path(name), whole).unwrap();
    }
    assert!(check().status.success());
}

#[expect(clippy::print_stderr, reason = "a skip is said aloud")]
fn say(text: &str) {
    eprintln!("{text}");
}
