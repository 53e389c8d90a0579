//! How long a reviewer waits: from submit to visible in a console's poll, from start to the first frame, from
//! a stop to the first refusal; and what a console that nobody touches costs.
//!
//! Prints percentiles, and a raw append and fdatasync on the same disk beside them: a verdict waits for one of
//! those. All of it shares the machine's cores.
#![expect(clippy::print_stdout, reason = "figures are printed")]

use std::io::{BufRead, BufReader, Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtyPair, PtySize, native_pty_system};
use signoff::api::{AddPrincipal, ResumeRequest, StopRequest};
use signoff::client::Client;
use signoff::domain::{PrincipalKind, Role, StopEffect, StopScope, Verdict};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

const BINARY: &str = env!("CARGO_BIN_EXE_signoff");

/// How many proposals are timed, and how many starts.
const PROPOSALS: usize = 500;
const STARTS: usize = 20;

/// How often everything is stopped and resumed.
const STOPS: usize = 50;

/// How many consoles look on, and how many other agents are at work where it says so.
const CONSOLES: usize = 3;
const BUSY: usize = 16;

const IDLE: Duration = Duration::from_secs(10);

/// The real gate on a folder, ended with it.
struct Gate {
    process: std::process::Child,
    url: String,
    admin: Client,
    folder: tempfile::TempDir,
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Gate {
    fn start() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("folder");
        let data = folder.path().join("data");
        let mut process = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a gate");
        let mut line = String::new();
        let output = process.stdout.take().expect("output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let ready: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let url = ready["listening"].as_str().expect("an address").to_owned();
        let token = std::fs::read_to_string(data.join("admin.token")).expect("a credential");
        let admin = Client::new(&url, Some(token.trim().to_owned())).expect("client");
        Self {
            process,
            url,
            admin,
            folder,
        }
    }

    async fn add(&self, kind: PrincipalKind, name: &str) -> (Client, String) {
        let request = AddPrincipal {
            name: name.to_owned(),
            role: (kind == PrincipalKind::Human).then_some(Role::Senior),
            ..AddPrincipal::default()
        };
        let added = self.admin.add(kind, name, &request).await.expect("added");
        let client = Client::new(&self.url, Some(added.token.clone())).expect("client");
        (client, added.token)
    }
}

async fn propose(client: &Client, key: &str) -> signoff::domain::EnvelopeId {
    let body =
        br#"{"action":{"tool":"issue_refund","arguments":{"order_id":"12345","amount":"60.00","currency":"USD"}}}"#;
    let view = client.propose(key, body.to_vec()).await.expect("a verdict");
    view.summary.id
}

/// Submits one after the other; how long until each of the consoles that look on has it.
async fn visible(gate: &Gate, agent: &Client, round: &str) -> Vec<Duration> {
    let (send, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let mut consoles = JoinSet::new();
    for n in 0..CONSOLES {
        let (client, _) = gate.add(PrincipalKind::Human, &format!("console-{round}-{n}")).await;
        let mut page = client.queue(0, Duration::ZERO).await.expect("a page");
        while page.more {
            page = client.queue(page.cursor, Duration::ZERO).await.expect("a page");
        }
        let send = send.clone();
        consoles.spawn(async move {
            let mut cursor = page.cursor;
            while let Ok(page) = client.queue(cursor, Duration::from_secs(20)).await {
                let at = Instant::now();
                cursor = page.cursor;
                for row in page.rows {
                    let _ = send.send((row.id, at));
                }
            }
        });
    }
    let mut times = Vec::new();
    for n in 0..PROPOSALS {
        let start = Instant::now();
        let id = propose(agent, &format!("{round}-{n}")).await;
        let mut left = CONSOLES;
        while left > 0 {
            let (row, at) = seen.recv().await.expect("a row");
            if row == id {
                times.push(at - start);
                left -= 1;
            }
        }
    }
    times
}

/// Times from the moment somebody stops everything.
#[derive(Default)]
struct Halts {
    answered: Vec<Duration>,
    /// Until a console that waits knows.
    told: Vec<Duration>,
    /// Until an agent that asks once the stop was answered is told no.
    refused: Vec<Duration>,
}

/// Stops everything and lets it go on, again and again.
async fn halted(gate: &Gate, agent: &Client, round: &str) -> Halts {
    let (senior, _) = gate.add(PrincipalKind::Human, &format!("senior-{round}")).await;
    let (console, _) = gate.add(PrincipalKind::Human, &format!("watch-{round}")).await;
    let (send, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let mut page = console.queue(0, Duration::ZERO).await.expect("a page");
    let watch = tokio::spawn(async move {
        let mut was = false;
        loop {
            let wait = if page.more {
                Duration::ZERO
            } else {
                Duration::from_secs(20)
            };
            let Ok(next) = console.queue(page.cursor, wait).await else {
                return;
            };
            page = next;
            let is = !page.stops.is_empty();
            if is != was {
                let _ = send.send((is, Instant::now()));
            }
            was = is;
        }
    });
    let mut halts = Halts::default();
    for n in 0..STOPS {
        let request = StopRequest {
            scope: StopScope::Everything,
            name: None,
            effect: StopEffect::Deny,
            reason: "measured".to_owned(),
        };
        let start = Instant::now();
        let stop = senior.stop(&format!("stop-{n}"), &request).await.expect("stopped");
        halts.answered.push(start.elapsed());
        let read = br#"{"action":{"tool":"get_order","arguments":{"order_id":"12345"}}}"#;
        let key = format!("after-{round}-{n}");
        let view = agent.propose(&key, read.to_vec()).await.expect("a verdict");
        halts.refused.push(start.elapsed());
        assert_eq!(view.summary.effective, Verdict::Deny, "nothing is let through any more");
        let (is, at) = heard.recv().await.expect("a poll");
        assert!(is, "the console is told of each");
        halts.told.push(at - start);
        let request = ResumeRequest {
            reason: "measured".to_owned(),
        };
        senior
            .resume(stop.id, &format!("resume-{n}"), &request)
            .await
            .expect("resumed");
        let (is, _) = heard.recv().await.expect("a poll");
        assert!(!is, "and of its end");
    }
    watch.abort();
    halts
}

/// Other agents, as fast as they can be answered.
async fn busy(gate: &Gate, name: &str) -> JoinSet<()> {
    let mut agents = JoinSet::new();
    for n in 0..BUSY {
        let (client, _) = gate.add(PrincipalKind::Agent, &format!("{name}-{n}")).await;
        agents.spawn(async move {
            let body = br#"{"action":{"tool":"get_order","arguments":{"order_id":"12345"}}}"#;
            for n in 0_u64.. {
                // Stopped in the very moment it was judged is an answer too.
                let _ = client.propose(&n.to_string(), body.to_vec()).await;
            }
        });
    }
    agents
}

/// A console in a terminal.
struct Console {
    child: Box<dyn Child + Send + Sync>,
    output: mpsc::Receiver<Vec<u8>>,
    screen: vt100::Parser,
    _pair: PtyPair,
}

impl Console {
    fn start(gate: &Gate, token: &Path) -> Self {
        let size = PtySize {
            rows: 40,
            cols: 120,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(BINARY);
        command.args(["--url", &gate.url, "--token-file", &token.to_string_lossy()]);
        command.env("TERM", "xterm-256color");
        let mut reader = pair.master.try_clone_reader().expect("output");
        let (send, output) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 16_384];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                let _ = send.send(buffer[..n].to_vec());
            }
        });
        let child = pair.slave.spawn_command(command).expect("a console");
        let cells = |n| NonZeroU16::new(n).expect("cells");
        Self {
            child,
            output,
            screen: vt100::Parser::new(cells(40), cells(120), 0),
            _pair: pair,
        }
    }

