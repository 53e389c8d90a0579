//! A console on a gate where 10,000 wait: its memory, what it costs untouched, and its keys while 10,000 more
//! arrive within a minute.
//!
//! Prints figures of the real binary in a terminal of 120×40; nothing is lost or the run ends with a failure.
#![expect(clippy::print_stdout, reason = "figures are printed")]

mod place;

use std::time::{Duration, Instant};

use place::{Console, Gate, cpu_time, machine, resident, say};
use signoff::client::Client;
use signoff::domain::PrincipalKind;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// How many wait, and how many more arrive; as many agents share each, so that none has too many waiting.
const QUEUED: usize = 10_000;
const AGENTS: usize = 8;

/// How long the arrivals take, how long nobody touches the console, and between two keys.
const ARRIVALS: Duration = Duration::from_mins(1);
const IDLE: Duration = Duration::from_secs(10);
const BETWEEN_KEYS: Duration = Duration::from_millis(200);

async fn agents(gate: &Gate, round: &str) -> Vec<Client> {
    let mut agents = Vec::new();
    for n in 0..AGENTS {
        agents.push(gate.add(PrincipalKind::Agent, &format!("{round}-{n}")).await.0);
    }
    agents
}

/// Proposes `QUEUED` in all, each agent at an even pace where there is a time for it.
async fn arrive(agents: Vec<Client>, over: Option<Duration>) {
    let each = QUEUED / agents.len();
    let mut all = JoinSet::new();
    for (n, agent) in agents.into_iter().enumerate() {
        all.spawn(async move {
            let start = tokio::time::Instant::now();
            for k in 0..each {
                if let Some(over) = over {
                    tokio::time::sleep_until(start + over * u32::try_from(k).expect("few") / u32::try_from(each).expect("few")).await;
                }
                let body = format!(
                    r#"{{"action":{{"tool":"issue_refund","arguments":{{"order_id":"{n}-{k}","amount":"60.00","currency":"USD"}}}}}}"#
                );
                agent.propose(&format!("{k}"), body.into_bytes()).await.expect("a verdict");
            }
        });
    }
    while let Some(done) = all.join_next().await {
        done.expect("proposed");
    }
}

fn share(what: &str, spent: Duration, time: Duration) {
    let share = spent.as_secs_f64() / time.as_secs_f64() * 100.0;
    println!(
        "{what}: {} ms of CPU in {} s, {share:.2}% of a core",
        spent.as_millis(),
        time.as_secs()
    );
}

fn main() {
    machine();
    let runtime = Runtime::new().expect("runtime");
    let gate = Gate::start();
    runtime.block_on(async { arrive(agents(&gate, "before").await, None).await });
    let (_, token) = runtime.block_on(gate.add(PrincipalKind::Human, "ana"));
    let file = gate.folder.path().join("ana.token");
    std::fs::write(&file, token).expect("a file");

    let mut console = Console::start(&gate, &file);
    let waiting = format!("{QUEUED} waiting");
    console.wait_for(&waiting);
    // The tour is in front of what is measured.
    console.press("\u{1b}");
    console.watch(Duration::from_secs(2));
    let pid = console.child.process_id().expect("a process");
    println!("{waiting}: the console has {:.1} MB resident", resident(pid));

    let before = cpu_time(pid);
    console.watch(IDLE);
    share("untouched, with countdowns", cpu_time(pid).saturating_sub(before), IDLE);

    // A question to the agent: each letter is one key, and is waited for behind the nineteen before it, so that a
    // lost one ends the run.
    console.press("i");
    console.wait_for("Write it first");
    console.watch(Duration::from_secs(1));
    let arrivals = runtime.block_on(agents(&gate, "now"));
    let arrivals = runtime.spawn(arrive(arrivals, Some(ARRIVALS)));
    let (before, start) = (cpu_time(pid), Instant::now());
    let (mut times, mut text) = (Vec::new(), String::new());
    while start.elapsed() < ARRIVALS {
        let next = Instant::now() + BETWEEN_KEYS;
        // No twenty of them stand there twice, so that none is taken for what was there before.
        let chance = times.len().wrapping_mul(2_654_435_761) >> 13;
        let letter = char::from(b'a' + u8::try_from(chance % 26).expect("a letter"));
        text.push(letter);
        let pressed = Instant::now();
        console.press(&letter.to_string());
        let tail: String = text
            .chars()
            .rev()
            .take(20)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        console.wait_for_joined(&tail);
        times.push(pressed.elapsed());
        console.watch(next.saturating_duration_since(Instant::now()));
    }
    runtime.block_on(arrivals).expect("all arrived");
    let time = start.elapsed();
    share("while they arrive", cpu_time(pid).saturating_sub(before), time);
    console.wait_for(&format!("{} waiting", 2 * QUEUED));
    let keys = times.len();
    say("key to screen", times);
    println!(
        "{keys} keys while {QUEUED} arrived in {:.0} s: none lost",
        time.as_secs_f64()
    );
    println!(
        "{} waiting: the console has {:.1} MB resident",
        2 * QUEUED,
        resident(pid)
    );
}
