//! What can go wrong between console and gate: each its own state, sentence and way out.

use jiff::SignedDuration;
use signoff::api::{DISK_FULL, ErrorDetail, ErrorType, Health};
use signoff::client::ClientError;
use signoff::console::{Effect, Msg};

use crate::it::console::desk::{Desk, full_desk, silence};

fn refused(kind: ErrorType, code: &str, message: &str) -> ClientError {
    ClientError::Refused(Box::new(ErrorDetail {
        kind,
        code: code.into(),
        message: message.into(),
        pointer: None,
        hint: None,
        request_id: "r".into(),
    }))
}

fn answer_queue(desk: &mut Desk, error: ClientError) {
    desk.waiting.clear();
    let (question, at) = (desk.model.question, desk.now());
    desk.tell(Msg::Queue {
        question,
        answer: Err(error),
        at,
    });
}

/// The header names the state, the foot says what it means and what to do.
fn says(desk: &Desk, state: &str, sentence: &str) {
    let text = desk.text();
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.lines().next().unwrap().contains(state), "{state} in\n{text}");
    assert!(flat.contains(sentence), "{sentence} in\n{text}");
}

#[tokio::test]
async fn a_gate_that_is_down_says_that_what_is_seen_is_old() {
    let mut desk = full_desk((80, 24)).await;
    answer_queue(&mut desk, silence());
    says(&desk, "! no answer for", "Nobody answers: what you see is old.");
}

#[tokio::test]
async fn a_gate_that_is_slow_is_said_to_be_before_it_is_given_up() {
    let mut desk = full_desk((80, 24)).await;
    desk.gate.world.pass(SignedDuration::from_secs(18));
    desk.look();
    assert!(
        desk.text().contains("* live"),
        "a quiet queue is not slow: {}",
        desk.text()
    );
    desk.gate.world.pass(SignedDuration::from_secs(3));
    desk.look();
    says(&desk, "~ slow", "The gate is slow: an answer is due for");
    desk.news().await;
    assert!(
        desk.model.is_stale() || desk.text().contains("* live"),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn a_credential_that_is_not_accepted_says_how_to_come_in() {
    let mut desk = full_desk((80, 24)).await;
    let error = refused(
        ErrorType::Unauthorized,
        "unauthorized",
        "No credential that is known here.",
    );
    answer_queue(&mut desk, error);
    says(
        &desk,
        "X not let in",
        "Start again with --token-file, or ask an admin for one.",
    );
}

#[tokio::test]
async fn a_gate_of_another_version_is_named_with_both_versions() {
    let mut desk = full_desk((80, 24)).await;
    answer_queue(&mut desk, ClientError::Strange("unknown stage `paused`".into()));
    says(
        &desk,
        "X other version",
        "What answers is no gate that this version knows",
    );
    assert!(desk.waiting.contains(&Effect::AskHealth));
    let at = desk.now();
    let health = Health {
        status: "ok".into(),
        version: "0.9.0".into(),
        now: at,
        policy: signoff::domain::Digest([0; 32]),
        entries: 1,
        root: None,
    };
    desk.tell(Msg::Health { answer: Ok(health), at });
    says(
        &desk,
        "X other version",
        "it is version 0.9.0, this is 0.1.0. Update the older one.",
    );
}

#[tokio::test]
async fn clocks_that_are_far_apart_are_to_be_set() {
    let mut desk = full_desk((80, 24)).await;
    desk.model.skew = SignedDuration::from_secs(90);
    desk.draw();
    says(&desk, "clocks 90 s apart", "Your clock is 90 s behind the gate's");
}

#[tokio::test]
async fn a_full_disk_refuses_what_was_decided_says_so_and_is_got_over() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.keys("a").await;
    let Some(Effect::Decide { key, .. }) = desk.decisions().first().copied().cloned() else {
        panic!("no decision")
    };
    desk.waiting.retain(|effect| !matches!(effect, Effect::Decide { .. }));
    let at = desk.now();
    let full = refused(
        ErrorType::Unavailable,
        DISK_FULL,
        "The gate's disk is full, so nothing was done.",
    );
    desk.tell(Msg::Decided {
        key,
        answer: Err(full),
        at,
    });
    says(&desk, "* live", "It does not count: The gate's disk is full");
    desk.read().await;
    for _ in 0..9 {
        desk.look();
    }
    says(
        &desk,
        "* live",
        "nothing can be decided until there is room. What waits is safe.",
    );
    desk.read().await;
    desk.read_it();
    desk.keys("a").await;
    desk.deliver().await;
    assert!(
        !desk.model.disk_full && desk.text().contains("Approved"),
        "{}",
        desk.text()
    );
}
