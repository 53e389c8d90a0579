//! The decision table that sorts actions into classes and says what may run alone.
//!
//! [`judge`] is pure: the same policy and the same facts give the same judgement, with every
//! condition that was tried. What is unknown, ambiguous or missing ends in quarantine.

mod class;
mod condition;
mod facts;
mod gather;
mod glob;
mod judge;
mod parse;
mod places;
mod trace;
mod widen;

#[cfg(test)]
mod tests;

pub use class::{AMOUNT, Class, Defaults, Field, FieldType, Floor, Gate, Matrix, Policy, Reasons, Rule};
pub use condition::{Condition, Interval, Test};
pub use facts::{Facts, Known, Unknown, Value};
pub use gather::{Asked, Says, gather};
pub use glob::Glob;
pub use judge::{FLOOR_OWN, FLOOR_SCOPE, FLOOR_STOPPED, Judgement, judge, judge_as};
pub use places::{Spot, places};
pub use trace::{ConditionTrace, Held, RuleTrace, Trace};
pub use widen::{Widening, ask_for_one_more, widening};
