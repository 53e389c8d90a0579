//! One envelope on its way: what the figures will want to know of it once it is over.

use jiff::Timestamp;

use super::meaning::Meaning;
use crate::domain::{Actor, ActorKind, DecisionKind, Event, PrincipalId, Severity, Stage, Verdict, apply};
use crate::ledger::Judged;

/// An entry that does not follow from those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Odd;

/// The policy's first word on an action.
#[derive(Debug, Clone)]
pub(super) struct First {
    pub class: Option<String>,
    pub rule: Option<String>,
    pub effective: Verdict,
    pub eased: bool,
    pub severity: Severity,
}

/// How people ended a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Approved,
    ApprovedAsEdited,
    Rejected,
    /// A person named its class, and that denies.
    DeniedAsNamed,
}

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Settled(Answer),
    Expired,
    ClosedUnrun,
    Withdrawn,
    /// A later judgement took it out of people's hands.
    Overtaken,
    /// It has not ended.
    Waits,
}

/// The word that settled it: whose, and after how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settled {
    pub answer: Answer,
    pub by: PrincipalId,
    pub at: Timestamp,
    pub took_ms: i64,
}

/// Who moved it at least once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Escalated {
    pub by_people: bool,
    /// At a deadline.
    pub by_gate: bool,
}

/// What the entries say of one envelope so far.
#[derive(Debug)]
pub(super) struct Case {
    pub agent: Option<PrincipalId>,
    pub proposed_at: Timestamp,
    pub first: Option<First>,
    stage: Stage,
    /// When it last began to wait for people.
    waits_since: Option<Timestamp>,
    pub settled: Option<Settled>,
    /// Who edited, until the approval that comes with it.
    editor: Option<PrincipalId>,
    /// Who named its class, until the judgement that comes with it.
    named_by: Option<PrincipalId>,
    pub edited: bool,
    pub classified: bool,
    pub escalated: Escalated,
    /// Who said something about it.
    pub people: Vec<PrincipalId>,
}

impl Case {
    pub fn new(agent: Option<PrincipalId>, proposed_at: Timestamp) -> Self {
        Self {
            agent,
            proposed_at,
            first: None,
            stage: Stage::Proposed,
            waits_since: None,
            settled: None,
            editor: None,
            named_by: None,
            edited: false,
            classified: false,
            escalated: Escalated::default(),
            people: Vec::new(),
        }
    }

    /// Whether it ever waited for people.
    pub fn waited(&self) -> bool {
        self.waits_since.is_some()
    }

    /// Whether nothing can happen to it any more that a figure rests on.
    pub fn is_over(&self) -> bool {
        match self.stage {
            Stage::Proposed | Stage::Waiting | Stage::Quarantined | Stage::Allowed | Stage::Approved => false,
            Stage::Denied
            | Stage::Rejected
            | Stage::Expired
            | Stage::Lapsed
            | Stage::Withdrawn
            | Stage::Closed
            | Stage::Redeemed
            | Stage::Done
            | Stage::Failed
            | Stage::UndoRequested
            | Stage::Undone
            | Stage::UndoFailed => true,
        }
    }

    /// How its wait ended, if it waited.
    pub fn end(&self) -> Option<End> {
        if !self.waited() {
            return None;
        }
        if let Some(settled) = &self.settled {
            return Some(End::Settled(settled.answer));
        }
        Some(match self.stage {
            Stage::Proposed | Stage::Waiting | Stage::Quarantined => End::Waits,
            Stage::Expired => End::Expired,
            Stage::Closed => End::ClosedUnrun,
            Stage::Withdrawn => End::Withdrawn,
            Stage::Denied
            | Stage::Allowed
            | Stage::Approved
            | Stage::Rejected
            | Stage::Lapsed
            | Stage::Redeemed
            | Stage::Done
            | Stage::Failed
            | Stage::UndoRequested
            | Stage::Undone
            | Stage::UndoFailed => End::Overtaken,
        })
    }

    /// Takes a step, and says whose word it was where it was one of its own.
    pub fn step(
        &mut self,
        meaning: &Meaning<'_>,
        actor: Actor,
        at: Timestamp,
    ) -> Result<Option<(PrincipalId, DecisionKind)>, Odd> {
        match meaning {
            Meaning::Judged(judged) => self.judged(judged, at).map(|()| None),
            Meaning::Word(kind, event) => {
                let by = actor.id.filter(|_| actor.kind == ActorKind::Human).ok_or(Odd)?;
                self.word(*kind, *event, by, at)
            }
            Meaning::Step(event) => {
                self.go(*event, at)?;
                if *event == Event::Escalated {
                    self.escalated.by_gate = true;
                }
                Ok(None)
            }
            Meaning::Remark => Ok(None),
            Meaning::Opened(_)
            | Meaning::Added(..)
            | Meaning::Gate
            | Meaning::Proposed
            | Meaning::Aftermath
            | Meaning::Odd => Err(Odd),
        }
    }

    fn go(&mut self, event: Event, at: Timestamp) -> Result<(), Odd> {
        let before = self.stage;
        self.stage = apply(before, &event).map_err(|_| Odd)?;
        if self.stage.is_open() && !before.is_open() {
            (self.waits_since, self.settled) = (Some(at), None);
        }
        Ok(())
    }

    fn judged(&mut self, judged: &Judged, at: Timestamp) -> Result<(), Odd> {
        let named_by = self.named_by.take();
        let event = match named_by {
            Some(_) => Event::Classified(judged.effective),
            None => Event::Judged(judged.effective),
        };
        self.go(event, at)?;
        if self.stage == Stage::Denied
            && let Some(by) = named_by
        {
            self.settle(Answer::DeniedAsNamed, by, at);
        }
        if self.first.is_none() {
            self.first = Some(First {
                class: judged.class.clone(),
                rule: judged.rule.clone(),
                effective: judged.effective,
                eased: judged.effective < judged.verdict,
                severity: judged.severity,
            });
        }
        Ok(())
    }

    fn word(
        &mut self,
        kind: DecisionKind,
        event: Event,
        by: PrincipalId,
        at: Timestamp,
    ) -> Result<Option<(PrincipalId, DecisionKind)>, Odd> {
        self.go(event, at)?;
        let part_of_edit = self.editor.take() == Some(by) && kind == DecisionKind::Approve;
        match kind {
            DecisionKind::Approve if event == Event::QuorumMet && self.edited => {
                self.settle(Answer::ApprovedAsEdited, by, at);
            }
            DecisionKind::Approve if event == Event::QuorumMet => self.settle(Answer::Approved, by, at),
            DecisionKind::Reject => self.settle(Answer::Rejected, by, at),
            DecisionKind::Edit => (self.edited, self.editor) = (true, Some(by)),
            DecisionKind::Classify => (self.classified, self.named_by) = (true, Some(by)),
            DecisionKind::Escalate => self.escalated.by_people = true,
            DecisionKind::Approve | DecisionKind::Extend => {}
        }
        if !self.people.contains(&by) {
            self.people.push(by);
        }
        Ok((!part_of_edit).then_some((by, kind)))
    }

    fn settle(&mut self, answer: Answer, by: PrincipalId, at: Timestamp) {
        // A clock that was set back does not make a wait shorter than nothing.
        let took = self
            .waits_since
            .map(|since| at.duration_since(since).as_millis().max(0));
        let took_ms = i64::try_from(took.unwrap_or_default()).unwrap_or(i64::MAX);
        self.settled = Some(Settled {
            answer,
            by,
            at,
            took_ms,
        });
    }
}
