//! What a session says, and what each choice leads to.

use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::json;
use signoff::api::{Screen, ShownScreen};
use signoff::console::Effect;
use signoff::domain::DecisionKind;

use crate::it::plain::desk::{Desk, desk, full_desk};

fn sent(desk: &Desk) -> Vec<(DecisionKind, Option<String>)> {
    let sent = desk.decisions().into_iter().map(|effect| match effect {
        Effect::Decide { request, .. } => (request.decision, request.reason),
        other => panic!("{other:?}"),
    });
    sent.collect()
}

#[tokio::test]
async fn the_list_is_told_in_words_the_worst_first() {
    let mut desk = full_desk().await;
    assert_snapshot!(desk.printed());
}

#[tokio::test]
async fn an_envelope_is_told_as_the_screen_shows_it_and_names_its_digest() {
    let mut desk = full_desk().await;
    desk.open("issue_refund").await;
    assert_snapshot!(desk.printed());
}

#[tokio::test]
async fn low_risk_is_approved_by_one_word_after_reading() {
    let mut desk = full_desk().await;
    let id = desk.open("tag_ticket").await;
    desk.line("approve").await;
    assert_eq!(sent(&desk), [(DecisionKind::Approve, None)]);
    desk.heard();
    desk.deliver().await;
    assert!(desk.heard().contains("ticket.tag: Approved "));
    assert!(desk.model.rows.get(id).is_none());
}

#[tokio::test]
async fn the_number_of_an_approval_only_asks_even_where_little_is_at_stake() {
    let mut desk = full_desk().await;
    desk.open("tag_ticket").await;
    desk.lines(&["1", "", "1", "y", "yes", ""]).await;
    assert_eq!(sent(&desk), []);
    assert!(desk.heard().contains("That is not the word approve: nothing was sent."));
    desk.line("approve").await;
    assert_eq!(sent(&desk), [(DecisionKind::Approve, None)]);
}

#[tokio::test]
async fn high_risk_is_approved_by_a_word_after_its_consequences() {
    let mut desk = full_desk().await;
    desk.open("update_dns_record").await;
    desk.heard();
    desk.line("approve").await;
    assert_eq!(sent(&desk), []);
    assert_snapshot!(desk.printed());
    desk.line("approve").await;
    assert_eq!(sent(&desk), [(DecisionKind::Approve, None)]);
}

#[tokio::test]
async fn who_approves_what_is_not_low_at_once_is_asked_why() {
    let mut desk = full_desk().await;
    let id = desk.open("update_dns_record").await;
    desk.line("back").await;
    let number = desk.model.numbers.of(id).unwrap().to_string();
    desk.lines(&[&number, "1"]).await;
    assert!(desk.heard().contains("It was printed a moment ago"));
    desk.lines(&["I know this customer", "approve"]).await;
    let reason = Some("I know this customer".to_owned());
    assert_eq!(sent(&desk), [(DecisionKind::Approve, reason)]);
}

#[tokio::test]
async fn a_rejection_takes_a_numbered_reason_or_a_written_one() {
    let mut desk = full_desk().await;
    desk.open("send_email").await;
    desk.lines(&["reject", "9", "wrong", "2"]).await;
    // As its class has them.
    let reason = Some("asks for bank details".to_owned());
    assert_eq!(sent(&desk), [(DecisionKind::Reject, reason)]);
    desk.deliver().await;
    assert!(desk.heard().contains("Rejected"));
    desk.open("tag_ticket").await;
    desk.lines(&["2", "6", "not this queue"]).await;
    let reason = Some("not this queue".to_owned());
    assert_eq!(sent(&desk), [(DecisionKind::Reject, reason)]);
}

#[tokio::test]
async fn an_empty_line_never_does_anything() {
    let mut desk = full_desk().await;
    desk.open("tag_ticket").await;
    for lines in [&["", " ", "\t"][..], &["1", "", " "], &["back", "", ""]] {
        desk.lines(lines).await;
        assert_eq!(sent(&desk), []);
    }
}

#[tokio::test]
async fn nothing_decides_at_the_list() {
    let mut desk = full_desk().await;
    desk.lines(&["approve", "a", "reject", "classify", "6000.00", "y"])
        .await;
    assert_eq!(sent(&desk), []);
    assert!(desk.heard().contains("Nothing was done."));
}

#[tokio::test]
async fn it_is_handed_over_by_number_with_a_note() {
    let mut desk = full_desk().await;
    desk.open("send_email").await;
    desk.line("4").await;
    assert!(desk.heard().contains("1 senior (whoever has the role)"));
    desk.lines(&["1", "please look"]).await;
    let note = Some("please look".to_owned());
    assert_eq!(sent(&desk), [(DecisionKind::Escalate, note)]);
    desk.deliver().await;
    assert!(desk.heard().contains("Escalated"));
}

#[tokio::test]
async fn the_agent_is_asked_and_its_answer_is_told_at_once() {
    let mut desk = full_desk().await;
    let id = desk.open("send_email").await;
    desk.lines(&["5", "Who is this?"]).await;
    assert!(desk.heard().contains("support-3 was asked"));
    desk.line("back").await;
    let path = format!("/v1/envelopes/{id}/answers");
    let answer = desk
        .gate
        .post("support-3", &path, json!({ "n": 0, "text": "The provider." }))
        .await;
    assert!(answer.status.is_success(), "{}", answer.body);
    desk.news().await;
    assert!(desk.heard().contains("has answered your question."));
}

#[tokio::test]
async fn a_claim_is_one_line_and_the_envelope_stays_open() {
    let mut desk = full_desk().await;
    desk.open("update_dns_record").await;
    desk.line("claim").await;
    desk.news().await;
    assert!(desk.heard().contains("It is yours for 5 minutes"));
    desk.lines(&["approve", "approve"]).await;
    assert_eq!(sent(&desk), [(DecisionKind::Approve, None)]);
}

