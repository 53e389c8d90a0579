//! The published client, unchanged, against the real binary, with people at the command line.
//!
//! It takes the package index and half a minute, so it runs where `SIGNOFF_INTEROP=1` says so; `.ci/run` does. The
//! programs are in `tests/interop`; each exits 0 only if the client itself saw what its scenario promises.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::it::cli::place::Place;

const DRIVERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop");

/// The reviewer's own words, in more than one alphabet's signs.
const REASON: &str = "Over the limit: ask “finance” first.";

const EDITED: &str = r#"{"order_id": "1042", "amount": "40.00", "memo": "Zoë: “2×”"}"#;

/// How long any step may take: the client's own patience with a gate that is away.
const PATIENCE: Duration = Duration::from_secs(40);

#[test]
fn every_scenario_of_the_published_client_comes_out_as_it_promises() {
    if std::env::var_os("SIGNOFF_INTEROP").is_none_or(|value| value != "1") {
        return say("skipped: SIGNOFF_INTEROP not set");
    }
    let folder = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let python = install(folder.path());
    say(&format!("installed in {:.1} s", started.elapsed().as_secs_f32()));
    for scenario in [
        "allow",
        "approve",
        "reject",
        "edit",
        "expire",
        "cancel",
        "double_consume",
        "conflict",
        "restart",
        "stop",
        "lapse",
        "refused",
        "halted",
        "full",
        "agent_langgraph",
        "agent_openai",
        "agent_pydantic",
    ] {
        let started = Instant::now();
        let steps = Scene::new(scenario).play(&python);
        say(&format!(
            "{scenario}: {} in {:.1} s",
            steps.join(", "),
            started.elapsed().as_secs_f32()
        ));
    }
    Scene::new("readme").follow_the_readme(&python);
}

#[expect(clippy::print_stderr, reason = "a skip and the figures are said aloud")]
fn say(text: &str) {
    eprintln!("{text}");
}

/// A fresh environment with exactly the packages that the drivers were written against.
fn install(folder: &Path) -> PathBuf {
    let environment = folder.join("venv");
    let made = Command::new("python3").args(["-m", "venv"]).arg(&environment).output();
    done("python3 -m venv", &made.unwrap());
    let python = environment.join("bin/python");
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
    ];
    let installed = Command::new(&python)
        .args(pip)
        .arg(format!("{DRIVERS}/requirements.txt"))
        .output();
    done("pip install", &installed.unwrap());
    python
}

