//! Between console and gate: nothing is lost, and stale looks stale.

use crossterm::event::KeyCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::json;
use signoff::api::{ErrorDetail, ErrorType};
use signoff::client::{Client, ClientError};
use signoff::console::{Effect, Msg};

use crate::it::console::desk::{Desk, full_desk, silence};

fn question(desk: &Desk) -> u64 {
    desk.model.question
}

/// A real connection that nobody answers.
async fn unreachable() -> ClientError {
    Client::new("http://127.0.0.1:9", None)
        .unwrap()
        .health()
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_silent_gate_makes_everything_look_stale_and_is_asked_again_ever_slower() {
    let mut desk = full_desk((80, 24)).await;
    let mut pauses = Vec::new();
    for _ in 0..8 {
        desk.gate.world.pass(SignedDuration::from_secs(6));
        desk.waiting.clear();
        desk.tell(Msg::Queue {
            question: question(&desk),
            answer: Err(silence()),
            at: desk.now(),
        });
        for effect in &desk.waiting {
            if let Effect::AskQueue { pause, .. } = effect {
                pauses.push(pause.as_millis());
            }
        }
    }
    assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    assert_snapshot!(desk.screen());
    desk.news().await;
    assert!(
        desk.text().contains("* live"),
        "it comes back by itself: {}",
        desk.text()
    );
}

#[tokio::test]
async fn a_late_answer_to_an_old_question_is_dropped() {
    let mut desk = full_desk((80, 24)).await;
    let old = question(&desk) - 1;
    desk.tell(Msg::Queue {
        question: old,
        answer: Err(silence()),
        at: desk.now(),
    });
    assert!(desk.text().contains("* live"));
}

#[tokio::test]
async fn a_gate_that_went_back_turns_deciding_off() {
    let mut desk = full_desk((80, 24)).await;
    let detail = ErrorDetail {
        kind: ErrorType::Conflict,
        code: "ledger_went_back".into(),
        message: "The cursor names entry 9 and the ledger has 3.".into(),
        pointer: None,
        hint: None,
        request_id: "r".into(),
    };
    let answer = Err(ClientError::Refused(Box::new(detail)));
    desk.tell(Msg::Queue {
        question: question(&desk),
        answer,
        at: desk.now(),
    });
    desk.keys("a").await;
    assert!(
        desk.model.modal.is_none() && desk.text().contains("the ledger went back"),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn a_decision_that_nobody_answered_is_sent_again_under_the_same_key_and_counts_once() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.keys("a").await;
    let Some(Effect::Decide { key, .. }) = desk.decisions().first().copied().cloned() else {
        panic!("no decision")
    };
    desk.waiting.retain(|effect| !matches!(effect, Effect::Decide { .. }));
    desk.tell(Msg::Decided {
        key: key.clone(),
        answer: Err(unreachable().await),
        at: desk.now(),
    });
    // Perhaps only the answer was lost: nothing says that it was not sent.
    let said = "No answer to your decision yet: sent again for 2 min, it counts once.";
    assert!(desk.text().contains(said), "{}", desk.text());
    desk.look();
    let again: Vec<_> = desk.decisions().into_iter().cloned().collect();
    assert!(matches!(&again[..], [Effect::Decide { key: same, .. }] if *same == key));
    desk.deliver().await;
    assert!(desk.text().contains("Approved"), "{}", desk.text());
    desk.gate.verify();
}

#[tokio::test]
async fn after_two_minutes_of_silence_the_reviewer_is_asked_again() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.keys("a").await;
    let Some(Effect::Decide { key, .. }) = desk.decisions().first().copied().cloned() else {
        panic!("no decision")
    };
    desk.gate.world.pass(SignedDuration::from_mins(2));
    desk.tell(Msg::Decided {
        key,
        answer: Err(unreachable().await),
        at: desk.now(),
    });
    assert!(desk.text().contains("The gate stayed silent"), "{}", desk.text());
    assert!(desk.model.pending.is_empty());
}

#[tokio::test]
async fn quitting_waits_for_a_decision_that_was_sent() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.keys("aq").await;
    assert!(!desk.waiting.contains(&Effect::End));
    assert!(
        desk.text().contains("Waiting for the gate to confirm"),
        "{}",
        desk.text()
    );
    desk.deliver().await;
    assert!(desk.waiting.contains(&Effect::End));
}

