//! The record of how a verdict came about: every condition that was tried, and how it went.

use serde::{Deserialize, Serialize};

use crate::domain::{Origin, Verdict};

/// All that a judgement looked at, in the order it did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Trace {
    /// Rules of every class the tool is in, and floors.
    pub rules: Vec<RuleTrace>,
}

/// One rule or floor, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTrace {
    /// The class; absent for a floor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The rule or floor; absent where the class's lane decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    pub conditions: Vec<ConditionTrace>,
    /// What it gave, where it gave anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gave: Option<Verdict>,
    /// Why it gave something else than the file says there: a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// One condition, the value it saw and how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionTrace {
    pub field: String,
    pub test: String,
    /// The value as text; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    pub held: Held,
    /// Why there was no value: a sentence fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// How a condition went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    Yes,
    No,
    /// The value is missing and the condition is not optional.
    Unknown,
}