    fn wait_for(&mut self, text: &str) {
        while !self.screen.screen().contents().contains(text) {
            let bytes = self.output.recv_timeout(Duration::from_secs(20)).expect("output");
            self.screen.process(&bytes);
        }
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// User and system time of a process, from Linux's own account of it.
fn cpu_time(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|t| t.parse::<u64>().ok()).sum();
    // Linux reports in hundredths of a second on every platform it runs on.
    Duration::from_millis(ticks * 10)
}

/// What the disk does for one append at a time.
fn raw(folder: &Path) -> Vec<Duration> {
    let mut file = std::fs::File::create(folder.join("raw")).expect("file");
    let mut append = || {
        let start = Instant::now();
        file.write_all(&[7; 2_048]).expect("written");
        file.sync_data().expect("synced");
        start.elapsed()
    };
    (0..PROPOSALS).map(|_| append()).collect()
}

/// How often the first fits into the second, by their medians: figures of one machine say little on another.
fn ratio(what: &str, times: &[Duration], commits: &[Duration]) {
    let median = |times: &[Duration]| {
        let mut times = times.to_vec();
        times.sort();
        times[times.len() / 2].as_secs_f64()
    };
    println!(
        "{what}: {:.1} times one append and fdatasync",
        median(times) / median(commits)
    );
}

fn say(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1_000.0;
    println!(
        "{what}: p50 {:.1} ms, p99 {:.1} ms, most {:.1} ms of {}",
        at(50),
        at(99),
        at(100),
        times.len()
    );
}

fn main() {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{profile} build, {cores} cores, load average {}", load.trim());
    let runtime = Runtime::new().expect("runtime");
    let gate = Gate::start();
    let commits = raw(gate.folder.path());
    say("append and fdatasync", commits.clone());
    let (agent, _) = runtime.block_on(gate.add(PrincipalKind::Agent, "agent"));
    let times = runtime.block_on(visible(&gate, &agent, "quiet"));
    say("submit to visible", times);
    let times = runtime.block_on(async {
        let agents = busy(&gate, "busy").await;
        let times = visible(&gate, &agent, "busy").await;
        drop(agents);
        times
    });
    say(&format!("submit to visible, {BUSY} other agents at work"), times);

    for round in ["quiet", "busy"] {
        let halts = runtime.block_on(async {
            let agents = if round == "busy" {
                Some(busy(&gate, "stopped").await)
            } else {
                None
            };
            let halts = halted(&gate, &agent, round).await;
            drop(agents);
            halts
        });
        ratio(&format!("stop to the first refusal, {round}"), &halts.refused, &commits);
        say(&format!("stop to its answer, {round}"), halts.answered);
        say(&format!("stop to the first refusal, {round}"), halts.refused);
        say(&format!("stop to a console's poll, {round}"), halts.told);
    }

    // A console looks at what waits by now: a thousand rows.
    let (_, token) = runtime.block_on(gate.add(PrincipalKind::Human, "ana"));
    let file = gate.folder.path().join("ana.token");
    std::fs::write(&file, token).expect("a file");
    let (mut frames, mut queues) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let start = Instant::now();
        let mut console = Console::start(&gate, &file);
        console.wait_for("signoff");
        frames.push(start.elapsed());
        console.wait_for("issue_refund");
        queues.push(start.elapsed());
    }
    say("start to first frame", frames);
    say("start to the queue on screen", queues);

    let mut console = Console::start(&gate, &file);
    console.wait_for("issue_refund");
    let (pid, other) = (console.child.process_id().expect("a process"), gate.process.id());
    runtime.block_on(async { tokio::time::sleep(Duration::from_secs(1)).await });
    let (before, gate_before) = (cpu_time(pid), cpu_time(other));
    runtime.block_on(async { tokio::time::sleep(IDLE).await });
    for (what, spent) in [
        ("console", cpu_time(pid).saturating_sub(before)),
        ("gate", cpu_time(other).saturating_sub(gate_before)),
    ] {
        let share = spent.as_secs_f64() / IDLE.as_secs_f64() * 100.0;
        println!(
            "idle {what}: {} ms of CPU in {} s, {share:.1}% of a core",
            spent.as_millis(),
            IDLE.as_secs()
        );
    }
}
