//! `signoff replay`: recorded calls through the real binary into a real gate.

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use insta::assert_snapshot;
use serde_json::Value;

use crate::it::cli::verbs::{BINARY, Place};

const CALLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/replay.jsonl");

/// A running gate with one agent, whose credential's file is the second.
fn gate() -> (Place, String) {
    let mut place = Place::new();
    place.serve();
    let agent = place.add(&["agent", "add", "recorded"]);
    (place, agent)
}

/// What was printed and how it ended, without how long it took.
fn seen(output: &Output) -> String {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let seconds = text.split(" in ").nth(1).and_then(|rest| rest.split(" s").next());
    let text = text.replacen(&format!(" in {} s", seconds.unwrap_or_default()), " in TIME", 1);
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    format!("{text}---\n{said}exit {}", output.status.code().unwrap())
}

fn summary(output: &Output) -> Value {
    let mut summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(summary["seconds"].take().is_f64());
    summary
}

#[test]
fn a_recording_is_proposed_line_by_line_and_counted() {
    let (place, agent) = gate();
    let output = place.run(&["--token-file", &agent, "replay", CALLS, "--key", "plain"]);
    assert_snapshot!(seen(&output));
    let verified = place.json(&["ledger", "verify"]);
    assert_eq!(verified["envelopes"], 5);
}

#[test]
fn a_gzipped_recording_counts_the_same_and_the_counts_are_json_too() {
    let (place, agent) = gate();
    // No .gz at its end: it is known by what it is.
    let file = place.path("calls");
    let mut gzip = GzEncoder::new(fs::File::create(&file).unwrap(), Compression::default());
    gzip.write_all(&fs::read(CALLS).unwrap()).unwrap();
    gzip.finish().unwrap();
    let file = file.to_string_lossy();
    let output = place.run(&["--token-file", &agent, "replay", &file, "--key", "gz", "--json"]);
    assert_snapshot!(serde_json::to_string_pretty(&summary(&output)).unwrap());
    assert_snapshot!(String::from_utf8(output.stderr.clone()).unwrap());
    let cut = &fs::read(&*file).unwrap()[..200];
    fs::write(&*file, cut).unwrap();
    let output = place.run(&["--token-file", &agent, "replay", &file, "--key", "gz"]);
    assert_eq!(output.status.code(), Some(1), "a file that is cut short is no success");
    assert!(seen(&output).contains("cannot be read"), "{}", seen(&output));
}

