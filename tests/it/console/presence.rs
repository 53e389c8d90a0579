//! Who else has the envelope on the screen, and telling others what is on this one.

use jiff::SignedDuration;
use signoff::console::Effect;
use signoff::domain::EnvelopeId;

use crate::it::console::desk::{Desk, full_desk};

/// What the open question about the queue says is on the screen.
fn told(desk: &Desk) -> Option<EnvelopeId> {
    let mut asked = desk.waiting.iter().filter_map(|effect| match effect {
        Effect::AskQueue { here, .. } => Some(here.at),
        _ => None,
    });
    let at = asked.next().unwrap();
    assert_eq!(asked.next(), None, "one question at a time");
    at
}

fn sees(desk: &Desk, name: &str, at: Option<EnvelopeId>) {
    let person = desk
        .gate
        .service
        .authenticate(desk.gate.token(name))
        .unwrap()
        .person()
        .unwrap();
    desk.gate.service.is_here(&person, at);
}

#[tokio::test]
async fn the_gate_is_told_where_the_reviewer_rests_and_not_where_he_passes() {
    let mut desk = full_desk((80, 24)).await;
    let first = desk.model.focus;
    desk.read_it();
    assert_eq!(told(&desk), first);
    desk.keys("j").await;
    desk.look();
    assert_eq!(told(&desk), first, "he may go on");
    desk.keys("j").await;
    let third = desk.model.focus;
    desk.read_it();
    assert_eq!(told(&desk), third);
    desk.keys("2").await;
    desk.read_it();
    assert_eq!(told(&desk), None, "another tab has no envelope of the queue");
}

#[tokio::test]
async fn who_else_looks_at_it_stands_in_its_title() {
    let mut desk = full_desk((80, 24)).await;
    let here = desk.model.focus;
    sees(&desk, "ana", here);
    sees(&desk, "ben", None);
    desk.news().await;
    assert!(
        desk.text().contains("-- payment.refund, ana looks too --"),
        "{}",
        desk.text()
    );
    sees(&desk, "ben", here);
    sees(&desk, "sue", here);
    desk.news().await;
    assert!(desk.text().contains("ana and 2 more look too"), "{}", desk.text());
    desk.gate.world.pass(SignedDuration::from_secs(61));
    desk.news().await;
    assert!(!desk.text().contains("look too"), "{}", desk.text());
}

#[tokio::test]
async fn somebody_who_looks_in_changes_nothing_under_a_key() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    sees(&desk, "ana", desk.model.focus);
    desk.news().await;
    desk.press(crossterm::event::KeyCode::Char('a'));
    assert_eq!(desk.decisions().len(), 1, "{}", desk.text());
}

/// The accident: moving about makes a gate that is silent look as if it had just answered.
#[tokio::test]
async fn who_moves_about_is_told_that_the_gate_is_late_when_it_is() {
    let mut desk = full_desk((80, 24)).await;
    for _ in 0..9 {
        desk.keys("j").await;
        desk.read_it();
    }
    assert!(told(&desk).is_some());
    let header = desk.text().lines().next().unwrap().to_owned();
    assert!(header.contains("~ slow"), "{}", desk.text());
}
