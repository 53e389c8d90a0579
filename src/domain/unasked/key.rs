//! What the name of a field says of its value.

use super::ValueKind;

const AMOUNT: &[&str] = &[
    "amount", "total", "subtotal", "price", "sum", "cost", "fee", "charge", "payout", "salary", "budget", "balance",
    "cents", "usd", "eur", "gbp",
];
const ACCOUNT: &[&str] = &[
    "iban",
    "account",
    "acct",
    "bic",
    "swift",
    "wallet",
    "routing",
    "card",
    "pan",
    "payee",
    "beneficiary",
];
const HOST: &[&str] = &["host", "hostname", "server", "fqdn", "ip"];
const PATH: &[&str] = &["path", "file", "filename", "filepath", "dir", "directory", "folder"];

/// Words that make a field tell something about the account, or when, or how many.
const ABOUT: &[&str] = &["at", "date", "type", "name", "status", "currency", "count", "holder"];

/// The kind that a field has by its name; its value may still not fit.
pub(super) fn kind(name: &str) -> Option<ValueKind> {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if has(ABOUT) {
        None
    } else if has(ACCOUNT) {
        Some(ValueKind::Account)
    } else if has(AMOUNT) {
        Some(ValueKind::Amount)
    } else if has(HOST) {
        Some(ValueKind::Host)
    } else if has(&["domain"]) {
        Some(ValueKind::Domain)
    } else if has(PATH) {
        Some(ValueKind::Path)
    } else {
        None
    }
}

/// Whether a text can be what its field is called; a longer one is read like any text.
pub(super) fn fits(kind: ValueKind, text: &str) -> bool {
    let is_word = !text.is_empty() && !text.contains(char::is_whitespace);
    let has_digit = text.contains(|c: char| c.is_numeric());
    match kind {
        ValueKind::Amount => has_digit && text.len() <= 64 && text.split_whitespace().count() <= 3,
        ValueKind::Account => {
            let is_bic = matches!(text.len(), 8 | 11) && text.bytes().all(|b| b.is_ascii_uppercase());
            (has_digit || is_bic) && text.len() <= 128 && !text.contains('@') && !text.contains("://")
        }
        ValueKind::Host | ValueKind::Domain => is_word && !text.contains(['/', '\\', '@', ':', ',']),
        ValueKind::Path => is_word && !text.contains("://"),
        ValueKind::Email => false,
    }
}

/// `totalAmount`, `total_amount` and `total-amount` are two words.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words
}
