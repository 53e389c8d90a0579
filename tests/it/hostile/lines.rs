//! The command line, the report and the log.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Output;

use serde_json::{Value, json};
use signoff::domain::{Shown, check_name};

use super::output::wrong_in_text;
use super::{Stage, corpus, stage};
use crate::it::terminal::Terminal;

/// Every stream is plain text, whatever stands in it.
fn check(name: &str, arguments: &[&str], output: &Output) -> String {
    for stream in [&output.stdout, &output.stderr] {
        let wrong = wrong_in_text(stream);
        assert!(wrong.is_empty(), "{name}: {arguments:?} sent {wrong:?}");
    }
    String::from_utf8(output.stdout.clone()).unwrap() + &String::from_utf8_lossy(&output.stderr)
}

impl Stage {
    fn run(&self, name: &str, arguments: &[&str]) -> String {
        check(name, arguments, &self.place.run(arguments))
    }
}

#[test]
fn no_hostile_text_acts_or_hides_on_the_command_line() {
    let stage = stage();
    for (n, text) in corpus().iter().enumerate() {
        let name = text.name.as_str();
        // An argument cannot hold it, so nobody can paste it into one.
        let pasted = text.text.replace('\0', "");
        let shown = Shown::line(&text.text).to_string();
        let envelope = stage.propose(n, &text.text);
        let id = envelope["id"].as_str().unwrap();
        let sam = |arguments: &[&str]| {
            let all = [&["--token-file", stage.sam.as_str()], arguments].concat();
            stage.run(name, &all)
        };
        // Words of people and agents may be hostile too: a reviewer pastes, a model answers.
        sam(&["ask", id, "--", &pasted]);
        stage.run(
            name,
            &["--token-file", &stage.agent, "answer", id, "--n", "0", "--", &pasted],
        );
        sam(&["classify", id, &format!("--class={pasted}"), "--digest", "00000000"]);
        sam(&["escalate", id, &format!("--to={pasted}"), "--reason", "x"]);
        sam(&["show", &pasted]);
        let list = sam(&["list"]);
        assert!(list.contains(&shown[..shown.len().min(8)]), "{name}: {list}");
        sam(&["list", &format!("--find={pasted}")]);
        let before = sam(&["show", id]);
        sam(&["reject", id, &format!("--reason={pasted}")]);
        let after = sam(&["show", id]);
        sam(&["show", id, "--timeline"]);
        // Nothing was dropped: each field says all of it, in codes where it must.
        for field in [
            "tool",
            "server",
            "environment",
            "system",
            "record",
            "request",
            "rationale",
            "impact",
            "title",
            "ref",
            "excerpt",
            "how",
            "handle",
            "version",
            "model",
        ] {
            let said = format!("<{field}>{shown}</{field}>");
            assert!(before.contains(&said), "{name}: {field} is not whole in\n{before}");
        }
        // JSON text has its own codes for some of it.
        for field in ["value", "item", "before", "etag", "signal"] {
            let json = serde_json::to_string(&format!("<{field}>{}</{field}>", text.text)).unwrap();
            let said = Shown::line(&json).to_string();
            assert!(before.contains(&said), "{name}: {field} is not whole in\n{before}");
        }
        let pasted = Shown::line(pasted.trim()).to_string();
        let times = |seen: &str| seen.matches(&pasted).count();
        assert!(
            times(&after) > times(&before),
            "{name}: the reason is gone from\n{after}"
        );
    }
    stage.run("all", &["report"]);
    stage.run("all", &["ledger", "verify"]);
}

/// Everything that is text in it, in order.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// A program gets the very text, and somebody who looks at it on a terminal is not fooled either.
#[test]
fn json_holds_every_text_and_is_plain_to_look_at() {
    let stage = stage();
    for (n, some) in corpus().chunks(5).enumerate() {
        let text: Vec<&str> = some.iter().map(|text| text.text.as_str()).collect();
        let text = text.join(" ");
        let envelope = stage.propose(n, &text);
        let id = envelope["id"].as_str().unwrap();
        let shown = stage.run("json", &["--token-file", &stage.sam, "show", id, "--json"]);
        let value: Value = serde_json::from_str(&shown).unwrap();
        let texts = texts(&value);
        for field in ["request", "rationale", "excerpt", "how"] {
            let said = format!("<{field}>{text}</{field}>");
            assert!(texts.contains(&said), "{field} is not as it was sent in\n{shown}");
        }
        let raw = value["payload"]["raw"].as_str().unwrap();
        let arguments: Value = serde_json::from_str(raw).unwrap();
        assert_eq!(arguments["list"][0], json!(format!("<item>{text}</item>")));
        stage.run("json", &["--token-file", &stage.sam, "list", "--json"]);
        let refused = stage.run(
            "json",
            &[
                "--token-file",
                &stage.sam,
                "approve",
                id,
                "--digest",
                "00000000",
                "--reason",
                "x",
                "--json",
            ],
        );
        assert!(serde_json::from_str::<Value>(&refused).is_ok(), "{refused}");
    }
}

