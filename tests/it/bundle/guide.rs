//! `VERIFY.md`: its blocks run as they stand, with tools that are not ours, and fail where they should.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;
use signoff::signature::{SecretKey, jws};

use super::{export, files, ledger};
use crate::it::world::{gate, keys};

/// The blocks of the guide, in their order.
pub fn blocks(bundle: &Path) -> Vec<String> {
    let text = fs::read_to_string(bundle.join("VERIFY.md")).unwrap();
    let blocks = text.split("```sh\n").skip(1);
    blocks
        .map(|block| block.split("```\n").next().unwrap().to_owned())
        .collect()
}

pub fn run(bundle: &Path, block: &str) -> Output {
    run_on(bundle, block, "")
}

/// The same with a token to check.
fn run_on(bundle: &Path, block: &str, token: &str) -> Output {
    let own = Path::new(env!("CARGO_BIN_EXE_signoff")).parent().unwrap();
    let path = format!("{}:{}", own.display(), std::env::var("PATH").unwrap());
    Command::new("bash")
        .args(["-euo", "pipefail", "-c", block])
        .env("PATH", path)
        .env("TOKEN", token)
        .current_dir(bundle)
        .output()
        .unwrap()
}

/// Whether everything that the guide needs is there; under CI it has to be.
fn tools() -> bool {
    let there = |program: &str| Command::new(program).arg("--version").output().is_ok();
    let all = ["bash", "sha256sum", "openssl", "python3", "ssh-keygen"]
        .into_iter()
        .all(there);
    assert!(all || std::env::var_os("CI").is_none(), "needs the tools of VERIFY.md");
    all
}

#[tokio::test]
async fn every_block_runs_as_it_stands() {
    if !tools() {
        return;
    }
    let ledger = ledger().await;
    let bundle = export(ledger.folder.path(), &[]);
    let blocks = blocks(&bundle);
    assert_eq!(blocks.len(), 6);
    for block in &blocks {
        let said = run(&bundle, block);
        assert!(said.status.success(), "{block}\n{said:?}");
    }
    let signed = String::from_utf8(run(&bundle, &blocks[3]).stdout).unwrap();
    assert_eq!(
        signed.matches("Good \"decision@signoff.v1\" signature for").count(),
        6,
        "{signed}"
    );
}

/// Where somebody also makes the list of digests fit, the block for that part still fails.
#[tokio::test]
async fn each_block_finds_the_damage_it_is_there_for() {
    if !tools() {
        return;
    }
    let ledger = ledger().await;
    let bundle = export(ledger.folder.path(), &[]);
    let blocks = blocks(&bundle);
    let whole = files(&bundle);
    let named = |start: &str, end: &str| {
        let found = whole.keys().find(|path| path.starts_with(start) && path.ends_with(end));
        found.unwrap().clone()
    };
    let flip = |path: &str, at: usize| {
        let mut bytes = whole[path].clone();
        bytes[at] ^= 1;
        fs::write(bundle.join(path), bytes).unwrap();
    };
    for (path, at, finds) in [
        ("checkpoint".to_owned(), 40, [0, 1]),
        (named("tile/entries", ""), 200, [0, 2]),
        (named("blobs/", ".json"), 200, [0, 2]),
        (named("decisions/", ".json"), 30, [0, 3]),
        (named("decisions/", ".sig"), 200, [0, 3]),
        ("allowed_signers".to_owned(), 170, [0, 3]),
    ] {
        flip(&path, at);
        for n in finds {
            let said = run(&bundle, &blocks[n]);
            assert!(!said.status.success(), "{path}: block {n} {said:?}");
        }
        fs::write(bundle.join(&path), &whole[&path]).unwrap();
    }
    assert!(blocks.iter().all(|block| run(&bundle, block).status.success()));
}

#[tokio::test]
async fn a_token_is_the_gates_by_a_key_that_was_named_before_it_was_made() {
    if !tools() {
        return;
    }
    let gate = gate().await;
    let envelope = gate.propose("issue_refund", json!({"amount": 5})).await;
    let bundle = export(gate.folder.path(), &[]);
    let block = &blocks(&bundle)[4];
    let own = envelope["token"].as_str().unwrap();
    let said = run_on(&bundle, block, own);
    assert!(said.status.success(), "{said:?}");
    let claims = jws::open(own, &keys().token.public()).unwrap();
    let made = |key: u8, change: fn(&mut jws::Claims)| {
        let mut claims = claims.clone();
        change(&mut claims);
        jws::sign(&SecretKey::from_seed(&[key; 32]), &claims).unwrap()
    };
    assert!(run_on(&bundle, block, &made(2, |_| {})).status.success());
    for (token, why) in [
        (made(9, |_| {}), "no key of that name was in force"),
        (made(2, |claims| claims.iat -= 1), "no key of that name was in force"),
        (made(2, |claims| claims.iss.push('x')), "the token is of signoff/"),
        (
            format!("{}A{}", &own[..own.len() - 4], &own[own.len() - 3..]),
            "Signature Verification Failure",
        ),
    ] {
        let said = run_on(&bundle, block, &token);
        assert!(!said.status.success(), "{why}");
        let text = String::from_utf8_lossy(&said.stderr) + String::from_utf8_lossy(&said.stdout);
        assert!(text.contains(why), "{text}");
    }
}
