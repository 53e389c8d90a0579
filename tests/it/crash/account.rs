//! What was asked of a gate and what it answered, kept outside it; and what its ledger says of the same.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use signoff::api::{
    BatchReceipt, BatchRequest, DecisionReceipt, DecisionRequest, ErrorType, OutcomeRequest, OutcomeStatus,
    RedeemAnswer, RedeemRequest, ResumeRequest, StopRequest,
};
use signoff::client::ClientError;
use signoff::domain::{ActorKind, DecisionKind, EnvelopeId};
use signoff::ledger::{Entry, Fact};
use signoff::store::Reading;
use tokio::sync::watch;
use uuid::Uuid;

use super::party::Party;

/// Nobody answered: the gate is gone.
#[derive(Debug)]
pub struct Gone;

/// A request, but for its key.
#[derive(Debug, Clone)]
pub enum What {
    Propose(Vec<u8>),
    Decide(EnvelopeId, DecisionRequest),
    Batch(BatchRequest),
    Redeem(EnvelopeId),
    Report(EnvelopeId),
    /// The next two by the Agent Approval Protocol.
    Submit(Vec<u8>),
    Consume(EnvelopeId),
    Stop(StopRequest),
    Resume(Uuid),
}

/// What the gate acknowledged. The same key must get the very same again.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// By its id: how it stands now is another thing at each reading.
    Proposed(EnvelopeId),
    Decided(DecisionReceipt),
    Batch(BatchReceipt),
    Redeemed(RedeemAnswer),
    Reported(EnvelopeId),
    /// By its id alone, as with `Proposed`.
    Submitted(EnvelopeId),
    /// With when it was used: an outcome may have come since.
    Consumed(EnvelopeId, String),
    /// By its id: it may have been resumed since.
    Stopped(Uuid),
    Resumed(Uuid),
    /// It does not count: the code says why.
    Refused(String),
}

/// One request under its key, and the answer if one came.
#[derive(Debug, Clone)]
pub struct Sent {
    pub who: &'static str,
    pub key: String,
    pub what: What,
    pub answer: Option<Answer>,
}

/// Everything that was asked of a gate, in the order in which it was sent.
#[derive(Debug)]
pub struct Account {
    sent: Mutex<Vec<Sent>>,
    /// How many requests went out and answers came in.
    moments: watch::Sender<u64>,
}

impl Account {
    pub fn new() -> Self {
        Self {
            sent: Mutex::default(),
            moments: watch::channel(0).0,
        }
    }

    /// Sends it and keeps what comes of it. The request is on record before it is on the wire.
    pub async fn send(
        &self,
        party: &Party,
        who: &'static str,
        key: String,
        what: What,
    ) -> Result<Option<Answer>, Gone> {
        let at = {
            let mut sent = self.sent.lock().unwrap();
            sent.push(Sent {
                who,
                key: key.clone(),
                what: what.clone(),
                answer: None,
            });
            sent.len() - 1
        };
        self.moments.send_modify(|n| *n += 1);
        let answer = ask(party, &key, &what).await?;
        self.sent.lock().unwrap()[at].answer = Some(answer.clone());
        self.moments.send_modify(|n| *n += 1);
        Ok((!matches!(answer, Answer::Refused(_))).then_some(answer))
    }

    /// Resolves when so many requests and answers went over the wire.
    pub async fn moment(&self, n: u64) {
        let mut moments = self.moments.subscribe();
        moments.wait_for(|now| *now >= n).await.unwrap();
    }

    pub fn into_sent(self) -> Vec<Sent> {
        self.sent.into_inner().unwrap()
    }
}

