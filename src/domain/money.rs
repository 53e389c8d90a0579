//! An amount of money, exact to the last digit.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Money as the agent states it: a decimal in a string, never a binary fraction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    pub value: String,
    pub currency: String,
}

/// Why a text is no amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("is not a decimal number of at most 28 digits, such as \"6000.00\"")]
    Value,
    #[error("is not a currency code of three capital letters, such as \"USD\"")]
    Currency,
}

impl Money {
    /// Checks value and currency; the value must be exact in 28 digits.
    pub fn check(&self) -> Result<Decimal, MoneyError> {
        let code = self.currency.as_bytes();
        if code.len() != 3 || !code.iter().all(u8::is_ascii_uppercase) {
            return Err(MoneyError::Currency);
        }
        decimal(&self.value).ok_or(MoneyError::Value)
    }
}

/// Reads a plain decimal: optional minus, digits, optional fraction. No exponent, no separators.
fn decimal(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let framed = digits.starts_with(|c: char| c.is_ascii_digit()) && !digits.ends_with('.');
    if !plain || !framed {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}

/// An amount as people read it: `6,000.00 USD`, or `6,000.00` where no currency was named. Nothing where it
/// is none.
pub fn read_amount(text: &str) -> Option<String> {
    let money = text.parse::<Money>().map(|money| money.to_string());
    money.ok().or_else(|| decimal(text).map(|_| grouped(text)))
}

impl fmt::Display for Money {
    /// `6,000.00 USD`: grouped by thousands, as people read amounts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", grouped(&self.value), self.currency)
    }
}

/// Groups the whole part of a decimal by thousands; text that is no decimal stays as it is.
pub fn grouped(value: &str) -> String {
    if decimal(value).is_none() {
        return value.to_owned();
    }
    let (sign, rest) = value.strip_prefix('-').map_or(("", value), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// The sign of a currency, where it is the one that most people read it as.
pub fn currency_sign(code: &str) -> Option<&'static str> {
    match code {
        "USD" => Some("$"),
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        "JPY" => Some("¥"),
        _ => None,
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Reads `6000.00 USD`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (value, currency) = text.split_once(' ').ok_or(MoneyError::Currency)?;
        let money = Self {
            value: value.to_owned(),
            currency: currency.to_owned(),
        };
        money.check().map(|_| money)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        let ok: Money = "6000.00 USD".parse().expect("money");
        assert_eq!(ok.to_string(), "6,000.00 USD");
        assert_eq!(
            "-1234567.5 EUR".parse::<Money>().expect("money").to_string(),
            "-1,234,567.5 EUR"
        );
        for bad in [
            "1e3 USD",
            "1,000 USD",
            ".5 USD",
            "5. USD",
            "5 usd",
            "5 DOLLAR",
            "NaN USD",
            "- USD",
            "+5 USD",
            "0x5 USD",
        ] {
            assert!(bad.parse::<Money>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_amount_of_more_than_28_digits_is_refused_not_rounded() {
        let long = format!("0.{} USD", "1".repeat(40));
        assert_eq!(long.parse::<Money>(), Err(MoneyError::Value));
    }
}
