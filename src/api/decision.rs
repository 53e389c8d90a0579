//! Deciding, redeeming, reporting.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::SignedWord;
use crate::domain::{DecisionKind, Digest, EnvelopeId, Role, Severity, Stage, Verdict};

/// A person's word. What releases something names the payload and revision it is about; the gate compares them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    pub decision: DecisionKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload_sha256: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// Of what was on the screen, where something of it was masked; the gate compares it with what it sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_sha256: Option<Digest>,
    /// On a rejection the agent reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// An edit's arguments as JSON text: these bytes are what will run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments_raw: Option<String>,
    /// The class that a quarantined action is put in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Whom it is escalated to: a role, or a person by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// By how long the deadline is put off, such as `30m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What was on the screen, as the console's own record of it: JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<String>,
    /// The person's own signature. Whoever has a key here has to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Box<SignedWord>>,
}

impl DecisionRequest {
    /// A word that names nothing yet.
    pub fn new(decision: DecisionKind) -> Self {
        Self {
            decision,
            payload_sha256: None,
            revision: None,
            shown_sha256: None,
            reason: None,
            arguments_raw: None,
            class: None,
            to: None,
            by: None,
            screen: None,
            signed: None,
        }
    }

    /// Names what it is about.
    #[must_use]
    pub fn about(self, payload_sha256: Digest, revision: u32) -> Self {
        Self {
            payload_sha256: Some(payload_sha256),
            revision: Some(revision),
            ..self
        }
    }
}

/// Several alike, cleared with one keypress: each is decided and recorded by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchRequest {
    pub items: Vec<BatchItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Base64 of one SSHSIG over the list of the items' documents, each of which then has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// One of them, as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchItem {
    pub id: EnvelopeId,
    pub payload_sha256: Digest,
    pub revision: u32,
    /// As in a decision on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_sha256: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<String>,
    /// Without a signature of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Box<SignedWord>>,
}

/// What became of each, in the order they were named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchReceipt {
    /// Stands in the entry of each.
    pub batch: Uuid,
    pub results: Vec<BatchResult>,
}

/// A receipt, or why it did not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchResult {
    pub id: EnvelopeId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<DecisionReceipt>,
    /// A sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// What would become of an open envelope: with other arguments, or as a class. Nothing is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgeRequest {
    pub id: EnvelopeId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments_raw: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
}

/// The policy's word on what is not there yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Becomes {
    pub class: Option<String>,
    pub rule: Option<String>,
    pub verdict: Verdict,
    /// What it would be here: at least a hold.
    pub effective: Verdict,
    pub severity: Severity,
    pub quorum: u32,
    pub role: Role,
    pub reason_required: bool,
    pub payload_sha256: Digest,
    /// Sentence fragments.
    pub reasons: Vec<String>,
    /// Why the gate would refuse it: a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// A question to the agent, or its answer to question `n`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskRequest {
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerRequest {
    /// Which question, counted from 0.
    pub n: u32,
    pub text: String,
}

/// That a decision stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionReceipt {
    pub id: EnvelopeId,
    pub decision: DecisionKind,
    pub by: String,
    pub at: Timestamp,
    /// The stage it led to.
    pub stage: Stage,
    pub votes: u32,
    /// Rejections so far, where one does not end it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejections: Option<u32>,
    pub quorum: u32,
    pub revision: u32,
    pub payload_sha256: Digest,
    pub deadline_at: Timestamp,
    /// Where its entry stands, counted from 0.
    pub entry: u64,
    /// `unsigned (bearer)`, or how it is signed.
    pub signature: String,
}

impl DecisionReceipt {
    /// Whether the person's own signature stands with it.
    pub fn is_signed(&self) -> bool {
        self.signature.starts_with("signed")
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedeemRequest {
    pub token: String,
    /// How what the envelope names as its preconditions is now, under the same names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preconditions: Option<serde_json::Map<String, serde_json::Value>>,
}

impl RedeemRequest {
    /// For what was proposed under no preconditions.
    pub fn of(token: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            preconditions: None,
        }
    }
}

/// The frozen payload: run exactly this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedeemAnswer {
    pub id: EnvelopeId,
    pub tool: String,
    pub server: Option<String>,
    pub target: Option<crate::domain::Target>,
    pub environment: Option<String>,
    /// The arguments as they were proposed, byte for byte.
    pub arguments_raw: String,
    pub payload_sha256: Digest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OutcomeStatus {
    Succeeded,
    Failed,
}

/// What the agent says happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeRequest {
    pub status: OutcomeStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<serde_json::Value>,
    #[serde(default)]
    pub checks: Vec<OutcomeCheck>,
}

/// Something that was looked at after the action ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeCheck {
    pub name: String,
    pub passed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What the agent said happened, and when it said so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub status: OutcomeStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<serde_json::Value>,
    #[serde(default)]
    pub checks: Vec<OutcomeCheck>,
    pub at: Timestamp,
}