/// Asks the gate. Whatever is neither an answer nor silence is a bug of the gate.
pub async fn ask(party: &Party, key: &str, what: &What) -> Result<Answer, Gone> {
    let client = &party.client;
    let answer = match what {
        What::Submit(body) => {
            let asked = party.submit(key, body.clone()).await?;
            return Ok(asked.map_or_else(Answer::Refused, Answer::Submitted));
        }
        What::Consume(id) => {
            let used = party.consume(*id, key).await?;
            return Ok(used.map_or_else(Answer::Refused, |at| Answer::Consumed(*id, at)));
        }
        What::Stop(request) => client.stop(key, request).await.map(|stop| Answer::Stopped(stop.id)),
        What::Resume(id) => {
            let request = ResumeRequest {
                reason: "Looked into.".to_owned(),
            };
            let stop = client.resume(*id, key, &request).await;
            stop.map(|stop| Answer::Resumed(stop.id))
        }
        What::Propose(body) => {
            let view = client.propose(key, body.clone()).await;
            view.map(|view| Answer::Proposed(view.summary.id))
        }
        What::Decide(id, request) => client.decide(*id, key, request).await.map(Answer::Decided),
        What::Batch(request) => client.batch(key, request).await.map(Answer::Batch),
        What::Redeem(id) => {
            // A token is fresh at each read and is not what makes a retry the same request.
            let view = heard(client.envelope(*id, Duration::ZERO).await)?;
            let token = view.ok().and_then(|view| view.token).unwrap_or_default();
            client
                .redeem(*id, key, &RedeemRequest::of(token))
                .await
                .map(Answer::Redeemed)
        }
        What::Report(id) => {
            let outcome = OutcomeRequest {
                status: OutcomeStatus::Succeeded,
                result: Some(serde_json::json!("done")),
                checks: Vec::new(),
            };
            let view = client.outcome(*id, key, &outcome).await;
            view.map(|view| Answer::Reported(view.summary.id))
        }
    };
    Ok(heard(answer)?.unwrap_or_else(Answer::Refused))
}

/// Tells a refusal from silence.
pub fn heard<T>(answer: Result<T, ClientError>) -> Result<Result<T, String>, Gone> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(ClientError::Refused(detail)) => {
            // Somebody stopped it in the very moment: nothing was done, and that is an answer.
            let ours = matches!(detail.kind, ErrorType::Unavailable | ErrorType::Internal)
                && detail.code != "stopped_just_now";
            assert!(!ours, "the gate failed: {detail:?}");
            Ok(Err(detail.code))
        }
        Err(ClientError::Unreachable(_)) => Err(Gone),
        Err(
            error @ (ClientError::Later(..)
            | ClientError::Strange(_)
            | ClientError::Address(_)
            | ClientError::NotSigned(_)
            | ClientError::Unproved(_)),
        ) => panic!("{error}"),
    }
}

/// How many entries there are of each kind about each envelope; a stop counts under its own id.
pub type Count = BTreeMap<(EnvelopeId, String), u32>;

impl Answer {
    /// The entries that it promises.
    #[expect(clippy::match_same_arms, reason = "each promise is read by itself")]
    pub fn entries(&self) -> Vec<(EnvelopeId, String)> {
        match self {
            Self::Proposed(id) => vec![(*id, "proposed".to_owned())],
            Self::Decided(receipt) => match receipt.decision {
                DecisionKind::Edit => vec![
                    (receipt.id, "edited".to_owned()),
                    (receipt.id, "decided approve".to_owned()),
                ],
                _ => vec![(receipt.id, word(receipt))],
            },
            Self::Batch(_) => self.receipts().into_iter().map(|r| (r.id, word(r))).collect(),
            Self::Redeemed(answer) => vec![(answer.id, "redeemed".to_owned())],
            Self::Reported(id) => vec![(*id, "outcome".to_owned())],
            Self::Submitted(id) => vec![(*id, "proposed".to_owned())],
            Self::Consumed(id, _) => vec![(*id, "redeemed".to_owned())],
            Self::Stopped(id) => vec![(EnvelopeId(*id), "stopped".to_owned())],
            Self::Resumed(id) => vec![(EnvelopeId(*id), "resumed".to_owned())],
            Self::Refused(_) => Vec::new(),
        }
    }

