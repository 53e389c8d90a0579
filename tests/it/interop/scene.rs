//! A gate of the real binary, people with keys of OpenSSH's making, and what they decided.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use signoff::api::EnvelopeView;
use signoff::client::Client;
use signoff::domain::EnvelopeId;

use super::done;
use crate::it::cli::place::Place;

/// How many proposals are under way at once.
const AT_ONCE: usize = 16;

const POLICY: &str = include_str!("../../interop/decisions.toml");

/// Who decides, and the kind of their key.
const PEOPLE: [(&str, &str); 2] = [("ana", "ed25519"), ("ben", "ecdsa")];

/// How much is decided.
pub struct Size {
    /// Of envelopes alike, cleared together.
    batches: usize,
    /// How many each batch clears.
    each: usize,
    /// Each by itself: approved, rejected or edited.
    singles: usize,
    /// Approved by two people.
    pairs: usize,
}

impl Size {
    pub const THOUSAND: Self = Self {
        batches: 20,
        each: 48,
        singles: 44,
        pairs: 6,
    };
    pub const SMALL: Self = Self {
        batches: 2,
        each: 3,
        singles: 10,
        pairs: 2,
    };

    /// One half of it, or the other.
    fn half(&self, n: usize) -> Self {
        let share = |all: usize| all / 2 + all % 2 * (1 - n);
        Self {
            batches: share(self.batches),
            each: self.each,
            singles: share(self.singles),
            pairs: share(self.pairs),
        }
    }
}

/// What is left when all is decided and the gate has ended.
pub struct Scene {
    pub place: Place,
    pub bundle: PathBuf,
    /// How many decisions were signed.
    pub decided: usize,
    /// Checkpoints of before, as somebody kept them, the oldest first.
    pub earlier: [PathBuf; 3],
    /// The data folder as it was when half was decided.
    pub yesterday: PathBuf,
    /// What the gate wrote elsewhere at each commit.
    pub anchor: PathBuf,
    pub token: Token,
}

/// A token of the gate, the payload it is for, and the keys that were published for it.
pub struct Token {
    pub text: String,
    pub payload_sha256: String,
    pub jwks: Value,
}

impl Scene {
    pub fn play(size: &Size) -> Self {
        let place = Place::new();
        fs::write(place.path("policy.toml"), POLICY).unwrap();
        let mut stage = Stage {
            place,
            url: String::new(),
            agent: String::new(),
            auditor: String::new(),
            people: Vec::new(),
            proposed: 0,
            decided: 0,
            approved: Vec::new(),
        };
        stage.open();
        stage.agent = stage.place.add(&["agent", "add", "support-3"]);
        stage.auditor = stage.place.add(&["reviewer", "add", "ada", "--role", "auditor"]);
        for (name, kind) in PEOPLE {
            stage.register(name, kind);
        }
        let first = stage.checkpoint("first");
        stage.act(&size.half(0));
        let half = stage.checkpoint("half");
        stage.place.kill();
        let yesterday = stage.place.path("yesterday");
        copy(&stage.place.data(), &yesterday);
        stage.open();
        for person in &stage.people {
            let login = stage.command(person, &["login", &stage.url]).output();
            done("login", &login.unwrap());
        }
        stage.act(&size.half(1));
        let token = stage.run_some();
        let last = stage.checkpoint("last");
        stage.place.kill();
        let bundle = stage.place.path("bundle");
        let export = stage.place.run(&["ledger", "export", bundle.to_str().unwrap()]);
        done("export", &export);
        Self {
            bundle,
            decided: stage.decided,
            earlier: [first, half, last],
            yesterday,
            anchor: stage.anchor(),
            token,
            place: stage.place,
        }
    }
}

/// Somebody who has logged in with a key of theirs.
struct Person {
    name: &'static str,
    key: PathBuf,
}

/// The gate while it runs.
struct Stage {
    place: Place,
    url: String,
    /// The file with the agent's credential.
    agent: String,
    /// The file with the auditor's.
    auditor: String,
    people: Vec<Person>,
    proposed: usize,
    decided: usize,
    /// What may run, since the gate was opened last.
    approved: Vec<EnvelopeId>,
}

impl Stage {
    fn anchor(&self) -> PathBuf {
        self.place.path("anchor")
    }

    fn open(&mut self) {
        let (anchor, policy) = (self.anchor(), self.place.path("policy.toml"));
        let [anchor, policy] = [&anchor, &policy].map(|path| path.to_str().unwrap());
        let serve = ["--listen", "127.0.0.1:0", "--policy", policy, "--anchor", anchor];
        self.url = self.place.serve_with(&serve);
        self.approved.clear();
    }

    fn register(&mut self, name: &'static str, kind: &str) {
        let credential = self.place.add(&["reviewer", "add", name, "--role", "senior"]);
        let key = self.place.path(&format!("{name}.key"));
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", kind, "-N", "", "-C", name, "-f"])
            .arg(&key)
            .output();
        done("ssh-keygen", &made.unwrap());
        let person = Person { name, key };
        let mut login = self.command(&person, &["--token-file", &credential, "login", &self.url]);
        done("login", &login.output().unwrap());
        self.people.push(person);
    }

