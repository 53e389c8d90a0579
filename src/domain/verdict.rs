//! What the policy says of an action, and how much the action matters.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// The policy's word on an action, ordered by weight: the heaviest of several applies.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumIter,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Verdict {
    /// Runs alone.
    Allow,
    /// Runs, and is looked at afterwards.
    Watch,
    /// Waits for people.
    Hold,
    /// Nobody knows what it is: it waits to be classified.
    Quarantine,
    /// Never runs.
    Deny,
}

/// How a class is supervised, and so what it says when it has no rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Lane {
    Auto,
    OnTheLoop,
    InTheLoop,
    Blocked,
}

impl Lane {
    /// The verdict of a class that has no rules.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Auto => Verdict::Allow,
            Self::OnTheLoop => Verdict::Watch,
            Self::InTheLoop => Verdict::Hold,
            Self::Blocked => Verdict::Deny,
        }
    }
}

/// How far a class is rolled out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Mode {
    /// Recorded only: nothing waits and nothing is refused.
    Shadow,
    /// What the policy says is what happens.
    Enforce,
}

impl Mode {
    /// What the mode makes of a verdict. Both are stored, so that shadow never hides what was meant.
    pub fn effective(self, verdict: Verdict) -> Verdict {
        match self {
            Self::Shadow => Verdict::Allow,
            Self::Enforce => verdict,
        }
    }
}

/// A class's impact, reversibility or regulatory pressure.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumIter,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Level {
    Low,
    Medium,
    High,
}

/// How much an envelope matters: it orders the queue and sets how many keys an approval takes.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumIter,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Severity {
    Low,
    High,
    Severe,
}

impl Severity {
    /// The severity that follows from a class's matrix, before any floor raises it.
    pub fn of(impact: Level, reversibility: Level) -> Self {
        match (impact, reversibility) {
            (Level::High, Level::Low) => Self::Severe,
            (Level::High, Level::Medium | Level::High) | (Level::Low | Level::Medium, Level::Low) => Self::High,
            (Level::Low | Level::Medium, Level::Medium | Level::High) => Self::Low,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_ordered_from_allow_to_deny() {
        let mut all = [
            Verdict::Deny,
            Verdict::Hold,
            Verdict::Allow,
            Verdict::Quarantine,
            Verdict::Watch,
        ];
        all.sort();
        assert_eq!(
            all,
            [
                Verdict::Allow,
                Verdict::Watch,
                Verdict::Hold,
                Verdict::Quarantine,
                Verdict::Deny
            ]
        );
    }

    #[test]
    fn high_impact_that_cannot_be_undone_is_severe() {
        assert_eq!(Severity::of(Level::High, Level::Low), Severity::Severe);
        assert_eq!(Severity::of(Level::Low, Level::High), Severity::Low);
        assert_eq!(Severity::of(Level::Low, Level::Low), Severity::High);
    }

    #[test]
    fn only_shadow_changes_a_verdict() {
        assert_eq!(Mode::Enforce.effective(Verdict::Deny), Verdict::Deny);
        assert_eq!(Mode::Shadow.effective(Verdict::Deny), Verdict::Allow);
    }
}
