//! The policy in force, and how often each part of it spoke.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::MatrixView;
use crate::domain::{Digest, Lane, Mode, OnTimeout, Role, Severity, Verdict};

/// How often each verdict was given; what never was is not there.
pub type Verdicts = BTreeMap<Verdict, u64>;

/// A whole policy with its figures since a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyView {
    pub version: Digest,
    /// Figures are of this day and those after it, in UTC.
    pub since: Timestamp,
    /// In the order of the file.
    pub classes: Vec<ClassView>,
    pub floors: Vec<FloorView>,
    /// What was judged as no class that is still there, or by none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub judged_otherwise: Verdicts,
    /// Tools that the policy did not know what to make of, those seen last first.
    pub unknown: Vec<UnknownView>,
}

/// One kind of action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassView {
    pub id: String,
    /// Patterns of its tools.
    pub tools: Vec<String>,
    pub matrix: MatrixView,
    pub lane: Lane,
    pub mode: Mode,
    pub sla_s: i64,
    pub timeout_s: i64,
    pub on_timeout: OnTimeout,
    /// Whom it goes to when nobody answers, where that is what then happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate_to: Option<Role>,
    /// Who answers for its gate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Why its gate exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    pub gate: GateView,
    pub batch: bool,
    /// Places in the arguments that people are shown only when they ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensitive: Vec<String>,
    /// All that was judged as this class.
    pub judged: Verdicts,
    /// What no rule of it gave: its lane did, or none of them covered it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub judged_by_no_rule: Verdicts,
    pub rules: Vec<RuleView>,
}

/// One line of its table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleView {
    pub id: String,
    /// `amount 0..100`, one for each condition; none holds always.
    pub when: Vec<String>,
    pub then: Verdict,
    pub gate: GateView,
    pub judged: Verdicts,
}

/// Who must approve what is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateView {
    pub quorum: u32,
    pub role: Role,
    pub reason_required: bool,
}

/// What makes verdicts of all classes heavier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloorView {
    pub id: String,
    /// Empty for those that no file has: they are built in.
    pub when: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<Verdict>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<GateView>,
    /// How often it held, whether or not it changed anything.
    pub held: u64,
}

/// A tool that was quarantined for want of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownView {
    /// Absent for those beyond what a day tells apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// The class that has the tool and no answer; absent where none has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    pub count: u64,
    pub last_at: Timestamp,
}

/// The policy that an envelope was judged by last, as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyThen {
    /// SHA-256 of the text.
    pub policy: Digest,
    /// The entry of that judgement, counted from 0.
    pub entry: u64,
    /// The entry that put the policy in force last.
    pub activated: u64,
    /// The policy that is in force now.
    pub in_force: Digest,
    /// What of it made the verdict, in the order of the text.
    pub spoke: Vec<Spoke>,
    pub text: String,
}

/// A part of a policy's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spoke {
    /// `rule usual of payment.refund`: a fragment.
    pub what: String,
    /// Its first and last line, counted from 1.
    pub from: usize,
    pub to: usize,
}
