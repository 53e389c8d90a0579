//! What people see of an envelope that came over AAP.

use insta::assert_snapshot;
use serde_json::json;

use super::{REQUESTS, submission};
use crate::it::cli::place::{Place, seen};
use crate::it::console::desk::desk;

#[tokio::test]
async fn the_console_shows_the_context_as_the_agents_and_nothing_in_it_hides() {
    let mut desk = desk("ana", signoff::domain::Role::Reviewer, (80, 40)).await;
    let mut asked = submission("issue_refund", json!({"amount": "60.00"}));
    asked["context"] = json!({"call_id": "c-1", "note": "pay \u{202e}0021"});
    desk.gate.ask(asked).await;
    desk.news().await;
    desk.look();
    desk.read().await;
    let screen = desk.screen();
    assert!(
        screen.contains(r#"| context: {"call_id":"c-1","note":"pay ⟨U+202E⟩0021"}"#),
        "{screen}"
    );
    assert!(screen.contains("1 invisible character is shown as"), "{screen}");
}

#[tokio::test]
async fn the_command_line_says_what_the_agent_was_told_and_where_its_pass_went() {
    let mut place = Place::new();
    let url = place.serve();
    let token = std::fs::read_to_string(place.add(&["agent", "add", "support-3"])).unwrap();
    let ana = place.add(&["reviewer", "add", "ana", "--role", "reviewer"]);
    let client = reqwest::Client::new();
    let ask = async |key: &str, amount: &str| {
        let mut asked = submission("issue_refund", json!({"amount": amount}));
        asked["context"] = json!({"call_id": key, "note": "pay \u{202e}0021"});
        let request = client
            .post(format!("{url}{REQUESTS}"))
            .bearer_auth(&token)
            .header("idempotency-key", key);
        let answer = request
            .body(asked.to_string())
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let request: serde_json::Value = serde_json::from_str(&answer).unwrap();
        request["id"].as_str().unwrap().to_owned()
    };
    let first = ask("1", "60.00").await;
    let digest = place.json(&["show", &first])["payload_sha256"]
        .as_str()
        .unwrap()
        .to_owned();
    let edited = place.proposal(r#"{"amount": "40.00"}"#);
    let edit = [
        "--token-file",
        &ana,
        "edit",
        &first,
        "--digest",
        &digest,
        "--arguments",
        &edited,
    ];
    place.json(&edit);
    let second = ask("2", "40.00").await;
    for id in [&first, &second] {
        assert_snapshot!(seen(&place.run(&["show", id]), place.folder.path()));
    }
}
