//! `signoff report` on ledgers of real gates, whose clock and ids are set: what it prints is always the same.

#[cfg(unix)]
mod sealed;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use insta::assert_snapshot;
use jiff::SignedDuration;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::place::{BINARY, Place, seen};
use crate::it::world::{Gate, gate, path};

/// A closed gate's folder.
struct Past {
    folder: tempfile::TempDir,
}

impl Past {
    fn of(gate: Gate) -> Self {
        let Gate { folder, service, .. } = gate;
        drop(service);
        Self { folder }
    }

    fn ledger(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(BINARY);
        command.arg("report").arg(self.ledger()).args(arguments);
        command.output().unwrap()
    }

    /// What was printed, to the letter.
    fn said(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.said(&[arguments, &["--json"]].concat())).unwrap()
    }

    fn sql(&self, sql: &str) {
        let connection = Connection::open(self.ledger()).unwrap();
        connection.execute_batch(sql).unwrap();
    }
}

fn pass(gate: &Gate, seconds: i64) {
    gate.world.pass(SignedDuration::from_secs(seconds));
}

/// Tags that a person approves, one each minute, after so many seconds.
async fn tags(gate: &Gate, count: u32) {
    for n in 0..count {
        let tag = gate.propose("tag_ticket", json!({"ticket": n, "tag": "late"})).await;
        pass(gate, 4 + i64::from(n % 3));
        gate.approve(if n % 2 == 0 { "ana" } else { "ben" }, &tag).await;
        pass(gate, 56);
    }
}

/// Two days with some of everything.
async fn lived_in() -> Past {
    let gate = gate().await;
    tags(&gate, 25).await;
    for amount in [5, 12, 20] {
        gate.propose("issue_refund", json!({"amount": amount})).await;
    }
    let approved = gate.propose("issue_refund", json!({"amount": 60})).await;
    pass(&gate, 95);
    gate.approve("ana", &approved).await;
    let rejected = gate.propose("issue_refund", json!({"amount": 61})).await;
    pass(&gate, 30);
    gate.reject("ben", &rejected, "paid already").await;
    let edited = gate.propose("issue_refund", json!({"amount": 70})).await;
    pass(&gate, 240);
    let less = json!({"decision": "edit", "arguments_raw": "{\"amount\":50}", "reason": "less"});
    gate.decide("sam", &edited, less).await;
    let large = gate.propose("issue_refund", json!({"amount": 6000})).await;
    pass(&gate, 600);
    gate.approve("sam", &large).await;
    pass(&gate, 1_200);
    gate.approve("sue", &large).await;
    gate.propose("send_email", json!({"to": "a@example.org"})).await;
    pass(&gate, 601);
    gate.service.settle_due().await.unwrap();
    pass(&gate, 601);
    gate.service.settle_due().await.unwrap();
    pass(&gate, 86_400);
    let handed = gate.propose("send_email", json!({"to": "b@example.org"})).await;
    let to = json!({"decision": "escalate", "to": "sue", "reason": "hers"});
    gate.decide("ana", &handed, to).await;
    pass(&gate, 45);
    let handed = gate.read("sue", &handed).await;
    gate.approve("sue", &handed).await;
    let unknown = gate.propose("frobnicate_x", json!({"a": "b"})).await;
    pass(&gate, 15);
    let named = json!({"decision": "classify", "class": "email"});
    gate.decide("ana", &unknown, named).await;
    pass(&gate, 5);
    let known = gate.read("sam", &unknown).await;
    gate.approve("sam", &known).await;
    gate.propose("issue_refund", json!({"amount": 90})).await;
    let taken_back = gate.propose("issue_refund", json!({"amount": 80})).await;
    gate.delete("support-3", &path(&taken_back, "")).await;
    for tool in ["add_note", "add_note", "wipe_disk", "new_thing"] {
        gate.propose(tool, json!({})).await;
    }
    gate.verify();
    Past::of(gate)
}

#[tokio::test]
async fn a_ledger_is_told_in_figures() {
    let past = lived_in().await;
    assert_snapshot!(past.said(&[]));
}