    /// A command as somebody with a home of their own.
    fn command(&self, person: &Person, arguments: &[&str]) -> Command {
        let mut command = self.place.command(arguments);
        let home = self.place.path(person.name);
        command
            .env("XDG_STATE_HOME", home.join("state"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .arg("--identity")
            .arg(&person.key)
            .arg("--json")
            .stdin(Stdio::null());
        command
    }

    fn client(&self, credential: &str) -> Client {
        let credential = fs::read_to_string(credential).unwrap();
        Client::new(&self.url, Some(credential.trim().to_owned())).unwrap()
    }

    /// Keeps the newest checkpoint, as an auditor would.
    fn checkpoint(&self, name: &str) -> PathBuf {
        let client = self.client(&self.auditor);
        let growth = block_on(async move { client.growth(0).await.unwrap() });
        let kept = self.place.path(name);
        fs::write(&kept, growth.checkpoint.unwrap()).unwrap();
        kept
    }

    fn act(&mut self, size: &Size) {
        let alike = self.propose(
            size.batches * size.each,
            "tag_ticket",
            |n| json!({"ticket": format!("T-{n}"), "tag": "billing"}),
        );
        let singles = self.propose(
            size.singles,
            "issue_refund",
            |n| json!({"order": n.to_string(), "amount": format!("{}.50", 20 + n % 80), "to": "Zoë"}),
        );
        let pairs = self.propose(
            size.pairs,
            "issue_refund",
            |n| json!({"order": n.to_string(), "amount": "6000.00", "to": "Zoë"}),
        );
        let edited = self.place.path("edited.json");
        fs::write(&edited, r#"{"order": "7", "amount": "19.99", "to": "Zoë"}"#).unwrap();
        let edited = edited.to_str().unwrap();
        let desk = |person: &Person, n: usize| {
            let mut decided = 0;
            for batch in alike.chunks(size.each).skip(n).step_by(2) {
                decided += self.batch(person, batch);
            }
            for (at, envelope) in singles.iter().enumerate().skip(n).step_by(2) {
                decided += match at % 5 {
                    3 => self.decide(person, "reject", envelope, &["--reason", "Not “this” one."]),
                    4 => self.decide(person, "edit", envelope, &["--arguments", edited]),
                    _ => self.decide(person, "approve", envelope, &["--reason", "looked at"]),
                };
            }
            for envelope in &pairs {
                decided += self.decide(person, "approve", envelope, &["--reason", "both of us"]);
            }
            decided
        };
        // Two at once, who share nothing but the gate.
        let decided: usize = thread::scope(|scope| {
            let other = scope.spawn(|| desk(&self.people[1], 1));
            desk(&self.people[0], 0) + other.join().unwrap()
        });
        self.decided += decided;
        self.approved.extend(pairs.iter().map(|view| view.summary.id));
        self.approved.extend(singles.first().map(|view| view.summary.id));
    }

    fn propose(&mut self, count: usize, tool: &'static str, arguments: fn(usize) -> Value) -> Vec<EnvelopeView> {
        let (client, from) = (Arc::new(self.client(&self.agent)), self.proposed);
        self.proposed += count;
        block_on(async move {
            let mut all = Vec::new();
            for at in (from..from + count).step_by(AT_ONCE) {
                let mut under_way = Vec::new();
                for n in at..(at + AT_ONCE).min(from + count) {
                    let client = Arc::clone(&client);
                    let action = json!({"tool": tool, "arguments": arguments(n)});
                    let body = json!({"run_id": format!("run-{}", n % 7), "action": action, "rationale": "Asked for."});
                    under_way.push(tokio::spawn(async move {
                        let (key, body) = (format!("p-{n}"), body.to_string());
                        client.propose(&key, body.into()).await.unwrap()
                    }));
                }
                for view in under_way {
                    all.push(view.await.unwrap());
                }
            }
            all
        })
    }

    fn decide(&self, person: &Person, verb: &str, envelope: &EnvelopeView, more: &[&str]) -> usize {
        let row = &envelope.summary;
        let (id, digest) = (row.id.to_string(), row.payload_sha256.to_string());
        let mut command = self.command(person, &[verb, &id, "--digest", &digest[..12]]);
        done(verb, &command.args(more).output().unwrap());
        1
    }

    fn batch(&self, person: &Person, envelopes: &[EnvelopeView]) -> usize {
        let name = |view: &EnvelopeView| format!("{}@{}", view.summary.id, view.summary.payload_sha256.short());
        let mut command = self.command(person, &["batch", "--reason", "routine"]);
        done("batch", &command.args(envelopes.iter().map(name)).output().unwrap());
        envelopes.len()
    }

    /// Runs what was approved, but for one whose token is kept.
    fn run_some(&self) -> Token {
        let (kept, run) = self.approved.split_last().unwrap();
        for id in run.iter().map(ToString::to_string) {
            let redeem = ["--token-file", &self.agent, "redeem", &id, "--key", &id];
            done("redeem", &self.place.run(&redeem));
        }
        let (client, id) = (self.client(&self.agent), *kept);
        let view = block_on(async move { client.envelope(id, Duration::ZERO).await.unwrap() });
        let url = format!("{}/.well-known/jwks.json", self.url);
        let jwks = block_on(async move {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            http.get(url).send().await.unwrap().bytes().await.unwrap()
        });
        Token {
            text: view.token.unwrap(),
            payload_sha256: view.summary.payload_sha256.to_string(),
            jwks: serde_json::from_slice(&jwks).unwrap(),
        }
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(work)
}

/// Copies a folder with all that is below it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
