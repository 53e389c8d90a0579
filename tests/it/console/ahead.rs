//! Promise 1 where the screen is slower than the keys: who types ahead has not seen what came meanwhile.
//!
//! The accident: over a slow line the next key is pressed before the last one shows, and means what is not
//! there any more.

use crossterm::event::KeyCode;
use jiff::{SignedDuration, Timestamp};
use signoff::console::{Effect, Msg, Pressed, update};

use crate::it::console::desk::{Desk, full_desk};

/// Takes a key and draws nothing yet.
fn take(desk: &mut Desk, code: KeyCode) {
    let pressed = desk.key_event(code, false);
    let effects = update(&mut desk.model, Msg::Key(pressed));
    desk.waiting.extend(effects);
}

/// A frame that takes two seconds; returns when somebody typed on in the middle of it.
fn slow_frame(desk: &mut Desk) -> Timestamp {
    desk.gate.world.pass(SignedDuration::from_millis(1_000));
    let meanwhile = desk.now();
    desk.gate.world.pass(SignedDuration::from_millis(999));
    desk.draw();
    meanwhile
}

/// Takes a key that was read at that time.
fn take_late(desk: &mut Desk, code: KeyCode, read_at: Timestamp) {
    let pressed = Pressed {
        read_at,
        ..desk.key_event(code, false)
    };
    desk.tell(Msg::Key(pressed));
}

#[tokio::test]
async fn a_key_typed_during_a_slow_frame_is_not_about_what_the_frame_shows() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.keys("jk").await;
    take(&mut desk, KeyCode::Char('j'));
    let meanwhile = slow_frame(&mut desk);
    take_late(&mut desk, KeyCode::Char('a'), meanwhile);
    assert!(desk.decisions().is_empty(), "{}", desk.text());
    assert!(
        desk.text().contains("Keys came faster than the screen"),
        "{}",
        desk.text()
    );
    desk.keys("a").await;
    assert_eq!(desk.decisions().len(), 1, "a new press counts");
}

#[tokio::test]
async fn a_yes_typed_during_the_slow_frame_of_its_box_does_not_count() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    take(&mut desk, KeyCode::Char('a'));
    let meanwhile = slow_frame(&mut desk);
    take_late(&mut desk, KeyCode::Char('y'), meanwhile);
    assert!(desk.decisions().is_empty(), "the box was not there yet");
    // Nor does one that follows at once.
    desk.gate.world.pass(SignedDuration::from_millis(399));
    desk.press(KeyCode::Char('y'));
    assert!(desk.decisions().is_empty());
    desk.keys("y").await;
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn a_reason_typed_during_the_slow_frame_of_its_box_is_not_sent() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    take(&mut desk, KeyCode::Char('r'));
    let meanwhile = slow_frame(&mut desk);
    take_late(&mut desk, KeyCode::Char('2'), meanwhile);
    assert!(desk.decisions().is_empty());
    desk.keys("2").await;
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn an_amount_typed_blind_is_not_complete() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    take(&mut desk, KeyCode::Char('a'));
    let meanwhile = slow_frame(&mut desk);
    for c in "6000.00".chars() {
        take_late(&mut desk, KeyCode::Char(c), meanwhile);
    }
    assert!(desk.model.held.is_empty(), "{}", desk.text());
}

#[tokio::test]
async fn a_yes_typed_during_the_slow_frame_of_a_batch_does_not_count() {
    let mut desk = full_desk((80, 40)).await;
    desk.go_to("tag_ticket").await;
    take(&mut desk, KeyCode::Char('b'));
    desk.ask_gate().await;
    // The sheet is read and drawn; its last frame shows what the one before did not.
    let at = desk.now();
    let _ = update(
        &mut desk.model,
        Msg::Resized {
            width: 80,
            height: 40,
            at,
        },
    );
    let meanwhile = slow_frame(&mut desk);
    take_late(&mut desk, KeyCode::Char('y'), meanwhile);
    assert!(desk.decisions().is_empty(), "{}", desk.text());
    desk.keys("y").await;
    assert_eq!(desk.decisions().len(), 1, "{}", desk.text());
}

#[tokio::test]
async fn a_yes_typed_during_the_slow_frame_of_an_edits_last_question_does_not_count() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    desk.keys("e").await;
    for code in [
        KeyCode::Down,
        KeyCode::End,
        KeyCode::Left,
        KeyCode::Left,
        KeyCode::Char('x'),
    ] {
        desk.press(code);
    }
    desk.ask_gate().await;
    let pressed = Pressed {
        modifiers: crossterm::event::KeyModifiers::CONTROL,
        ..desk.key_event(KeyCode::Char('s'), false)
    };
    let _ = update(&mut desk.model, Msg::Key(pressed));
    let meanwhile = slow_frame(&mut desk);
    assert!(desk.text().contains("this is what runs"), "{}", desk.text());
    take_late(&mut desk, KeyCode::Char('y'), meanwhile);
    assert!(desk.decisions().is_empty());
    desk.keys("y").await;
    assert_eq!(desk.decisions().len(), 1, "{}", desk.text());
}

/// It waits in line behind others, and its moment is over when it is taken.
#[tokio::test]
async fn a_key_that_was_typed_within_the_moment_after_a_change_stays_inert_however_late_it_is_taken() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.resize(90, 24);
    desk.gate.world.pass(SignedDuration::from_millis(100));
    let meanwhile = desk.now();
    desk.gate.world.pass(SignedDuration::from_millis(900));
    take_late(&mut desk, KeyCode::Char('a'), meanwhile);
    assert!(desk.decisions().is_empty(), "{}", desk.text());
    desk.keys("a").await;
    assert!(matches!(desk.decisions()[..], [Effect::Decide { .. }]));
}
