//! A large ledger by the gate's own use cases, written once and kept between runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use signoff::api::{AddPrincipal, DecisionRequest};
use signoff::domain::{AgentPrincipal, DecisionKind, Person, Principal, PrincipalKind, Role};
use signoff::gate::{Keys, Opening, RequestKey, Service, World};
use signoff::signature::SecretKey;
use signoff::store::Store;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// Reads run alone, notes under somebody's eyes, refunds and tags wait.
const POLICY: &str = r#"
schema = 1
[defaults]
timeout = "8h"
[[class]]
id = "order.read"
match.tool = "get_*"
impact = "low"
reversibility = "high"
lane = "auto"
[[class]]
id = "ticket.note"
match.tool = "add_note"
impact = "low"
reversibility = "high"
lane = "on-the-loop"
[[class]]
id = "payment.refund"
match.tool = "issue_refund"
impact = "high"
reversibility = "low"
lane = "in-the-loop"
why = "money leaves for good"
fields.amount = { type = "decimal", from = "/arguments/amount" }
[[class]]
id = "ticket.tag"
match.tool = "tag_ticket"
impact = "low"
reversibility = "high"
lane = "in-the-loop"
"#;

const AGENTS: u64 = 8;
pub const REVIEWERS: [&str; 6] = ["ana", "ben", "cleo", "dan", "eve", "finn"];

/// How many are under way at once: the writer has its groups full.
const AT_ONCE: u64 = 256;

/// A clock that is told how much time passes, and numbers that nobody needs to be unable to guess here.
#[derive(Debug)]
pub struct Machine {
    millis: AtomicI64,
    drawn: AtomicU64,
}

impl Machine {
    pub fn new() -> Arc<Self> {
        let start: Timestamp = "2026-01-05T08:00:00Z".parse().expect("a time");
        Arc::new(Self {
            millis: AtomicI64::new(start.as_millisecond()),
            drawn: AtomicU64::new(0),
        })
    }

    fn pass(&self, time: SignedDuration) {
        let millis = i64::try_from(time.as_millis()).expect("a while");
        self.millis.fetch_add(millis, Ordering::Relaxed);
    }
}

impl World for Machine {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.millis.load(Ordering::Relaxed)).expect("a time")
    }

    fn random(&self) -> [u8; 32] {
        let n = self.drawn.fetch_add(1, Ordering::Relaxed);
        Sha256::digest(n.to_be_bytes()).into()
    }
}

/// The data folder of a ledger with so many entries at least.
pub fn folder(entries: u64) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ledger-{entries}"));
    let done = folder.join("done");
    if !done.exists() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let start = Instant::now();
        let written = Runtime::new().expect("runtime").block_on(write(&folder, entries));
        println!("{written} entries written in {:.0} s", start.elapsed().as_secs_f64());
        std::fs::write(done, written.to_string()).expect("written");
    }
    // One that an earlier version wrote is brought up to this one's lists.
    drop(Store::open(&folder.join("ledger.db")).expect("a ledger"));
    folder
}

pub async fn open(folder: &Path, world: &Arc<Machine>) -> Service {
    let opening = Opening {
        store: Store::open(&folder.join("ledger.db")).expect("a ledger"),
        policy: POLICY.to_owned().into(),
        world: Arc::clone(world) as Arc<dyn World>,
        own: Vec::new(),
        keys: Keys {
            log: SecretKey::from_seed(&[1; 32]),
            token: SecretKey::from_seed(&[2; 32]),
        },
        accepted: None,
    };
    Service::open(opening).await.expect("a gate")
}

pub async fn person(service: &Service, name: &str) -> Principal {
    let request = AddPrincipal {
        name: name.to_owned(),
        role: Some(Role::Senior),
        ..AddPrincipal::default()
    };
    let added = service.add_by_gate(PrincipalKind::Human, request).await.expect("added");
    service.authenticate(&added.token).expect("known")
}

pub async fn agent(service: &Service, name: &str) -> AgentPrincipal {
    let request = AddPrincipal {
        name: name.to_owned(),
        ..AddPrincipal::default()
    };
    let added = service.add_by_gate(PrincipalKind::Agent, request).await.expect("added");
    service
        .authenticate(&added.token)
        .expect("known")
        .agent()
        .expect("an agent")
}

/// Proposals, of which half wait and are decided: five entries for two envelopes.
async fn write(folder: &Path, entries: u64) -> u64 {
    let world = Machine::new();
    let service = Arc::new(open(folder, &world).await);
    service.limit_waiting(u64::MAX);
    let (mut agents, mut people) = (Vec::new(), Vec::new());
    for n in 0..AGENTS {
        agents.push(agent(&service, &format!("support-{n}")).await);
    }
    for name in REVIEWERS {
        people.push(person(&service, name).await.person().expect("a person"));
    }
    let mut next = 0;
    loop {
        let written = service.health().await.expect("a gate").entries;
        if written >= entries {
            return written;
        }
        let mut tasks = JoinSet::new();
        for n in next..next + AT_ONCE {
            world.pass(SignedDuration::from_secs(20));
            let service = Arc::clone(&service);
            let agent = agents[usize::try_from(n % AGENTS).unwrap_or(0)].clone();
            let person = people[usize::try_from(n / 4 % 6).unwrap_or(0)].clone();
            tasks.spawn(async move { one(&service, agent, person, n).await });
        }
        tasks.join_all().await;
        next += AT_ONCE;
    }
}

async fn one(service: &Service, agent: AgentPrincipal, person: Person, n: u64) {
    let body = proposal(n).to_string();
    let key = RequestKey::new(format!("p-{n}"), body.as_bytes());
    let proposed = service.propose(agent, key, body.as_bytes()).await.expect("proposed");
    let row = proposed.0.summary;
    if !row.stage.is_open() {
        return;
    }
    let kind = if (n / 4).is_multiple_of(10) {
        DecisionKind::Reject
    } else {
        DecisionKind::Approve
    };
    let request = DecisionRequest {
        reason: Some("looked at".to_owned()),
        ..DecisionRequest::new(kind).about(row.payload_sha256, row.revision)
    };
    let key = RequestKey::new(format!("d-{n}"), b"");
    service.decide(person, row.id, key, request).await.expect("decided");
}

/// About what agents send; every one is about another order.
pub fn proposal(n: u64) -> Value {
    let order = format!("ORD-{n:07}");
    let (tool, arguments) = match n % 4 {
        0 => ("get_order", json!({"order_id": order})),
        1 => (
            "issue_refund",
            json!({"order_id": order, "amount": format!("{}.50", n % 900), "currency": "USD"}),
        ),
        2 => (
            "add_note",
            json!({"order_id": order, "text": "The customer wrote again about the same order."}),
        ),
        _ => ("tag_ticket", json!({"ticket": order, "tag": "billing"})),
    };
    json!({
        "run_id": format!("run-{}", n / 20),
        "action": {"tool": tool, "arguments": arguments, "target": {"system": "billing", "record": format!("order/{n}")}},
        "rationale": format!("The customer was charged twice for {order} and asked for it back."),
    })
}
