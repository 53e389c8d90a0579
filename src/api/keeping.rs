//! What is erased, what is held, and what is older than it is to be kept.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Summary;
use crate::domain::{EnvelopeId, Shown};

/// Erases all texts of an envelope. What is said here stays in the ledger: name no person in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EraseRequest {
    pub reason: String,
    /// The legal basis, such as `GDPR Art. 17(1)(b)`.
    pub basis: String,
    /// Whether more erasures follow at once: the files are written anew with the last of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
}

/// That texts were erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseReceipt {
    pub id: EnvelopeId,
    /// How many texts there were, payloads among them.
    pub texts: u64,
    /// Where its entry stands, counted from 0.
    pub entry: u64,
    pub at: Timestamp,
    /// Whether the bytes are out of all files by now; where somebody reads the ledger, they are once that ends.
    pub gone: bool,
}

/// Asks which envelopes hold a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectRequest {
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubjectAnswer {
    pub rows: Vec<Summary>,
    /// Whether there are more than one answer names.
    pub more: bool,
}

/// Asks to erase what is older than its class keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PruneRequest {
    /// Only counts.
    #[serde(default)]
    pub dry_run: bool,
}

/// What was older, by class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PruneAnswer {
    pub classes: Vec<PrunedView>,
    pub dry_run: bool,
    /// As in [`EraseReceipt`].
    pub gone: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrunedView {
    pub class: String,
    /// What was over before this is not kept.
    pub before: Timestamp,
    pub envelopes: u64,
}

/// Keeps an envelope, or all of a class, from being erased. Exactly one of them is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope: Option<EnvelopeId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    pub reason: String,
}

/// Ends a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRequest {
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldView {
    pub id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope: Option<EnvelopeId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    pub by: String,
    pub at: Timestamp,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released_at: Option<Timestamp>,
}

/// Who erased an envelope's texts last, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedView {
    /// `the gate`, where its class keeps nothing that old.
    pub by: String,
    pub at: Timestamp,
    pub reason: String,
    pub basis: String,
}

impl ErasedView {
    /// When, by whom and why, as a fragment for people: what others wrote is made safe.
    pub fn sentence(&self) -> String {
        let (basis, reason) = (Shown::line(&self.basis), Shown::line(&self.reason));
        format!("on {} by {}, basis {basis}: {reason}", self.at, self.by)
    }
}
