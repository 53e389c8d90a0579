//! One condition: a field, what it must be, and whether it may be missing.
//!
//! Every test is an interval, a set of patterns or a flag, so a rule is a box and two rules can be
//! compared exactly.

use std::fmt;

use rust_decimal::Decimal;

use super::{FieldType, Glob, Value};

/// `field` must pass `test`; a missing field ends in quarantine unless `optional`.
#[derive(Debug, Clone)]
pub struct Condition {
    pub field: String,
    pub test: Test,
    pub optional: bool,
}

/// What a value must be.
#[derive(Debug, Clone)]
pub enum Test {
    Within(Interval),
    Flag(bool),
    /// One of these patterns.
    AnyOf(Vec<Glob>),
}

/// A range of decimals; each end is open, closed or absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    pub low: Option<(Decimal, bool)>,
    pub high: Option<(Decimal, bool)>,
}

impl Interval {
    fn contains(&self, value: Decimal) -> bool {
        let above = self
            .low
            .is_none_or(|(low, closed)| value > low || closed && value == low);
        let below = self
            .high
            .is_none_or(|(high, closed)| value < high || closed && value == high);
        above && below
    }

    /// Reads `<=100`, `>0.5`, `0..100` (both ends included), `100` or `=100`.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| Decimal::from_str_exact(text.trim()).ok();
        if let Some((low, high)) = text.split_once("..") {
            let (low, high) = (number(low)?, number(high)?);
            return (low <= high).then_some(Self {
                low: Some((low, true)),
                high: Some((high, true)),
            });
        }
        for (sign, closed) in [("<=", true), ("<", false)] {
            if let Some(rest) = text.strip_prefix(sign) {
                return Some(Self {
                    low: None,
                    high: Some((number(rest)?, closed)),
                });
            }
        }
        for (sign, closed) in [(">=", true), (">", false)] {
            if let Some(rest) = text.strip_prefix(sign) {
                return Some(Self {
                    low: Some((number(rest)?, closed)),
                    high: None,
                });
            }
        }
        let exact = number(text.strip_prefix('=').unwrap_or(text))?;
        Some(Self {
            low: Some((exact, true)),
            high: Some((exact, true)),
        })
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high) {
            (Some((low, _)), Some((high, _))) if low == high => write!(f, "={low}"),
            (Some((low, _)), Some((high, _))) => write!(f, "{low}..{high}"),
            (Some((low, closed)), None) => write!(f, ">{}{low}", if closed { "=" } else { "" }),
            (None, Some((high, closed))) => write!(f, "<{}{high}", if closed { "=" } else { "" }),
            (None, None) => f.write_str("any"),
        }
    }
}

impl Test {
    /// Whether the value passes. A value of another type never does: parsing has matched the types.
    pub fn passes(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Within(interval), Value::Decimal(decimal)) => interval.contains(*decimal),
            (Self::Flag(flag), Value::Bool(value)) => flag == value,
            (Self::AnyOf(globs), Value::Text(text)) => globs.iter().any(|glob| glob.matches(text)),
            (Self::Within(_), Value::Bool(_) | Value::Text(_))
            | (Self::Flag(_), Value::Decimal(_) | Value::Text(_))
            | (Self::AnyOf(_), Value::Decimal(_) | Value::Bool(_)) => false,
        }
    }

    /// The type of field this test is for.
    pub fn suits(&self, kind: FieldType) -> bool {
        match self {
            Self::Within(_) => matches!(kind, FieldType::Decimal | FieldType::Integer),
            Self::Flag(_) => kind == FieldType::Bool,
            Self::AnyOf(_) => kind == FieldType::String,
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within(interval) => interval.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
            Self::AnyOf(globs) => {
                let names: Vec<String> = globs.iter().map(ToString::to_string).collect();
                f.write_str(&names.join(" or "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(text: &str, value: &str) -> bool {
        let interval = Interval::parse(text).expect(text);
        interval.contains(Decimal::from_str_exact(value).expect(value))
    }

    #[test]
    fn the_ends_of_a_range_are_where_they_are_written() {
        assert!(within("<=100", "100") && !within("<100", "100") && !within("<=100", "100.01"));
        assert!(within(">=0.95", "0.95") && !within(">0.95", "0.95"));
        assert!(within("0..100", "0") && within("0..100", "100") && !within("0..100", "-0.01"));
        assert!(within("5", "5.00") && within("=5", "5"));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for bad in ["", "<", "a", "<=1,000", "5..1", "..5", "<=1e400"] {
            assert_eq!(Interval::parse(bad), None, "{bad}");
        }
    }
}
