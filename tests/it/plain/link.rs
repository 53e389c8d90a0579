//! Between plain mode and its gate: nothing is lost, and what is silent is said to be.

use jiff::SignedDuration;
use signoff::client::{Client, ClientError};
use signoff::console::{Effect, Msg};
use signoff::domain::Role;
use signoff::plain;

use crate::it::console::desk::silence;
use crate::it::plain::desk::{Desk, desk_started, full_desk};

/// A real connection that nobody answers.
async fn unreachable() -> ClientError {
    Client::new("http://127.0.0.1:9", None)
        .unwrap()
        .health()
        .await
        .unwrap_err()
}

async fn not_answered(desk: &mut Desk) -> Effect {
    let sent = desk.decisions().remove(0);
    desk.waiting.retain(|effect| *effect != sent);
    let Effect::Decide { key, .. } = sent.clone() else {
        unreachable!()
    };
    let answer = Err(unreachable().await);
    desk.gate_says(Msg::Decided {
        key,
        answer,
        at: desk.now(),
    });
    sent
}

#[tokio::test]
async fn a_decision_nobody_answered_is_sent_again_under_the_same_key_and_counts_once() {
    let mut desk = full_desk().await;
    desk.open("tag_ticket").await;
    desk.line("approve").await;
    let first = not_answered(&mut desk).await;
    assert!(
        desk.heard()
            .contains("ticket.tag: the gate did not answer. Your decision is sent again for 2 minutes")
    );
    desk.look();
    let second = not_answered(&mut desk).await;
    assert_eq!(first, second, "key and all");
    assert_eq!(desk.heard(), "", "it is said once");
    desk.look();
    desk.deliver().await;
    assert!(desk.heard().contains("ticket.tag: Approved"));
    desk.look();
    assert!(desk.decisions().is_empty() && desk.model.pending.is_empty());
}

#[tokio::test]
async fn after_two_minutes_the_reviewer_is_asked_again() {
    let mut desk = full_desk().await;
    desk.open("tag_ticket").await;
    desk.line("approve").await;
    not_answered(&mut desk).await;
    for _ in 0..119 {
        desk.look();
        if !desk.decisions().is_empty() {
            not_answered(&mut desk).await;
        }
    }
    assert!(!desk.heard().contains("stayed silent"));
    desk.look();
    not_answered(&mut desk).await;
    assert!(
        desk.heard()
            .contains("ticket.tag: the gate stayed silent for 2 minutes.")
    );
    desk.look();
    assert!(desk.decisions().is_empty());
}

#[tokio::test]
async fn quitting_waits_for_what_was_sent_and_twice_does_not() {
    let mut desk = full_desk().await;
    desk.open("tag_ticket").await;
    desk.line("approve").await;
    desk.line("quit").await;
    assert!(!desk.has_ended);
    assert!(desk.heard().contains("Waiting for the gate to confirm your decision"));
    desk.deliver().await;
    assert!(desk.has_ended);
    let mut desk = full_desk().await;
    desk.open("tag_ticket").await;
    desk.line("approve").await;
    for _ in 0..2 {
        desk.tell(plain::Msg::Stop { at: desk.now() });
    }
    assert!(desk.has_ended);
}

#[tokio::test]
async fn a_silent_gate_is_told_once_and_so_is_its_return() {
    let mut desk = full_desk().await;
    desk.heard();
    for _ in 0..3 {
        desk.gate.world.pass(SignedDuration::from_secs(2));
        desk.no_news(silence());
    }
    assert_eq!(
        desk.heard()
            .matches("The gate does not answer: what you hear is as of")
            .count(),
        1
    );
    desk.news().await;
    assert!(desk.heard().contains("The gate answers again."));
}

#[tokio::test]
async fn a_gate_of_another_version_is_told_once_with_its_version() {
    let mut desk = full_desk().await;
    desk.heard();
    for _ in 0..2 {
        desk.no_news(ClientError::Strange("missing field `now`".into()));
        let asked = desk.waiting.len();
        desk.waiting.retain(|effect| *effect != Effect::AskHealth);
        if desk.waiting.len() < asked {
            let health = signoff::api::Health {
                status: "ok".into(),
                version: "9.0.0".into(),
                now: desk.now(),
                policy: signoff::domain::Digest([0; 32]),
                entries: 1,
                root: None,
            };
            let (answer, at) = (Ok(health), desk.now());
            desk.gate_says(Msg::Health { answer, at });
        }
    }
    assert_eq!(desk.heard().matches("it is version 9.0.0, this is ").count(), 1);
}

#[tokio::test]
async fn who_starts_again_is_told_what_the_last_decision_came_to() {
    let mut before = full_desk().await;
    before.open("tag_ticket").await;
    before.line("approve").await;
    before.deliver().await;
    let caller = before.gate.service.authenticate(before.gate.token("sam")).unwrap();
    let last = before.gate.service.me(&caller).await.unwrap().last_decision.unwrap();
    let decided = Some((last, SignedDuration::from_secs(40)));
    let mut next = desk_started("sam", Role::Senior, |start| start.decided = decided).await;
    next.news().await;
    let told = next.heard();
    assert!(
        told.contains("Your last decision, 40 s ago: approved ticket.tag"),
        "{told}"
    );
}

#[tokio::test]
async fn a_gate_that_takes_long_is_said_to() {
    let mut desk = full_desk().await;
    let number = desk
        .model
        .numbers
        .of(desk.model.rows.at(0).unwrap().id)
        .unwrap()
        .to_string();
    desk.at_once(&[&number]);
    desk.heard();
    for _ in 0..5 {
        desk.look();
    }
    assert_eq!(desk.heard().matches("The gate has not answered yet.").count(), 1);
}
