//! Promises 1 and 4 for what is severe: typed, held in sight for three seconds, and taken back until then.

use crossterm::event::KeyCode;
use jiff::SignedDuration;
use serde_json::json;
use signoff::console::{Effect, Msg};
use signoff::domain::Role;

use crate::it::console::desk::{Desk, desk, full_desk, silence};

async fn at_the_refund() -> Desk {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    desk
}

/// The amount is typed; nothing is sent yet.
async fn held() -> Desk {
    let mut desk = at_the_refund().await;
    desk.keys("a6000.00").await;
    assert!(desk.decisions().is_empty());
    assert!(desk.text().contains("in 3 s: u takes it back"), "{}", desk.text());
    desk
}

#[tokio::test]
async fn a_severe_approval_is_typed_and_sent_three_seconds_later() {
    let mut desk = held().await;
    desk.look();
    desk.look();
    assert!(desk.decisions().is_empty());
    assert!(desk.text().contains("in 1 s: u takes it back"), "{}", desk.text());
    desk.look();
    assert_eq!(desk.decisions().len(), 1);
    desk.deliver().await;
    assert!(desk.text().contains("vote 1 of 2"), "{}", desk.text());
}

#[tokio::test]
async fn neither_y_nor_enter_nor_part_of_the_amount_approves_what_is_severe() {
    let mut desk = at_the_refund().await;
    for wrong in ["y\n", "6000\n", "600.00\n", "7000.00\n"] {
        desk.keys(wrong).await;
        desk.wait_three_seconds();
        assert!(desk.decisions().is_empty() && desk.model.held.is_empty(), "{wrong}");
        desk.keys("\u{1b}").await;
    }
    desk.keys("a6,000.00").await;
    assert_eq!(desk.model.held.len(), 1, "with its comma it is the same amount");
}

#[tokio::test]
async fn until_then_u_takes_it_back_and_nothing_was_sent() {
    let mut desk = held().await;
    desk.look();
    desk.press(KeyCode::Char('u'));
    assert!(desk.text().contains("Taken back: payment.refund"), "{}", desk.text());
    desk.wait_three_seconds();
    assert!(desk.decisions().is_empty());
    desk.press(KeyCode::Char('u'));
    assert!(desk.text().contains("There is nothing to take back"), "{}", desk.text());
}

