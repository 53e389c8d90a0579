//! What an agent that asks over AAP sees and does: the same envelopes, by the same rules, in fewer words.
//!
//! The protocol has five states, none of which is left again once it is final. So what was cleared once
//! stays approved there, used or not, and what a person edited stays denied.

mod run;

use std::time::Duration;

use jiff::Timestamp;

use super::door::Door;
use super::kept::{self, JUDGEMENT};
use super::record::JudgementRecord;
use super::{RequestKey, Service};
use crate::api::OutcomeRequest;
use crate::api::aap::Status;
use crate::domain::{AgentPrincipal, DecisionKind, EnvelopeId, PrincipalId, Proposal, Stage};
use crate::gate::Refusal;
use crate::ledger::Payload;
use crate::store::{Db, Envelope, StoredDecision, StoredOutcome};

/// An envelope that came over AAP, with all that its agent is told of it.
#[derive(Debug)]
pub struct Asked {
    pub envelope: Envelope,
    /// As the agent sent it.
    pub payload: Payload,
    /// The arguments that people approved in their place.
    pub edited: Option<String>,
    pub timeout: String,
    pub reasoning: Option<String>,
    pub context: Option<String>,
    /// The last word of a person, or the edit where that is the answer.
    pub word: Option<Word>,
    pub floors: Vec<String>,
    /// Why the policy judged as it did: sentence fragments.
    pub reasons: Vec<String>,
    pub outcome: Option<Told>,
}

/// What a person said last.
#[derive(Debug)]
pub struct Word {
    pub by: String,
    pub decision: DecisionKind,
    pub reason: Option<String>,
    /// Where it led: a class, where one was named.
    pub led_to: Option<String>,
}

/// What the agent said came of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    pub succeeded: bool,
    pub note: Option<String>,
    pub at: Timestamp,
}

impl Service {
    /// Takes a submission in. The flag says whether it is new.
    pub async fn submit(
        &self,
        agent: AgentPrincipal,
        key: RequestKey,
        proposal: &Proposal,
        context: Option<String>,
    ) -> Result<(Asked, bool), Refusal> {
        let agent_id = agent.id;
        let put = self.put(agent, key, proposal, Door::Aap { context }).await?;
        let asked = self.asked(agent_id, put.id).await?;
        Ok((asked, put.fresh.is_some()))
    }

    /// Reads what this agent asked for; with `wait`, when it is final or when time is up.
    pub async fn asked_by(&self, agent: PrincipalId, id: EnvelopeId, wait: Duration) -> Result<Asked, Refusal> {
        let first = self.asked(agent, id).await?;
        if wait.is_zero() || first.status() != Status::Pending {
            return Ok(first);
        }
        let mut changed = self.wakes.of_envelope(id);
        let end = tokio::time::Instant::now() + wait;
        loop {
            // Read again after subscribing: a change in between is then not missed.
            changed.mark_unchanged();
            let asked = self.asked(agent, id).await?;
            if asked.status() != Status::Pending || !self.wakes.next(&mut changed, end).await {
                return Ok(asked);
            }
        }
    }

    async fn asked(&self, agent: PrincipalId, id: EnvelopeId) -> Result<Asked, Refusal> {
        let (mut asked, said) = self.store.read(move |db| read(&db, agent, id)).await?;
        asked.word = said.map(|(said, reason)| Word {
            by: self.name(said.person),
            decision: said.decision,
            reason,
            led_to: said.detail,
        });
        Ok(asked)
    }
}

impl Asked {
    pub fn status(&self) -> Status {
        status(&self.envelope)
    }

    pub fn is_answered_by_edit(&self) -> bool {
        is_answered_by_edit(&self.envelope)
    }

    /// When it became final; never before it was there, whatever the clock did.
    pub fn decided_at(&self) -> Timestamp {
        let envelope = &self.envelope;
        // What happens to it once it was cleared, a lapse or another approval, is noted later.
        let cleared = envelope.cleared.map(|cleared| cleared.at);
        let at = cleared.or(envelope.settled_at);
        at.unwrap_or(envelope.created_at).max(envelope.created_at)
    }
}