#[tokio::test]
async fn the_figures_are_json_too() {
    let past = lived_in().await;
    let mut told = past.json(&["--by", "reviewer"]);
    for row in told["by_reviewer"].as_array_mut().unwrap() {
        assert_eq!(row["id"].as_str().unwrap().len(), 36);
        row["id"] = json!("ID");
    }
    assert_snapshot!(serde_json::to_string_pretty(&told).unwrap());
    let all = past.json(&[]);
    for table in ["by_class", "by_agent", "by_reviewer", "by_rule"] {
        assert!(all[table].is_array(), "{table}");
        let picked = past.json(&["--by", &table[3..]]);
        assert_eq!(picked[table], all[table]);
        let tables = picked.as_object().unwrap().keys().filter(|key| key.starts_with("by_"));
        assert_eq!(tables.count(), 1);
    }
    assert_eq!(all["odd"], 0, "every entry of a real gate follows from those before it");
}

#[tokio::test]
async fn one_table_can_be_asked_for() {
    let past = lived_in().await;
    assert_snapshot!(past.said(&["--by", "rule"]));
    assert_snapshot!(past.said(&["--by", "reviewer", "--since", "1d"]));
}

#[tokio::test]
async fn a_span_longer_than_the_ledger_is_all_of_it() {
    let past = lived_in().await;
    let (all, long) = (past.json(&[]), past.json(&["--since", "3650d"]));
    assert_eq!(all["all"], long["all"]);
    assert_eq!(past.run(&["--since", "yesterday"]).status.code(), Some(2));
}

#[tokio::test]
async fn the_readme_shows_what_is_printed() {
    let past = lived_in().await;
    let said = past.said(&[]);
    let summary: Vec<&str> = said.lines().take_while(|line| !line.starts_with("by ")).collect();
    let shown: String = summary
        .iter()
        .map(|line| format!("    {line}").trim_end().to_owned() + "\n")
        .collect();
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    assert!(readme.contains(shown.trim_end()), "the README should show\n{shown}");
}

#[tokio::test]
async fn a_ledger_without_actions_has_figures_of_nothing() {
    let past = Past::of(gate().await);
    assert_snapshot!(past.said(&[]));
    assert_snapshot!(past.said(&["--by", "class"]));
    let folder = tempfile::tempdir().unwrap();
    let past = Past { folder };
    drop(signoff::store::Store::open(&past.ledger()).unwrap());
    assert_snapshot!(past.said(&["--since", "7d"]));
}

#[tokio::test]
async fn twenty_five_approvals_are_pointed_at_and_nineteen_are_not() {
    for (count, pointed) in [(19, 0), (25, 1)] {
        let gate = gate().await;
        tags(&gate, count).await;
        let past = Past::of(gate);
        let found = past.json(&[]);
        assert_eq!(found["always_approved"].as_array().unwrap().len(), pointed);
        assert_eq!(past.said(&[]).contains("consider `watch`"), pointed == 1);
    }
}

#[tokio::test]
async fn who_was_revoked_keeps_the_name_and_who_was_erased_has_an_id() {
    let gate = gate().await;
    tags(&gate, 4).await;
    let revoked = gate.delete("admin", "/v1/people/ana").await;
    assert_eq!(revoked.status.as_u16(), 200, "{}", revoked.body);
    let ben = gate.service.authenticate(gate.token("ben")).unwrap().id;
    let agent = gate.service.authenticate(gate.token("support-3")).unwrap().id;
    let past = Past::of(gate);
    for id in [ben, agent] {
        let subject = hex::encode(id.0.as_bytes());
        past.sql(&format!(
            "UPDATE blob SET salt = NULL, bytes = NULL WHERE subject = x'{subject}'"
        ));
    }
    assert_snapshot!(seen(&past.run(&[]), past.folder.path()));
    let rows = past.json(&["--by", "reviewer"])["by_reviewer"].clone();
    assert_eq!((&rows[0]["name"], &rows[1]["name"]), (&json!("ana"), &Value::Null));
    assert_eq!(rows[1]["id"], json!(ben));
}

