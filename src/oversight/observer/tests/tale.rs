//! Entries made by hand, one line a step.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::super::Observer;
use crate::domain::{
    Actor, ActorKind, DecisionKind, Digest, EnvelopeId, Mode, OnTimeout, PrincipalId, Role, Severity, Verdict,
};
use crate::ledger::{Decided, Entry, Fact, Given, Judged, SIGNATURE_NONE};
use crate::oversight::{ByReviewer, Figures, Group};

pub const ANA: u128 = 1;
pub const BEN: u128 = 2;
pub const SAM: u128 = 3;
pub const AGENT: u128 = 7;
pub const OTHER_AGENT: u128 = 8;

const DIGEST: Digest = Digest([0; 32]);

pub fn at(second: i64) -> Timestamp {
    let start: Timestamp = "2026-11-21T00:00:00Z".parse().expect("time");
    Timestamp::from_second(start.as_second() + second).expect("time")
}

pub fn id(n: u128) -> PrincipalId {
    PrincipalId(Uuid::from_u128(n))
}

/// Steps of numbered envelopes, each at a second, handed to an observer.
pub struct Tale {
    pub observer: Observer,
    second: i64,
    /// The seat of the next judgement.
    class: Option<&'static str>,
    rule: Option<&'static str>,
    quorum: u32,
}

impl Tale {
    pub fn new() -> Self {
        Self::since(None)
    }

    pub fn since(second: Option<i64>) -> Self {
        Self {
            observer: Observer::new(second.map(at)),
            second: 0,
            class: Some("refund"),
            rule: Some("usual"),
            quorum: 1,
        }
    }

    pub fn at(&mut self, second: i64) -> &mut Self {
        self.second = second;
        self
    }

    pub fn class(&mut self, class: Option<&'static str>) -> &mut Self {
        (self.class, self.rule) = (class, class.map(|_| "usual"));
        self
    }

    pub fn rule(&mut self, rule: Option<&'static str>) -> &mut Self {
        self.rule = rule;
        self
    }

    pub fn quorum(&mut self, quorum: u32) -> &mut Self {
        self.quorum = quorum;
        self
    }

    pub fn entry(&mut self, envelope: Option<u128>, actor: Actor, fact: Fact) -> &mut Self {
        self.observer.entry(&Entry {
            v: 1,
            at: at(self.second),
            actor,
            envelope: envelope.map(|n| EnvelopeId(Uuid::from_u128(n))),
            rev: envelope.map(|_| 1),
            batch: None,
            fact,
        });
        self
    }

    pub fn step(&mut self, envelope: u128, fact: Fact) -> &mut Self {
        self.entry(Some(envelope), Actor::GATE, fact)
    }

    pub fn says(&mut self, person: u128, envelope: u128, fact: Fact) -> &mut Self {
        self.entry(Some(envelope), actor(ActorKind::Human, person), fact)
    }

    pub fn proposed_by(&mut self, agent: u128, envelope: u128) -> &mut Self {
        let fact = Fact::Proposed {
            payload: DIGEST,
            blobs: BTreeMap::new(),
            outer_at: None,
        };
        self.entry(Some(envelope), actor(ActorKind::Agent, agent), fact)
    }

    pub fn judged(&mut self, envelope: u128, verdict: Verdict) -> &mut Self {
        self.eased(envelope, verdict, verdict)
    }

    pub fn eased(&mut self, envelope: u128, verdict: Verdict, effective: Verdict) -> &mut Self {
        let fact = Fact::Judged(Judged {
            policy: DIGEST,
            class: self.class.map(str::to_owned),
            rule: self.rule.map(str::to_owned),
            floors: Vec::new(),
            verdict,
            mode: Mode::Enforce,
            effective,
            severity: Severity::High,
            quorum: self.quorum,
            role: Role::Reviewer,
            on_timeout: OnTimeout::Deny,
            sla_at: at(600),
            deadline_at: at(3_600),
            latest_at: None,
            alike: None,
            pass: None,
            trace: DIGEST,
            reject_quorum: false,
        });
        self.step(envelope, fact)
    }

