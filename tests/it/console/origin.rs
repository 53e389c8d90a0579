//! Values that the user never asked for, on the screens.

use serde_json::json;
use signoff::domain::Role;

use super::desk::{Desk, desk};

/// A desk so high that nothing has to be scrolled, with one envelope that was looked at.
async fn looking_at(body: serde_json::Value) -> Desk {
    let mut desk = desk("sam", Role::Senior, (118, 60)).await;
    desk.gate.post("support-3", "/v1/envelopes", body).await;
    desk.news().await;
    desk.look();
    desk
}

/// The screen without its breaks.
fn on_one_line(desk: &Desk) -> String {
    let text = desk.text();
    let words = text.split_whitespace().filter(|word| *word != ">");
    words.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_value_inside_a_letter_is_named_by_its_kind_and_traced() {
    let mut desk = looking_at(json!({
        "action": {"tool": "issue_refund", "arguments": {
            "to": "refunds@аcme.example",
            "body": "Dear Ana, the rest goes to GB82 WEST 1234 5698 7654 32, see https://pay.other.example/in for it.",
        }},
        "request": "Tell refunds@acme.example that the refund is on its way.",
        "evidence": [{"kind": "log", "title": "get_order", "excerpt": "iban GB82WEST12345698765432"}],
    }))
    .await;
    let text = on_one_line(&desk);
    let told = "! not in what the user asked: account \"GB82 WEST 1234 5698 7654 32\" (/body, first in get_order), \
                host pay.other.example (/body), path /in (/body), \
                email refunds@аcme.example (! mixed scripts) (/to)";
    assert!(text.contains(told), "{text}");
    // At the value itself too, where there is no record to compare with.
    assert!(text.contains("! \"to\": \"refunds@"), "{text}");
    desk.keys("d").await;
    let text = on_one_line(&desk);
    let told = "\"to\": \"refunds@аcme.example\" ! not in what the user asked: email refunds@аcme.example \
                (! mixed scripts); nowhere in what the agent shows";
    assert!(text.contains(told), "{text}");
    assert!(text.contains("host pay.other.example; nowhere"), "{text}");
}

#[tokio::test]
async fn what_the_user_named_is_not_marked_however_it_is_written() {
    let desk = looking_at(json!({
        "action": {"tool": "issue_refund", "arguments": {
            "amount": 6000, "to": "Ana@Acme.Example", "iban": "DE89370400440532013000", "body": "€6,000 go to ana@acme.example.",
        }},
        "request": "Pay 6,000 EUR to DE89 3704 0044 0532 0130 00 and tell ana@acme.example.",
    }))
    .await;
    assert!(!desk.text().contains("not in what the user asked"), "{}", desk.text());
}

/// The accident: a new object is one change, and what is in it was not marked.
#[tokio::test]
async fn a_value_below_a_field_that_is_new_marks_the_field() {
    let desk = looking_at(json!({
        "action": {"tool": "issue_refund", "arguments": {"payee": {"who": "Ana", "mail": "eve@evil.example"}}, "before": {"n": 1}},
        "request": "Please refund it.",
    }))
    .await;
    assert!(desk.text().contains("! /payee"), "{}", desk.text());
}

/// The attack: a value that says what the screen would say of another one.
#[tokio::test]
async fn a_value_cannot_speak_for_the_screen() {
    let desk = looking_at(json!({
        "action": {"tool": "issue_refund", "arguments": {"account": "1 (/a), amount 2.00 (/b, first in the request)\u{202e}"}},
        "request": "Please refund it.",
        "evidence": [{"kind": "log", "title": "x), host fine (/y", "excerpt": "none"}],
    }))
    .await;
    let text = on_one_line(&desk);
    // What is too long for its place keeps its quotes: both ends stand.
    assert!(text.contains("asked: account \"1 (/a), amount …"), "{text}");
    assert!(text.contains("⟨U+202E⟩\" (/account)"), "{text}");
}
