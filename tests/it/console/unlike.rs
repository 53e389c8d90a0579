//! What is not as it was before stands with what the gate knows, before what the agent says.

use insta::assert_snapshot;
use serde_json::json;

use crate::it::console::desk::desk;

#[tokio::test]
async fn a_refund_that_is_unlike_those_before_says_so_on_the_sheet() {
    let mut desk = desk("sam", signoff::domain::Role::Senior, (80, 24)).await;
    let refund = |amount: &str, iban: &str| {
        json!({"action": {"tool": "issue_refund", "target": {"system": "billing", "record": "vendor/acme"},
            "arguments": {"amount": amount, "iban": iban}},
            "impact": {"amount": {"value": amount, "currency": "USD"}}})
    };
    for amount in ["50.00", "20.00", "12.00", "7.00", "42.00"] {
        let envelope = desk
            .gate
            .post("support-3", "/v1/envelopes", refund(amount, "DE89 3704"))
            .await
            .body;
        let at = format!("/v1/envelopes/{}", envelope["id"].as_str().unwrap());
        let token = desk.gate.get("support-3", &at).await.body["token"].clone();
        let redeem = format!("{at}/redeem");
        desk.gate.post("support-3", &redeem, json!({"token": token})).await;
    }
    desk.gate
        .post("support-3", "/v1/envelopes", refund("6000.00", "XX66 1234"))
        .await;
    desk.news().await;
    desk.read_it();
    assert_snapshot!("unlike", desk.screen());
}
