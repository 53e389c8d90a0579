//! Agents and people at work on one gate, each on a task of its own, until it is gone.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use signoff::api::{BatchItem, BatchRequest, DecisionRequest, StopRequest, Summary};
use signoff::domain::{DecisionKind, Digest, EnvelopeId, Stage, StopEffect, StopScope};
use tokio::task::JoinSet;

use super::account::{Account, Answer, Gone, What, heard};
use super::party::Party;
use crate::it::chance::{Chance, Seed};

pub const AGENTS: [&str; 3] = ["support-1", "support-2", "support-3"];

/// An agent that asks by the Agent Approval Protocol.
pub const ADAPTER: &str = "adapter";

/// Who decides, with their roles; the operator clears batches and nothing else, and sue only stops and resumes.
pub const PEOPLE: [(&str, &str); 5] = [
    ("ana", "reviewer"),
    ("ben", "reviewer"),
    ("sam", "senior"),
    ("olga", "operator"),
    ("sue", "senior"),
];

/// How many of an agent's proposals may be open before it waits for an answer.
const OPEN: usize = 8;

const SHORTLY: Duration = Duration::from_secs(1);

/// No key is used twice in a run.
static KEYS: AtomicU64 = AtomicU64::new(0);

/// Somebody with a credential.
struct Caller {
    who: &'static str,
    party: Party,
    account: Arc<Account>,
    chance: Chance,
}

impl Caller {
    async fn send(&self, what: What) -> Result<Option<Answer>, Gone> {
        let key = format!("key-{}", KEYS.fetch_add(1, Ordering::Relaxed));
        self.account.send(&self.party, self.who, key, what).await
    }
}

