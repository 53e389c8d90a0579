//! A decision by script is sent only to a gate whose ledger grew from what was seen of it.

use std::fs;

use serde_json::{Value, json};

use super::place::{Place, seen};

struct Desk {
    place: Place,
    url: String,
    agent: String,
    ana: String,
}

impl Desk {
    fn new() -> Self {
        let mut place = Place::new();
        let url = place.serve();
        Self {
            agent: place.add(&["agent", "add", "support-3"]),
            ana: place.add(&["reviewer", "add", "ana", "--role", "reviewer"]),
            place,
            url,
        }
    }

    fn propose(&self, amount: u32) -> Value {
        let action = json!({"action": {"tool": "issue_refund", "arguments": {"amount": amount}}});
        let proposal = self.place.proposal(&action.to_string());
        self.place.json(&["--token-file", &self.agent, "submit", &proposal])
    }

    fn said(&self, arguments: &[&str]) -> String {
        seen(&self.place.run(arguments), self.place.folder.path())
    }

    /// Ends the gate, has something done to its folder, and opens another at the same address.
    fn meanwhile(&mut self, done: impl FnOnce(&Place)) {
        self.place.kill();
        done(&self.place);
        let address = self.url.trim_start_matches("http://").to_owned();
        self.url = self.place.serve_with(&["--listen", &address]);
    }

    fn entries(&self) -> Value {
        self.place.json(&["ledger", "verify"])["entries"].clone()
    }
}

/// The ledger alone: a lock and keys are where they were.
fn ledger_files(place: &Place) -> Vec<std::path::PathBuf> {
    let files = fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.to_string_lossy().contains("ledger.db"))
        .collect()
}

fn keep_copy(place: &Place) {
    fs::create_dir(place.path("older")).unwrap();
    for file in ledger_files(place) {
        fs::copy(&file, place.path("older").join(file.file_name().unwrap())).unwrap();
    }
}

fn put_back(place: &Place) {
    for file in ledger_files(place) {
        fs::remove_file(file).unwrap();
    }
    for file in fs::read_dir(place.path("older")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), place.data().join(file.file_name())).unwrap();
    }
}

#[test]
fn nothing_is_sent_to_a_gate_that_went_back_until_somebody_forgets_what_was_seen() {
    let mut desk = Desk::new();
    let envelope = desk.propose(60);
    desk.meanwhile(keep_copy);
    let id = envelope["id"].as_str().unwrap();
    let digest = &envelope["payload_sha256"].as_str().unwrap()[..12];
    let (ana, named) = (desk.ana.clone(), format!("{id}@{digest}"));
    let ana = |verb: &[&'static str]| [&["--token-file", &ana][..], verb].concat();
    let approve = [&ana(&["approve"])[..], &[id, "--digest", digest]].concat();
    assert!(desk.said(&approve).contains("approve by ana"));

    desk.meanwhile(put_back);
    let before = desk.entries();
    insta::assert_snapshot!(desk.said(&approve), @"
    Error: the gate is not believed: it had 13 entries and has 12
    Hint: An older copy of its ledger may have been put back, or written anew, or another gate answers at this address. Ask whoever runs it, by another way than this one. Where it is explained, forget what was seen with `signoff trust --reset` and the same --url or --data.
    exit 1
    ");
    for verb in [
        &[&ana(&["reject"])[..], &[id, "--reason", "no"]].concat()[..],
        &[&ana(&["batch"])[..], &[&named]].concat(),
        &[&ana(&["claim"])[..], &[id]].concat(),
        &[&ana(&["escalate"])[..], &[id, "--to", "senior", "--reason", "not mine"]].concat(),
    ] {
        let said = desk.said(verb);
        assert!(
            said.contains("the gate is not believed") && said.ends_with("exit 1"),
            "{said}"
        );
    }
    assert_eq!(desk.entries(), before, "something was written");

    let reset = desk.said(&["trust", "--reset"]);
    assert!(reset.contains("Nothing is kept of"), "{reset}");
    assert!(desk.said(&approve).contains("approve by ana"));
    assert!(desk.said(&["trust"]).contains("entries under the root"));
}

#[test]
fn another_ledger_at_a_known_address_is_not_believed() {
    let mut desk = Desk::new();
    let approve = |desk: &Desk, envelope: &Value| {
        let (id, digest) = (
            envelope["id"].as_str().unwrap(),
            envelope["payload_sha256"].as_str().unwrap(),
        );
        let mut command = std::process::Command::new(super::place::BINARY);
        command.env("XDG_STATE_HOME", desk.place.path("state"));
        command.args(["--url", &desk.url, "--token-file", &desk.ana]);
        let output = command
            .args(["approve", id, "--digest", &digest[..12]])
            .output()
            .unwrap();
        seen(&output, desk.place.folder.path())
    };
    let envelope = desk.propose(60);
    assert!(approve(&desk, &envelope).contains("approve by ana"));
    desk.meanwhile(|place| fs::rename(place.data(), place.path("away")).unwrap());
    desk.agent = desk.place.add(&["agent", "add", "support-3"]);
    desk.ana = desk.place.add(&["reviewer", "add", "ana", "--role", "reviewer"]);
    let envelope = desk.propose(60);
    let said = approve(&desk, &envelope);
    assert!(
        said.contains("which the key of before") && said.ends_with("exit 1"),
        "{said}"
    );
    assert_eq!(
        desk.place.json(&["show", envelope["id"].as_str().unwrap()])["stage"],
        "waiting"
    );
}

/// What was decided is seen from then on, so that its loss is.
#[test]
fn the_pin_moves_on_past_the_decision_itself() {
    let mut desk = Desk::new();
    let envelope = desk.propose(60);
    let (id, digest) = (
        envelope["id"].as_str().unwrap(),
        envelope["payload_sha256"].as_str().unwrap(),
    );
    // All that comes after the copy is the decision.
    desk.meanwhile(keep_copy);
    let (ana, digest) = (desk.ana.clone(), &digest[..12]);
    let receipt = desk
        .place
        .json(&["--token-file", &ana, "approve", id, "--digest", digest]);
    let pin = desk.place.json(&["trust"])["seen"].clone();
    assert!(pin["size"].as_u64() > receipt["entry"].as_u64(), "{pin} {receipt}");
    desk.meanwhile(put_back);
    let said = desk.said(&["--token-file", &ana, "claim", id]);
    assert!(said.contains("the gate is not believed: it had"), "{said}");
}
