//! Who may do what: the one table of roles and verbs.
//!
//! It says what a role is there for. What an envelope asks for comes on top of it: its role, its quorum, and
//! that nobody releases what the own agent does.

use jiff::{SignedDuration, Timestamp};
use strum::{Display, EnumIter, IntoStaticStr};

use super::{DecisionKind, Person, Role};

/// How long somebody is new.
const NEW: SignedDuration = SignedDuration::from_hours(24);

/// From when on somebody who was added then counts as one of several approvers; `None` where one admin alone
/// ever was, who could not be held to it.
///
/// Whoever can add people could make up the second one. Where others administer too they have a day to see it.
/// An admin that was revoked counts: sending the other one away must not make the wait shorter.
pub fn counts_from(added_at: Timestamp, admins_ever: usize) -> Option<Timestamp> {
    let from = added_at.saturating_add(NEW).unwrap_or(Timestamp::MAX);
    (admins_ever >= 2).then_some(from)
}

/// What a person can do at a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Verb {
    /// The queue, what ran, the past, the policy, who is who, and the proofs.
    Read,
    /// See what is masked; an entry says who did.
    Look,
    /// Say what an edit or a class would make of it; nothing is written.
    Judge,
    Approve,
    Reject,
    Edit,
    Classify,
    Escalate,
    Extend,
    /// Approve several alike of low risk at once.
    Batch,
    Claim,
    Ask,
    /// Say of what ran that it was fine, or flag it.
    Review,
    /// Want what ran taken back.
    Undo,
    Stop,
    Resume,
    /// Register and revoke keys of one's own, and end one's own sessions.
    OwnKeys,
    /// Revoke somebody else's key.
    OthersKeys,
    /// Answer for whose a key is, by one's own signature.
    Vouch,
    /// End somebody else's sessions.
    OthersSessions,
    /// Add people, agents and services.
    Add,
    /// Take their credentials away for good.
    Revoke,
    Erase,
    /// Look for everything that holds a text.
    Subjects,
    Prune,
    Hold,
    Release,
    /// Give the log another key.
    RotateKey,
    /// Go on with a ledger that its anchor contradicts.
    AcceptRollback,
}

/// Why a role may not. One sentence each, as whoever asked reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    #[error("The role {0} does not decide.")]
    Undecided(Role),
    #[error("An auditor reads everything and changes nothing.")]
    ReadOnly,
    #[error("Resuming takes a senior; you are {}.", .0.with_article())]
    NoSenior(Role),
    #[error("Only an admin does that.")]
    NoAdmin,
    /// Nobody learns by asking whether it is there.
    #[error("There is no such thing here, or it is not yours to see.")]
    Hidden,
}

impl Barred {
    /// For programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Undecided(_) => "role_does_not_decide",
            Self::ReadOnly => "read_only",
            Self::NoSenior(_) => "role_too_low",
            Self::NoAdmin => "admin_only",
            Self::Hidden => "not_found",
        }
    }
}

impl Role {
    /// The table: whether this role does that, or why not.
    pub fn may(self, verb: Verb) -> Result<(), Barred> {
        match verb {
            Verb::Read | Verb::Look | Verb::OwnKeys => Ok(()),
            Verb::Judge
            | Verb::Approve
            | Verb::Reject
            | Verb::Edit
            | Verb::Classify
            | Verb::Escalate
            | Verb::Extend
            | Verb::Claim
            | Verb::Ask
            | Verb::Review
            | Verb::Undo => match self {
                Self::Reviewer | Self::Senior => Ok(()),
                Self::Operator | Self::Auditor | Self::Admin => Err(Barred::Undecided(self)),
            },
            Verb::Batch => match self {
                Self::Reviewer | Self::Senior | Self::Operator => Ok(()),
                Self::Auditor | Self::Admin => Err(Barred::Undecided(self)),
            },
            // It only ever makes things safer.
            Verb::Stop => match self {
                Self::Reviewer | Self::Senior | Self::Operator | Self::Admin => Ok(()),
                Self::Auditor => Err(Barred::ReadOnly),
            },
            Verb::Resume => match self {
                Self::Senior => Ok(()),
                Self::Reviewer | Self::Operator | Self::Auditor | Self::Admin => Err(Barred::NoSenior(self)),
            },
            Verb::OthersKeys => self.administers(Barred::Hidden),
            Verb::Vouch
            | Verb::OthersSessions
            | Verb::Add
            | Verb::Revoke
            | Verb::Erase
            | Verb::Subjects
            | Verb::Prune
            | Verb::Hold
            | Verb::Release
            | Verb::RotateKey
            | Verb::AcceptRollback => self.administers(Barred::NoAdmin),
        }
    }

    fn administers(self, otherwise: Barred) -> Result<(), Barred> {
        match self {
            Self::Admin => Ok(()),
            Self::Reviewer | Self::Senior | Self::Operator | Self::Auditor => Err(otherwise),
        }
    }

    /// Whether this role may decide envelopes one by one.
    pub fn decides(self) -> bool {
        self.may(Verb::Approve).is_ok()
    }

    /// Whether an approval by this role counts where `required` is asked for. What may be cleared in a batch,
    /// an operator may clear.
    pub fn releases(self, required: Self, in_batch: bool) -> bool {
        match self {
            Self::Operator => in_batch && required == Self::Reviewer,
            Self::Reviewer | Self::Senior | Self::Auditor | Self::Admin => self.fulfils(required),
        }
    }
}

impl Person {
    /// What the table says of the person's role.
    pub fn may(&self, verb: Verb) -> Result<(), Barred> {
        self.role.may(verb)
    }
}

impl From<DecisionKind> for Verb {
    fn from(decision: DecisionKind) -> Self {
        match decision {
            DecisionKind::Approve => Self::Approve,
            DecisionKind::Reject => Self::Reject,
            DecisionKind::Edit => Self::Edit,
            DecisionKind::Classify => Self::Classify,
            DecisionKind::Escalate => Self::Escalate,
            DecisionKind::Extend => Self::Extend,
        }
    }
}