/// A client for each of the cast, on connections of their own.
pub fn clients(url: &str, tokens: &HashMap<&'static str, String>) -> HashMap<&'static str, Party> {
    let party = |token: &String| Party::new(url, token);
    tokens.iter().map(|(who, token)| (*who, party(token))).collect()
}

/// Lets them work. The set is empty when all of them have noticed that the gate is gone.
pub fn start(clients: &HashMap<&'static str, Party>, account: &Arc<Account>, seed: &Seed, round: u64) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let people = PEOPLE.map(|(who, _)| who);
    for (n, who) in (0..).zip(AGENTS.into_iter().chain(people).chain([ADAPTER])) {
        let mut caller = Caller {
            who,
            party: clients[who].clone(),
            account: Arc::clone(account),
            chance: Chance::of(seed, round * 100 + n),
        };
        tasks.spawn(async move {
            let Err(Gone) = match who {
                "olga" => caller.clear().await,
                "sue" => caller.stop().await,
                ADAPTER => caller.submit().await,
                person if people.contains(&person) => caller.decide().await,
                _ => caller.propose().await,
            };
        });
    }
    tasks
}

/// Never comes to an end by itself.
type Work = Result<std::convert::Infallible, Gone>;

impl Caller {
    /// An agent: asks, looks what became of it, takes what was cleared and says how it went.
    async fn propose(&mut self) -> Work {
        let mut mine: Vec<EnvelopeId> = Vec::new();
        loop {
            let full = mine.len() >= OPEN;
            if !full {
                let body = proposal(&mut self.chance);
                if let Some(Answer::Proposed(id)) = self.send(What::Propose(body)).await? {
                    mine.push(id);
                }
            }
            if mine.is_empty() {
                continue;
            }
            let id = *self.chance.pick(&mine);
            let wait = if full { SHORTLY } else { Duration::ZERO };
            let view = heard(self.party.client.envelope(id, wait).await)?.unwrap();
            if view.token.is_some() {
                let taken = self.send(What::Redeem(id)).await?;
                if taken.is_some() && self.chance.below(5) > 0 {
                    self.send(What::Report(id)).await?;
                }
            }
            if !view.summary.stage.is_open() {
                mine.retain(|other| *other != id);
            }
        }
    }

    /// An agent behind an adapter: the same in the protocol's words.
    async fn submit(&mut self) -> Work {
        let mut mine: Vec<EnvelopeId> = Vec::new();
        loop {
            let full = mine.len() >= OPEN;
            if !full {
                let body = submission(&mut self.chance);
                if let Some(Answer::Submitted(id)) = self.send(What::Submit(body)).await? {
                    mine.push(id);
                }
            }
            if mine.is_empty() {
                continue;
            }
            let id = *self.chance.pick(&mine);
            let status = self.party.status(id, full).await?;
            if status == "approved" {
                let used = self.send(What::Consume(id)).await?;
                if used.is_some() && self.chance.below(5) > 0 {
                    self.send(What::Report(id)).await?;
                }
            }
            if status != "pending" {
                mine.retain(|other| *other != id);
            }
        }
    }

    /// A senior: stops an agent or everything for a moment, and lets it go on. What nobody resumed before a
    /// kill is resumed after it.
    async fn stop(&mut self) -> Work {
        loop {
            let stops = heard(self.party.client.stops().await)?.unwrap();
            let in_force = stops.iter().filter(|stop| stop.resumed_at.is_none());
            for stop in in_force {
                self.send(What::Resume(stop.id)).await?;
            }
            let mut cursor = 0;
            for _ in 0..5 {
                let page = heard(self.party.client.queue(cursor, SHORTLY).await)?.unwrap();
                cursor = page.cursor;
            }
            let name = *self.chance.pick(&[None, Some(AGENTS[0]), Some(ADAPTER)]);
            let request = StopRequest {
                scope: name.map_or(StopScope::Everything, |_| StopScope::Agent),
                name: name.map(str::to_owned),
                effect: StopEffect::Hold,
                reason: "To see.".to_owned(),
            };
            self.send(What::Stop(request)).await?;
        }
    }

    /// A person: picks one of what waits, and says something about it.
    async fn decide(&mut self) -> Work {
        loop {
            let rows = self.queue().await?;
            if rows.is_empty() {
                continue;
            }
            let row = self.chance.pick(&rows).clone();
            let request = self.word(&row);
            self.send(What::Decide(row.id, request)).await?;
        }
    }

    fn word(&mut self, row: &Summary) -> DecisionRequest {
        let kind = match (self.chance.below(10), row.tool.as_str()) {
            (0..2, _) => DecisionKind::Reject,
            _ if row.stage == Stage::Quarantined => DecisionKind::Classify,
            (2, _) => DecisionKind::Escalate,
            (3..6, "issue_refund" | "give_discount") => DecisionKind::Edit,
            _ => DecisionKind::Approve,
        };
        let edited = match row.tool.as_str() {
            "issue_refund" => r#"{"order_id": "7", "amount": "25.00"}"#,
            _ => r#"{"percent": 5}"#,
        };
        DecisionRequest {
            reason: Some("Looked at.".to_owned()),
            to: (kind == DecisionKind::Escalate).then(|| "senior".to_owned()),
            class: (kind == DecisionKind::Classify).then(|| "ticket.tag".to_owned()),
            arguments_raw: (kind == DecisionKind::Edit).then(|| edited.to_owned()),
            ..DecisionRequest::new(kind).about(row.payload_sha256, row.revision)
        }
    }

    /// An operator: clears some that are alike.
    async fn clear(&mut self) -> Work {
        loop {
            let mut alike: BTreeMap<Digest, Vec<BatchItem>> = BTreeMap::new();
            let page = heard(self.party.client.queue(0, Duration::ZERO).await)?.unwrap();
            for row in page.rows {
                let item = BatchItem {
                    id: row.id,
                    payload_sha256: row.payload_sha256,
                    revision: row.revision,
                    shown_sha256: None,
                    screen: None,
                    signed: None,
                };
                if let Some(shape) = row.alike {
                    alike.entry(shape).or_default().push(item);
                }
            }
            let mut batches: Vec<_> = alike.into_values().filter(|items| items.len() > 1).collect();
            if batches.is_empty() {
                heard(self.party.client.queue(page.cursor, SHORTLY).await)?.unwrap();
                continue;
            }
            let mut items = batches.swap_remove(0);
            items.truncate(6);
            self.send(What::Batch(BatchRequest {
                items,
                reason: None,
                signature: None,
            }))
            .await?;
        }
    }

    /// What waits; a moment later if nothing does.
    async fn queue(&self) -> Result<Vec<Summary>, Gone> {
        let page = heard(self.party.client.queue(0, Duration::ZERO).await)?.unwrap();
        if page.rows.is_empty() {
            return Ok(heard(self.party.client.queue(page.cursor, SHORTLY).await)?
                .unwrap()
                .rows);
        }
        Ok(page.rows)
    }
}

fn proposal(chance: &mut Chance) -> Vec<u8> {
    let (tool, arguments) = call(chance);
    let body = json!({"action": {"tool": tool, "arguments": arguments}, "rationale": "Asked for."});
    serde_json::to_vec(&body).unwrap()
}

/// Sometimes the very call that a person makes of another one by an edit.
fn submission(chance: &mut Chance) -> Vec<u8> {
    let (tool, arguments) = match chance.below(4) {
        0 => ("issue_refund", json!({"order_id": "7", "amount": "25.00"})),
        _ => call(chance),
    };
    serde_json::to_vec(&json!({"tool": tool, "arguments": arguments, "timeout": "1h"})).unwrap()
}

fn call(chance: &mut Chance) -> (&'static str, Value) {
    let n = chance.below(10_000);
    match chance.below(9) {
        0 => ("issue_refund", json!({"order_id": n.to_string(), "amount": "12.00"})),
        1 | 2 => ("issue_refund", json!({"order_id": n.to_string(), "amount": "60.00"})),
        3 => ("issue_refund", json!({"order_id": n.to_string(), "amount": "6000.00"})),
        4 => (
            "send_email",
            json!({"to": "a@b.example", "text": format!("About {n}.")}),
        ),
        5 => ("give_discount", json!({"percent": n % 15})),
        6 => ("frobnicate", json!({"n": n})),
        _ => ("tag_ticket", json!({"ticket": format!("T-{n}"), "tag": "billing"})),
    }
}