#[tokio::test]
async fn of_two_consoles_one_decides_and_the_other_is_told_who_and_when() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    desk.keys("ay").await;
    let focused = desk.model.rows.get(desk.model.focus.unwrap()).unwrap();
    let envelope = json!({ "id": focused.id, "payload_sha256": focused.payload_sha256, "revision": focused.revision });
    let other = desk.gate.approve("ana", &envelope).await;
    assert_eq!(other.body["stage"], "approved");
    desk.deliver().await;
    assert!(
        desk.text().contains("It does not count: ana approved it at"),
        "{}",
        desk.text()
    );
    desk.gate.verify();
}

#[tokio::test]
async fn clocks_that_differ_are_said_to() {
    let mut desk = full_desk((80, 24)).await;
    desk.gate.propose("send_email", json!({})).await;
    let page = desk
        .gate
        .service
        .queue(desk.model.queue_cursor, None, std::time::Duration::ZERO)
        .await
        .unwrap();
    let at = desk.now() - SignedDuration::from_secs(90);
    desk.tell(Msg::Queue {
        question: question(&desk),
        answer: Ok(page),
        at,
    });
    assert!(desk.text().contains("clocks 90 s apart"), "{}", desk.text());
}

#[tokio::test]
async fn an_envelope_that_cannot_be_read_is_asked_for_again_after_a_while_and_not_at_once() {
    let mut desk = full_desk((80, 24)).await;
    desk.press(KeyCode::Char('j'));
    let asks = |desk: &Desk| -> Vec<_> {
        let asks = |effect: &&Effect| matches!(effect, Effect::AskEnvelope { .. });
        desk.waiting.iter().filter(asks).cloned().collect()
    };
    let Some(Effect::AskEnvelope { id }) = asks(&desk).pop() else {
        panic!("nothing was asked for")
    };
    desk.waiting.clear();
    let fail = |desk: &mut Desk| {
        let at = desk.now();
        desk.tell(Msg::Envelope {
            id,
            answer: Err(silence()),
            at,
        });
    };
    fail(&mut desk);
    assert!(desk.text().contains("It could not be read"), "{}", desk.text());
    assert_eq!(asks(&desk), []);
    desk.gate.world.pass(SignedDuration::from_secs(6));
    let at = desk.now();
    desk.tell(Msg::Tick { at });
    assert_eq!(asks(&desk).len(), 1);
}

/// A decision of one key, sent, and nobody answered.
async fn unanswered() -> (Desk, String) {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.keys("a").await;
    let Some(Effect::Decide { key, .. }) = desk.decisions().first().copied().cloned() else {
        panic!("no decision")
    };
    desk.waiting.retain(|effect| !matches!(effect, Effect::Decide { .. }));
    desk.tell(Msg::Decided {
        key: key.clone(),
        answer: Err(unreachable().await),
        at: desk.now(),
    });
    (desk, key)
}

/// The accident: the lid is opened an hour later, and what was forgotten goes out.
#[tokio::test]
async fn what_waited_for_longer_than_two_minutes_is_not_sent_again() {
    let (mut desk, _) = unanswered().await;
    desk.gate.world.pass(SignedDuration::from_hours(1));
    desk.tell(Msg::Tick { at: desk.now() });
    assert!(desk.decisions().is_empty() && desk.model.pending.is_empty());
    assert!(desk.text().contains("The gate stayed silent"), "{}", desk.text());
    desk.keys("a").await;
    assert_eq!(desk.decisions().len(), 1, "the reviewer is asked again");
}

