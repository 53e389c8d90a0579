//! How a judgement is kept beside the ledger: what the reviewer is shown of it, and what replays it.

use serde::{Deserialize, Serialize};

use crate::api::{MatrixView, Unlike};
use crate::domain::Origin;
use crate::policy::{Facts, Judgement, Trace};

/// The blob of kind `judgement`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct JudgementRecord {
    pub matrix: Option<MatrixView>,
    pub floors: Vec<String>,
    pub reasons: Vec<String>,
    pub server_origin: Origin,
    pub environment_origin: Origin,
    /// What the arguments named of signoff's own.
    pub own: Vec<String>,
    pub outside_scope: Option<String>,
    /// The class a person named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<String>,
    /// Where the arguments have names that the user's request does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub novel: Vec<String>,
    /// Where the arguments have what people are shown only when they ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensitive: Vec<String>,
    /// How it differs from what ran before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlike: Vec<Unlike>,
    pub trace: Trace,
}

impl JudgementRecord {
    pub fn new(
        judgement: &Judgement,
        facts: &Facts,
        named: Option<String>,
        novel: Vec<String>,
        unlike: Vec<Unlike>,
    ) -> Self {
        Self {
            matrix: judgement.matrix.map(|matrix| MatrixView {
                impact: matrix.impact,
                reversibility: matrix.reversibility,
                regulatory: matrix.regulatory,
            }),
            floors: judgement.floors.clone(),
            reasons: judgement.reasons.clone(),
            server_origin: facts.server_origin,
            environment_origin: facts.environment_origin,
            own: facts.own.clone(),
            outside_scope: facts.outside_scope.clone(),
            named,
            novel,
            sensitive: judgement.sensitive.clone(),
            unlike,
            trace: judgement.trace.clone(),
        }
    }
}
