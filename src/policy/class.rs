//! A policy as it was read: classes, rules, floors and defaults.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Condition, Glob};
use crate::domain::{Digest, Lane, Level, Mode, OnTimeout, Role, Severity, Verdict};

/// The field of a class that is taken for its amount.
pub const AMOUNT: &str = "amount";

/// A whole file, named by the SHA-256 of its bytes.
#[derive(Debug, Clone)]
pub struct Policy {
    pub version: Digest,
    pub defaults: Defaults,
    pub floors: Vec<Floor>,
    pub classes: Vec<Class>,
}

impl Policy {
    /// Pointers into the arguments that a class reads as numbers: its amounts.
    pub fn amounts(&self, class: &str) -> Vec<&str> {
        let fields = self.class(class).into_iter().flat_map(|class| class.fields.values());
        let numbers = fields.filter(|field| matches!(field.kind, FieldType::Decimal | FieldType::Integer));
        numbers
            .flat_map(|field| &field.from)
            .filter_map(|from| from.strip_prefix("/arguments"))
            .collect()
    }

    /// The class of this id.
    pub fn class(&self, id: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.id == id)
    }

    /// The ids of all classes, in the order of the file.
    pub fn class_ids(&self) -> Vec<String> {
        self.classes.iter().map(|class| class.id.clone()).collect()
    }
}

/// How an envelope waits when its class does not say, or when it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defaults {
    pub sla: SignedDuration,
    pub timeout: SignedDuration,
    pub on_timeout: OnTimeout,
    pub role: Role,
    /// How long an approval may be redeemed.
    pub valid_for: SignedDuration,
    /// How far people may put a deadline off, in all.
    pub extend_max: SignedDuration,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            sla: SignedDuration::from_hours(1),
            timeout: SignedDuration::from_hours(1),
            on_timeout: OnTimeout::Deny,
            role: Role::Reviewer,
            valid_for: SignedDuration::from_mins(15),
            extend_max: SignedDuration::ZERO,
        }
    }
}

/// Why a class matters: shown to the reviewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matrix {
    pub impact: Level,
    pub reversibility: Level,
    pub regulatory: Level,
}

/// One kind of action and how it is supervised.
#[derive(Debug, Clone)]
pub struct Class {
    pub id: String,
    pub tools: Vec<Glob>,
    pub matrix: Matrix,
    pub lane: Lane,
    pub mode: Mode,
    pub sla: SignedDuration,
    pub timeout: SignedDuration,
    pub on_timeout: OnTimeout,
    pub escalate_to: Role,
    pub valid_for: SignedDuration,
    /// How far people may put a deadline off, in all.
    pub extend_max: SignedDuration,
    /// One person's edit is enough even where it redirects or raises.
    pub edit_alone: bool,
    /// Whether a rejection takes as many people as an approval.
    pub reject_quorum: bool,
    /// Several alike may be cleared with one decision.
    pub batch: bool,
    /// How long texts are kept once it is over; without it, for good.
    pub retain: Option<SignedDuration>,
    /// Who answers for the gate, and why it exists.
    pub owner: Option<String>,
    pub why: Option<String>,
    /// What people commonly say of it, one key away.
    pub reasons: Reasons,
    /// Pointers into the arguments whose values people are shown only when they ask.
    pub sensitive: Vec<String>,
    /// Claimed fields that may lighten this class's verdict.
    pub trust: Vec<String>,
    pub fields: BTreeMap<String, Field>,
    pub rules: Vec<Rule>,
    /// What the lane asks for when the class has no rules.
    pub gate: Gate,
}

/// Reasons that a class's own people would give, for either answer; in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reasons {
    pub approve: Vec<String>,
    pub reject: Vec<String>,
}

/// A named value and where it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub kind: FieldType,
    /// Pointers into `{arguments, impact, before}`, or `signal:NAME`. Where several are present they
    /// must agree: a payload that states two amounts has none.
    pub from: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum FieldType {
    Decimal,
    Integer,
    Bool,
    String,
}

/// One line of the decision table.
#[derive(Debug, Clone)]
pub struct Rule {
    pub id: String,
    pub when: Vec<Condition>,
    pub then: Verdict,
    pub gate: Gate,
}

/// Who must approve, when it comes to a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    pub quorum: u32,
    pub role: Role,
    pub reason_required: bool,
}

impl Gate {
    /// Takes the stricter of each.
    pub fn merge(&mut self, other: Self) {
        self.quorum = self.quorum.max(other.quorum);
        self.reason_required |= other.reason_required;
        if other.role.fulfils(self.role) {
            self.role = other.role;
        }
    }
}

/// A rule over all classes that can only make a verdict heavier.
#[derive(Debug, Clone)]
pub struct Floor {
    pub id: String,
    pub when: Vec<Condition>,
    pub then: Option<Verdict>,
    pub severity: Option<Severity>,
    pub gate: Option<Gate>,
}