#[tokio::test]
async fn what_is_of_unknown_kind_is_named_and_not_approved() {
    let mut desk = full_desk().await;
    desk.propose(r#"{"action":{"tool":"frobnicate_x","arguments":{"a":1}}}"#)
        .await;
    desk.news().await;
    desk.open("frobnicate_x").await;
    desk.lines(&["1", "approve"]).await;
    assert_eq!(sent(&desk), []);
    assert!(desk.heard().contains("Nobody has said what kind of action this is"));
    desk.line("m").await;
    let offers = desk.heard();
    assert!(offers.contains("ticket.tag"), "{offers}");
    desk.line("ticket.tag").await;
    let becomes = desk.heard();
    assert!(
        becomes.contains("becomes: hold, 1 reviewer: tags steer the queue of a team (ticket.tag)"),
        "{becomes}"
    );
    desk.lines(&["approve", "classify"]).await;
    assert_eq!(sent(&desk), [(DecisionKind::Classify, None)]);
}

#[tokio::test]
async fn what_came_and_went_is_told_at_the_next_line() {
    let mut desk = full_desk().await;
    let id = desk.open("send_email").await;
    desk.line("back").await;
    let envelope = desk.named(id);
    desk.gate.reject("ana", &envelope, "no").await;
    desk.propose(r#"{"action":{"tool":"frobnicate_x","arguments":{"a":1}}}"#)
        .await;
    desk.heard();
    desk.news().await;
    assert_eq!(desk.heard(), "", "it does not talk into what is typed");
    desk.line("").await;
    let told = desk.heard();
    assert!(told.contains("1 new: ") && told.contains("settled: 1 by ana"), "{told}");
    desk.line("").await;
    assert_eq!(desk.heard(), "", "news are told once");
}

#[tokio::test]
async fn what_is_severe_is_told_as_soon_as_it_comes() {
    let mut desk = full_desk().await;
    desk.open("tag_ticket").await;
    desk.line("2").await;
    desk.heard();
    let body = include_str!("../../../assets/demo/support.json");
    let acts: Vec<serde_json::Value> = serde_json::from_str(body).unwrap();
    let refund = acts[1]["proposal"].to_string().replace("12345", "777");
    desk.propose(&refund).await;
    desk.news().await;
    let told = desk.heard();
    assert!(told.contains("severe: payment.refund"), "{told}");
    assert!(
        told.contains("Reject"),
        "the question that stands is said again: {told}"
    );
}

#[tokio::test]
async fn who_waits_at_an_empty_list_hears_what_comes() {
    let mut desk = desk("sam", signoff::domain::Role::Senior).await;
    desk.news().await;
    assert!(
        desk.heard()
            .contains("Nothing waits. Agents reach this gate at prod-gate.")
    );
    desk.propose(r#"{"action":{"tool":"frobnicate_x","arguments":{"a":1}}}"#)
        .await;
    desk.news().await;
    assert!(desk.heard().contains("New: 1. unknown kind"));
}

#[tokio::test]
async fn a_number_means_the_same_envelope_whatever_comes_and_goes() {
    let mut desk = full_desk().await;
    let email = desk.model.rows.all().find(|row| row.tool == "send_email").unwrap().id;
    let number = desk.model.numbers.of(email).unwrap();
    let first = desk.model.rows.at(0).unwrap().id;
    let envelope = desk.named(first);
    desk.gate.reject("ana", &envelope, "no").await;
    desk.propose(r#"{"action":{"tool":"frobnicate_x","arguments":{"a":1}}}"#)
        .await;
    desk.news().await;
    desk.line("list").await;
    assert_eq!(desk.model.numbers.of(email), Some(number));
    desk.line(&number.to_string()).await;
    assert_eq!(desk.model.reading.as_ref().unwrap().case.about.id, email);
    desk.lines(&["back", "1"]).await;
    assert!(
        desk.model.reading.is_none(),
        "the number of what went is not used again"
    );
    assert!(desk.heard().contains("Nothing that waits has the number 1."));
}

#[tokio::test]
async fn time_left_is_told_with_each_envelope() {
    let mut desk = full_desk().await;
    desk.gate.world.pass(SignedDuration::from_secs(60));
    desk.heard();
    desk.line("list").await;
    let told = desk.heard();
    assert_eq!(told.matches(" left").count(), desk.model.rows.len(), "{told}");
}

#[tokio::test]
async fn a_decision_carries_the_lines_that_were_read_out_and_for_how_long() {
    let mut desk = full_desk().await;
    let id = desk.open("tag_ticket").await;
    let printed = desk.heard();
    desk.line("approve").await;
    let screen = desk.decisions().into_iter().find_map(|effect| match effect {
        Effect::Decide { request, .. } => request.screen.clone(),
        _ => None,
    });
    let record: Screen = serde_json::from_str(&screen.expect("a record")).unwrap();
    let lines: Vec<&String> = record
        .parts
        .iter()
        .flat_map(|part| &part.shown)
        .flat_map(|run| &run.lines)
        .collect();
    assert!(lines.len() > 5, "{record:?}");
    for line in lines {
        assert!(printed.contains(line.trim()), "{line} was not read out:\n{printed}");
    }
    assert_eq!((record.v, record.uncovered), (1, false));
    assert!(
        record.payload.of > 0 && record.payload.shown == record.payload.of,
        "{record:?}"
    );
    desk.deliver().await;
    let kept = desk
        .gate
        .get("ada", &format!("/v1/envelopes/{id}/screens/0"))
        .await
        .body;
    let kept: ShownScreen = serde_json::from_value(kept).unwrap();
    assert_eq!(kept.screen, Some(record));
}