#[tokio::test]
async fn a_name_that_is_not_what_its_entry_commits_to_is_no_name() {
    let gate = gate().await;
    tags(&gate, 1).await;
    let past = Past::of(gate);
    let rename = "UPDATE blob SET bytes = CAST(replace(CAST(bytes AS TEXT), '\"ana\"', '\"eve\"') AS BLOB)";
    past.sql(&format!(
        "DROP TRIGGER blob_content; {rename}; UPDATE principal SET name = 'eve' WHERE name = 'ana'"
    ));
    let rows = past.json(&["--by", "reviewer"])["by_reviewer"].clone();
    assert_eq!(rows[0]["name"], Value::Null);
}

#[tokio::test]
async fn lists_that_were_changed_change_no_figure() {
    let past = lived_in().await;
    let before = past.said(&[]);
    past.sql("DELETE FROM decision; UPDATE envelope SET class = 'x', stage = 'denied'; DELETE FROM principal");
    assert_eq!(past.said(&[]), before);
}

#[tokio::test]
async fn a_ledger_that_was_read_is_left_as_it_was() {
    let past = lived_in().await;
    let archive = tempfile::tempdir().unwrap();
    fs::copy(past.ledger(), archive.path().join("ledger.db")).unwrap();
    // A folder is as good as the file in it.
    let mut command = Command::new(BINARY);
    let output = command.arg("report").arg(archive.path()).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), past.said(&[]));
    let files = fs::read_dir(archive.path()).unwrap();
    let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, ["ledger.db"]);
}

#[test]
fn a_report_is_made_while_the_gate_runs() {
    let mut place = Place::new();
    place.serve();
    let agent = place.add(&["agent", "add", "support-3"]);
    let actions = || place.json(&["report"])["all"]["actions"].clone();
    assert_eq!(actions(), 0);
    let proposal = place.proposal(r#"{"action":{"tool":"issue_refund","arguments":{"amount":60}}}"#);
    place.json(&["--token-file", &agent, "submit", &proposal]);
    assert_eq!(actions(), 1);
}

#[test]
fn what_is_no_ledger_is_said_so() {
    let place = Place::new();
    let text = place.proposal("hello, this is no database at all");
    let database = place.path("other.db");
    Connection::open(&database)
        .unwrap()
        .execute_batch("CREATE TABLE entry (seq, bytes)")
        .unwrap();
    let told = |arguments: &[&str]| {
        let output = Command::new(BINARY).arg("report").args(arguments).output().unwrap();
        seen(&output, place.folder.path())
    };
    let nothing = place.path("nothing");
    let [text, database, nothing] = [Path::new(&text), &database, &nothing].map(Path::to_string_lossy);
    assert_snapshot!(told(&[&text]));
    assert_snapshot!(told(&[&database]));
    assert_snapshot!(told(&[&nothing]));
    assert_snapshot!(told(&["--url", "http://127.0.0.1:1"]));
    let both = Command::new(BINARY)
        .args(["report", "x", "--data", "y"])
        .output()
        .unwrap();
    assert_eq!(both.status.code(), Some(2));
}

#[tokio::test]
async fn an_entry_of_a_later_version_is_named_and_nothing_is_guessed() {
    let frame = r#""actor":{"kind":"gate"},"at":"2026-11-23T00:00:00Z","data":{}"#;
    for entry in [
        format!(r#"{{{frame},"kind":"probe","v":1}}"#),
        format!(r#"{{{frame},"kind":"expired","v":2}}"#),
    ] {
        let past = lived_in().await;
        past.sql(&format!(
            "INSERT INTO entry (seq, bytes) VALUES (9999, CAST('{entry}' AS BLOB))"
        ));
        let output = past.run(&[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            said.starts_with("Error: entry 9999 is not one that this version knows\n"),
            "{said}"
        );
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    }
    let past = lived_in().await;
    past.sql("PRAGMA user_version = 99");
    assert_snapshot!(seen(&past.run(&[]), past.folder.path()));
}
