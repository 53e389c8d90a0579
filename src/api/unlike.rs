//! What of an envelope is not as it was before, as far as the ledger tells.

use serde::{Deserialize, Serialize};
use strum::Display;

/// One way in which it differs from what ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Unlike {
    /// It moves more than any of the last that ran.
    Amount {
        whose: Whose,
        /// The largest before, in the same currency.
        largest: String,
        /// How many times that it is, where it is twice or more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<u64>,
        of: usize,
    },
    /// Its agent comes back to few targets, and this is none of them.
    Target { targets: usize, of: usize },
    /// A name that was always the same for its target is another one: a JSON pointer into the arguments.
    Value { pointer: String, of: usize },
}

/// Whose past it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Whose {
    Agent,
    Target,
}

impl std::fmt::Display for Unlike {
    /// A sentence fragment. What it quotes of an agent has still to be made safe to show.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Amount {
                whose,
                largest,
                times,
                of,
            } => {
                let how = times.map_or_else(|| "more than".to_owned(), |times| format!("{times} times"));
                let largest = crate::domain::read_amount(largest).unwrap_or_else(|| largest.clone());
                write!(f, "{how} the largest of this {whose} before: {largest} ({of} ran)")
            }
            Self::Target { targets, of } => {
                let plural = if *targets == 1 { "" } else { "s" };
                write!(f, "a new target; the {of} before were on {targets} other{plural}")
            }
            Self::Value { pointer, of } => {
                write!(
                    f,
                    "{pointer} is another one; it was the same in the {of} before on this target"
                )
            }
        }
    }
}