/// Names are ours to give, so they are plain from the beginning and nothing has to be shown of them.
#[test]
fn no_hostile_text_is_a_name() {
    for text in corpus() {
        assert!(check_name(&text.text).is_err(), "{}", text.name);
    }
    let stage = stage();
    for verb in ["agent", "reviewer", "service"] {
        let mut arguments = vec![verb, "add", "a\u{202e}b\u{9b}31m"];
        if verb == "reviewer" {
            arguments.extend(["--role", "senior"]);
        }
        let said = stage.run(verb, &arguments);
        assert!(said.contains("That is no name here"), "{said}");
    }
}

/// Somebody reads it in a terminal, and whoever reaches the gate writes into it.
#[test]
fn no_hostile_path_acts_or_hides_in_the_log() {
    let stage = stage();
    let address = stage.url.trim_start_matches("http://");
    for text in corpus() {
        // Bytes that HTTP itself does not take are refused before there is anything to say.
        let path: String = text
            .text
            .chars()
            .filter(|c| !c.is_ascii_control() && *c != ' ')
            .collect();
        let mut gate = TcpStream::connect(address).unwrap();
        write!(
            gate,
            "GET /v1/{path} HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        gate.read_to_end(&mut Vec::new()).unwrap();
    }
    stage.propose(0, "text");
    stage.run(
        "log",
        &[
            "--token-file",
            &stage.sam,
            "show",
            "00000000-0000-7000-8000-000000000000",
        ],
    );
    let log = std::fs::read(stage.place.log()).unwrap();
    assert_eq!(wrong_in_text(&log), Vec::<String>::new());
    let log = String::from_utf8(log).unwrap();
    assert!(log.contains("/v1/pay⟨U+202E⟩0021"), "{log}");
}

/// Recordings come from anywhere. What the gate says of a line may name what stands in it.
#[test]
fn a_hostile_recording_is_counted_and_neither_acts_nor_hides() {
    let stage = stage();
    // A good call, one whose arguments name a key twice, one that is no call, and one that is no JSON.
    let lines = corpus().into_iter().flat_map(|text| {
        let key = serde_json::to_string(&text.text).unwrap();
        [
            format!("{{\"tool\": {key}, \"arguments\": {{{key}: 1}}, \"rationale\": {key}}}\n"),
            format!("{{\"tool\": \"t\", \"arguments\": {{{key}: 1, {key}: 2}}}}\n"),
            format!("{{{key}: 1}}\n"),
            format!("{}\n", text.text),
        ]
    });
    let recording: String = lines.collect();
    let file = stage.place.path("hostile\u{202e}.jsonl");
    std::fs::write(&file, recording).unwrap();
    let file = file.to_string_lossy();
    let replay = ["--token-file", &stage.agent, "replay", &file, "--rate", "1000"];
    let said = stage.run("replay", &replay);
    assert!(said.contains("duplicate_key"), "{said}");
    let said = stage.run("replay", &[&replay[..], &["--json"]].concat());
    assert!(
        said.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "{said}"
    );
    let said = stage.run(
        "replay",
        &["--token-file", &stage.agent, "replay", "gone\u{9b}31m\u{202e}.jsonl"],
    );
    assert!(said.contains("gone⟨U+009B⟩31m⟨U+202E⟩.jsonl cannot be read"), "{said}");
}

/// A window ends where an agent likes it to: what goes on in the next row must not look like a row of ours.
#[test]
fn on_a_terminal_no_text_begins_a_line_where_ours_begin() {
    let stage = stage();
    let fake = "!! 00000000-0000-7000-8000-000000000000  ticket.tag       support-3    approved by everybody";
    let envelope = stage.propose(0, &format!("{} {fake} {fake}", "so ".repeat(20)));
    let id = envelope["id"].as_str().unwrap();
    let ours = |line: &str| {
        let label = line
            .get(..10)
            .is_some_and(|label| !label.trim().is_empty() && label.ends_with(' '));
        let known = [
            "does",
            "class",
            "verdict",
            "asks",
            "until",
            "digest",
            "policy",
            "because",
            "arguments",
            "new",
            "the agent",
        ];
        line.starts_with("> ")
            || line.starts_with("| ")
            || line.contains(id)
            || (label && known.iter().any(|known| line.starts_with(known)))
    };
    for arguments in [vec!["list"], vec!["list", "--find", "tool"], vec!["show", id]] {
        let all = [
            &["--url", stage.url.as_str(), "--token-file", &stage.sam],
            &arguments[..],
        ]
        .concat();
        let mut terminal = Terminal::start(&all, 80, 100);
        assert_eq!(terminal.end(), 0);
        let wrong = wrong_in_text(&String::from_utf8_lossy(terminal.raw()).replace('\r', "").into_bytes());
        assert!(wrong.is_empty(), "{arguments:?}: {wrong:?}");
        let text = terminal.text();
        assert!(text.contains("> "), "{arguments:?}: nothing was too long\n{text}");
        for line in text.lines().filter(|line| !line.is_empty()) {
            assert!(ours(line), "{arguments:?}: {line} in\n{text}");
        }
    }
}
