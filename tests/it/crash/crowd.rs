//! Two hundred agents wait at once, each for its own answer.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use signoff::api::{AddPrincipal, DecisionRequest, RedeemRequest, Summary};
use signoff::client::Client;
use signoff::domain::{DecisionKind, EnvelopeId, PrincipalKind, Stage};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{PATIENCE, say, start};
use crate::it::chance::{Chance, Seed};
use crate::it::cli::place::Place;

const AGENTS: usize = 200;

/// What the gate may take in memory with all of them waiting, in KiB.
const MOST_MEMORY: u64 = 100 * 1024;

const POLL: Duration = Duration::from_secs(25);

/// What an agent came back with.
struct Told {
    id: EnvelopeId,
    stage: Stage,
    reasons: Vec<Option<String>>,
    /// The arguments that were handed out, where it was cleared, and those it had proposed.
    redeemed: Option<String>,
    proposed: String,
    polls: u32,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_agents_that_wait_each_get_their_own_answer() {
    let seed = Seed::of_this_run();
    let mut place = Place::new();
    let url = start(&mut place);
    let admin = fs::read_to_string(place.data().join("admin.token")).unwrap();
    let admin = Client::new(&url, Some(admin.trim().to_owned())).unwrap();
    let reviewers = [add_person(&place, &url, "ana"), add_person(&place, &url, "ben")];
    let pid = place.gate.as_ref().unwrap().id();
    let before = memory(pid);

    let started = Instant::now();
    let all_held = Arc::new(Barrier::new(AGENTS + 1));
    let mut agents = JoinSet::new();
    for n in 0..AGENTS {
        let added = AddPrincipal {
            name: format!("agent-{n}"),
            ..AddPrincipal::default()
        };
        let added = admin
            .add(PrincipalKind::Agent, &format!("add-{n}"), &added)
            .await
            .unwrap();
        // A client of its own is a connection of its own.
        let client = Client::new(&url, Some(added.token)).unwrap();
        agents.spawn(agent(client, n, Arc::clone(&all_held)));
    }
    timeout(PATIENCE, all_held.wait()).await.expect("all of them are held");
    let mut rows = reviewers[0].queue(0, Duration::ZERO).await.unwrap().rows;
    assert_eq!(rows.len(), AGENTS);
    Chance::of(&seed, 200).shuffle(&mut rows);
    let (first, second) = rows.split_at(AGENTS / 2);
    // The second half waits on while the first is decided.
    decide(&reviewers, first).await;
    let waiting = memory(pid);
    decide(&reviewers, second).await;

    let told: Vec<Told> = timeout(PATIENCE, agents.join_all())
        .await
        .expect("all of them are told");
    let stood: HashMap<EnvelopeId, &Summary> = rows.iter().map(|row| (row.id, row)).collect();
    let ids: std::collections::HashSet<_> = told.iter().map(|told| told.id).collect();
    assert_eq!(ids.len(), AGENTS, "one each");
    for told in &told {
        let kind = verdict(stood[&told.id]);
        assert_eq!(told.reasons, [Some(reason(told.id))], "the word about it, and no other");
        if kind == DecisionKind::Approve {
            assert_eq!(
                (told.stage, told.redeemed.as_ref()),
                (Stage::Approved, Some(&told.proposed))
            );
        } else {
            assert_eq!((told.stage, told.redeemed.as_ref()), (Stage::Rejected, None));
        }
    }
    let approved = told.iter().filter(|told| told.redeemed.is_some()).count();
    assert!(approved > 0 && approved < AGENTS);
    let after = memory(pid);
    let polls: u32 = told.iter().map(|told| told.polls).sum();
    say(&format!(
        "{AGENTS} agents in {:.1} s, {approved} approved, {polls} polls; gate VmRSS {} KiB before, {} KiB while \
         they wait, {} KiB after, VmHWM {} KiB",
        started.elapsed().as_secs_f32(),
        before.resident,
        waiting.resident,
        after.resident,
        after.peak
    ));
    assert_eq!(waiting.resident > 0, cfg!(target_os = "linux"));
    for memory in [waiting.resident, after.resident, after.peak] {
        assert!(memory < MOST_MEMORY, "{memory} KiB");
    }
    place.json(&["ledger", "verify"]);
}

fn add_person(place: &Place, url: &str, name: &str) -> Client {
    let file = place.add(&["reviewer", "add", name, "--role", "reviewer"]);
    Client::new(url, Some(fs::read_to_string(file).unwrap())).unwrap()
}

/// Asks, waits until somebody has answered, and takes what was cleared.
async fn agent(client: Client, n: usize, all_held: Arc<Barrier>) -> Told {
    let text = format!("agent {n}: ").repeat(300);
    let arguments = json!({"order_id": n.to_string(), "amount": "60.00", "memo": &text[..2_000]});
    let proposed = serde_json::to_string_pretty(&arguments).unwrap();
    let body = format!(r#"{{"action": {{"tool": "issue_refund", "arguments": {proposed}}}}}"#);
    let held = client.propose("ask", body.into_bytes()).await.unwrap();
    assert_eq!(held.summary.stage, Stage::Waiting);
    let id = held.summary.id;
    all_held.wait().await;
    let mut polls = 0;
    let view = loop {
        let view = client.envelope(id, POLL).await.unwrap();
        polls += 1;
        if !view.summary.stage.is_open() {
            break view;
        }
    };
    assert_eq!(view.summary.id, id);
    let redeemed = match &view.token {
        Some(token) => Some(client.redeem(id, "take", &RedeemRequest::of(token)).await.unwrap()),
        None => None,
    };
    Told {
        id,
        stage: view.summary.stage,
        reasons: view.decisions.into_iter().map(|decision| decision.reason).collect(),
        redeemed: redeemed.map(|answer| answer.arguments_raw),
        proposed,
        polls,
    }
}

/// Both reviewers at once, each every other row.
async fn decide(reviewers: &[Client; 2], rows: &[Summary]) {
    let mut people = JoinSet::new();
    for (n, client) in reviewers.iter().cloned().enumerate() {
        let rows: Vec<Summary> = rows.iter().skip(n).step_by(2).cloned().collect();
        people.spawn(async move {
            for row in rows {
                let request = DecisionRequest {
                    reason: Some(reason(row.id)),
                    ..DecisionRequest::new(verdict(&row)).about(row.payload_sha256, row.revision)
                };
                client
                    .decide(row.id, &format!("decide-{}", row.id), &request)
                    .await
                    .unwrap();
            }
        });
    }
    timeout(PATIENCE, people.join_all()).await.expect("both are through");
}

/// Chance enough: the digest of what it is about.
fn verdict(row: &Summary) -> DecisionKind {
    if row.payload_sha256.0[0].is_multiple_of(2) {
        DecisionKind::Approve
    } else {
        DecisionKind::Reject
    }
}

fn reason(id: EnvelopeId) -> String {
    format!("About {id} and nothing else.")
}

/// KiB of a process that are in memory now, and the most there ever were.
struct Memory {
    resident: u64,
    peak: u64,
}

fn memory(pid: u32) -> Memory {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        // Only Linux says: elsewhere the test says nothing of memory.
        line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    };
    Memory {
        resident: of("VmRSS:"),
        peak: of("VmHWM:"),
    }
}
