//! `signoff replay`: recorded calls through the real binary into a real gate.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use insta::assert_snapshot;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use signoff::api::AddPrincipal;
use signoff::client::{Client, ClientError};
use signoff::config::DEFAULT_POLICY;
use signoff::domain::{PrincipalKind, Role};
use signoff::gate::{Embedded, Folder};
use tokio::task::JoinSet;

use crate::it::cli::place::{BINARY, Place};
use crate::it::world::SetWorld;

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_there_is_no_room_it_says_so_waits_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let data = Folder::take(&folder.path().join("data")).unwrap();
    let gate = Embedded::open(data, DEFAULT_POLICY.to_owned(), SetWorld::new(), Vec::new(), &[0]);
    let gate = gate.await.unwrap();
    let request = AddPrincipal {
        name: "recorded".to_owned(),
        ..AddPrincipal::default()
    };
    let added = gate.service.add_by_gate(PrincipalKind::Agent, request).await.unwrap();
    let token = folder.path().join("agent.token");
    fs::write(&token, added.token).unwrap();
    gate.service.limit_waiting(1);
    let mut child = Command::new(BINARY)
        .args(["--url", &gate.url, "--token-file"])
        .arg(&token)
        .args(["replay", CALLS, "--key", "k", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let waits = loop {
        let line = said.next().expect("it says that it waits").unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        if let Some(waits) = line.get("waits") {
            break waits.clone();
        }
    };
    assert_snapshot!(waits, @r#"{"message":"1 proposals of this agent wait for people already, so no more is taken in.","seconds":5}"#);
    assert!(child.try_wait().unwrap().is_none());
    gate.service.limit_waiting(10);
    let output = child.wait_with_output().unwrap();
    let summary = summary(&output);
    assert_eq!(summary["proposed"], 5);
    assert!(
        !summary["refused"].to_string().contains("too_many_waiting"),
        "{summary}"
    );
    gate.close().await.unwrap();
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

/// How many calls are on their way at a time.
const IN_FLIGHT: usize = 64;

/// What the gate may see of a recorded call, as it stands in the line.
#[derive(Deserialize)]
struct Call {
    tool: Box<RawValue>,
    arguments: Box<RawValue>,
    domain: Box<RawValue>,
    run_id: Box<RawValue>,
    rationale: Box<RawValue>,
    before: Option<Box<RawValue>>,
}

impl Call {
    fn body(&self) -> String {
        let before = self.before.as_ref().map(|before| format!(r#","before":{before}"#));
        format!(
            r#"{{"action":{{"tool":{},"server":{},"arguments":{}{}}},"run_id":{},"rationale":{}}}"#,
            self.tool,
            self.domain,
            self.arguments,
            before.unwrap_or_default(),
            self.run_id,
            self.rationale
        )
    }
}

/// Proposes a call and reads it back as a person; says under what to count it.
async fn there_and_back(agent: Client, person: Client, key: String, line: String) -> String {
    let call: Call = serde_json::from_str(&line).unwrap();
    let id = match agent.propose(&key, call.body().into_bytes()).await {
        Ok(view) => view.summary.id,
        Err(ClientError::Refused(detail)) => return format!("refused: {}", detail.code),
        Err(error) => panic!("{key}: {error:?}"),
    };
    let mut view = person.envelope(id, Duration::ZERO).await.unwrap();
    if view.is_masked() {
        view = person.look(id, &key).await.unwrap().envelope;
    }
    let came_back = view.payload.unwrap().raw;
    assert_eq!(came_back, call.arguments.get(), "{key}: byte for byte");
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let sent = serde_json::from_str::<Value>(&line).unwrap();
    assert_eq!(json(&came_back), sent["arguments"], "{key}: as JSON");
    let claimed = view.claimed.unwrap();
    assert_eq!(
        claimed.before.as_deref(),
        call.before.as_deref().map(RawValue::get),
        "{key}"
    );
    assert_eq!(claimed.rationale.as_deref(), sent["rationale"].as_str(), "{key}");
    let summary = view.summary;
    assert_eq!(summary.verdict, summary.effective, "{key}: no class is eased");
    let class = summary.class.as_deref().unwrap_or("(unknown)");
    format!("{class}: {}", summary.verdict)
}

/// Every call that is recorded in the folder; none of them may be missing at the end.
async fn replay_all(folder: &Path, agent: &Client, person: &Client) -> BTreeMap<(String, String), u64> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| path.to_string_lossy().ends_with(".jsonl.gz"));
    files.sort();
    let mut counts = BTreeMap::new();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut text = String::new();
        MultiGzDecoder::new(fs::File::open(&path).unwrap())
            .read_to_string(&mut text)
            .unwrap();
        let mut calls = JoinSet::new();
        let mut count = |outcome: String| *counts.entry((name.clone(), outcome)).or_default() += 1;
        for (number, line) in (1..).zip(text.lines()) {
            if calls.len() == IN_FLIGHT {
                count(calls.join_next().await.unwrap().unwrap());
            }
            let key = format!("{name}:{number}");
            calls.spawn(there_and_back(agent.clone(), person.clone(), key, line.to_owned()));
        }
        while let Some(outcome) = calls.join_next().await {
            count(outcome.unwrap());
        }
    }
    counts
}

/// Calls that real agents made, kept beside this repository; see `.ci/run`.
#[expect(clippy::print_stdout, reason = "counts, and a skip, are said aloud")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_recorded_call_is_judged_and_comes_back_byte_for_byte() {
    let Some(calls) = std::env::var_os("SIGNOFF_CALLS").filter(|calls| !calls.is_empty()) else {
        println!("skipped: SIGNOFF_CALLS not set");
        return;
    };
    let start = Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let taken = Folder::take(&folder.path().join("data")).unwrap();
    let gate = Embedded::open(taken, DEFAULT_POLICY.to_owned(), SetWorld::new(), Vec::new(), &[0]);
    let gate = gate.await.unwrap();
    let as_new = async |name: &str, kind, role| {
        let request = AddPrincipal {
            name: name.to_owned(),
            role,
            ..AddPrincipal::default()
        };
        let added = gate.service.add_by_gate(kind, request).await.unwrap();
        Client::new(&gate.url, Some(added.token)).unwrap()
    };
    let agent = as_new("recorded", PrincipalKind::Agent, None).await;
    let person = as_new("ana", PrincipalKind::Human, Some(Role::Reviewer)).await;
    let counts = replay_all(Path::new(&calls), &agent, &person).await;
    drop((agent, person));
    gate.close().await.unwrap();
    let replayed = start.elapsed();
    let ledger = folder.path().join("data").join("ledger.db");
    let report = signoff::store::verify(&ledger).unwrap().unwrap();

    for ((file, outcome), count) in &counts {
        println!("{count:>6}  {file}  {outcome}");
    }
    let calls: u64 = counts.values().sum();
    let refused = counts.iter().filter(|((_, outcome), _)| outcome.starts_with("refused"));
    let refused: u64 = refused.map(|(_, count)| count).sum();
    println!(
        "{calls} calls, {refused} refused, in {replayed:.1?}; the ledger verifies after {:.1?}",
        start.elapsed()
    );
    assert!(calls > 0, "the folder holds no *.jsonl.gz");
    assert_eq!(report.envelopes, calls - refused, "each call is one envelope");
}
