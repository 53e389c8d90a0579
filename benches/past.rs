//! Looking back over a million entries: the first screen of an audit, and searches.
//!
//! The ledger is written once and kept in the target folder. Each search is one page of what fits, asked of the
//! program's own archive over loopback, as the console asks it.
#![expect(clippy::print_stdout, reason = "figures are printed")]
#![expect(dead_code, reason = "another benchmark needs the rest of the place")]

mod bulk;
mod place;

use std::path::Path;
use std::time::{Duration, Instant};

use place::say;
use signoff::client::Client;
use signoff::gate::Archive;
use signoff::store::Store;
use tokio::runtime::Runtime;

const ENTRIES: u64 = 1_000_000;
const RUNS: usize = 5;

/// What is looked for. Each number is of something that is near the beginning: the whole ledger lies before it.
const SEARCHES: [&str; 22] = [
    "class:payment.refund",
    "class:order",
    "agent:support-3",
    "by:ana",
    "by:ana class:payment.refund",
    "stage:rejected",
    "amount>899",
    "amount:899.1..899.9",
    "until:2026-01-05T08:30",
    "since:2027-01-01",
    "stage:expired",
    "severity:severe",
    "role:senior",
    "tool:issue_*",
    "tool:*nowhere*",
    "run:run-7",
    "run:nowhere",
    "target:billing:order/77",
    "ORD-0000077",
    "ORD-0000077 class:payment.refund",
    "twice",
    "nowhere",
];

fn main() {
    let folder = bulk::folder(ENTRIES);
    let ledger = folder.join("ledger.db");
    place::machine();
    let runtime = Runtime::new().expect("runtime");
    let start = Instant::now();
    runtime.block_on(async {
        let store = Store::open(&ledger).expect("a ledger");
        store.take_in().await.expect("an index of words");
    });
    println!(
        "brought up to date, all words in their index, in {:.1} s",
        start.elapsed().as_secs_f64()
    );
    runtime.block_on(run(&ledger));
}

async fn run(ledger: &Path) {
    let mut screens = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let archive = Archive::open(ledger, bulk::Machine::new()).await.expect("an archive");
        let client = Client::new(&archive.url, Some(archive.token.clone())).expect("client");
        client.past("", None).await.expect("a page");
        screens.push(start.elapsed());
    }
    say("the archive opened and its first page (aim: 200 ms)", screens);
    let archive = Archive::open(ledger, bulk::Machine::new()).await.expect("an archive");
    let client = Client::new(&archive.url, Some(archive.token.clone())).expect("client");
    let first = client
        .past("", None)
        .await
        .expect("a page")
        .rows
        .last()
        .map(|row| row.id);
    let id = first.expect("rows");
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        client.timeline(id).await.expect("a timeline");
        times.push(start.elapsed());
    }
    say("the timeline of one envelope", times);
    for search in SEARCHES {
        let (mut times, mut rows) = (Vec::new(), 0);
        for _ in 0..RUNS {
            let start = Instant::now();
            match tokio::time::timeout(Duration::from_mins(1), client.past(search, None)).await {
                Ok(Ok(page)) => rows = page.rows.len(),
                Ok(Err(error)) => println!("{search}: {error}"),
                Err(_) => println!("{search}: over a minute"),
            }
            times.push(start.elapsed());
        }
        say(&format!("{search} ({rows} rows; aim: 50 ms)"), times);
    }
}
