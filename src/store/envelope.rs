//! An envelope as lists show it.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Digest, EnvelopeId, Level, Mode, OnTimeout, PrincipalId, Review, Role, Severity, Stage, Verdict};

/// How long an agent may take to say what happened before it is called overdue.
const OUTCOME_DUE: SignedDuration = SignedDuration::from_mins(15);

/// The row of one envelope: what its entries add up to, for lists and for the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    pub id: EnvelopeId,
    pub stage: Stage,
    pub revision: u32,
    /// How many entries the ledger had after this envelope's last change.
    pub changed: u64,
    pub class: Option<String>,
    pub rule: Option<String>,
    pub verdict: Verdict,
    pub mode: Mode,
    pub effective: Verdict,
    pub severity: Severity,
    pub impact: Option<Level>,
    pub tool: String,
    pub agent: PrincipalId,
    /// `system:record`.
    pub target: Option<String>,
    /// `6000.00 USD`, as the agent claims.
    pub amount: Option<String>,
    pub quorum: u32,
    pub votes: u32,
    /// Whether a rejection takes the quorum too, and how many have rejected it where it does.
    pub reject_quorum: bool,
    pub rejections: u32,
    pub role: Role,
    pub reason_required: bool,
    pub on_timeout: OnTimeout,
    pub escalate_to: Role,
    pub timeout_s: i64,
    pub valid_for_s: i64,
    pub sla_at: Timestamp,
    pub deadline_at: Timestamp,
    /// Until when it may be redeemed.
    pub valid_until: Option<Timestamp>,
    pub payload_sha256: Digest,
    pub policy: Digest,
    pub created_at: Timestamp,
    /// Who took the step that settled it; the gate is nobody.
    pub settled_by: Option<PrincipalId>,
    pub settled_at: Option<Timestamp>,
    pub review: Option<Review>,
    /// How late people can make the deadline; `None` where they cannot.
    pub latest_at: Option<Timestamp>,
    /// How often it was moved to another role or person.
    pub escalated: u32,
    /// The person it was handed to.
    pub custody: Option<PrincipalId>,
    /// Who works on it, and until when that is believed.
    pub claim: Option<(PrincipalId, Timestamp)>,
    /// How many revisions have a payload that a person wrote.
    pub edited: u32,
    /// Questions to the agent, and how many it has answered.
    pub asked: u32,
    pub answered: u32,
    /// The same for all that may be cleared together with it.
    pub alike: Option<Digest>,
    /// Why it may not, though its class knows batches: a sentence fragment.
    pub apart: Option<String>,
    pub redeemed_at: Option<Timestamp>,
    /// Whether a person looked at it since something last happened to it.
    pub seen: bool,
    /// The run it belongs to, as the agent says.
    pub run: Option<String>,
    /// How often a service attested something.
    pub signals: u32,
    /// When it is over whatever people do, as an AAP client was told; `None` where it did not come over AAP.
    pub outer_at: Option<Timestamp>,
    /// The envelope that got the approval of this one's edit.
    pub passed_to: Option<EnvelopeId>,
    /// How it was first cleared, where it came over AAP: its agent was told that for good.
    pub cleared: Option<Cleared>,
}

/// The first clearing of what came over AAP. What happens to it later changes nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cleared {
    pub at: Timestamp,
    /// Until when it may be used; `None` where another call was approved than the one that was asked for.
    pub until: Option<Timestamp>,
}

impl Envelope {
    /// Whether a person changed what was asked for over AAP, which has no word for that.
    ///
    /// Its agent is told no and what would be allowed; it never runs under this envelope.
    pub fn is_edited_over_aap(&self) -> bool {
        self.outer_at.is_some() && self.edited > 0
    }

    /// Whether the row itself says anything that its agent said, beside the tool: nothing of it once erased.
    pub fn has_words(&self) -> bool {
        let words = [&self.target, &self.run, &self.amount, &self.apart];
        words.into_iter().any(Option::is_some) || self.payload_sha256 != Digest([0; 32])
    }

