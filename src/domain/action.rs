//! What an agent sends: the action and everything it claims about it.
//!
//! The arguments stay the exact text that was received; nothing here parses and re-writes them.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Money;

/// The body of a proposal. Only `action.tool` and `action.arguments` are required.
///
/// Every other field is a claim of the agent, and one that is missing is shown as missing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    pub run_id: Option<String>,
    pub agent: Option<AgentVersion>,
    pub environment: Option<String>,
    pub action: Action,
    pub request: Option<String>,
    pub rationale: Option<String>,
    pub confidence: Option<f64>,
    pub signals: Option<serde_json::Map<String, serde_json::Value>>,
    pub impact: Option<Impact>,
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    pub reversal: Option<Reversal>,
    pub preconditions: Option<serde_json::Map<String, serde_json::Value>>,
    pub timeout: Option<String>,
}

/// What the agent wants to do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    pub tool: String,
    pub server: Option<String>,
    /// These bytes are what will run: hashed, stored and handed out as they came.
    pub arguments: Box<RawValue>,
    pub target: Option<Target>,
    /// The record as it is now, as the agent claims: the left side of the diff.
    pub before: Option<Box<RawValue>>,
}

/// The record an action touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub system: String,
    pub record: String,
}

impl Target {
    /// `system:record`, as lists show it.
    pub fn joined(&self) -> String {
        format!("{}:{}", self.system, self.record)
    }
}

/// Which build of the agent speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentVersion {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_sha256: Option<String>,
}

/// What the agent says will change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Impact {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// How many records are touched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affects: Option<u64>,
}

/// Something the agent says speaks for its action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    pub title: String,
    pub kind: EvidenceKind,
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<super::Digest>,
}

/// What a piece of evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum EvidenceKind {
    Document,
    Record,
    Test,
    Log,
    Url,
}

/// The way back, or why there is none. Exactly one of `how` and `none_because` says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reversal {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub none_because: Option<String>,
}
