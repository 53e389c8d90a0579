//! A ledger of decisions that the real binary made, judged by tools that this project did not write.
//!
//! It takes Go with its `x/mod` (Debian `golang-go golang-golang-x-mod-dev`), the package index for Python, `sqlite3`,
//! `openssl` and a minute, so it runs where `SIGNOFF_INTEROP=1` says so; `.ci/run` does.

mod matrix;
mod scene;
mod tools;

use std::path::Path;
use std::process::{Command, Output};
use std::time::Instant;

use serde_json::json;

use crate::it::bundle::guide;
use crate::it::proofs;
use scene::{Scene, Size};
use tools::{Python, openssl_holds};

const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop");

/// Whether the tools of others are to be asked; says so where not.
fn is_asked_for() -> bool {
    let asked = std::env::var_os("SIGNOFF_INTEROP").is_some_and(|value| value == "1");
    if !asked {
        say("skipped: SIGNOFF_INTEROP not set");
    }
    asked
}

#[expect(clippy::print_stderr, reason = "a skip, the figures and the matrix are said aloud")]
fn say(text: &str) {
    eprintln!("{text}");
}

fn done(what: &str, output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Holds a ledger that no gate has open against the bundle that was exported of it: `sqlite3` and `sha256sum`.
fn leaves(ledger: &Path, bundle: &Path) -> Output {
    let mut script = Command::new("bash");
    script.arg(format!("{PROGRAMS}/leaves.sh")).args([ledger, bundle]);
    script.output().unwrap()
}

#[test]
fn tools_of_others_agree_on_a_thousand_decisions() {
    if !is_asked_for() {
        return;
    }
    let started = Instant::now();
    let scene = Scene::play(&Size::THOUSAND);
    let (decided, seconds) = (scene.decided, started.elapsed().as_secs_f32());
    say(&format!(
        "{decided} decisions made, signed and exported in {seconds:.1} s"
    ));
    assert!(decided >= 1_000);
    let folder = scene.place.folder.path();

    // What the bundle's own guide tells to paste: sha256sum, openssl, Python without libraries, ssh-keygen, and
    // in the end our own.
    for (n, block) in guide::blocks(&scene.bundle).iter().enumerate() {
        let said = done(block, &guide::run(&scene.bundle, block));
        let good = said.matches("Good \"decision@signoff.v1\" signature for").count();
        assert_eq!(good, if n == 3 { decided } else { 0 }, "block {}", n + 1);
        let last = said.lines().last().unwrap_or("holds");
        say(&format!("VERIFY.md {}: {last}", n + 1));
    }
    let go = proofs::tools::build(folder, "bundle/main.go");
    let grown = Command::new(go).arg(&scene.bundle).args(&scene.earlier).output();
    say(&format!("Go: {}", done("go", &grown.unwrap())));
    let python = Python::install(folder);
    let judged = python.bundles().judge(&scene.bundle);
    assert_eq!(judged["failed"], json!({}));
    assert_eq!(judged["counts"]["decisions"], json!(decided));
    say(&format!("Python: {}", judged["counts"]));
    let tables = leaves(&scene.place.data().join("ledger.db"), &scene.bundle);
    say(&format!("sqlite3 and sha256sum: {}", done("leaves.sh", &tables)));
    say(&format!("PyJWT: {}", python.read_token(&scene)));
    say(&format!("openssl: {}", openssl_holds(&scene)));
}
