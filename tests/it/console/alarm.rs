//! A gate that does not prove that its ledger grew: nothing else is drawn, and nothing is decided.

use insta::assert_snapshot;
use signoff::client::ClientError;
use signoff::console::{Effect, Msg};

use crate::it::console::desk::{Desk, full_desk};

fn alarm(desk: &mut Desk) {
    let why = "it had 4711 entries and has 12";
    desk.tell(Msg::Queue {
        question: desk.model.question,
        answer: Err(ClientError::Unproved(why.to_owned())),
        at: desk.now(),
    });
}

#[tokio::test]
async fn the_alarm_says_what_was_expected_what_came_and_what_to_do() {
    for size in [(80, 24), (40, 10), (120, 40)] {
        let mut desk = full_desk(size).await;
        alarm(&mut desk);
        assert_snapshot!(format!("alarm_{}x{}", size.0, size.1), desk.screen());
    }
}

#[tokio::test]
async fn no_key_decides_at_a_gate_that_is_not_believed() {
    let mut desk = full_desk((80, 40)).await;
    alarm(&mut desk);
    desk.waiting.clear();
    for key in ["a", "r", "e", "x", "m", "w", "b", "y"] {
        desk.keys(key).await;
        assert!(desk.model.modal.is_none(), "{key}: {}", desk.text());
    }
    let sent = |effect: &Effect| matches!(effect, Effect::Decide { .. } | Effect::Batch { .. });
    assert!(!desk.waiting.iter().any(sent));
}

#[tokio::test]
async fn a_decision_that_the_runner_did_not_send_is_the_alarm_too() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.keys("a").await;
    let key = match desk.decisions().first() {
        Some(Effect::Decide { key, .. }) => key.clone(),
        other => panic!("{other:?}: {}", desk.text()),
    };
    desk.tell(Msg::Decided {
        key,
        answer: Err(ClientError::Unproved("it had 9 entries and has 3".to_owned())),
        at: desk.now(),
    });
    assert!(desk.text().contains("NOT BELIEVED"), "{}", desk.text());
    assert!(desk.model.pending.is_empty());
}
