//! Reasons: the class's own by a digit, changed before they are given, and never lost.

use crossterm::event::KeyCode;
use insta::assert_snapshot;
use serde_json::json;
use signoff::console::Effect;

use crate::it::console::desk::{Desk, full_desk};

const ESC: &str = "\u{1b}";

async fn at(tool: &str) -> Desk {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to(tool).await;
    desk
}

/// What the decisions on their way say.
fn said(desk: &Desk) -> Vec<String> {
    let reason = |effect: &&Effect| match effect {
        Effect::Decide { request, .. } => request.reason.clone(),
        _ => None,
    };
    desk.decisions().iter().filter_map(reason).collect()
}

/// A discount that takes two seniors and a reason.
async fn at_the_discount() -> Desk {
    let mut desk = full_desk((80, 24)).await;
    let proposals: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../../../assets/demo/sales.json")).unwrap();
    let proposal = proposals[1]["proposal"].to_string();
    desk.gate.post("support-3", "/v1/envelopes", proposal).await;
    desk.news().await;
    desk.go_to("give_discount").await;
    desk
}

#[tokio::test]
async fn a_class_offers_its_own_reasons_and_two_keys_reject_with_one() {
    let mut desk = at("issue_refund").await;
    desk.keys("r").await;
    assert_snapshot!("reject_refund", desk.screen());
    desk.keys("1").await;
    assert_eq!(said(&desk), ["more than was charged"]);
}

#[tokio::test]
async fn a_class_without_reasons_offers_those_that_fit_everywhere() {
    let mut desk = at("tag_ticket").await;
    desk.keys("r2").await;
    assert_eq!(said(&desk), ["wrong recipient"]);
}

#[tokio::test]
async fn e_opens_a_reason_to_be_changed_before_it_is_given() {
    let mut desk = at("issue_refund").await;
    desk.keys("re1").await;
    assert!(said(&desk).is_empty());
    assert!(desk.text().contains("Reason: more than was charged"), "{}", desk.text());
    desk.keys(" twice\n").await;
    assert_eq!(said(&desk), ["more than was charged twice"]);
}

#[tokio::test]
async fn what_was_written_is_offered_again_behind_the_digit_that_writes_one() {
    let mut desk = at("tag_ticket").await;
    desk.keys("r6not a double charge\n").await;
    desk.deliver().await;
    desk.read_it();
    desk.keys("r").await;
    assert_snapshot!("reject_with_own", desk.screen());
    desk.keys("7").await;
    assert!(
        said(&desk).is_empty(),
        "its digit was another one's before: it is shown first"
    );
    desk.keys("\n").await;
    assert_eq!(said(&desk), ["not a double charge"]);
}

#[tokio::test]
async fn at_sixty_columns_every_reason_is_whole() {
    let mut desk = full_desk((60, 20)).await;
    desk.go_to("issue_refund").await;
    desk.keys("\tr").await;
    assert_snapshot!("reject_narrow", desk.screen());
}

#[tokio::test]
async fn an_approval_that_needs_a_reason_offers_those_of_its_class() {
    let mut desk = at_the_discount().await;
    desk.keys("a").await;
    assert_snapshot!("approve_reasons", desk.screen());
    desk.keys("1").await;
    assert!(said(&desk).is_empty(), "a reason is no approval");
    desk.keys("\n").await;
    assert!(said(&desk).is_empty());
    desk.keys("y").await;
    assert_eq!(said(&desk), ["agreed with sales lead"]);
}

#[tokio::test]
async fn an_approval_that_needs_none_can_have_one() {
    let mut desk = at("update_dns_record").await;
    desk.keys("a").await;
    assert!(desk.text().contains("Tab say why"), "{}", desk.text());
    desk.keys("\t2y").await;
    assert_eq!(said(&desk), ["new target checked"]);
    // Where the amount is typed, a letter may be part of it.
    let mut desk = at("issue_refund").await;
    desk.keys("a60\t16000.00").await;
    desk.wait_three_seconds();
    assert_eq!(said(&desk), ["receipt verified"]);
}

#[tokio::test]
async fn a_second_thought_in_the_box_of_an_approval_is_no_reason_for_it_and_approves_nothing() {
    let mut desk = at("update_dns_record").await;
    for thought in ["rwrong host\ny", "rwhy this key?\ny", "rryyy"] {
        desk.keys("a").await;
        desk.keys(thought).await;
        assert!(desk.decisions().is_empty(), "{thought}: {}", desk.text());
        assert!(desk.text().contains("r does not reject here"), "{}", desk.text());
        desk.keys(ESC).await;
        assert!(desk.model.modal.is_none());
    }
    // Typed before the box hears keys, it was no less meant.
    desk.keys("a").await;
    desk.press(KeyCode::Char('r'));
    desk.keys("by mistake\n").await;
    assert!(desk.decisions().is_empty(), "{}", desk.text());
    desk.keys(ESC).await;
    desk.keys("r1").await;
    assert_eq!(said(&desk).len(), 1, "the screen behind it rejects");
}

