//! A token of the real binary, read by a library that this project did not write.
//!
//! It takes the package index, so it runs where `SIGNOFF_INTEROP=1` says so; `.ci/run` does.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::json;

use super::place::Place;

const INTEROP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop");

#[test]
fn pyjwt_reads_a_token_by_the_published_key_and_refuses_it_for_anybody_else() {
    if std::env::var_os("SIGNOFF_INTEROP").is_none_or(|value| value != "1") {
        return say("skipped: SIGNOFF_INTEROP not set");
    }
    let mut place = Place::new();
    let url = place.serve();
    let agent = place.add(&["agent", "add", "support-3"]);
    let ana = place.add(&["reviewer", "add", "ana", "--role", "senior"]);
    let proposal = json!({"action": {"tool": "issue_refund", "arguments": {"order_id": "1", "amount": "60.00"}}});
    let proposal = place.proposal(&proposal.to_string());
    let envelope = place.json(&["--token-file", &agent, "submit", &proposal]);
    let (id, digest) = (
        envelope["id"].as_str().unwrap(),
        envelope["payload_sha256"].as_str().unwrap(),
    );
    place.json(&["--token-file", &ana, "approve", id, "--digest", digest]);
    let credential = fs::read_to_string(&agent).unwrap();
    let read = Command::new("curl")
        .args(["-s", &format!("{url}/v1/envelopes/{id}"), "-H"])
        .arg(format!("Authorization: Bearer {credential}"))
        .output();
    let read: serde_json::Value = serde_json::from_slice(&done("curl", read.unwrap()).stdout).unwrap();
    let report = place.json(&["report"]);
    let python = environment(place.folder.path());
    let mut script = Command::new(python)
        .arg(format!("{INTEROP}/pyjwt.py"))
        .args([&url, read["token"].as_str().unwrap(), "support-3", digest])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("NO_PROXY", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ledger = json!({ "ledger": report["ledger"] }).to_string();
    script.stdin.take().unwrap().write_all(ledger.as_bytes()).unwrap();
    let output = done("pyjwt.py", script.wait_with_output().unwrap());
    say(String::from_utf8_lossy(&output.stdout).trim());
}

/// A fresh environment with what reads tokens, in the versions that the other programs here use.
fn environment(folder: &Path) -> std::path::PathBuf {
    let environment = folder.join("venv");
    let made = Command::new("python3").args(["-m", "venv"]).arg(&environment).output();
    done("python3 -m venv", made.unwrap());
    let python = environment.join("bin/python");
    let pinned = fs::read_to_string(format!("{INTEROP}/requirements.txt")).unwrap();
    let wanted = ["PyJWT", "cryptography", "cffi", "pycparser"];
    let wanted = pinned.lines().filter(|line| {
        let name = line.split("==").next().unwrap_or_default();
        wanted.contains(&name)
    });
    let installed = Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(wanted)
        .output();
    done("pip install", installed.unwrap());
    python
}

fn done(what: &str, output: Output) -> Output {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {said}");
    output
}

#[expect(clippy::print_stderr, reason = "a skip and what was read are said aloud")]
fn say(text: &str) {
    eprintln!("{text}");
}