    pub fn receipts(&self) -> Vec<&DecisionReceipt> {
        match self {
            Self::Decided(receipt) => vec![receipt],
            Self::Batch(receipt) => receipt.results.iter().filter_map(|r| r.receipt.as_ref()).collect(),
            Self::Proposed(_)
            | Self::Redeemed(_)
            | Self::Reported(_)
            | Self::Submitted(_)
            | Self::Consumed(..)
            | Self::Stopped(_)
            | Self::Resumed(_)
            | Self::Refused(_) => Vec::new(),
        }
    }
}

/// What the entry that a receipt names says: the last one of its decision.
fn word(receipt: &DecisionReceipt) -> String {
    match receipt.decision {
        DecisionKind::Edit => "decided approve".to_owned(),
        DecisionKind::Escalate => "escalated".to_owned(),
        DecisionKind::Classify => "classified".to_owned(),
        kind => format!("decided {kind}"),
    }
}

/// What all of these promise together. A receipt's entry is its own, and says what the receipt says.
pub fn promised<'a>(answers: impl Iterator<Item = &'a Answer>, ledger: &Ledger) -> Count {
    let mut count = Count::new();
    let mut places = HashSet::new();
    for answer in answers {
        for entry in answer.entries() {
            *count.entry(entry).or_default() += 1;
        }
        for receipt in answer.receipts() {
            assert!(places.insert(receipt.entry), "two receipts name one entry: {receipt:?}");
            // After a person's word on its kind comes the policy's, and the receipt names the last of the two.
            let last = u64::from(receipt.decision == DecisionKind::Classify);
            let there = ledger.entries.get(usize::try_from(receipt.entry - last).unwrap());
            let there = there.and_then(Option::as_ref);
            assert_eq!(there, Some(&(receipt.id, word(receipt))), "{receipt:?}");
        }
    }
    count
}

/// What stands in a ledger, as far as somebody asked for it.
pub struct Ledger {
    /// By their place; absent where the gate wrote it by itself.
    entries: Vec<Option<(EnvelopeId, String)>>,
}

impl Ledger {
    pub fn read(data: &Path) -> Self {
        let reading = Reading::open(&data.join("ledger.db")).unwrap();
        let mut entries = Vec::new();
        reading.entries(|entry| entries.push(asked_for(entry))).unwrap();
        reading.is_whole().unwrap();
        Self { entries }
    }

    pub fn count(&self) -> Count {
        let mut count = Count::new();
        for entry in self.entries.iter().flatten() {
            *count.entry(entry.clone()).or_default() += 1;
        }
        count
    }
}

fn asked_for(entry: &Entry) -> Option<(EnvelopeId, String)> {
    let what = match &entry.fact {
        Fact::Decided(decided) => format!("decided {}", decided.decision),
        Fact::Proposed { .. } => "proposed".to_owned(),
        Fact::Edited { .. } => "edited".to_owned(),
        Fact::Escalated { .. } if entry.actor.kind != ActorKind::Gate => "escalated".to_owned(),
        Fact::Redeemed { .. } => "redeemed".to_owned(),
        Fact::Outcome { .. } => "outcome".to_owned(),
        Fact::Classified { .. } => "classified".to_owned(),
        Fact::Stopped(stopped) => return Some((EnvelopeId(stopped.stop), "stopped".to_owned())),
        Fact::Resumed { stop, .. } => return Some((EnvelopeId(*stop), "resumed".to_owned())),
        _ => return None,
    };
    entry.envelope.map(|envelope| (envelope, what))
}

/// What `more` has and `less` has not, for a message.
pub fn missing(less: &Count, more: &Count) -> Vec<String> {
    let lacks = more.iter().filter(|(entry, n)| less.get(entry).unwrap_or(&0) < n);
    lacks.map(|((id, what), n)| format!("{n} x {what} of {id}")).collect()
}
