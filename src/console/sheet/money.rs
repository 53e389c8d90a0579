//! How far a number has changed, and in which money where that is known.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::api::EnvelopeView;
use crate::diff::{Change, Delta, FieldDiff};
use crate::domain::{Money, currency_sign, grouped};

/// What the member beside an amount is called that names its currency.
const CURRENCY: [&str; 3] = ["currency", "currency_code", "currencyCode"];

/// The one changed number that is the envelope's amount, and what is known of its currency.
#[derive(Debug, PartialEq, Eq)]
pub struct Amount {
    pointer: String,
    currency: Currency,
}

#[derive(Debug, PartialEq, Eq)]
enum Currency {
    /// The payload names it beside the number: that is what runs.
    Payload(String),
    /// Only the agent says so.
    Claim(String),
    /// The record has another one: the numbers cannot be taken from each other.
    Another,
}

impl Amount {
    /// Finds it: the changed number that the gate took for the amount. Where two could be it, none is.
    pub(super) fn of(view: &EnvelopeView, diff: &FieldDiff, before: &Value, after: &Value) -> Option<Self> {
        let amount = view.summary.amount.as_deref()?;
        let number = amount
            .split(' ')
            .next()
            .and_then(|text| Decimal::from_str_exact(text).ok())?;
        let mut found = diff.changes.iter().filter(|change| match &change.change {
            Change::Changed { delta, .. } => delta.is_some_and(|delta| delta.after == number),
            Change::Added(_) | Change::Removed(_) | Change::Moved { .. } => false,
        });
        let (pointer, None) = (&found.next()?.pointer, found.next()) else {
            return None;
        };
        let object = pointer.rsplit_once('/').map_or("", |(object, _)| object);
        let currency = match (code(before, object), code(after, object)) {
            (Some(before), Some(after)) if before != after => Currency::Another,
            (_, Some(code)) => Currency::Payload(code),
            (_, None) => Currency::Claim(amount.parse::<Money>().ok()?.currency),
        };
        Some(Self {
            pointer: pointer.clone(),
            currency,
        })
    }
}

/// The currency that an object names, as a code of three letters.
fn code(value: &Value, object: &str) -> Option<String> {
    let object = value.pointer(object)?;
    let named = CURRENCY.iter().find_map(|name| object.get(name)?.as_str())?;
    let is_code = named.len() == 3 && named.chars().all(|c| c.is_ascii_alphabetic());
    is_code.then(|| named.to_ascii_uppercase())
}

/// `+$5,940.00, ×100`: the difference with its sign, grouped, and the factor.
pub(super) fn delta(delta: &Delta, pointer: &str, amount: Option<&Amount>) -> String {
    let known = amount
        .filter(|amount| amount.pointer == pointer)
        .map(|amount| &amount.currency);
    let sign = if delta.difference.is_sign_negative() { "-" } else { "+" };
    let number = grouped(&delta.difference.abs().to_string());
    let difference = match known {
        Some(Currency::Payload(code)) => match currency_sign(code) {
            Some(money) => format!("{sign}{money}{number}"),
            None => format!("{sign}{number} {code}"),
        },
        Some(Currency::Claim(_) | Currency::Another) | None => format!("{sign}{number}"),
    };
    let factor = delta
        .factor
        .map(|factor| format!(", ×{}", grouped(&factor.to_string())));
    let note = match known {
        Some(Currency::Claim(code)) => format!("; the agent says {code}"),
        Some(Currency::Another) => "; the record is in another currency".to_owned(),
        Some(Currency::Payload(_)) | None => String::new(),
    };
    format!("{difference}{}{note}", factor.unwrap_or_default())
}
