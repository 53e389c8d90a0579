//! How far one number is from another.

use rust_decimal::Decimal;
use serde_json::Value;

/// Factors with more digits than this say nothing at a glance.
const SHORT: u32 = 2;

/// The difference of two numbers, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delta {
    pub after: Decimal,
    pub difference: Decimal,
    /// What the old one was multiplied by, where that is short to say.
    pub factor: Option<Decimal>,
}

impl Delta {
    /// Also of numbers that are written as strings; nothing where one is no number.
    pub(super) fn of(before: &Value, after: &Value) -> Option<Self> {
        let (before, after) = (number(before)?, number(after)?);
        let factor = after.checked_div(before).map(|factor| factor.normalize());
        Some(Self {
            after,
            difference: after.checked_sub(before)?,
            factor: factor.filter(|factor| is_short(*factor)),
        })
    }
}

fn is_short(factor: Decimal) -> bool {
    factor > Decimal::ZERO && factor != Decimal::ONE && factor.scale() <= SHORT
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Decimal::from_str_exact(&number.to_string()).ok(),
        Value::String(text) => Decimal::from_str_exact(text).ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_factor_is_told_where_it_is_short() {
        let told = |before: Value, after: Value| {
            let delta = Delta::of(&before, &after)?;
            let factor = delta.factor.map(|factor| format!(", {factor}")).unwrap_or_default();
            Some(format!("{}{factor}", delta.difference))
        };
        for (before, after, is) in [
            (json!("60.00"), json!("6000.00"), Some("5940.00, 100")),
            (json!(10), json!(5), Some("-5, 0.5")),
            (json!(10), json!("12.5"), Some("2.5, 1.25")),
            (json!(3), json!(10), Some("7")),
            (json!(3), json!(-3), Some("-6")),
            (json!(0), json!(7), Some("7")),
            (json!(7), json!(0), Some("-7")),
            (json!("a"), json!(7), None),
            (json!("79228162514264337593543950335"), json!("-1"), None),
        ] {
            assert_eq!(told(before, after).as_deref(), is);
        }
    }
}
