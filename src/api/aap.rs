//! The Agent Approval Protocol, version 1, as its published clients speak it.
//!
//! Every object here is closed: clients refuse an unknown member, a `null` and a number that was rounded.
//! Arguments and context therefore stay the text that was received. See <https://agentapprovalprotocol.io>.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{ErrorType, OutcomeStatus};
use crate::domain::{AgentVersion, EnvelopeId, Evidence, Impact, Reversal, Target};

/// The header that names an exchange; on every answer.
pub const REQUEST_ID: &str = "x-request-id";

/// What an adapter asks about: one tool call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    pub tool: String,
    pub server: Option<String>,
    /// These bytes are hashed, shown and given back as they came.
    pub arguments: Box<RawValue>,
    /// A whole number of seconds, minutes or hours; given back as it was spelt.
    pub timeout: String,
    pub agent_reasoning: Option<String>,
    /// What the adapter saw; any object.
    pub context: Option<Box<RawValue>>,
}

/// The one member of a context that has a meaning here.
#[derive(Debug, Clone, Deserialize)]
pub struct Context {
    pub envelope: Option<Box<RawValue>>,
}

/// What an agent can say beside the call, as with a proposal at `/v1`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextEnvelope {
    pub run_id: Option<String>,
    pub agent: Option<AgentVersion>,
    pub environment: Option<String>,
    pub target: Option<Target>,
    pub before: Option<Box<RawValue>>,
    pub request: Option<String>,
    pub confidence: Option<f64>,
    pub signals: Option<Map<String, Value>>,
    pub impact: Option<Impact>,
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    pub reversal: Option<Reversal>,
    pub preconditions: Option<Map<String, Value>>,
}

/// What came of a call that was consumed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeReport {
    pub status: OutcomeStatus,
    pub note: Option<String>,
}

/// How a request stands. All but the first are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    Pending,
    Approved,
    Denied,
    Expired,
    Cancelled,
}

/// A request in answers: what was submitted, to the byte, and how it stands.
#[derive(Debug, Clone, Serialize)]
pub struct ApprovalRequest {
    pub id: EnvelopeId,
    pub tool: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    pub arguments: Box<RawValue>,
    pub timeout: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_reasoning: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Box<RawValue>>,
    pub status: Status,
    pub created_at: Timestamp,
    /// Never another one: clients compare it.
    pub deadline_at: Timestamp,
    /// On every request that is not pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumption: Option<Consumption>,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    pub status: Status,
    /// What the agent should know of it; never empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub decided_at: Timestamp,
    /// On approvals only: until when the call may start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// That an approval was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Consumption {
    pub consumed_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Reported>,
}

/// What the agent said came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reported {
    pub status: OutcomeStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub reported_at: Timestamp,
}

/// `{"error": {"type", "code", "message", "param"?, "request_id"}}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorBody {
    pub error: ErrorDetail,
}

/// Why a request was refused, in the protocol's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorDetail {
    #[serde(rename = "type")]
    pub kind: ErrorKind,
    pub code: String,
    pub message: String,
    /// The member of the body that does not fit, with dots between the levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    pub request_id: String,
}

/// The protocol's families of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    InvalidRequest,
    Authentication,
    Authorization,
    NotFound,
    Conflict,
    RateLimit,
    Dependency,
    Internal,
}

impl From<ErrorType> for ErrorKind {
    fn from(kind: ErrorType) -> Self {
        match kind {
            ErrorType::InvalidRequest | ErrorType::TooLarge => Self::InvalidRequest,
            ErrorType::Unauthorized => Self::Authentication,
            ErrorType::Forbidden => Self::Authorization,
            ErrorType::NotFound => Self::NotFound,
            ErrorType::Conflict => Self::Conflict,
            ErrorType::RateLimited => Self::RateLimit,
            ErrorType::Unavailable => Self::Dependency,
            ErrorType::Internal => Self::Internal,
        }
    }
}

impl ErrorKind {
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::Authentication => 401,
            Self::Authorization => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::RateLimit => 429,
            Self::Dependency => 503,
            Self::Internal => 500,
        }
    }
}
