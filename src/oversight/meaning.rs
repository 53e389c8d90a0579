//! What each kind of entry is to the figures.

use uuid::Uuid;

use crate::domain::{DecisionKind, Digest, Event, PrincipalId};
use crate::ledger::{Fact, Judged};

/// What an entry says, as far as it can move a figure.
#[derive(Debug)]
pub(super) enum Meaning<'e> {
    /// The ledger's first.
    Opened(Uuid),
    /// Somebody was added; this is what their profile commits to.
    Added(PrincipalId, Digest),
    /// About the gate otherwise: people, keys, policies.
    Gate,
    Proposed,
    Judged(&'e Judged),
    /// A person's word, and the step it takes.
    Word(DecisionKind, Event),
    /// A step that no person took.
    Step(Event),
    /// What came after it was handed out: no figure rests on that.
    Aftermath,
    /// Said of what was let through, before or after it was handed out: no figure rests on that either.
    Remark,
    /// No ledger that verifies holds it.
    Odd,
}

impl<'e> Meaning<'e> {
    /// The one place that knows every kind: a new one takes an arm here.
    pub fn of(fact: &'e Fact) -> Self {
        match fact {
            Fact::Opened { ledger } => Self::Opened(*ledger),
            Fact::PrincipalAdded { principal, profile, .. } => Self::Added(*principal, *profile),
            Fact::PolicyActivated { .. }
            | Fact::KeyAdded { .. }
            | Fact::KeyVouched(_)
            | Fact::KeyRevoked { .. }
            | Fact::PrincipalRevoked { .. }
            | Fact::Requested { .. }
            | Fact::KeyRotated { .. }
            | Fact::TokenKeyNamed { .. }
            | Fact::RollbackAccepted { .. }
            | Fact::Stopped(_)
            | Fact::Forgotten { .. }
            | Fact::Resumed { .. } => Self::Gate,
            Fact::Proposed { .. } => Self::Proposed,
            Fact::Judged(judged) => Self::Judged(judged),
            Fact::Decided(decided) => match decided.decision {
                DecisionKind::Approve if decided.votes >= decided.quorum => {
                    Self::Word(DecisionKind::Approve, Event::QuorumMet)
                }
                DecisionKind::Approve => Self::Word(DecisionKind::Approve, Event::Approved),
                DecisionKind::Reject => Self::Word(DecisionKind::Reject, decided.rejects()),
                // These have entries of their own.
                DecisionKind::Edit | DecisionKind::Escalate | DecisionKind::Classify | DecisionKind::Extend => {
                    Self::Odd
                }
            },
            Fact::Edited { .. } => Self::Word(DecisionKind::Edit, Event::Edited),
            Fact::Classified { .. } => Self::Word(DecisionKind::Classify, Event::Noted),
            Fact::Escalated { given: Some(_), .. } => Self::Word(DecisionKind::Escalate, Event::Escalated),
            Fact::Escalated { given: None, .. } => Self::Step(Event::Escalated),
            Fact::Extended { .. } => Self::Word(DecisionKind::Extend, Event::Extended),
            Fact::Claimed { .. } | Fact::Asked { .. } | Fact::Answered { .. } => Self::Step(Event::Noted),
            Fact::Expired { .. } => Self::Step(Event::Expired),
            Fact::Closed { passed_to: None } => Self::Step(Event::ClosedUnrun),
            Fact::Closed { passed_to: Some(_) } => Self::Step(Event::PassedOn),
            Fact::Signal { .. } => Self::Step(Event::Attested),
            Fact::LegalHold(hold) if hold.class.is_some() => Self::Gate,
            Fact::Reviewed { .. } | Fact::Looked { .. } | Fact::Erased { .. } | Fact::LegalHold(_) => Self::Remark,
            Fact::Lapsed { .. } => Self::Step(Event::Lapsed),
            Fact::Withdrawn { .. } => Self::Step(Event::Withdrawn),
            Fact::Redeemed { .. } => Self::Step(Event::Redeemed),
            Fact::Outcome { .. } | Fact::UndoRequested { .. } | Fact::Undone { .. } => Self::Aftermath,
        }
    }
}
