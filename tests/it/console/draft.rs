//! A text that a reviewer writes outlives what happens to the payload underneath.

use insta::assert_snapshot;
use serde_json::json;

use crate::it::console::desk::{Desk, full_desk};
use crate::it::console::verbs::refund_of;

/// Another senior makes the refund 6,500.00.
async fn sue_edits(desk: &mut Desk) {
    let id = desk.model.focus.unwrap().to_string();
    let envelope = desk.gate.read("sue", &json!({ "id": id })).await;
    let raw = envelope["payload"]["raw"].as_str().unwrap();
    let raw = raw.replace("6000.00", "6500.00");
    let word = json!({"decision": "edit", "arguments_raw": raw, "reason": "with the fee"});
    desk.gate.decide("sue", &envelope, word).await;
    desk.news().await;
}

#[tokio::test]
async fn a_text_outlives_an_edit_of_somebody_else_and_says_what_it_was_begun_on() {
    let mut desk = full_desk((80, 24)).await;
    refund_of(&mut desk, "60.00").await;
    sue_edits(&mut desk).await;
    assert!(desk.text().contains("It changed underneath"), "{}", desk.text());
    desk.keys("\u{1b}").await;
    assert!(desk.text().contains("What you wrote is kept"), "{}", desk.text());
    desk.read_it();
    desk.keys("e").await;
    // The text is his own, and judged against what waits now.
    assert_snapshot!("begun_elsewhere", desk.screen());
    desk.control('s');
    let text = desk.text();
    assert!(text.contains("6500.00") && text.contains("60.00"), "{text}");
    // Left again, it is still not said to be about what waits now.
    desk.keys("\u{1b}\u{1b}").await;
    desk.read_it();
    desk.keys("e").await;
    assert!(
        desk.text().contains("another payload, digest c261530b"),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn who_would_rather_begin_anew_has_the_arguments_as_they_wait_now() {
    let mut desk = full_desk((80, 24)).await;
    refund_of(&mut desk, "60.00").await;
    sue_edits(&mut desk).await;
    desk.keys("\u{1b}").await;
    desk.read_it();
    desk.keys("e").await;
    desk.control('r');
    let text = desk.text();
    assert!(
        text.contains("as sue edited it")
            && text.contains("\"amount\": \"6500.00\"")
            && !text.contains("another payload"),
        "{text}"
    );
    // The editor's own undo has the text, in two steps.
    desk.control('u');
    desk.control('u');
    assert!(desk.text().contains("\"amount\": \"60.00\""), "{}", desk.text());
}

#[tokio::test]
async fn an_edit_is_not_called_a_proposal() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    desk.keys("e").await;
    assert!(desk.text().contains("as it was proposed"), "{}", desk.text());
    desk.keys("\u{1b}").await;
    sue_edits(&mut desk).await;
    desk.read_it();
    desk.keys("e").await;
    assert!(
        desk.text().contains("as sue edited it") && !desk.text().contains("as it was proposed"),
        "{}",
        desk.text()
    );
}
