use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use insta::assert_snapshot;
use serde_json::Value;

pub const BINARY: &str = env!("CARGO_BIN_EXE_signoff");

/// A data folder, perhaps with a gate that runs on it.
pub struct Place {
    folder: tempfile::TempDir,
    gate: Option<Child>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Place {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            gate: None,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub fn serve(&mut self) -> String {
        let mut gate = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(self.data())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(gate.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        self.gate = Some(gate);
        let ready: Value = serde_json::from_str(&line).unwrap();
        ready["listening"].as_str().unwrap().to_owned()
    }

    /// Ends the gate as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut gate) = self.gate.take() {
            let _ = gate.kill();
            let _ = gate.wait();
        }
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(BINARY)
            .arg("--data")
            .arg(self.data())
            .args(arguments)
            .output()
            .unwrap()
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Adds a principal and keeps its credential in a file.
    pub fn add(&self, arguments: &[&str]) -> String {
        let added = self.json(arguments);
        let file = self.path(&format!("{}.token", added["name"].as_str().unwrap()));
        fs::write(&file, added["token"].as_str().unwrap()).unwrap();
        file.to_string_lossy().into_owned()
    }

    pub fn proposal(&self, text: &str) -> String {
        let file = self.path("proposal.json");
        fs::write(&file, text).unwrap();
        file.to_string_lossy().into_owned()
    }
}

/// What a person sees, with ids, digests, times and paths replaced.
fn seen(output: &Output, place: &Path) -> String {
    let text = format!(
        "{}{}exit {}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        output.status.code().unwrap()
    );
    let text = text.replace(&place.to_string_lossy().into_owned(), "FOLDER");
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_alphanumeric() || "-:.".contains(c) {
            word.push(c);
            continue;
        }
        let (bare, colon) = word.strip_suffix(':').map_or((word.as_str(), ""), |bare| (bare, ":"));
        let hex = bare.len() >= 8 && bare.chars().all(|c| c.is_ascii_hexdigit());
        if bare.len() == 36 && bare.matches('-').count() == 4 {
            out.push_str("ID");
        } else if bare.starts_with("20") && bare.contains('T') {
            out.push_str("TIME");
        } else if bare.len() == 5 && bare.as_bytes()[2] == b':' {
            out.push_str("LEFT");
        } else if hex {
            out.push_str("DIGEST");
        } else {
            out.push_str(bare);
        }
        out.push_str(colon);
        word.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

const REFUND: &str = r#"{"action":{"tool":"issue_refund","arguments":{"amount":6000},"target":{"system":"billing","record":"order/12345"}},"rationale":"charged \u202Etwice"}"#;

#[test]
fn one_envelope_goes_all_the_way_through_the_verbs() {
    let mut place = Place::new();
    place.serve();
    let agent = place.add(&["agent", "add", "support-3"]);
    let ana = place.add(&["reviewer", "add", "ana", "--role", "reviewer"]);
    let proposal = place.proposal(REFUND);
    let envelope = place.json(&["--token-file", &agent, "submit", &proposal]);
    let id = envelope["id"].as_str().unwrap();
    let digest = &envelope["payload_sha256"].as_str().unwrap()[..8];
    let seen = |arguments: &[&str]| seen(&place.run(arguments), place.folder.path());
    assert_snapshot!(seen(&["list"]));
    assert_snapshot!(seen(&["show", id]));
    assert_snapshot!(seen(&["approve", id, "--digest", digest]));
    assert_snapshot!(seen(&["--token-file", &agent, "approve", id, "--digest", digest]));
    assert_snapshot!(seen(&["--token-file", &ana, "approve", id, "--digest", "00000000"]));
    assert_snapshot!(seen(&["--token-file", &ana, "approve", id, "--digest", digest]));
    assert_snapshot!(seen(&["--token-file", &ana, "reject", id, "--reason", "too late"]));
    assert_snapshot!(seen(&["--token-file", &agent, "redeem", id, "--key", "k"]));
    assert_eq!(
        seen(&["--token-file", &agent, "redeem", id, "--key", "k"]),
        "{\"amount\":6000}\nexit 0"
    );
    assert_snapshot!(seen(&[
        "--token-file",
        &agent,
        "outcome",
        id,
        "--status",
        "succeeded",
        "--result",
        "{\"ok\":true}"
    ]));
    assert_snapshot!(seen(&["ledger", "verify"]));
}

#[test]
fn without_a_running_gate_a_command_opens_the_folder_itself() {
    let place = Place::new();
    let agent = place.add(&["agent", "add", "support-3", "--tool", "get_*"]);
    let proposal = place.proposal(r#"{"action":{"tool":"get_order","arguments":{}}}"#);
    assert_eq!(
        place.json(&["--token-file", &agent, "submit", &proposal])["stage"],
        "allowed"
    );
    assert_eq!(place.json(&["ledger", "verify"])["verified"], true);
}

#[test]
fn a_proposal_is_read_from_standard_input_too() {
    let place = Place::new();
    let agent = place.add(&["agent", "add", "support-3"]);
    let mut child = Command::new(BINARY)
        .arg("--data")
        .arg(place.data())
        .args(["--token-file", &agent, "submit", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(REFUND.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let envelope: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(envelope["stage"], "waiting");
}

#[test]
fn the_exit_code_says_what_kind_of_failure_it_was() {
    let mut place = Place::new();
    let url = place.serve();
    let code = |arguments: &[&str]| place.run(arguments).status.code().unwrap();
    assert_eq!(code(&["show", "nonsense"]), 2);
    assert_eq!(code(&["show", "00000000-0000-0000-0000-000000000000"]), 4);
    assert_eq!(
        code(&["serve", "--listen", "127.0.0.1:0"]),
        1,
        "a second gate on one folder"
    );
    assert_eq!(
        code(&["serve", "--listen", "0.0.0.0:0"]),
        2,
        "plain HTTP is for loopback"
    );
    let elsewhere = |url: &str| {
        Command::new(BINARY)
            .args(["--url", url, "list"])
            .output()
            .unwrap()
            .status
            .code()
            .unwrap()
    };
    assert_eq!(elsewhere("http://127.0.0.1:9"), 6);
    assert_eq!(elsewhere("ftp://x"), 2);
    assert_eq!(elsewhere(&url), 1, "no credential");
}

#[test]
fn a_damaged_ledger_is_told_from_a_torn_one_by_its_exit_code() {
    for (sql, code) in [
        (
            "DROP TRIGGER entry_is_final; UPDATE entry SET bytes = x'7b7d' WHERE seq = 1",
            11,
        ),
        (
            "DROP TRIGGER entry_is_kept; DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)",
            10,
        ),
    ] {
        let place = Place::new();
        place.add(&["agent", "add", "support-3"]);
        let database = rusqlite::Connection::open(place.data().join("ledger.db")).unwrap();
        database.execute_batch(sql).unwrap();
        drop(database);
        assert_eq!(place.run(&["ledger", "verify"]).status.code(), Some(code));
        let refused = place.run(&["agent", "add", "another"]);
        assert_eq!(refused.status.code(), Some(1), "no gate opens on it");
    }
}

#[test]
fn a_bad_policy_is_refused_with_every_fault_and_no_gate_starts() {
    let place = Place::new();
    let policy = place.path("policy.toml");
    fs::write(&policy, "schema = 1\ncolour = 1\n[[class]]\nid = \"x\"\n").unwrap();
    let output = place.run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--policy",
        &policy.to_string_lossy(),
    ]);
    assert_snapshot!(seen(&output, place.folder.path()));
}

#[cfg(unix)]
#[test]
fn the_first_admins_credential_is_for_this_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.add(&["agent", "add", "support-3"]);
    let mode = |name: &str| fs::metadata(place.data().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("admin.token"), mode("")), (0o600, 0o700));
}

#[cfg(unix)]
#[test]
fn a_ledger_in_a_folder_that_others_can_read_is_still_for_this_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let mut place = Place::new();
    fs::create_dir(place.data()).unwrap();
    fs::set_permissions(place.data(), fs::Permissions::from_mode(0o755)).unwrap();
    place.serve();
    for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
        let mode = fs::metadata(place.data().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{name}");
    }
}
