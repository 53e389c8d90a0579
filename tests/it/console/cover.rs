//! Nothing an agent writes keeps off the screen what is decided on.

use crossterm::event::KeyCode;
use insta::assert_snapshot;
use serde_json::json;
use signoff::domain::Role;

use crate::it::console::desk::{Desk, desk};

/// A desk with one refund whose names are as long and as wide as the gate takes them.
async fn covered(size: (u16, u16), name: &str) -> Desk {
    let mut desk = desk("sam", Role::Senior, size).await;
    let name = name.repeat(256 / name.len());
    let name = name.trim_end();
    let body = json!({"action": {
        "tool": "issue_refund", "server": name,
        "arguments": {"amount": 6000, "iban": "XX66"},
        "target": {"system": name, "record": name},
    }, "environment": name, "rationale": "line\n".repeat(400)});
    let created = desk.gate.post("support-3", "/v1/envelopes", body).await;
    assert_eq!(created.status, 201, "{}", created.body);
    desk.news().await;
    desk.look();
    desk
}

#[tokio::test]
async fn names_as_long_as_they_can_be_leave_the_payload_on_the_screen() {
    for (shown, name) in [("covered_hidden", "\u{200b}"), ("covered_plain", "srv ")] {
        let mut desk = covered((80, 24), name).await;
        assert!(desk.text().contains("\"iban\": \"XX66\""), "{}", desk.text());
        assert_snapshot!(shown, desk.screen());
        for _ in 0..80 {
            desk.press(KeyCode::PageDown);
        }
        // Whole, at the end.
        assert!(desk.text().contains(" where    "), "{}", desk.text());
    }
}

#[tokio::test]
async fn an_approval_waits_until_the_payload_was_on_the_screen() {
    let mut desk = covered((44, 10), "srv ").await;
    desk.keys("\ta").await;
    assert!(desk.model.modal.is_none());
    assert!(
        desk.text().contains("Its payload was not on screen yet"),
        "{}",
        desk.text()
    );
    for _ in 0..8 {
        desk.look();
    }
    while !desk.text().contains("XX66") {
        desk.press(KeyCode::PageDown);
    }
    desk.press(KeyCode::PageDown);
    desk.keys("a").await;
    assert!(desk.model.modal.is_some(), "{}", desk.text());
}

#[tokio::test]
async fn what_was_seen_counts_no_more_once_it_is_drawn_anew() {
    let mut desk = covered((44, 10), "srv ").await;
    desk.keys("\t").await;
    for _ in 0..12 {
        desk.press(KeyCode::PageDown);
    }
    let at = desk.now();
    desk.tell(signoff::console::Msg::Resized {
        width: 42,
        height: 10,
        at,
    });
    desk.keys("a").await;
    assert!(desk.model.modal.is_none(), "{}", desk.text());
}

#[tokio::test]
async fn a_stop_with_a_long_name_and_reason_covers_nothing() {
    let mut desk = covered((80, 24), "srv ").await;
    let before = desk.text();
    let stop = json!({"scope": "run", "name": "run ".repeat(60), "effect": "hold", "reason": "because ".repeat(100)});
    let stopped = desk.gate.post("sue", "/v1/stops", stop).await;
    assert_eq!(stopped.status, 201, "{}", stopped.body);
    desk.news().await;
    desk.look();
    let after = desk.text();
    assert!(
        after.lines().next().unwrap().contains("STOPPED: run run run"),
        "{after}"
    );
    let sheet = |text: &str| text.lines().skip(7).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(sheet(&after), sheet(&before));
}
