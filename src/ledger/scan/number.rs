//! Numbers: only those that a double holds exactly as they are written.

use super::{Refusal, RefusalCode, Scan};
use crate::ledger::form;

/// 2^53 − 1, the largest integer that every JSON reader keeps (RFC 7493, section 2.2).
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

impl Scan<'_> {
    pub(super) fn number(&mut self) -> Result<(), Refusal> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') && self.digits() == 0 {
            return Err(self.not_json("a digit"));
        }
        if self.take(b'.') && self.digits() == 0 {
            return Err(self.not_json("a digit"));
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if !self.take(b'+') {
                self.take(b'-');
            }
            if self.digits() == 0 {
                return Err(self.not_json("a digit"));
            }
        }
        let literal = &self.text[start..self.at];
        let Ok(double) = literal.parse::<f64>() else {
            return Err(self.not_json("a number"));
        };
        if double.is_finite() && double.abs() > MAX_SAFE {
            let message = "A number is larger than 9007199254740991.".to_owned();
            return Err(self.refuse_from(start, RefusalCode::IntegerOutOfRange, message));
        }
        // As the canonical form will print it: of two equally short spellings Rust may print the other one.
        let printed = form(&double).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        if !double.is_finite() || printed.is_none_or(|printed| Decimal::of(literal) != Decimal::of(&printed)) {
            let message = "A number is not the one a double would hold.".to_owned();
            return Err(self.refuse_from(start, RefusalCode::NumberNotExact, message));
        }
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let count = self.bytes[self.at..].iter().take_while(|b| b.is_ascii_digit()).count();
        self.at += count;
        count
    }
}

/// A decimal value by its digits: two spellings of one value are equal.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    /// No leading or trailing zeros; empty for zero.
    digits: String,
    /// Power of ten of the last digit. `None` where it is too large to matter: such a literal is
    /// zero or infinite as a double, and equals nothing that was printed from one.
    exponent: Option<i64>,
}

impl Decimal {
    fn of(literal: &str) -> Self {
        let (mantissa, exponent) = literal.split_once(['e', 'E']).unwrap_or((literal, "0"));
        let negative = mantissa.starts_with('-');
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{}{fraction}", whole.trim_start_matches('-'));
        let digits = all.trim_end_matches('0');
        let dropped = all.len() - digits.len();
        let digits = digits.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Self {
                negative: false,
                digits,
                exponent: Some(0),
            };
        }
        let places = |n: usize| i64::try_from(n).ok();
        let exponent = exponent
            .parse::<i64>()
            .ok()
            .and_then(|e| e.checked_sub(places(fraction.len())?)?.checked_add(places(dropped)?));
        Self {
            negative,
            digits,
            exponent,
        }
    }
}