fn done(what: &str, output: &Output) {
    assert!(
        output.status.success(),
        "{what}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A gate of its own, an agent and a reviewer, for one scenario.
struct Scene {
    scenario: &'static str,
    place: Place,
    policy: String,
    url: String,
    agent: String,
    ana: String,
}

impl Scene {
    fn new(scenario: &'static str) -> Self {
        let mut place = Place::new();
        let policy = include_str!("../../interop/policy.toml");
        let policy = if scenario == "lapse" {
            policy.replace("valid_for = \"15m\"", "valid_for = \"2s\"")
        } else {
            policy.to_owned()
        };
        let file = place.path("policy.toml").to_string_lossy().into_owned();
        fs::write(&file, policy).unwrap();
        let room = if scenario == "full" { "1" } else { "10000" };
        let serve = ["--listen", "127.0.0.1:0", "--policy", &file, "--most-waiting", room];
        let url = place.serve_with(&serve);
        let agent = fs::read_to_string(place.add(&["agent", "add", "support-3"])).unwrap();
        let ana = place.add(&["reviewer", "add", "ana", "--role", "reviewer"]);
        Self {
            scenario,
            place,
            policy: file,
            url,
            agent,
            ana,
        }
    }

    /// Runs the driver and acts as its scenario wants; what the client said, step by step.
    fn play(mut self, python: &Path) -> Vec<String> {
        let (script, arguments) = self.driver();
        let log = self.place.path("driver.log");
        let mut driver = Command::new(python)
            .arg(format!("{DRIVERS}/{script}.py"))
            .args([format!("{}/aap", self.url), self.agent.clone()])
            .args(arguments)
            // Compiled files would lie beside the drivers.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let steps = lines(&mut driver);
        let mut said = Vec::new();
        let mut held: Vec<String> = Vec::new();
        let ended = loop {
            match steps.recv_timeout(PATIENCE) {
                Ok(step) => {
                    said.push(step["step"].as_str().unwrap().to_owned());
                    if said.iter().filter(|step| *step == "full").count() == 1 && step["step"] == "full" {
                        self.decide(&["reject", &held[0], "--reason", REASON]);
                    }
                    if step["step"] == "submitted" && step["status"] == "pending" {
                        held.push(step["id"].as_str().unwrap().to_owned());
                        self.review(&held, &steps, &mut said);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break driver.wait().unwrap().success(),
                Err(RecvTimeoutError::Timeout) => {
                    driver.kill().unwrap();
                    break driver.wait().unwrap().success();
                }
            }
        };
        let log = fs::read_to_string(log).unwrap();
        assert!(ended, "{}: {}\n{}", self.scenario, said.join(", "), end_of(&log));
        self.place.json(&["ledger", "verify"]);
        said
    }

    /// Runs the README's own lines as they stand, but for the port, and approves what they ask for.
    fn follow_the_readme(self, python: &Path) {
        let readme = include_str!("../../../README.md");
        let block = readme.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
        let block = block.replace("http://127.0.0.1:7433", &self.url);
        let before = "def issue_refund(**arguments): return ['refunded', arguments]\n";
        let after = "import json; print(json.dumps({'step': 'finished', 'result': result}))\n";
        let mut program = Command::new(python)
            .args(["-c", &format!("{before}{block}{after}")])
            .current_dir(self.place.folder.path())
            .env("NO_PROXY", "127.0.0.1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let steps = lines(&mut program);
        let started = Instant::now();
        let id = loop {
            assert!(started.elapsed() < PATIENCE);
            let listed = self.place.run(&["list", "--json"]);
            if let Ok(row) = serde_json::from_slice::<Value>(&listed.stdout) {
                break row["id"].as_str().unwrap().to_owned();
            }
            let quiet = steps.recv_timeout(Duration::from_millis(100));
            assert_eq!(quiet, Err(RecvTimeoutError::Timeout), "it asks first");
        };
        self.approve(&id);
        let step = steps.recv_timeout(PATIENCE).unwrap();
        assert_eq!(step["result"][1]["amount"], "60.00", "{step}");
        assert!(program.wait().unwrap().success());
        assert_eq!(self.place.json(&["show", &id])["stage"], "done");
    }

    /// The program, and what follows address and credential on its command line.
    fn driver(&self) -> (&'static str, Vec<String>) {
        let file = self.place.path("lines").to_string_lossy().into_owned();
        match self.scenario {
            agent if agent.starts_with("agent_") => (agent, vec![file, REASON.to_owned()]),
            // The same scenario: only how the gate goes away is another.
            "stop" => ("driver", vec!["restart".to_owned()]),
            scenario => {
                let more: &[&str] = match scenario {
                    "reject" => &["--reason", REASON],
                    "edit" => &["--edited", EDITED],
                    _ => &[],
                };
                let all = [&[scenario], more].concat();
                ("driver", all.into_iter().map(str::to_owned).collect())
            }
        }
    }

    /// What a reviewer, or an operator, does about the request that is held now.
    fn review(&mut self, held: &[String], steps: &Receiver<Value>, said: &mut Vec<String>) {
        let id = held.last().unwrap();
        match (self.scenario, held.len()) {
            ("approve", _) | ("agent_langgraph" | "agent_openai" | "agent_pydantic", 1) => self.approve(id),
            ("reject" | "agent_langgraph" | "agent_openai" | "agent_pydantic", _) => {
                self.decide(&["reject", id, "--reason", REASON]);
            }
            ("edit", 1) => {
                let file = self.place.path("edited.json").to_string_lossy().into_owned();
                fs::write(&file, EDITED.replace(", ", ",\n  ")).unwrap();
                let digest = self.digest(id);
                self.decide(&[
                    "edit",
                    id,
                    "--digest",
                    &digest,
                    "--arguments",
                    &file,
                    "--reason",
                    "Too much.",
                ]);
            }
            ("halted", _) => {
                self.decide(&["stop", "--agent", "support-3", "--reason", REASON]);
                self.approve(id);
            }
            ("restart" | "stop", _) => {
                self.go_and_come_back(steps, said);
                self.approve(id);
            }
            // The third call of an edit is held again, and the driver takes it back.
            _ => {}
        }
    }

    /// The gate ends while the client waits in a long poll, and starts again at the same address.
    fn go_and_come_back(&mut self, steps: &Receiver<Value>, said: &mut Vec<String>) {
        let quiet = steps.recv_timeout(Duration::from_secs(1));
        assert_eq!(quiet, Err(RecvTimeoutError::Timeout), "it waits");
        let mut gate = self.place.gate.take().unwrap();
        if self.scenario == "stop" {
            let pid = gate.id().to_string();
            done("kill", &Command::new("kill").args(["-TERM", &pid]).output().unwrap());
        } else {
            gate.kill().unwrap();
        }
        gate.wait().unwrap();
        let outage = steps.recv_timeout(PATIENCE).unwrap();
        assert_eq!(outage["step"], "outage", "{outage}");
        said.push("outage".to_owned());
        let address = self.url.strip_prefix("http://").unwrap().to_owned();
        let policy = self.policy.clone();
        let url = self.place.serve_with(&["--listen", &address, "--policy", &policy]);
        assert_eq!(url, self.url);
    }

    fn approve(&self, id: &str) {
        self.decide(&["approve", id, "--digest", &self.digest(id)]);
    }

    fn digest(&self, id: &str) -> String {
        let seen = self.place.json(&["show", id]);
        format!("{}@{}", seen["payload_sha256"].as_str().unwrap(), seen["revision"])
    }

    fn decide(&self, arguments: &[&str]) {
        self.place.json(&[&["--token-file", &self.ana], arguments].concat());
    }
}

/// The steps that a driver says, as it says them.
fn lines(driver: &mut Child) -> Receiver<Value> {
    let (said, steps) = channel();
    let output = BufReader::new(driver.stdout.take().unwrap());
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if let Ok(step) = serde_json::from_str(&line)
                && said.send(step).is_err()
            {
                return;
            }
        }
    });
    steps
}

fn end_of(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    let mut end = String::new();
    for line in &lines[lines.len().saturating_sub(40)..] {
        writeln!(end, "{line}").unwrap();
    }
    end
}