#[tokio::test]
async fn on_any_list_u_takes_back_what_is_held_before_it_means_something_else() {
    let mut desk = held().await;
    desk.keys("o").await;
    desk.press(KeyCode::Char('u'));
    assert!(
        desk.model.held.is_empty() && desk.model.modal.is_none(),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn who_leaves_within_the_three_seconds_has_taken_it_back() {
    let mut desk = held().await;
    desk.keys("q").await;
    assert!(desk.waiting.contains(&Effect::End));
    assert!(desk.decisions().is_empty());
    assert_eq!(desk.model.taken_back, 1, "and is told so");
}

#[tokio::test]
async fn a_signal_to_stop_within_the_three_seconds_takes_it_back() {
    let mut desk = held().await;
    desk.tell(Msg::Stop { at: desk.now() });
    assert!(desk.waiting.contains(&Effect::End) && desk.decisions().is_empty());
}

#[tokio::test]
async fn what_changes_within_the_three_seconds_is_taken_back() {
    let mut desk = held().await;
    let row = desk.model.rows.get(desk.model.focus.unwrap()).unwrap();
    let envelope = json!({ "id": row.id, "payload_sha256": row.payload_sha256, "revision": row.revision });
    let other = desk.gate.approve("sue", &envelope).await;
    assert_eq!(other.body["votes"], 1, "{}", other.body);
    desk.news().await;
    assert!(desk.text().contains("Taken back: payment.refund"), "{}", desk.text());
    desk.wait_three_seconds();
    assert!(desk.decisions().is_empty());
}

#[tokio::test]
async fn what_goes_away_within_the_three_seconds_is_taken_back() {
    let mut desk = held().await;
    let envelope = json!({ "id": desk.model.focus.unwrap().to_string() });
    desk.gate.reject("ana", &envelope, "no").await;
    desk.news().await;
    desk.wait_three_seconds();
    assert!(desk.decisions().is_empty() && desk.model.held.is_empty());
}

#[tokio::test]
async fn a_gate_that_goes_back_within_the_three_seconds_gets_nothing() {
    let mut desk = held().await;
    let mut went_back = silence();
    if let signoff::client::ClientError::Refused(detail) = &mut went_back {
        detail.code = "ledger_went_back".into();
    }
    desk.tell(Msg::Queue {
        question: desk.model.question,
        answer: Err(went_back),
        at: desk.now(),
    });
    desk.wait_three_seconds();
    assert!(desk.decisions().is_empty());
}

#[tokio::test]
async fn what_is_out_of_sight_is_not_sent_before_it_was_in_sight_for_three_seconds() {
    let mut desk = held().await;
    desk.look();
    desk.look();
    desk.resize(120, 40);
    desk.look();
    desk.look();
    assert!(desk.decisions().is_empty(), "its time began anew");
    desk.look();
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn while_another_program_has_the_terminal_nothing_is_sent() {
    let mut desk = held().await;
    desk.gate.world.pass(SignedDuration::from_secs(60));
    desk.tell(Msg::Written {
        answer: Ok("{}".into()),
        at: desk.now(),
    });
    assert!(desk.decisions().is_empty());
    desk.wait_three_seconds();
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn a_second_decision_on_what_is_held_is_not_begun() {
    let mut desk = held().await;
    for key in ['a', 'r', 'e', 'x'] {
        desk.keys(&key.to_string()).await;
        assert!(desk.model.modal.is_none(), "{key}: {}", desk.text());
        desk.resize(80, 24);
    }
}

#[tokio::test]
async fn an_amount_that_is_pasted_or_comes_at_once_was_not_typed() {
    let mut desk = at_the_refund().await;
    desk.keys("a").await;
    desk.tell(Msg::Pasted {
        text: "6000.00".into(),
        at: desk.now(),
    });
    assert!(desk.model.held.is_empty());
    assert!(desk.text().contains("Pasted text is not keys"), "{}", desk.text());
    desk.gate.world.pass(SignedDuration::from_secs(1));
    for c in "6000.00".chars() {
        let pressed = desk.key_event(KeyCode::Char(c), true);
        desk.tell(Msg::Key(pressed));
    }
    assert!(desk.model.held.is_empty());
    assert!(desk.text().contains("type it key by key"), "{}", desk.text());
    // Nor does one more key by itself complete what came at once.
    desk.keys("6000.0").await;
    let pressed = desk.key_event(KeyCode::Char('0'), true);
    desk.tell(Msg::Key(pressed));
    assert!(desk.model.held.is_empty());
}

#[tokio::test]
async fn who_knows_the_amount_types_on_and_a_held_key_types_nothing() {
    let mut desk = at_the_refund().await;
    for c in "aaa6,00aa0.0".chars() {
        desk.press(KeyCode::Char(c));
    }
    assert!(desk.text().contains("approve: 6,000.0\n"), "{}", desk.text());
    desk.press(KeyCode::Char('0'));
    assert!(
        desk.model.held.is_empty(),
        "all of it within one moment was not typed by a person"
    );
    desk.keys("0").await;
    assert_eq!(desk.model.held.len(), 1);
}

#[tokio::test]
async fn what_has_no_amount_is_approved_by_its_record() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("run_migration").await;
    desk.keys("a").await;
    if desk.model.modal.is_none() {
        desk.keys(" ").await;
        desk.read_it();
        desk.keys("a").await;
    }
    assert!(desk.text().contains("Type the record to approve"), "{}", desk.text());
    desk.keys("orders-db").await;
    assert_eq!(desk.model.held.len(), 1);
}

#[tokio::test]
async fn a_record_that_nobody_can_type_is_approved_by_its_digest() {
    let mut desk = full_desk((80, 24)).await;
    let action =
        json!({"tool": "run_migration", "arguments": {"n": 1}, "target": {"system": "db", "record": "ordérs"}});
    let body = json!({ "action": action });
    let envelope = desk.gate.post("support-3", "/v1/envelopes", body).await.body;
    desk.news().await;
    desk.model.focus = Some(envelope["id"].as_str().unwrap().parse().unwrap());
    desk.tell(Msg::Tick { at: desk.now() });
    desk.read().await;
    desk.read_it();
    desk.keys("a").await;
    assert!(desk.text().contains("Type the digest to approve"), "{}", desk.text());
    let digest = &envelope["payload_sha256"].as_str().unwrap()[..8];
    desk.keys(digest).await;
    assert_eq!(desk.model.held.len(), 1);
}

#[tokio::test]
async fn a_very_fast_approval_asks_for_a_reason() {
    let mut desk = full_desk((80, 24)).await;
    for (tool, label) in [("update_dns_record", "y approve"), ("issue_refund", "Type the amount")] {
        desk.go_to(tool).await;
        // Away and back: it has been on the screen for half a second.
        desk.keys("jk").await;
        desk.keys("a").await;
        assert!(
            desk.text().contains("It came on the screen a moment ago"),
            "{}",
            desk.text()
        );
        desk.keys("y").await;
        assert!(desk.decisions().is_empty());
        desk.keys("es I know it\n").await;
        assert!(desk.text().contains("Reason: yes I know it"), "{}", desk.text());
        assert!(desk.text().contains(label), "{}", desk.text());
        desk.keys("\u{1b}").await;
    }
    // What is low stays one key.
    desk.go_to("tag_ticket").await;
    desk.keys("jka").await;
    assert_eq!(desk.decisions().len(), 1);
}

/// An edit lets it through as well, perhaps as something harmless.
#[tokio::test]
async fn a_severe_edit_is_held_as_an_approval_is() {
    let mut desk = at_the_refund().await;
    desk.keys("e").await;
    for code in [
        KeyCode::Down,
        KeyCode::End,
        KeyCode::Left,
        KeyCode::Left,
        KeyCode::Backspace,
    ] {
        desk.press(code);
    }
    desk.ask_gate().await;
    desk.control('s');
    assert!(desk.text().contains("this is what runs"), "{}", desk.text());
    desk.keys("y").await;
    assert!(desk.decisions().is_empty());
    assert!(desk.text().contains("in 3 s: u takes it back"), "{}", desk.text());
    desk.press(KeyCode::Char('u'));
    desk.wait_three_seconds();
    assert!(desk.decisions().is_empty());
    desk.read_it();
    desk.keys("e").await;
    assert!(
        desk.text().contains("\"6000.0\""),
        "what was written is kept: {}",
        desk.text()
    );
}

/// Of two that are held, the newest is taken back first, and the other still goes out.
#[tokio::test]
async fn of_two_that_are_held_u_takes_back_the_newest() {
    let mut desk = held().await;
    desk.go_to("run_migration").await;
    desk.keys("a").await;
    if desk.model.modal.is_none() {
        desk.read_it();
        desk.keys("a").await;
    }
    desk.keys("orders-db").await;
    // The first went out while the second was typed; as if it had not:
    assert_eq!((desk.decisions().len(), desk.model.held.len()), (1, 1));
    desk.waiting.retain(|effect| !matches!(effect, Effect::Decide { .. }));
    let mut first = desk.model.held[0].clone();
    first.name = "the other".into();
    desk.model.held.insert(0, first);
    desk.draw();
    assert!(desk.text().contains(" 1 more"), "{}", desk.text());
    desk.press(KeyCode::Char('u'));
    assert!(desk.text().contains("Approving the other in"), "{}", desk.text());
    desk.wait_three_seconds();
    assert_eq!(desk.decisions().len(), 1);
}

/// The box says to whom it goes, who has to agree after this one, and how long it can be taken back.
#[tokio::test]
async fn the_box_names_what_the_user_did_not_ask_for_and_what_happens_next() {
    let mut desk = at_the_refund().await;
    desk.keys("a").await;
    for (width, height) in [(80, 24), (60, 20)] {
        desk.resize(width, height);
        let text = desk.text().replace("\n     ", " ");
        for told in [
            "! /iban \"DE89 3704 0044 0532 0130 00\" is not in what the user asked",
            "! /amount \"6000.00\" is not in what the user asked",
            "It runs after 1 more senior says yes.",
            "It goes 3 s after the last character; u takes it back until then.",
            "Type the amount to approve",
        ] {
            assert!(text.contains(told), "{told} is not in\n{text}");
        }
    }
}

#[tokio::test]
async fn many_values_in_the_box_are_counted_on_two_lines() {
    let mut desk = desk("sam", Role::Senior, (80, 40)).await;
    let arguments = json!({"amount": "6000.00", "iban": "DE89", "bic": "B1"});
    let body = json!({"action": {"tool": "issue_refund", "arguments": arguments}, "request": "pay it"});
    desk.gate.post("support-3", "/v1/envelopes", body).await;
    desk.news().await;
    desk.read().await;
    desk.read_it();
    desk.keys("a").await;
    let text = desk.text();
    assert_eq!(
        text.lines().filter(|line| line.starts_with("   ! ")).count(),
        2,
        "{text}"
    );
    assert!(
        text.contains("   ! /bic \"B1\" is not in what the user asked"),
        "{text}"
    );
    assert!(text.contains("   ! 2 more values are not in it either"), "{text}");
}
