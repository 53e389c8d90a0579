use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::Value;

use super::place::{BINARY, Place, seen};

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
fn a_command_about_a_ledger_that_is_not_there_says_so_and_makes_none() {
    let place = Place::new();
    assert_snapshot!(seen(&place.run(&["list"]), place.folder.path()));
    let token = place.proposal("signoff_human_none");
    let id = "00000000-0000-0000-0000-000000000000";
    for arguments in [
        vec!["list", "--after"],
        vec!["list", "--find", "x"],
        vec!["show", id],
        vec!["ledger", "verify"],
        vec!["report"],
        vec!["reviewer", "list"],
        vec!["agent", "revoke", "x"],
        vec!["stop", "--everything", "--reason", "x"],
        vec!["stop", "--list"],
        vec!["--token-file", &token, "approve", id, "--digest", "00000000"],
        vec!["--token-file", &token, "claim", id],
        vec!["--token-file", &token, "submit", &token],
        vec!["--token-file", &token, "redeem", id],
        vec!["--token-file", &token, "replay", "/dev/null"],
    ] {
        assert_eq!(place.run(&arguments).status.code(), Some(4), "{arguments:?}");
    }
    assert!(!place.data().exists());
}

#[test]
fn what_is_no_file_is_no_ledger_and_is_not_waited_for() {
    let place = Place::new();
    fs::create_dir(place.data()).unwrap();
    let pipe = place.data().join("ledger.db");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for arguments in [vec!["list"], vec!["ledger", "verify"], vec!["report"]] {
        assert_eq!(place.run(&arguments).status.code(), Some(4), "{arguments:?}");
    }
}

#[test]
fn where_it_cannot_listen_a_gate_says_so_and_what_to_do() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = place.run(&["serve", "--listen", &address]);
    let said = String::from_utf8_lossy(&output.stderr).replace(&address, "ADDRESS");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said.contains("the gate cannot listen on ADDRESS") && said.contains("--listen"),
        "{said}"
    );
}

#[test]
fn the_policy_in_force_stays_in_force_until_another_is_named() {
    let mut place = Place::new();
    let policy = place.path("policy.toml");
    let text = "schema = 1\n[[class]]\nid = \"reads\"\nmatch.tool = \"get_*\"\nimpact = \"low\"\nreversibility = \"high\"\nlane = \"in-the-loop\"\n";
    fs::write(&policy, text).unwrap();
    place.serve_with(&["--listen", "127.0.0.1:0", "--policy", &policy.to_string_lossy()]);
    let agent = place.add(&["agent", "add", "support-3"]);
    let proposal = place.proposal(r#"{"action":{"tool":"get_order","arguments":{}}}"#);
    let stage = |place: &Place| place.json(&["--token-file", &agent, "submit", &proposal])["stage"].clone();
    assert_eq!(stage(&place), "waiting");
    place.kill();
    let entries = place.json(&["ledger", "verify"])["entries"].clone();
    place.run(&["list"]);
    assert_eq!(
        place.json(&["ledger", "verify"])["entries"],
        entries,
        "to look is to write nothing"
    );
    assert_eq!(stage(&place), "waiting", "without a gate");
    place.serve();
    assert_eq!(stage(&place), "waiting", "a gate that is started again");
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

#[test]
fn what_the_policy_masks_is_printed_for_who_asks_and_that_is_written_down() {
    let mut place = Place::new();
    place.serve();
    let agent = place.add(&["agent", "add", "support-3"]);
    let ana = place.add(&["reviewer", "add", "ana", "--role", "reviewer"]);
    let proposal = place.proposal(
        r#"{"action":{"tool":"reset_password","arguments":{"user":"kim","password":"correct horse"}},"rationale":"Kim wants correct horse."}"#,
    );
    let envelope = place.json(&["--token-file", &agent, "submit", &proposal]);
    let id = envelope["id"].as_str().unwrap();
    let seen = |arguments: &[&str]| seen(&place.run(arguments), place.folder.path());
    assert_snapshot!("masked", seen(&["show", id]));
    assert!(!seen(&["--json", "show", id]).contains("horse"));
    assert_snapshot!("revealed_by_nobody", seen(&["show", id, "--reveal"]));
    assert_snapshot!("revealed", seen(&["--token-file", &ana, "show", id, "--reveal"]));
    assert!(seen(&["show", id, "--timeline"]).contains("looked"));
    let policy = seen(&["policy", "show"]);
    assert!(policy.contains("access  in-the-loop, enforce: 1 hold"), "{policy}");
    assert_eq!(place.json(&["policy", "show"])["classes"][0]["id"], "read");
    assert_snapshot!("verified", seen(&["ledger", "verify"]));
}
