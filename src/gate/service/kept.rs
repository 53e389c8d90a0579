//! The texts that are kept of a subject, each under its kind and its part.

use serde::Deserialize;

use super::record::JudgementRecord;
use crate::api::Claimed;

/// The kind of blob that keeps how a verdict came about.
pub(super) const JUDGEMENT: &str = "judgement";

pub(super) fn blob<'a>(blobs: &'a [(String, u32, Vec<u8>)], kind: &str) -> Option<&'a [u8]> {
    blobs
        .iter()
        .find(|(k, _, _)| k == kind)
        .map(|(_, _, bytes)| bytes.as_slice())
}

/// The last of several of one kind.
pub(super) fn newest<'a>(blobs: &'a [(String, u32, Vec<u8>)], kind: &str) -> Option<&'a [u8]> {
    let newest = blobs
        .iter()
        .filter(|(k, _, _)| k == kind)
        .max_by_key(|(_, part, _)| *part);
    newest.map(|(_, _, bytes)| bytes.as_slice())
}

/// How the verdict that counts came about.
pub(super) fn record(blobs: &[(String, u32, Vec<u8>)]) -> Option<JudgementRecord> {
    newest(blobs, JUDGEMENT).and_then(|bytes| serde_json::from_slice(bytes).ok())
}

pub(super) fn text(blobs: &[(String, u32, Vec<u8>)], kind: &str, part: u32) -> Option<String> {
    let found = blobs.iter().find(|(k, p, _)| k == kind && *p == part);
    found.map(|(_, _, bytes)| String::from_utf8_lossy(bytes).into_owned())
}

/// The short claims as they were kept.
#[derive(Deserialize, Default)]
#[serde(default)]
struct KeptClaims {
    run_id: Option<String>,
    agent: Option<crate::domain::AgentVersion>,
    confidence: Option<f64>,
    impact: Option<crate::domain::Impact>,
    evidence: Vec<crate::domain::Evidence>,
    reversal: Option<crate::domain::Reversal>,
    preconditions: Option<serde_json::Map<String, serde_json::Value>>,
    timeout: Option<String>,
}

/// The run that the agent said it is in.
pub(super) fn run_id(claims: &[u8]) -> Option<String> {
    serde_json::from_slice::<KeptClaims>(claims).ok()?.run_id
}

pub(super) fn claimed(blobs: &[(String, u32, Vec<u8>)]) -> Claimed {
    let kept: KeptClaims = blob(blobs, "claims")
        .and_then(|b| serde_json::from_slice(b).ok())
        .unwrap_or_default();
    let evidence = (0..).zip(kept.evidence).map(|(part, mut evidence)| {
        evidence.excerpt = text(blobs, "excerpt", part);
        evidence
    });
    Claimed {
        run_id: kept.run_id,
        agent: kept.agent,
        request: text(blobs, "request", 0),
        rationale: text(blobs, "rationale", 0),
        confidence: kept.confidence,
        signals: blob(blobs, "signals").and_then(|b| serde_json::from_slice(b).ok()),
        impact: kept.impact,
        evidence: evidence.collect(),
        reversal: kept.reversal,
        preconditions: kept.preconditions,
        before: text(blobs, "before", 0),
        timeout: kept.timeout,
        context: text(blobs, "context", 0),
    }
}
