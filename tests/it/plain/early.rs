//! What was typed for something else answers nothing: type-ahead, lines that come together, what changed.

use jiff::SignedDuration;
use signoff::plain::Msg;

use crate::it::plain::desk::{Desk, full_desk};

async fn at_the_tag() -> Desk {
    let mut desk = full_desk().await;
    desk.open("tag_ticket").await;
    desk
}

#[tokio::test]
async fn lines_that_come_together_decide_nothing_and_it_is_said() {
    for lines in [
        &["approve", "approve"][..],
        &["approve", ""],
        &["", "approve"],
        &["1", "approve"],
    ] {
        let mut desk = at_the_tag().await;
        desk.at_once(lines);
        assert!(desk.decisions().is_empty(), "{lines:?}");
        assert!(desk.heard().contains("2 lines came at once, so none of them counts"));
        // What follows them at once is more of the same.
        desk.gate.world.pass(SignedDuration::from_millis(150));
        desk.at_once(&["approve"]);
        assert!(desk.decisions().is_empty(), "{lines:?}");
    }
}

#[tokio::test]
async fn a_line_from_before_the_envelope_was_printed_does_not_decide_on_it() {
    let mut desk = full_desk().await;
    let id = desk.model.rows.all().find(|row| row.tool == "tag_ticket").unwrap().id;
    let number = desk.model.numbers.of(id).unwrap().to_string();
    desk.gate.world.pass(SignedDuration::from_secs(1));
    desk.at_once(&[&number]);
    // Typed while the gate is asked.
    desk.at_once(&["approve"]);
    assert!(desk.heard().contains("The gate has not answered yet"));
    desk.answer().await;
    assert!(desk.decisions().is_empty());
    // Typed as it was printed.
    desk.gate.world.pass(SignedDuration::from_millis(300));
    desk.at_once(&["approve"]);
    assert!(desk.decisions().is_empty());
    assert!(desk.heard().contains("came before the question could be read"));
    desk.gate.world.pass(SignedDuration::from_millis(500));
    desk.at_once(&["approve"]);
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn a_line_from_before_a_question_was_printed_does_not_answer_it() {
    let mut desk = full_desk().await;
    desk.open("update_dns_record").await;
    desk.line("approve").await;
    // The last line typed once more, as a key that is held does.
    let mut desk_early = |millis| {
        desk.gate.world.pass(SignedDuration::from_millis(millis));
        desk.at_once(&["approve"]);
        desk.decisions().len()
    };
    assert_eq!(desk_early(300), 0);
    assert_eq!(desk_early(300), 0, "it keeps the question from being answered");
    assert_eq!(desk_early(500), 1);
}

#[tokio::test]
async fn what_was_begun_before_a_question_is_forgotten_and_what_was_begun_at_it_is_not() {
    let mut desk = full_desk().await;
    let before = desk.drained;
    desk.open("update_dns_record").await;
    assert_eq!(desk.drained, before + 1, "at the envelope");
    desk.line("approve").await;
    assert_eq!(desk.drained, before + 2, "at the question");
    desk.line("aprove").await;
    assert_eq!(desk.drained, before + 2, "a slip does not lose what is typed next");
    desk.look();
    assert_eq!(desk.drained, before + 2);
}

#[tokio::test]
async fn a_question_is_gone_when_its_envelope_changes_underneath() {
    let mut desk = full_desk().await;
    let id = desk.open("issue_refund").await;
    desk.line("1").await;
    let envelope = desk.named(id);
    desk.gate.approve("sue", &envelope).await;
    desk.heard();
    desk.news().await;
    let told = desk.heard();
    assert!(told.contains("has another vote now. Nothing was sent."), "{told}");
    desk.line("6000.00").await;
    assert!(desk.model.held.is_empty() && desk.decisions().is_empty());
}

#[tokio::test]
async fn a_question_is_gone_when_somebody_else_has_decided_and_it_is_said_who() {
    let mut desk = full_desk().await;
    let id = desk.open("update_dns_record").await;
    desk.line("approve").await;
    let envelope = desk.named(id);
    desk.gate.reject("ana", &envelope, "no").await;
    desk.heard();
    desk.news().await;
    let told = desk.heard();
    assert!(
        told.contains("is rejected now, by ana at ") && told.contains("Nothing was sent."),
        "{told}"
    );
    desk.lines(&["approve", "approve"]).await;
    assert!(desk.decisions().is_empty());
}

#[tokio::test]
async fn what_the_list_did_not_hear_of_the_gate_refuses_and_says_who_decided() {
    let mut desk = full_desk().await;
    let id = desk.open("update_dns_record").await;
    desk.line("approve").await;
    let envelope = desk.named(id);
    desk.gate.reject("ana", &envelope, "no").await;
    // No news came yet.
    desk.line("approve").await;
    desk.heard();
    desk.deliver().await;
    let told = desk.heard();
    assert!(
        told.contains("your decision does not count.") && told.contains("ana rejected it"),
        "{told}"
    );
}

#[tokio::test]
async fn what_was_printed_for_another_width_is_printed_again() {
    let mut desk = full_desk().await;
    desk.open("tag_ticket").await;
    let at = desk.now();
    desk.tell(Msg::Resized {
        width: 60,
        height: 20,
        at,
    });
    desk.line("approve").await;
    assert!(desk.decisions().is_empty());
    assert!(desk.heard().contains("The terminal is of another width now."));
}
