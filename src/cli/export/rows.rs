//! One row for each envelope, for whoever counts or reads rather than proves.
//!
//! A row is what a console would show: what the policy masks is masked here too, wherever it was written.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::api::{EnvelopeView, Outcome};
use crate::bundle::SignedWord;
use crate::diff::{self, Change, Until};
use crate::domain::{DecisionKind, Digest, EnvelopeId, PrincipalId, Severity, Stage, Verdict};
use crate::ledger::{Entry, Fact, SIGNATURE_NONE, SIGNATURE_SSH, SIGNATURE_WITH_EDIT};

/// How long fields of one payload are compared.
const PATIENCE: Duration = Duration::from_millis(200);

/// The names are those that operators know from other systems, where there are such.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub envelope: EnvelopeId,
    pub run_id: Option<String>,
    pub agent: String,
    pub agent_version: Option<String>,
    pub model_id: Option<String>,
    /// The class, or the tool where no class has it.
    pub action_type: String,
    pub class: Option<String>,
    pub tool: String,
    pub server: Option<String>,
    pub target: Option<String>,
    pub environment: Option<String>,
    pub proposed_at: Timestamp,
    /// The arguments that are there now; absent once erased.
    pub input: Option<Box<RawValue>>,
    /// What they change in the record that the agent claims is there; absent where it claims none.
    pub diff: Option<Vec<FieldRow>>,
    pub severity: Severity,
    pub verdict: Verdict,
    pub effective: Verdict,
    pub rule: Option<String>,
    pub policy: Digest,
    pub stage: Stage,
    pub quorum: u32,
    pub votes: u32,
    pub approval: Option<Approval>,
    pub decisions: Vec<Word>,
    pub result: Option<Outcome>,
    pub erased: bool,
    /// Its entries in the ledger, counted from 0: `signoff ledger prove --entry N` proves one.
    pub entries: Vec<u64>,
}

#[derive(Debug, Serialize)]
pub(super) struct FieldRow {
    /// RFC 6901, into the arguments.
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The newest approval or rejection.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Approval {
    /// `approved`, `rejected`, or `partial` where others still have to.
    pub status: &'static str,
    pub reviewer_id: Option<PrincipalId>,
    pub reviewer: String,
    pub timestamp: Timestamp,
    pub reason: Option<String>,
    pub signature: &'static str,
}

/// Any word of a person.
#[derive(Debug, Serialize)]
pub(super) struct Word {
    pub decision: DecisionKind,
    pub reviewer_id: Option<PrincipalId>,
    pub reviewer: String,
    pub timestamp: Timestamp,
    pub reason: Option<String>,
    pub led_to: Option<String>,
    pub signature: &'static str,
}

impl Row {
    /// Puts together what a console is told and what the entries say.
    pub fn of(view: EnvelopeView, entries: &[(u64, Entry)]) -> Self {
        let said: Vec<_> = entries.iter().filter_map(|(n, entry)| mark(*n, entry)).collect();
        let words = view.decisions.iter().enumerate().map(|(n, word)| {
            let (reviewer_id, signature) = said.get(n).copied().unwrap_or((None, SIGNATURE_NONE));
            Word {
                decision: word.decision,
                reviewer_id,
                reviewer: word.by.clone(),
                timestamp: word.at,
                reason: word.reason.clone(),
                led_to: word.led_to.clone(),
                signature,
            }
        });
        let decisions: Vec<Word> = words.collect();
        let summary = view.summary;
        let input = view.payload.map(|payload| payload.raw);
        let claimed = view.claimed;
        let agent = claimed.as_ref().and_then(|claimed| claimed.agent.clone());
        let before = claimed.and_then(|claimed| claimed.before);
        Self {
            envelope: summary.id,
            run_id: summary.run,
            agent: summary.agent,
            agent_version: agent.as_ref().and_then(|agent| agent.version.clone()),
            model_id: agent.and_then(|agent| agent.model),
            action_type: summary.class.clone().unwrap_or_else(|| summary.tool.clone()),
            class: summary.class,
            tool: summary.tool,
            server: view.server,
            target: summary.target,
            environment: view.environment,
            proposed_at: summary.created_at,
            diff: before
                .zip(input.as_ref())
                .map(|(before, input)| changes(&before, input)),
            input: input.and_then(|raw| RawValue::from_string(raw).ok()),
            severity: summary.severity,
            verdict: summary.verdict,
            effective: summary.effective,
            rule: summary.rule,
            policy: view.policy,
            stage: summary.stage,
            quorum: summary.quorum,
            votes: summary.votes,
            approval: approval(&decisions, summary.votes >= summary.quorum),
            decisions,
            result: view.outcome,
            erased: view.erased.is_some(),
            entries: entries.iter().map(|(n, _)| *n).collect(),
        }
    }
}

/// Who gave a word, and what it rests on; `None` for an entry that holds no person's word.
fn mark(n: u64, entry: &Entry) -> Option<(Option<PrincipalId>, &'static str)> {
    let stated = match &entry.fact {
        Fact::Decided(decided) => &decided.signature,
        Fact::Edited { given, .. }
        | Fact::Classified { given, .. }
        | Fact::Extended { given, .. }
        | Fact::Escalated { given: Some(given), .. } => &given.signature,
        _ => return None,
    };
    let signature = match SignedWord::of(n, entry) {
        Some(_) => SIGNATURE_SSH,
        None if stated == SIGNATURE_WITH_EDIT => SIGNATURE_WITH_EDIT,
        None => SIGNATURE_NONE,
    };
    Some((entry.actor.id, signature))
}

fn approval(decisions: &[Word], met: bool) -> Option<Approval> {
    let newest = decisions.iter().rev().find_map(|word| match word.decision {
        DecisionKind::Approve if met => Some((word, "approved")),
        DecisionKind::Approve => Some((word, "partial")),
        DecisionKind::Reject => Some((word, "rejected")),
        DecisionKind::Edit | DecisionKind::Escalate | DecisionKind::Classify | DecisionKind::Extend => None,
    });
    newest.map(|(word, status)| Approval {
        status,
        reviewer_id: word.reviewer_id,
        reviewer: word.reviewer.clone(),
        timestamp: word.timestamp,
        reason: word.reason.clone(),
        signature: word.signature,
    })
}

fn changes(before: &str, after: &str) -> Vec<FieldRow> {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let diff = diff::fields(&read(before), &read(after), Until::within(PATIENCE));
    let rows = diff.changes.into_iter().map(|field| {
        let (before, after) = match field.change {
            Change::Added(value) => (None, Some(value)),
            Change::Removed(value) => (Some(value), None),
            Change::Changed { before, after, .. } => (Some(before), Some(after)),
            Change::Moved { value, .. } => (value.clone(), value),
        };
        FieldRow {
            field: field.pointer,
            before,
            after,
        }
    });
    rows.collect()
}