fn goes_back(desk: &mut Desk) {
    let mut answer = silence();
    if let ClientError::Refused(detail) = &mut answer {
        detail.code = "ledger_went_back".into();
    }
    desk.tell(Msg::Queue {
        question: question(desk),
        answer: Err(answer),
        at: desk.now(),
    });
}

/// The accident: somebody put an old ledger there, and gets a decision on top of it.
#[tokio::test]
async fn a_gate_that_went_back_is_sent_nothing_again() {
    let (mut desk, _) = unanswered().await;
    goes_back(&mut desk);
    desk.look();
    desk.look();
    assert!(desk.decisions().is_empty(), "{}", desk.text());
}

#[tokio::test]
async fn a_gate_that_went_back_is_sent_no_batch() {
    let mut desk = full_desk((80, 40)).await;
    desk.go_to("tag_ticket").await;
    desk.keys("b").await;
    desk.look();
    goes_back(&mut desk);
    desk.keys("y").await;
    assert!(desk.decisions().is_empty());
    assert!(desk.text().contains("Deciding is off"), "{}", desk.text());
    desk.keys("\u{1b}b").await;
    assert!(
        desk.model.modal.is_none() && desk.text().contains("Deciding is off"),
        "{}",
        desk.text()
    );
}

/// Whatever the gate is called, and however narrow the window.
#[tokio::test]
async fn how_it_stands_with_the_gate_is_whole_at_any_width() {
    let mut desk = full_desk((80, 24)).await;
    desk.model.gate = "prod-gate.payments.eu-west-1.internal.example:7433".into();
    desk.gate.world.pass(SignedDuration::from_secs(42));
    // Nothing came for longer than a question waits.
    let live = "~ slow";
    for width in 40..=120 {
        desk.resize(width, 24);
        assert!(
            desk.text().lines().next().unwrap().contains(live),
            "{width}: {}",
            desk.text()
        );
    }
    desk.tell(Msg::Queue {
        question: question(&desk),
        answer: Err(silence()),
        at: desk.now(),
    });
    for width in 40..=120 {
        desk.resize(width, 24);
        let text = desk.text();
        let header = text.lines().next().unwrap();
        assert!(
            header.contains("! no answer for ") && header.contains(", as of 04:"),
            "{width}: {header}"
        );
        // And wherever one looks.
        for keys in ["o", "\u{1b}d", "\u{1b}?", "\u{1b}"] {
            desk.keys(keys).await;
            let text = desk.text();
            assert!(
                text.lines().next().unwrap().contains("! no answer for "),
                "{width}, {keys}: {text}"
            );
        }
    }
}

/// Deadlines are the gate's; how long a key is inert is this machine's, whatever the gate says of the time.
#[tokio::test]
async fn clocks_that_differ_change_what_is_left_and_no_guard() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    let left = |desk: &Desk| {
        let text = desk.text();
        let title = text
            .lines()
            .find(|line| line.contains("goes higher in "))
            .unwrap()
            .to_owned();
        title.split("goes higher in ").nth(1).unwrap()[..5].to_owned()
    };
    let before = left(&desk);
    desk.gate.propose("send_email", json!({})).await;
    let mut page = desk
        .gate
        .service
        .queue(desk.model.queue_cursor, None, std::time::Duration::ZERO)
        .await
        .unwrap();
    page.now += SignedDuration::from_mins(10);
    desk.tell(Msg::Queue {
        question: question(&desk),
        answer: Ok(page),
        at: desk.now(),
    });
    assert!(desk.text().contains("clocks 600 s apart"), "{}", desk.text());
    assert_ne!(left(&desk), before);
    desk.keys("a").await;
    desk.press(KeyCode::Char('y'));
    assert!(desk.decisions().is_empty(), "the box is deaf by this machine's clock");
    desk.keys("y").await;
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn who_leaves_twice_is_told_what_is_not_known() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.keys("aqq").await;
    assert!(desk.waiting.contains(&Effect::End));
    assert_eq!(desk.model.pending.len(), 1, "it is said to be unconfirmed");
}
