//! What an action is about, in money: what the payload says where its class reads it, for that is what runs.

use crate::domain::Origin;
use crate::policy::{AMOUNT, Facts, Policy, Unknown, Value};

/// `6000.00 USD`: the payload's number, with the currency that was named for it; what was only claimed where
/// the class reads no amount in the arguments. Without a currency it is the number alone.
pub(super) fn of(policy: &Policy, class: Option<&str>, facts: &Facts, claimed: Option<String>) -> Option<String> {
    let class = policy.classes.iter().find(|known| Some(known.id.as_str()) == class);
    let number = match class.map(|class| facts.look_up(AMOUNT, Some(class))) {
        Some(Ok((Value::Decimal(number), Origin::Gate))) => number,
        // It is there and cannot be read: what the agent says of it is worth nothing.
        Some(Err(Unknown::Unusable(_))) if class.is_some_and(|class| class.fields.contains_key(AMOUNT)) => return None,
        Some(_) | None => return claimed,
    };
    let Some((value, currency)) = claimed.as_deref().and_then(|claimed| claimed.split_once(' ')) else {
        return Some(number.to_string());
    };
    // Spelt as the agent spells it where that is the same number.
    if rust_decimal::Decimal::from_str_exact(value) == Ok(number) {
        return claimed;
    }
    Some(format!("{number} {currency}"))
}