#[tokio::test]
async fn who_approves_at_first_sight_writes_his_reason_himself() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    while desk.focused_tool() != "update_dns_record" {
        desk.keys("k").await;
    }
    desk.keys("a").await;
    assert!(
        desk.text().contains("It came on the screen a moment ago"),
        "{}",
        desk.text()
    );
    desk.keys("1y").await;
    assert!(said(&desk).is_empty());
    assert!(desk.text().contains("Reason: 1y"), "{}", desk.text());
}

#[tokio::test]
async fn a_text_that_was_begun_is_there_when_its_box_is_opened_again() {
    let mut desk = at("issue_refund").await;
    desk.keys("r5the account is").await;
    desk.keys(ESC).await;
    assert!(desk.text().contains("What you wrote is kept for it"), "{}", desk.text());
    desk.keys("jr").await;
    assert!(
        !desk.text().contains("the account is"),
        "it belongs to the refund: {}",
        desk.text()
    );
    desk.keys(ESC).await;
    desk.go_to("issue_refund").await;
    desk.keys("r").await;
    assert!(
        desk.text().contains("0 what you began: the account is"),
        "{}",
        desk.text()
    );
    desk.keys("0 new\n").await;
    assert_eq!(said(&desk), ["the account is new"]);
}

#[tokio::test]
async fn a_text_outlives_the_change_underneath_it() {
    let mut desk = at("issue_refund").await;
    let row = desk.model.rows.get(desk.model.focus.unwrap()).unwrap().clone();
    desk.keys("r5half a reason").await;
    let envelope = json!({ "id": row.id, "payload_sha256": row.payload_sha256, "revision": row.revision });
    desk.gate.approve("sue", &envelope).await;
    desk.news().await;
    assert!(desk.text().contains("It changed underneath"), "{}", desk.text());
    assert!(desk.text().contains("half a reason"), "{}", desk.text());
    desk.keys("\n").await;
    assert!(said(&desk).is_empty());
    desk.keys(ESC).await;
    desk.read_it();
    desk.keys("r0\n").await;
    assert_eq!(said(&desk), ["half a reason"]);
}

#[tokio::test]
async fn a_text_about_what_is_gone_is_among_ones_own_reasons() {
    let mut desk = at("update_dns_record").await;
    let envelope = json!({ "id": desk.model.focus.unwrap().to_string() });
    desk.keys("r4not in this freeze").await;
    desk.gate.reject("ana", &envelope, "no").await;
    desk.news().await;
    assert!(desk.text().contains("rejected now, by ana"), "{}", desk.text());
    desk.keys(ESC).await;
    desk.go_to("run_migration").await;
    desk.keys("r").await;
    assert!(desk.text().contains("yours: not in this freeze"), "{}", desk.text());
}

#[tokio::test]
async fn a_reason_that_the_gate_did_not_take_is_kept() {
    let mut desk = at("issue_refund").await;
    let row = desk.model.rows.get(desk.model.focus.unwrap()).unwrap().clone();
    desk.keys("r5because of the account\n").await;
    let envelope = json!({ "id": row.id, "payload_sha256": row.payload_sha256, "revision": row.revision });
    let body = json!({"arguments_raw": "{\"amount\":\"50.00\"}", "decision": "edit", "reason": "less"});
    let edited = desk.gate.decide("sue", &envelope, body).await;
    assert!(edited.status.is_success(), "{}", edited.body);
    desk.deliver().await;
    assert!(desk.text().contains("It does not count"), "{}", desk.text());
    desk.news().await;
    desk.read_it();
    desk.keys("r").await;
    assert!(
        desk.text().contains("what you began: because of the account"),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn a_question_that_did_not_arrive_is_not_lost() {
    let mut desk = at("issue_refund").await;
    desk.keys("iwhose account is it?").await;
    let enter = desk.key_event(crossterm::event::KeyCode::Enter, false);
    desk.tell(signoff::console::Msg::Key(enter));
    desk.waiting.retain(|effect| !matches!(effect, Effect::Say { .. }));
    desk.tell(signoff::console::Msg::Said {
        answer: Err(crate::it::console::desk::silence()),
        at: desk.now(),
    });
    desk.keys("i").await;
    assert!(
        desk.text().contains("Question: whose account is it?"),
        "{}",
        desk.text()
    );
    desk.keys("\n").await;
    assert!(desk.text().contains("was asked"), "{}", desk.text());
    desk.news().await;
    desk.read_it();
    desk.keys("i").await;
    assert!(!desk.text().contains("Question: whose"), "it arrived: {}", desk.text());
}

#[tokio::test]
async fn a_reason_of_an_approval_that_was_taken_back_is_kept() {
    let mut desk = at("issue_refund").await;
    desk.keys("a\t4I saw both charges\n6000.00u").await;
    assert!(desk.text().contains("Taken back"), "{}", desk.text());
    desk.keys("a\t").await;
    assert!(
        desk.text().contains("what you began: I saw both charges"),
        "{}",
        desk.text()
    );
}