    /// Proposed by the usual agent and judged in the same second.
    pub fn new_one(&mut self, envelope: u128, verdict: Verdict) -> &mut Self {
        self.proposed_by(AGENT, envelope).judged(envelope, verdict)
    }

    pub fn vote(&mut self, person: u128, envelope: u128, decision: DecisionKind, votes: u32) -> &mut Self {
        let fact = decided(decision, votes, self.quorum);
        self.says(person, envelope, fact)
    }

    /// The approval that meets the quorum.
    pub fn approves(&mut self, person: u128, envelope: u128) -> &mut Self {
        let quorum = self.quorum;
        self.vote(person, envelope, DecisionKind::Approve, quorum)
    }

    pub fn rejects(&mut self, person: u128, envelope: u128) -> &mut Self {
        self.vote(person, envelope, DecisionKind::Reject, 0)
    }

    /// The edit, its judgement, and the editor's own approval: the three that a gate writes.
    pub fn edits(&mut self, person: u128, envelope: u128) -> &mut Self {
        let payload = DIGEST;
        let given = given();
        self.says(person, envelope, Fact::Edited { given, payload })
            .judged(envelope, Verdict::Hold)
            .vote(person, envelope, DecisionKind::Approve, 1)
    }

    /// The name and the judgement as that class.
    pub fn classifies(&mut self, person: u128, envelope: u128, class: &'static str, verdict: Verdict) -> &mut Self {
        let fact = Fact::Classified {
            given: given(),
            class: class.to_owned(),
        };
        self.says(person, envelope, fact)
            .class(Some(class))
            .judged(envelope, verdict)
    }

    pub fn escalates(&mut self, person: u128, envelope: u128) -> &mut Self {
        self.says(person, envelope, escalated(Some(given())))
    }

    pub fn extends(&mut self, person: u128, envelope: u128) -> &mut Self {
        let fact = Fact::Extended {
            given: given(),
            deadline_at: at(7_200),
        };
        self.says(person, envelope, fact)
    }

    pub fn redeemed(&mut self, envelope: u128) -> &mut Self {
        self.step(envelope, Fact::Redeemed { payload: DIGEST })
    }

    /// All there is to know, with everybody's name.
    pub fn told(&mut self) -> Figures {
        let names = [(ANA, "ana"), (BEN, "ben"), (SAM, "sam"), (AGENT, "support-3")];
        let names = names.map(|(n, name)| (id(n), name.to_owned())).into();
        std::mem::take(&mut self.observer).finish(&names)
    }

    pub fn all(&mut self) -> Group {
        self.told().summary.all
    }

    pub fn reviewer(&mut self, person: u128) -> ByReviewer {
        let rows = self.told().by_reviewer.into_iter();
        rows.into_iter().find(|row| row.id == id(person)).expect("a row")
    }
}

pub fn actor(kind: ActorKind, n: u128) -> Actor {
    let id = Some(id(n));
    Actor { kind, id }
}

pub fn given() -> Given {
    Given {
        payload: None,
        reason: None,
        shown: None,
        signature: SIGNATURE_NONE.to_owned(),
        signed: None,
    }
}

pub fn decided(decision: DecisionKind, votes: u32, quorum: u32) -> Fact {
    Fact::Decided(Decided {
        decision,
        payload: None,
        reason: None,
        shown: None,
        signature: SIGNATURE_NONE.to_owned(),
        signed: None,
        votes,
        quorum,
        rejections: None,
    })
}

pub fn escalated(given: Option<Given>) -> Fact {
    Fact::Escalated {
        to: Role::Senior,
        deadline_at: at(7_200),
        person: None,
        given,
    }
}

pub fn outcome() -> Fact {
    Fact::Outcome {
        succeeded: true,
        report: None,
    }
}

pub fn closed() -> Fact {
    Fact::Closed { passed_to: None }
}

pub fn passed_on() -> Fact {
    Fact::Closed {
        passed_to: Some(EnvelopeId(Uuid::from_u128(9))),
    }
}
