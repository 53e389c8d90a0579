//! The tour of a first run: what it says, and that nothing happens under it.

use crossterm::event::KeyCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use signoff::console::{Effect, Memory, Msg};
use signoff::domain::Role;

use crate::it::console::desk::{Desk, desk_started, full_desk, full_desk_started};

async fn first_run(size: (u16, u16)) -> Desk {
    full_desk_started(size, |start| start.recalled.memory.toured = false).await
}

/// The rows of the box.
fn said(desk: &Desk) -> String {
    let text = desk.text();
    let lines = text.lines().skip_while(|line| !line.starts_with("-- Tour: "));
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

#[tokio::test]
async fn six_steps_over_the_live_screen() {
    let mut desk = first_run((80, 24)).await;
    assert_snapshot!("first", desk.screen());
    let mut steps = vec![said(&desk)];
    for key in ["n", " ", "n", " ", "n"] {
        desk.keys(key).await;
        steps.push(said(&desk));
    }
    assert_snapshot!("steps", steps.join("\n\n"));
    desk.keys("p").await;
    assert_eq!(said(&desk), steps[4]);
    desk.keys("nn").await;
    assert!(desk.model.modal.is_none(), "{}", desk.text());
}

#[tokio::test]
async fn a_narrow_terminal_shows_the_half_that_a_step_is_about() {
    let mut desk = first_run((60, 20)).await;
    assert_snapshot!("narrow_queue", desk.text());
    desk.keys("n").await;
    assert_snapshot!("narrow_envelope", desk.text());
    desk.resize(40, 10);
    assert!(desk.text().contains("n next"), "{}", desk.text());
    desk.resize(30, 8);
    desk.press(KeyCode::Char('q'));
    assert!(
        desk.waiting.contains(&Effect::End),
        "who sees nothing may leave all the same"
    );
}

#[tokio::test]
async fn no_key_but_its_own_does_anything_while_it_is_open() {
    let mut desk = first_run((80, 24)).await;
    let focus = desk.model.focus;
    for key in "aryexdtcmwibo!/jkgGuzvT,?:*2345\n\t".chars() {
        desk.keys(&key.to_string()).await;
        desk.wait_three_seconds();
        assert!(desk.decisions().is_empty() && desk.model.held.is_empty(), "{key}");
        assert!(said(&desk).contains("1 of 6"), "{key}: {}", desk.text());
    }
    assert_eq!(desk.model.focus, focus);
    let at = desk.now();
    desk.tell(Msg::Pasted { text: "ny".into(), at });
    assert!(said(&desk).contains("1 of 6"), "{}", desk.text());
}

#[tokio::test]
async fn what_lay_under_it_was_not_on_the_screen_and_is_not_decided_on() {
    let mut desk = first_run((80, 24)).await;
    desk.read_it();
    assert_eq!(desk.model.guard.drawn, None);
    assert_eq!(desk.model.guard.seen, None);
    desk.press(KeyCode::Esc);
    desk.press(KeyCode::Char('a'));
    assert!(desk.text().contains("This just changed"), "{}", desk.text());
    assert!(desk.model.modal.is_none());
    desk.gate.world.pass(SignedDuration::from_millis(450));
    desk.go_to("update_dns_record").await;
    desk.keys("a").await;
    assert!(desk.text().contains("y approve"), "{}", desk.text());
}

#[tokio::test]
async fn it_is_seen_once_it_was_left_in_whatever_way() {
    for leave in ["\u{1b}", "nnnnnn", "q"] {
        let mut desk = first_run((80, 24)).await;
        desk.keys(leave).await;
        desk.look();
        let remembered = |effect: &Effect| matches!(effect, Effect::Remember(memory) if memory.toured);
        assert!(desk.waiting.iter().any(remembered), "{leave:?}");
        assert_eq!(desk.waiting.contains(&Effect::End), leave == "q");
        desk.restart(Memory::of(&desk.model)).await;
        assert!(desk.model.modal.is_none());
    }
}

#[tokio::test]
async fn a_key_opens_it_again_over_the_queue() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("4T").await;
    assert!(said(&desk).contains("1 of 6"), "{}", desk.text());
    assert!(desk.text().contains("payment.refund"), "{}", desk.text());
}

#[tokio::test]
async fn an_auditors_console_has_none() {
    let mut desk = desk_started("ada", Role::Auditor, (80, 24), |start| {
        start.recalled.memory.toured = false;
        start.looks_back = true;
    })
    .await;
    assert!(desk.model.modal.is_none());
    desk.press(KeyCode::Char('T'));
    assert!(desk.model.modal.is_none(), "{}", desk.text());
    assert!(desk.text().contains("only looks back"), "{}", desk.text());
}

#[tokio::test]
async fn it_says_the_keys_that_hold_here() {
    let (_, keymap) = signoff::config::Settings::parse(
        "[keys.queue]\napprove = \"A\"\nquit = \"Q\"\n",
        signoff::console::Keymap::read,
    )
    .unwrap();
    let mut desk = full_desk_started((80, 24), |start| {
        start.recalled.memory.toured = false;
        start.keymap = keymap.unwrap();
    })
    .await;
    desk.keys("nn").await;
    assert!(
        said(&desk).contains("'A' approves what is on the screen."),
        "{}",
        desk.text()
    );
    desk.press(KeyCode::Char('q'));
    assert!(!desk.waiting.contains(&Effect::End));
    desk.press(KeyCode::Char('Q'));
    assert!(desk.waiting.contains(&Effect::End));
}