/// How an envelope stands in the protocol's words.
fn status(envelope: &Envelope) -> Status {
    // It was cleared once, and that is final there: what lapsed, turned heavier or was edited after it is
    // approved still.
    if let Some(cleared) = envelope.cleared {
        return cleared.until.map_or(Status::Denied, |_| Status::Approved);
    }
    match envelope.stage {
        Stage::Proposed | Stage::Waiting | Stage::Quarantined => Status::Pending,
        Stage::Expired | Stage::Closed => Status::Expired,
        Stage::Withdrawn => Status::Cancelled,
        // What may run is never here without having been cleared.
        Stage::Denied
        | Stage::Rejected
        | Stage::Allowed
        | Stage::Approved
        | Stage::Lapsed
        | Stage::Redeemed
        | Stage::Done
        | Stage::Failed
        | Stage::UndoRequested
        | Stage::Undone
        | Stage::UndoFailed => Status::Denied,
    }
}

/// Whether people approved another call than the one that was asked for.
fn is_answered_by_edit(envelope: &Envelope) -> bool {
    envelope.cleared.is_some_and(|cleared| cleared.until.is_none())
}

/// The envelope, if this agent asked for it over AAP; to everybody else there is none.
fn own(db: &Db<'_>, agent: PrincipalId, id: EnvelopeId) -> Result<Envelope, Refusal> {
    let envelope = db.envelope(id)?;
    envelope
        .filter(|envelope| envelope.agent == agent && envelope.outer_at.is_some())
        .ok_or_else(Refusal::not_found)
}

/// A decision with its reason.
type Said = (StoredDecision, Option<String>);

fn read(db: &Db<'_>, agent: PrincipalId, id: EnvelopeId) -> Result<(Asked, Option<Said>), Refusal> {
    let erased = || Refusal::conflict("erased", "What was asked for was erased, so it cannot be given back.");
    let envelope = own(db, agent, id)?;
    let (payload, _) = db.payload(id, 1)?.ok_or_else(erased)?;
    let blobs = db.blobs(id.0)?;
    let claimed = kept::claimed(&blobs);
    let record = kept::newest(&blobs, JUDGEMENT).and_then(|b| serde_json::from_slice::<JudgementRecord>(b).ok());
    let decisions = db.decisions(id)?;
    // The edit that was the answer, and not a later one.
    let answer = envelope.cleared.filter(|_| is_answered_by_edit(&envelope));
    let is_answer = |said: &StoredDecision| {
        said.decision == DecisionKind::Edit && answer.is_some_and(|answer| said.at <= answer.at)
    };
    let last = match answer {
        Some(_) => decisions.iter().rposition(is_answer),
        None => decisions.len().checked_sub(1),
    };
    let before = last.filter(|_| answer.is_some()).and_then(|n| decisions.get(n)?.on);
    let edited = match before {
        Some((_, revision)) => db.payload(id, revision + 1)?,
        None => None,
    };
    let said = last.and_then(|n| {
        let part = u32::try_from(n).ok()?;
        Some((decisions.get(n)?.clone(), kept::text(&blobs, "reason", part)))
    });
    let report = kept::blob(&blobs, "outcome").and_then(|b| serde_json::from_slice::<OutcomeRequest>(b).ok());
    let asked = Asked {
        payload,
        edited: edited.map(|(edited, _)| edited.arguments_raw),
        timeout: claimed.timeout.ok_or_else(erased)?,
        reasoning: claimed.rationale,
        context: claimed.context,
        word: None,
        floors: record.as_ref().map(|record| record.floors.clone()).unwrap_or_default(),
        reasons: record.map(|record| record.reasons).unwrap_or_default(),
        outcome: db.outcome(id)?.map(|outcome| told(outcome, report.as_ref())),
        envelope,
    };
    Ok((asked, said))
}

/// A native outcome has any result; as a note it is its text.
fn told(outcome: StoredOutcome, report: Option<&OutcomeRequest>) -> Told {
    let note = report.and_then(|report| match report.result.as_ref()? {
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    });
    Told {
        succeeded: outcome.succeeded,
        note: note.filter(|note| !note.is_empty()),
        at: outcome.at,
    }
}
