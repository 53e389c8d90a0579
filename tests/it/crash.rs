//! What is left when a process is killed: nothing that was acknowledged is lost, and nothing counts twice.
//!
//! `SIGNOFF_SEED=N` plays other loads and kills at other moments; a failure says which seed it was.

mod account;
mod console;
mod crowd;
mod gate;
mod load;
mod party;
mod proxy;

use std::fs;
use std::time::Duration;

use crate::it::cli::place::Place;

/// How long anything may take, on a machine that is busy with everything else.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts a gate with the tests' own policy on the folder: the first time, or again after a kill.
fn start(place: &mut Place) -> String {
    let policy = place.path("policy.toml");
    fs::write(&policy, include_str!("../fixtures/policy/gate.toml")).unwrap();
    place.serve_with(&["--listen", "127.0.0.1:0", "--policy", &policy.to_string_lossy()])
}

#[expect(clippy::print_stderr, reason = "figures are said aloud")]
fn say(text: &str) {
    eprintln!("{text}");
}
