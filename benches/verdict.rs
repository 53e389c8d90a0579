//! Durable verdicts over loopback HTTP, beside what the same disk does with a raw append and fdatasync.
//!
//! Prints the ratio of the two: figures of one machine say little on another, ratios do. Client and gate
//! share the machine's cores, so the client's work is in the figure.
#![expect(clippy::print_stdout, reason = "criterion's macros; ratios are printed")]

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use signoff::api::AddPrincipal;
use signoff::client::Client;
use signoff::config::DEFAULT_POLICY;
use signoff::domain::PrincipalKind;
use signoff::gate::{Embedded, Folder, World};
use tokio::runtime::Runtime;

#[derive(Debug)]
struct Machine;

impl World for Machine {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("randomness");
        bytes
    }
}

static KEY: AtomicU64 = AtomicU64::new(0);

/// About what a proposal makes the ledger write.
const RECORD: [u8; 2_048] = [7; 2_048];

fn body() -> Vec<u8> {
    br#"{"action":{"tool":"issue_refund","arguments":{"order_id":"12345","amount":"60.00","currency":"USD"},
        "target":{"system":"billing","record":"order/12345"}},"rationale":"charged twice"}"#
        .to_vec()
}

/// Appends and syncs one record at a time for a while: what the disk can do for one writer.
fn raw_rate(folder: &Path, time: Duration) -> f64 {
    let mut file = std::fs::File::create(folder.join("raw")).expect("file");
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < time {
        file.write_all(&RECORD).expect("written");
        file.sync_data().expect("synced");
        count += 1;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}

async fn propose(client: &Client) {
    let key = KEY.fetch_add(1, Ordering::Relaxed).to_string();
    client.propose(&key, body()).await.expect("a verdict");
}

/// Verdicts a second with so many connections, and processor time of the whole process for each.
fn verdict_rate(runtime: &Runtime, client: &Client, connections: u32, time: Duration) -> (f64, Duration) {
    let (start, cpu) = (Instant::now(), cpu_time());
    let count = runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..connections {
            let client = client.clone();
            tasks.spawn(async move {
                let mut count = 0_u32;
                while start.elapsed() < time {
                    propose(&client).await;
                    count += 1;
                }
                count
            });
        }
        tasks.join_all().await.into_iter().sum::<u32>()
    });
    (
        f64::from(count) / start.elapsed().as_secs_f64(),
        cpu_time().saturating_sub(cpu) / count.max(1),
    )
}

/// User and system time of this process, from Linux's own account of it.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<u64>().ok())
        .sum();
    // Linux reports in hundredths of a second on every platform it runs on.
    Duration::from_millis(ticks * 10)
}

fn verdicts(c: &mut Criterion) {
    let runtime = Runtime::new().expect("runtime");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("folder");
    let gate = runtime.block_on(async {
        let taken = Folder::take(&folder.path().join("data")).expect("folder");
        Embedded::open(taken, DEFAULT_POLICY.to_owned(), Arc::new(Machine), Vec::new(), &[0])
            .await
            .expect("gate")
    });
    // Nobody answers here: what is measured is how fast it comes in.
    gate.service.limit_waiting(u64::MAX);
    let agent = AddPrincipal {
        name: "agent".to_owned(),
        ..AddPrincipal::default()
    };
    let added = runtime
        .block_on(gate.service.add_by_gate(PrincipalKind::Agent, agent))
        .expect("agent");
    let client = Client::new(&gate.url, Some(added.token)).expect("client");
    let time = Duration::from_secs(4);
    for connections in [1, 64] {
        let raw = raw_rate(folder.path(), time / 2);
        let (rate, cpu) = verdict_rate(&runtime, &client, connections, time);
        let again = raw_rate(folder.path(), time / 2);
        let raw = f64::midpoint(raw, again);
        println!(
            "{connections} connections: {rate:.0} durable verdicts/s, raw append+fdatasync {raw:.0}/s, ratio {:.2}, {} us of CPU each",
            rate / raw,
            cpu.as_micros()
        );
    }
    let mut group = c.benchmark_group("verdict/durable");
    group.throughput(Throughput::Elements(1)).sample_size(30);
    group.bench_function("1 connection", |b| b.iter(|| runtime.block_on(propose(&client))));
    group.finish();
    runtime.block_on(gate.close()).expect("closed");
}

criterion_group!(benches, verdicts);
criterion_main!(benches);
