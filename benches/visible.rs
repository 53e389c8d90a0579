//! How long a reviewer waits: from submit to visible in a console's poll, from start to the first frame, from
//! a stop to the first refusal; and what a console that nobody touches costs.
//!
//! Prints percentiles, and a raw append and fdatasync on the same disk beside them: a verdict waits for one of
//! those. All of it shares the machine's cores.
#![expect(clippy::print_stdout, reason = "figures are printed")]

#[allow(dead_code, reason = "what only a crowded console needs is there too")]
mod place;

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use place::{Console, Gate, cpu_time, machine, say};
use signoff::api::{ResumeRequest, StopRequest};
use signoff::client::Client;
use signoff::domain::{PrincipalKind, StopEffect, StopScope, Verdict};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// How many proposals are timed, and how many starts.
const PROPOSALS: usize = 500;
const STARTS: usize = 20;

/// How often everything is stopped and resumed.
const STOPS: usize = 50;

/// How many consoles look on, and how many other agents are at work where it says so.
const CONSOLES: usize = 3;
const BUSY: usize = 16;

const IDLE: Duration = Duration::from_secs(10);

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

fn main() {
    machine();
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
