//! What the gate does by itself when time is over. It never approves.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Service, entry_of, world};
use crate::domain::{Actor, EnvelopeId, Event, OnTimeout, Stage, apply};
use crate::gate::Refusal;
use crate::ledger::Fact;
use crate::store::{Db, Envelope, Tx};

/// How many envelopes are settled in one step, so that a flood of deadlines does not hold up proposals.
const AT_ONCE: u32 = 100;

impl Service {
    /// Settles every envelope whose time is over; returns how many.
    ///
    /// An outcome that has become overdue is told to consoles too: nothing is written then, so nothing else
    /// would wake them.
    pub async fn settle_due(&self) -> Result<usize, Refusal> {
        let mut total = 0;
        loop {
            let now = self.now();
            let since = self.wakes.silent_until(now);
            let read = move |db: Db<'_>| Ok::<_, Refusal>((db.due(now, AT_ONCE)?, db.next_trouble(since)?));
            let (due, trouble) = self.store.read(read).await?;
            if trouble.is_some_and(|at| at <= now) {
                self.wakes.look();
            }
            if due.is_empty() {
                return Ok(total);
            }
            let world = Arc::clone(&self.world);
            let settled: Vec<EnvelopeId> = self
                .store
                .write(move |tx| {
                    let now = world::now(&*world);
                    let mut settled = Vec::new();
                    for id in due {
                        // Read again: a decision may have come in between.
                        if let Some(mut envelope) = tx.envelope(id)?
                            && settle(tx, &mut envelope, now)?
                        {
                            settled.push(id);
                        }
                    }
                    Ok::<_, Refusal>(settled)
                })
                .await?;
            if settled.is_empty() {
                return Ok(total);
            }
            total += settled.len();
            for id in settled {
                self.wakes.changed(id);
            }
        }
    }
}

/// Takes the step that is due, if one is. After it the envelope's row and entry are written.
pub(super) fn settle(tx: &mut Tx<'_>, envelope: &mut Envelope, now: Timestamp) -> Result<bool, Refusal> {
    if envelope.due_at().is_none_or(|due| now < due) {
        return Ok(false);
    }
    let (event, fact) = if envelope.stage.is_redeemable() {
        (Event::Lapsed, Fact::Lapsed {})
    } else {
        match envelope.on_timeout {
            OnTimeout::Escalate
                if envelope.stage == Stage::Waiting && envelope.outer_at.is_none_or(|end| now < end) =>
            {
                let timeout = SignedDuration::from_secs(envelope.timeout_s);
                let deadline_at = now.saturating_add(timeout).unwrap_or(now);
                let deadline_at = envelope.latest_at.map_or(deadline_at, |latest| deadline_at.min(latest));
                // Higher, never lower: what asked for a senior goes on asking for one.
                if envelope.escalate_to.fulfils(envelope.role) {
                    envelope.role = envelope.escalate_to;
                }
                envelope.deadline_at = deadline_at;
                envelope.sla_at = envelope.sla_at.max(now).min(deadline_at);
                envelope.start_over();
                envelope.revision += 1;
                envelope.escalated += 1;
                envelope.custody = None;
                envelope.leave_company("it was escalated");
                // Once: the next time it is denied.
                envelope.on_timeout = OnTimeout::Deny;
                (
                    Event::Escalated,
                    Fact::Escalated {
                        to: envelope.role,
                        deadline_at,
                        person: None,
                        given: None,
                    },
                )
            }
            OnTimeout::NoOp => (Event::ClosedUnrun, Fact::Closed { passed_to: None }),
            OnTimeout::Deny | OnTimeout::Escalate => (Event::Expired, Fact::Expired {}),
        }
    };
    envelope.stage = apply(envelope.stage, &event)?;
    if !envelope.stage.is_open() {
        envelope.settled_by = None;
        envelope.settled_at = Some(now);
    }
    tx.append(&entry_of(envelope, now, Actor::GATE, fact))?;
    tx.put_envelope(envelope)?;
    Ok(true)
}