#[test]
fn what_a_person_sees_is_what_stands_in_the_line_and_labels_reach_nobody() {
    let (place, agent) = gate();
    place.run(&["--token-file", &agent, "replay", CALLS]);
    let listed = place.run(&["list", "--json"]).stdout;
    let view = |tool: &str| {
        let mut rows = listed.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let row = rows.find_map(|row| {
            let row: Value = serde_json::from_slice(row).unwrap();
            (row["tool"] == tool).then_some(row)
        });
        place.json(&["show", row.unwrap()["id"].as_str().unwrap()])
    };
    let email = view("send_email");
    let sent = r#"{ "to":"kim@example.org", "body":"caf\u00e9 \u202e", "copies": 1.0 }"#;
    assert_eq!(email["payload"]["raw"], sent);
    assert_eq!(email["server"], "mail");
    assert_eq!(email["claimed"]["rationale"], "see \u{202e} this");
    let address = view("update_address");
    assert_eq!(address["claimed"]["before"], r#"{"city":"Bergen" }"#);
    // The refund is small and runs alone; what it claims is in the ledger all the same.
    let bytes: Vec<u8> = ["ledger.db", "ledger.db-wal"]
        .into_iter()
        .flat_map(|name| fs::read(place.data().join(name)).unwrap_or_default())
        .collect();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    for text in ["run-1", "model-a", "The parcel came back.", "Where is my money?"] {
        assert!(holds(text), "{text}");
    }
    assert!(!holds("NEVER-SENT"), "a label reached the gate");
}

#[test]
fn the_same_key_proposes_no_line_twice_and_a_limit_ends_it() {
    let (place, agent) = gate();
    let replay = |more: &[&str]| {
        let base = ["--token-file", &agent, "replay", CALLS, "--json"];
        summary(&place.run(&[&base, more].concat()))
    };
    let counts =
        |summary: &Value| ["lines", "proposed", "known", "no_call"].map(|name| summary[name].as_u64().unwrap());
    let first = replay(&["--key", "k", "--limit", "3"]);
    assert_eq!(counts(&first), [3, 3, 0, 0]);
    assert_eq!(counts(&replay(&["--key", "k", "--rate", "1000"])), [11, 5, 3, 3]);
    assert_eq!(place.json(&["ledger", "verify"])["envelopes"], 5);
    let other = replay(&["--limit", "2"]);
    assert_eq!(counts(&other), [2, 2, 0, 0], "another run is another proposal");
    assert_ne!(other["key"], first["key"]);
}

#[test]
fn only_an_agent_replays_and_the_first_refusal_says_so() {
    let (place, _) = gate();
    let output = place.run(&["replay", CALLS, "--key", "k", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let summary = summary(&output);
    assert_eq!(summary["ended"], "failed");
    assert_eq!(summary["refused"][0]["code"], "agents_only");
}

#[test]
fn a_key_or_rate_that_makes_no_sense_is_a_wrong_use() {
    let place = Place::new();
    for wrong in [["--key", "a b"], ["--key", ""], ["--rate", "0"]] {
        let output = place.run(&[&["replay", CALLS][..], &wrong].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
    assert_eq!(place.run(&["replay", "/nowhere.jsonl"]).status.code(), Some(1));
}

/// A replay that reads from a pipe, and has had this many lines answered.
fn replaying(place: &Place, agent: &str, lines: usize, more: &[&str]) -> Child {
    let mut child = Command::new(BINARY)
        .arg("--data")
        .arg(place.data())
        .args(["--token-file", agent, "replay", "-", "--key", "piped"])
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    for _ in 0..lines {
        tell(&mut child, r#"{"tool":"send_email","arguments":{}}"#);
    }
    while place.run(&["list"]).stdout.split(|byte| *byte == b'\n').count() <= lines {
        assert!(child.try_wait().unwrap().is_none(), "it ended early");
    }
    child
}

fn tell(child: &mut Child, line: &str) {
    let mut stdin = child.stdin.as_ref().unwrap();
    writeln!(stdin, "{line}").unwrap();
}

#[test]
fn a_gate_that_goes_away_ends_it_after_saying_how_far_it_came() {
    let (mut place, agent) = gate();
    let mut child = replaying(&place, &agent, 2, &["--json"]);
    place.kill();
    tell(&mut child, r#"{"tool":"send_email","arguments":{}}"#);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(6));
    let summary = summary(&output);
    // The gate may have gone between a commit and its answer.
    let [proposed, unanswered] = ["proposed", "unanswered"].map(|name| summary[name].as_u64().unwrap());
    assert_eq!((proposed + unanswered, summary["lines"].as_u64()), (3, Some(3)));
    assert!(unanswered >= 1 && summary["ended"] == "failed", "{summary}");
}

#[test]
fn where_no_gate_answers_nothing_is_said_to_be_proposed() {
    let output = Command::new(BINARY)
        .args([
            "--url",
            "http://127.0.0.1:9",
            "replay",
            CALLS,
            "--limit",
            "1",
            "--key",
            "k",
        ])
        .output()
        .unwrap();
    assert_snapshot!(seen(&output));
}

#[test]
fn ctrl_c_prints_what_came_of_it_so_far() {
    let (place, agent) = gate();
    let child = replaying(&place, &agent, 2, &[]);
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupt.success());
    // Its input is still open: nothing but the signal ends it.
    let output = wait_with_open_input(child);
    assert_snapshot!(seen(&output));
}

fn wait_with_open_input(mut child: Child) -> Output {
    let stdin = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    output
}