    /// What people said so far counts no more: they said it of something else, or it is somebody else's now.
    pub fn start_over(&mut self) {
        (self.votes, self.rejections) = (0, 0);
    }

    /// Whether its agent may take the payload.
    pub fn is_redeemable(&self) -> bool {
        self.stage.is_redeemable() && !self.is_edited_over_aap()
    }

    /// Lets it run until `until`.
    pub fn clear(&mut self, at: Timestamp, until: Option<Timestamp>) {
        self.valid_until = until;
        if self.outer_at.is_some() {
            let until = until.filter(|_| !self.is_edited_over_aap());
            self.cleared.get_or_insert(Cleared { at, until });
        }
    }

    /// A later deadline, as far as the agent was told that there may be one.
    pub fn not_beyond(&self, deadline: Timestamp) -> Timestamp {
        self.outer_at.map_or(deadline, |outer| deadline.min(outer))
    }

    /// From now on it is decided by itself.
    pub fn leave_company(&mut self, why: &str) {
        if self.alike.take().is_some() {
            self.apart = Some(why.to_owned());
        }
    }

    /// Whether people may want to look at how it went: it was let through under somebody's eyes.
    pub fn is_after(&self) -> bool {
        let watched = matches!(self.effective, Verdict::Watch | Verdict::Hold | Verdict::Quarantine);
        watched
            && match self.stage {
                Stage::Allowed
                | Stage::Approved
                | Stage::Lapsed
                | Stage::Redeemed
                | Stage::Done
                | Stage::Failed
                | Stage::UndoRequested
                | Stage::Undone
                | Stage::UndoFailed => true,
                Stage::Proposed
                | Stage::Waiting
                | Stage::Quarantined
                | Stage::Denied
                | Stage::Rejected
                | Stage::Expired
                | Stage::Withdrawn
                | Stage::Closed => false,
            }
    }

    /// Whether it ran alone, or may, and nobody has said yet whether that was fine.
    pub fn is_unseen(&self) -> bool {
        self.is_after() && self.review == Some(Review::Open) && self.stage != Stage::Lapsed
    }

    /// From when on something is wrong with how it went, and nobody has followed it up.
    ///
    /// It failed, its undo failed, it was flagged and not taken back, or its agent owes a word.
    pub fn trouble_at(&self) -> Option<Timestamp> {
        if !self.is_after() {
            return None;
        }
        let flagged = (self.review == Some(Review::Flagged)).then_some(self.created_at);
        match self.stage {
            Stage::UndoRequested | Stage::Undone => None,
            Stage::Failed | Stage::UndoFailed if !self.seen => Some(self.created_at),
            Stage::Redeemed if !self.seen => flagged.or_else(|| self.overdue_at()),
            Stage::Proposed
            | Stage::Waiting
            | Stage::Quarantined
            | Stage::Allowed
            | Stage::Denied
            | Stage::Approved
            | Stage::Rejected
            | Stage::Expired
            | Stage::Lapsed
            | Stage::Withdrawn
            | Stage::Closed
            | Stage::Redeemed
            | Stage::Done
            | Stage::Failed
            | Stage::UndoFailed => flagged,
        }
    }

    /// Whether a person should look at how it went.
    pub fn needs_look(&self, now: Timestamp) -> bool {
        self.is_unseen() || self.trouble_at().is_some_and(|at| at <= now)
    }

    /// From when on its agent's silence is one: it was taken, and what came of it was not said.
    pub fn overdue_at(&self) -> Option<Timestamp> {
        let taken = self.redeemed_at.filter(|_| self.stage == Stage::Redeemed)?;
        taken.checked_add(OUTCOME_DUE).ok()
    }

    /// When the gate must act by itself: at the deadline, or when an approval runs out.
    pub fn due_at(&self) -> Option<Timestamp> {
        if self.stage.is_open() {
            Some(self.deadline_at)
        } else if self.stage.is_redeemable() {
            self.valid_until
        } else {
            None
        }
    }
}

/// What this agent did before, in this class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct History {
    pub proposed: u64,
    pub rejected: u64,
    /// It was handed out, so it ran or may have.
    pub ran: u64,
}
