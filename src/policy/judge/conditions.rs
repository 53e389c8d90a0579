//! Trying the conditions of one rule or floor.

use crate::policy::trace::{ConditionTrace, Held};
use crate::policy::{Class, Condition, Facts, Unknown};

/// How a rule's conditions went, taken together.
pub(super) enum Outcome {
    No,
    /// Every condition holds, and none rests on an untrusted claim.
    Yes,
    /// Every condition holds, and one rests on an untrusted claim.
    Claim,
    /// A value is missing; the fragment says which.
    Unknown(String),
}

impl Outcome {
    /// Which of several tries counts: what holds, before what nobody knows, before what does not.
    pub fn urgency(&self) -> u8 {
        match self {
            Self::No => 0,
            Self::Unknown(_) => 1,
            Self::Yes | Self::Claim => 2,
        }
    }
}

/// What came of it, and every condition that was looked at.
pub(super) struct Tried {
    pub conditions: Vec<ConditionTrace>,
    pub outcome: Outcome,
}

/// Tries conditions in order and stops at the first that does not hold. One that is known not to hold
/// outweighs a missing value, wherever it stands: order must not change the verdict.
pub(super) fn try_all(conditions: &[Condition], facts: &Facts, class: Option<&Class>) -> Tried {
    let mut seen = Vec::with_capacity(conditions.len());
    let mut outcome = Outcome::Yes;
    for condition in conditions {
        let known = facts.look_up(&condition.field, class);
        let mut step = ConditionTrace {
            field: condition.field.clone(),
            test: condition.test.to_string(),
            value: None,
            origin: None,
            held: Held::No,
            why: None,
        };
        match known {
            Ok((value, origin)) => {
                let held = condition.test.passes(&value);
                step.value = Some(value.to_string());
                step.origin = Some(origin);
                step.held = if held { Held::Yes } else { Held::No };
                let trusted = class.is_some_and(|c| c.trust.contains(&condition.field));
                let mere_claim = origin.is_claim() && !trusted;
                match (held, mere_claim) {
                    (true, _) => {
                        if mere_claim && matches!(outcome, Outcome::Yes) {
                            outcome = Outcome::Claim;
                        }
                    }
                    // To fail a condition by a claim would be to be let off by it: it counts as not said.
                    (false, true) if !condition.optional && class.is_some() => {
                        step.held = Held::Unknown;
                        let why = "it rests on the agent's word, which the class does not trust";
                        step.why = Some(why.to_owned());
                        unknown(&mut outcome, condition, why);
                    }
                    (false, _) => outcome = Outcome::No,
                }
            }
            Err(why) => {
                step.why = Some(why.to_string());
                if condition.optional && why == Unknown::Missing {
                    outcome = Outcome::No;
                } else {
                    step.held = Held::Unknown;
                    unknown(&mut outcome, condition, &why.to_string());
                }
            }
        }
        seen.push(step);
        if matches!(outcome, Outcome::No) {
            break;
        }
    }
    Tried {
        conditions: seen,
        outcome,
    }
}

/// Notes the first value that could not be judged.
fn unknown(outcome: &mut Outcome, condition: &Condition, why: &str) {
    if !matches!(outcome, Outcome::Unknown(_)) {
        *outcome = Outcome::Unknown(format!("`{}` cannot be judged: {why}", condition.field));
    }
}
