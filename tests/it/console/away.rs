//! Promises 1 and 5 where nobody was there: the machine slept, the program stood still, its clock was set.
//!
//! The accidents: the lid is closed because it was the wrong one, and it goes out as the lid is opened; a key
//! that was meant for what stood there before.

use crossterm::event::KeyCode;
use jiff::SignedDuration;
use signoff::console::{Effect, Msg};

use crate::it::console::desk::{Desk, full_desk};

async fn held() -> Desk {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    desk.keys("a6000.00").await;
    assert_eq!(desk.model.held.len(), 1);
    desk
}

fn tick(desk: &mut Desk) {
    let at = desk.now();
    desk.tell(Msg::Tick { at });
}

#[tokio::test]
async fn what_is_held_while_the_machine_sleeps_can_be_taken_back_afterwards() {
    let mut desk = held().await;
    desk.gate.world.pass(SignedDuration::from_hours(1));
    tick(&mut desk);
    assert!(desk.decisions().is_empty());
    assert!(desk.text().contains("in 3 s: u takes it back"), "{}", desk.text());
    desk.wait_three_seconds();
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn what_is_held_while_the_clock_is_set_back_goes_out_three_seconds_later() {
    let mut desk = held().await;
    desk.gate.world.pass(SignedDuration::from_hours(-1));
    tick(&mut desk);
    assert!(desk.text().contains("in 3 s: u takes it back"), "{}", desk.text());
    desk.wait_three_seconds();
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn what_is_held_in_a_window_too_small_to_say_so_waits() {
    let mut desk = held().await;
    desk.resize(30, 8);
    for _ in 0..9 {
        desk.look();
    }
    assert!(desk.decisions().is_empty());
    desk.resize(80, 24);
    desk.look();
    desk.look();
    assert!(desk.decisions().is_empty());
    desk.look();
    assert_eq!(desk.decisions().len(), 1);
}

/// The bottom row is a search, and `u` a letter of it.
#[tokio::test]
async fn what_is_held_while_a_search_is_written_waits() {
    let mut desk = held().await;
    desk.keys("/u").await;
    for _ in 0..9 {
        desk.look();
    }
    assert!(desk.decisions().is_empty());
    desk.keys("\u{1b}").await;
    assert!(desk.text().contains("u takes it back"), "{}", desk.text());
    desk.look();
    assert!(desk.decisions().is_empty());
    desk.wait_three_seconds();
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn the_first_key_after_the_machine_slept_decides_nothing() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.gate.world.pass(SignedDuration::from_mins(10));
    desk.press(KeyCode::Char('a'));
    assert!(desk.decisions().is_empty());
    assert!(desk.text().contains("This just changed"), "{}", desk.text());
    desk.keys("a").await;
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn the_first_yes_after_the_machine_slept_does_not_count() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("update_dns_record").await;
    desk.keys("a").await;
    desk.gate.world.pass(SignedDuration::from_mins(10));
    desk.press(KeyCode::Char('y'));
    assert!(desk.decisions().is_empty());
    desk.keys("y").await;
    assert_eq!(desk.decisions().len(), 1);
}

/// A clock that is set back does not leave keys inert until it has caught up.
#[tokio::test]
async fn a_clock_that_is_set_back_makes_keys_inert_for_a_moment_and_not_for_an_hour() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.resize(90, 24);
    desk.gate.world.pass(SignedDuration::from_hours(-1));
    tick(&mut desk);
    desk.keys("a").await;
    assert!(
        matches!(desk.decisions()[..], [Effect::Decide { .. }]),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn ctrl_z_goes_back_to_the_shell_from_everywhere_and_changes_nothing() {
    let mut desk = held().await;
    for open in ["", "?", ":", "r"] {
        desk.keys(open).await;
        let before = desk.text();
        desk.control('z');
        let asked = desk.waiting.iter().position(|effect| *effect == Effect::Suspend);
        desk.waiting.remove(asked.unwrap_or_else(|| panic!("{open}: {before}")));
        assert_eq!(desk.model.held.len(), 1, "{open}");
        desk.press(KeyCode::Esc);
        desk.look();
        let at = desk.now();
        desk.tell(Msg::Continued { stood_still: true, at });
    }
}

#[tokio::test]
async fn what_is_held_while_it_stood_still_for_a_moment_has_its_whole_time_again() {
    let mut desk = held().await;
    desk.look();
    desk.look();
    // Shorter than what is noticed by the clock alone.
    desk.gate.world.pass(SignedDuration::from_millis(1_500));
    let at = desk.now();
    desk.tell(Msg::Continued { stood_still: true, at });
    assert!(desk.decisions().is_empty());
    desk.look();
    desk.look();
    assert!(desk.decisions().is_empty());
    desk.look();
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn a_key_from_before_the_new_frame_could_be_read_decides_nothing() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    let at = desk.now();
    desk.tell(Msg::Continued { stood_still: true, at });
    for (after, decides) in [(300, false), (500, true)] {
        desk.gate.world.pass(SignedDuration::from_millis(after));
        desk.press(KeyCode::Char('a'));
        assert_eq!(desk.decisions().len(), usize::from(decides), "{after}: {}", desk.text());
    }
}

#[tokio::test]
async fn where_no_shell_is_left_it_goes_on_and_says_so() {
    let mut desk = full_desk((80, 24)).await;
    let at = desk.now();
    desk.tell(Msg::Continued { stood_still: false, at });
    assert!(
        desk.text().contains("There is no shell to go back to"),
        "{}",
        desk.text()
    );
}
