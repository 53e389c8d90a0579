//! Between which ids a search looks. Ids begin with the time of the proposal, so that a time is an end too.

use jiff::Timestamp;

use super::{Condition, Sight, Sought};
use crate::domain::Relation;

/// An envelope's id as rows have it.
pub(super) type Id = [u8; 16];

/// From one id to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub low: Id,
    pub high: Id,
}

impl Span {
    /// What a search leaves of all ids; `None` where that is nothing.
    pub fn of(sought: &Sought) -> Option<Self> {
        let mut span = Self {
            low: [0; 16],
            high: [u8::MAX; 16],
        };
        if let Some(before) = sought.before {
            span.high = less_one(before.0.into_bytes())?;
        }
        for Condition { wanted, not } in &sought.conditions {
            let Sight::Created(relation, at) = wanted else {
                continue;
            };
            let relation = if *not { relation.opposite() } else { *relation };
            match relation {
                Relation::AtLeast => span.low = span.low.max(first_of(at.as_millisecond())),
                Relation::Above => span.low = span.low.max(first_of(at.as_millisecond().saturating_add(1))),
                Relation::Below => span.high = span.high.min(last_before(*at)?),
                Relation::AtMost => {
                    let after = Timestamp::from_millisecond(at.as_millisecond().saturating_add(1));
                    span.high = span.high.min(last_before(after.unwrap_or(Timestamp::MAX))?);
                }
            }
        }
        (span.low <= span.high).then_some(span)
    }

    pub fn only(id: Id) -> Self {
        Self { low: id, high: id }
    }

    /// What of it is newer than an id.
    pub fn above(self, id: Id) -> Self {
        let low = u128::from_be_bytes(id).saturating_add(1).to_be_bytes();
        Self { low, ..self }
    }

    /// What of it is no newer than an id.
    pub fn to(self, id: Id) -> Self {
        Self { high: id, ..self }
    }
}

/// The least id of a millisecond.
fn first_of(millisecond: i64) -> Id {
    // 48 bits hold the milliseconds of nine thousand years.
    let begin = u128::try_from(millisecond).unwrap_or(0).min((1 << 48) - 1);
    (begin << 80).to_be_bytes()
}

/// The greatest id of all that come before a moment.
fn last_before(at: Timestamp) -> Option<Id> {
    less_one(first_of(at.as_millisecond()))
}

fn less_one(id: Id) -> Option<Id> {
    u128::from_be_bytes(id).checked_sub(1).map(u128::to_be_bytes)
}
