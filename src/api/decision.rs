//! Deciding, redeeming, reporting.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{DecisionKind, Digest, EnvelopeId, Stage};

/// A person's word. An approval names the payload and revision it is about; the gate compares them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    pub decision: DecisionKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload_sha256: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// On a rejection the agent reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
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
    pub quorum: u32,
    pub revision: u32,
    /// Where its entry stands, counted from 0.
    pub entry: u64,
    pub signature: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedeemRequest {
    pub token: String,
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
