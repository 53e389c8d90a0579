//! An envelope in answers: what the gate computed, and under `claimed` what the agent says.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ErasedView, FileView, LedgerPoint, MaskedView, Outcome, ReviewView, UndoView, Unlike};
use crate::domain::{
    AgentVersion, DecisionKind, Digest, EnvelopeId, Evidence, Impact, Level, OnTimeout, Reversal, Review, Role,
    Severity, Stage, Verdict,
};

/// The plain values of an envelope: a row of the queue, and the head of every other answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub id: EnvelopeId,
    pub stage: Stage,
    pub class: Option<String>,
    pub verdict: Verdict,
    pub effective: Verdict,
    pub rule: Option<String>,
    pub severity: Severity,
    pub impact: Option<Level>,
    pub tool: String,
    /// The agent's registered name.
    pub agent: String,
    /// `system:record`.
    pub target: Option<String>,
    /// The run it belongs to, as the agent says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// What the agent says it is about, such as `6000.00 USD`.
    pub amount: Option<String>,
    pub quorum: u32,
    pub votes: u32,
    /// How many have rejected it, where that takes the quorum too; absent where one no ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejections: Option<u32>,
    pub role: Role,
    pub created_at: Timestamp,
    pub sla_at: Timestamp,
    pub deadline_at: Timestamp,
    pub on_timeout: OnTimeout,
    pub payload_sha256: Digest,
    pub revision: u32,
    pub review: Option<Review>,
    /// How late people can make the deadline; absent where they cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_at: Option<Timestamp>,
    /// The person it was handed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custody: Option<String>,
    /// Who works on it; others may all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimView>,
    /// Whether a person wrote the payload.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// Questions to the agent, and how many it has answered.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub asked: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub answered: u32,
    /// How often services attested something of it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub signals: u32,
    /// The same for all that may be cleared together with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alike: Option<Digest>,
    /// Why it may not, though its class knows batches: a sentence fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apart: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A lease that says who is at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimView {
    pub by: String,
    pub until: Timestamp,
}

/// What a person asked the agent, and what it said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionView {
    pub by: String,
    pub at: Timestamp,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
}

/// One envelope, as far as the caller may see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnvelopeView {
    #[serde(flatten)]
    pub summary: Summary,
    /// Until when it may be redeemed, once it is cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// SHA-256 of the policy that judged it.
    pub policy: Digest,
    /// What a signature names beside the envelope; only people are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<LedgerPoint>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<MatrixView>,
    #[serde(default)]
    pub floors: Vec<String>,
    /// Why it was not simply allowed: sentence fragments.
    #[serde(default)]
    pub reasons: Vec<String>,
    pub reason_required: bool,
    /// What people commonly say of its class; only people are shown it.
    #[serde(default, skip_serializing_if = "Canned::is_empty")]
    pub canned: Canned,
    /// Where the arguments have names that the user's request does not: JSON pointers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub novel: Vec<String>,
    /// How it differs from what ran before it was judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlike: Vec<Unlike>,
    /// What the policy masks in the arguments; in this answer too, unless the payload says nothing of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<MaskedView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Whether the environment is fixed by the credential rather than claimed.
    #[serde(default)]
    pub environment_fixed: bool,
    pub decisions: Vec<DecisionView>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<QuestionView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// What services attested: their name, and what they said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attested: Vec<SignalView>,
    /// Evidence files that are here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redeemed_at: Option<Timestamp>,
    /// What was said of it after it ran alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<ReviewView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<UndoView>,
    /// This very payload, proposed by this agent before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<HistoryView>,
    /// This agent in this class, in the last 30 days before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub past: Option<HistoryView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<PayloadView>,
    /// The arguments as the agent proposed them, where a person wrote other ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed_raw: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed: Option<Claimed>,
    /// Every condition the policy tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<serde_json::Value>,
    /// For the agent, while it may redeem: fresh at each read, good for five minutes and one use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// For whoever redeems: what the proposal rests on, to be looked at again and said with the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preconditions: Option<serde_json::Map<String, serde_json::Value>>,
    /// When it is over whatever people do, as its agent was told; what came over AAP has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outer_at: Option<Timestamp>,
    /// The envelope that runs under the approval of this one's edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_to: Option<EnvelopeId>,
    /// Its texts were erased: what is missing was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<ErasedView>,
}

/// Reasons that are one key away, as the class has them in the policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Canned {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approve: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reject: Vec<String>,
}

impl Canned {
    fn is_empty(&self) -> bool {
        self.approve.is_empty() && self.reject.is_empty()
    }
}

impl EnvelopeView {
    /// Whether something of it is left out here.
    pub fn is_masked(&self) -> bool {
        self.payload
            .as_ref()
            .is_some_and(|payload| payload.shown_sha256.is_some())
    }

    /// Whether what the policy masks is all there.
    pub fn is_uncovered(&self) -> bool {
        !self.masked.is_empty() && !self.is_masked()
    }
}

/// What a service attested, under its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignalView {
    pub by: String,
    pub at: Timestamp,
    pub signals: serde_json::Map<String, serde_json::Value>,
}

/// The class's impact, reversibility and regulatory pressure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatrixView {
    pub impact: Level,
    pub reversibility: Level,
    pub regulatory: Level,
}

/// The exact payload, with what it takes to recompute digest and commitment from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayloadView {
    /// The arguments as the agent sent them, byte for byte; but for what is masked.
    pub raw: String,
    /// Of the whole payload, whatever is masked of it here.
    pub payload_sha256: Digest,
    /// The same of what is sent here, where something of it is masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_sha256: Option<Digest>,
    /// Hex of 32 bytes; empty where something is masked.
    pub salt: String,
    pub commitment: Digest,
    /// The parts beside the arguments: {environment, server, target, tool}, RFC 8785.
    pub parts: String,
}

/// A person's word, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionView {
    pub by: String,
    pub decision: DecisionKind,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload_sha256: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// Where it led: a role or person, a class, a new deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub led_to: Option<String>,
    /// The fingerprint of the key that signed it, as `ssh-keygen -l` writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
}

/// How often, and how often it was rejected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryView {
    pub proposed: u64,
    pub rejected: u64,
    /// It was handed out, so it ran or may have.
    #[serde(default)]
    pub ran: u64,
}

/// All that rests on the agent's word alone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Claimed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentVersion>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signals: Option<serde_json::Map<String, serde_json::Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversal: Option<Reversal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preconditions: Option<serde_json::Map<String, serde_json::Value>>,
    /// The record as it is now, as JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<String>,
    /// What an adapter saw of the agent's run, as JSON text; over AAP only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
}
