//! A changed number says how far, and in which money only where the payload itself names it.

use serde_json::{Value, json};
use signoff::domain::Role;

use crate::it::console::desk::desk;

/// What the page says of a refund's changed numbers.
async fn told(before: Value, arguments: Value, claimed: &str) -> String {
    let mut desk = desk("sam", Role::Senior, (120, 40)).await;
    let body = json!({
        "action": {"tool": "issue_refund", "arguments": arguments, "before": before},
        "impact": {"amount": {"value": "6000.00", "currency": claimed}},
    });
    let created = desk.gate.post("support-3", "/v1/envelopes", body).await;
    assert_eq!(created.status, 201, "{}", created.body);
    desk.news().await;
    desk.keys("d").await;
    let text = desk.text();
    let lines = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix('(')?.strip_suffix(')'));
    lines.collect::<Vec<_>>().join(" | ")
}

#[tokio::test]
async fn the_amount_has_the_sign_of_the_currency_that_the_payload_names() {
    for (code, is) in [
        ("USD", "+$5,940.00, ×100"),
        ("EUR", "+€5,940.00, ×100"),
        ("gbp", "+£5,940.00, ×100"),
        ("JPY", "+¥5,940.00, ×100"),
        ("SEK", "+5,940.00 SEK, ×100"),
    ] {
        let before = json!({"amount": "60.00", "currency": code});
        let after = json!({"amount": "6000.00", "currency": code});
        assert_eq!(told(before, after, "USD").await, is);
    }
    let down = told(
        json!({"amount": "12000", "currency": "USD"}),
        json!({"amount": "6000", "currency": "USD"}),
        "USD",
    );
    assert_eq!(down.await, "-$6,000, ×0.5");
}

#[tokio::test]
async fn a_currency_that_only_the_agent_names_is_told_as_that() {
    let is = told(json!({"amount": "60.00"}), json!({"amount": "6000.00"}), "USD").await;
    assert_eq!(is, "+5,940.00, ×100; the agent says USD");
}

#[tokio::test]
async fn what_is_not_the_amount_or_could_be_another_number_has_no_money() {
    let is = told(
        json!({"amount": "6000.00", "currency": "USD", "points": 1000}),
        json!({"amount": "6000.00", "currency": "USD", "points": 7000}),
        "USD",
    );
    assert_eq!(is.await, "+6,000, ×7");
    let is = told(
        json!({"amount": 60, "currency": "USD", "points": 1000}),
        json!({"amount": 6000, "currency": "USD", "points": 6000}),
        "USD",
    );
    assert_eq!(is.await, "+5,940, ×100 | +5,000, ×6", "two numbers could be the amount");
}

#[tokio::test]
async fn numbers_of_two_currencies_are_not_taken_from_each_other_as_money() {
    let is = told(
        json!({"amount": "60.00", "currency": "JPY"}),
        json!({"amount": "6000.00", "currency": "USD"}),
        "USD",
    );
    assert_eq!(is.await, "+5,940.00, ×100; the record is in another currency");
}
