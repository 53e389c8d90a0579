//! Edit, escalate, claim, more time, classify, ask: at the desk.

use crossterm::event::KeyCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::json;
use signoff::console::{Effect, Msg};

use crate::it::console::desk::{Desk, full_desk};

/// Rubs out what stands before the cursor, and types.
async fn retype(desk: &mut Desk, rub_out: usize, text: &str) {
    for _ in 0..rub_out {
        desk.press(KeyCode::Backspace);
    }
    for c in text.chars() {
        desk.press(KeyCode::Char(c));
    }
    desk.ask_gate().await;
}

/// Opens the refund of 6,000.00 in the editor and makes it another sum.
pub async fn refund_of(desk: &mut Desk, sum: &str) {
    desk.go_to("issue_refund").await;
    desk.keys("e").await;
    for code in [KeyCode::Down, KeyCode::End] {
        desk.press(code);
    }
    retype(desk, "6000.00\",".len(), &format!("{sum}\",")).await;
}

#[tokio::test]
async fn an_edit_says_what_it_becomes_and_takes_y_to_be_sent() {
    let mut desk = full_desk((80, 24)).await;
    refund_of(&mut desk, "60.00").await;
    assert_snapshot!("edit", desk.screen());
    desk.control('s');
    assert_snapshot!("edit_confirm", desk.screen());
    desk.keys("\n\na").await;
    assert!(desk.decisions().is_empty(), "neither Enter nor another key sends it");
    desk.keys("y").await;
    desk.wait_three_seconds();
    desk.deliver().await;
    desk.look();
    assert!(
        desk.text().contains("Edited c261530b: it is approved now"),
        "{}",
        desk.text()
    );
    desk.gate.verify();
}

#[tokio::test]
async fn a_text_that_is_no_json_is_not_sent_and_not_lost() {
    let mut desk = full_desk((80, 24)).await;
    refund_of(&mut desk, "60.00").await;
    retype(&mut desk, 2, "").await;
    assert!(desk.text().contains("Not JSON: "), "{}", desk.text());
    assert!(desk.text().contains("control character"), "{}", desk.text());
    assert!(desk.text().contains("line 2 column 18."), "{}", desk.text());
    desk.control('s');
    desk.keys("y").await;
    assert!(desk.decisions().is_empty());
    // Esc keeps it, and e goes on with it.
    desk.keys("\u{1b}").await;
    assert!(desk.text().contains("What you wrote is kept"), "{}", desk.text());
    desk.look();
    desk.keys("e").await;
    assert!(desk.text().contains("\"amount\": \"60.00y"), "{}", desk.text());
}

#[tokio::test]
async fn what_readers_would_read_differently_is_named_by_line_and_column() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    desk.keys("e").await;
    desk.tell(Msg::Written {
        answer: Ok("{\n  \"amount\": \"60.00\",\n  \"amount\": \"1.00\"\n}".to_owned()),
        at: desk.now(),
    });
    assert!(
        desk.text().contains("one object (line 3, column 3). At /amount."),
        "{}",
        desk.text()
    );
    desk.tell(Msg::Written {
        answer: Ok("{\n  \"amount\":\n    90071992547409930\n}".to_owned()),
        at: desk.now(),
    });
    assert!(
        desk.text().contains("(line 3, column 5). At /amount."),
        "{}",
        desk.text()
    );
    desk.control('s');
    desk.keys("y").await;
    assert!(desk.decisions().is_empty());
}

#[tokio::test]
async fn keys_and_pastes_in_the_editor_are_text_and_nothing_else() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    desk.keys("eyqra?").await;
    desk.tell(Msg::Pasted {
        text: "y\u{202e}\n".into(),
        at: desk.now(),
    });
    assert!(desk.decisions().is_empty());
    assert!(desk.text().contains("yqra?y\\u202e"), "{}", desk.text());
}

#[tokio::test]
async fn an_edit_is_not_sent_before_its_judgement_is_on_screen() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    desk.keys("e").await;
    for code in [KeyCode::Down, KeyCode::End] {
        desk.press(code);
    }
    for code in [KeyCode::Left, KeyCode::Left, KeyCode::Backspace] {
        desk.press(code);
    }
    assert!(desk.text().contains("asking the policy"), "{}", desk.text());
    desk.control('s');
    assert!(!desk.text().contains("this is what runs"), "{}", desk.text());
    desk.ask_gate().await;
    desk.control('s');
    assert!(desk.text().contains("this is what runs"), "{}", desk.text());
}

#[tokio::test]
async fn the_key_that_rejects_leaves_nothing_to_send_at_the_last_question_of_an_edit() {
    let mut desk = full_desk((80, 24)).await;
    refund_of(&mut desk, "60.00").await;
    desk.ask_gate().await;
    desk.control('s');
    assert!(desk.text().contains("Tab say why"), "{}", desk.text());
    desk.keys("rthe key is wrong\nyy").await;
    desk.wait_three_seconds();
    assert!(desk.decisions().is_empty(), "{}", desk.text());
    assert!(desk.text().contains("r does not reject here"), "{}", desk.text());
    desk.keys("\u{1b}").await;
    desk.control('s');
    desk.keys("\tseen\ny").await;
    desk.wait_three_seconds();
    assert_eq!(desk.decisions().len(), 1, "{}", desk.text());
}

#[tokio::test]
async fn an_editor_on_something_that_changed_keeps_the_text_and_sends_nothing() {
    let mut desk = full_desk((80, 24)).await;
    refund_of(&mut desk, "60.00").await;
    let id = desk.model.focus.unwrap().to_string();
    desk.control('s');
    let envelope = desk.gate.read("sue", &json!({ "id": id })).await;
    desk.gate.approve("sue", &envelope).await;
    desk.news().await;
    assert!(desk.text().contains("It changed underneath"), "{}", desk.text());
    desk.keys("y").await;
    assert!(desk.decisions().is_empty());
    desk.keys("\u{1b}\u{1b}").await;
    desk.look();
    desk.keys("e").await;
    assert!(
        desk.text().contains("60.00\""),
        "the payload is the same: what was written is there"
    );
}

#[tokio::test]
async fn ctrl_c_ends_what_is_open_before_it_ends_the_console() {
    let mut desk = full_desk((80, 24)).await;
    refund_of(&mut desk, "60.00").await;
    desk.control('c');
    desk.look();
    assert!(desk.text().contains("What you wrote is kept"), "{}", desk.text());
    desk.keys("e").await;
    assert!(desk.text().contains("60.00\""), "{}", desk.text());
    desk.control('c');
    assert!(!desk.waiting.iter().any(|effect| matches!(effect, Effect::End)));
    desk.control('c');
    assert!(desk.waiting.iter().any(|effect| matches!(effect, Effect::End)));
}

#[tokio::test]
async fn the_reviewers_own_editor_gets_the_text_and_its_answer_is_judged() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    desk.keys("e").await;
    desk.control('e');
    let text = desk
        .waiting
        .iter()
        .find_map(|effect| match effect {
            Effect::OpenEditor { text } => Some(text.clone()),
            _ => None,
        })
        .unwrap();
    desk.waiting
        .retain(|effect| !matches!(effect, Effect::OpenEditor { .. }));
    desk.tell(Msg::Written {
        answer: Ok(text.replace("6000.00", "7000.00")),
        at: desk.now(),
    });
    desk.ask_gate().await;
    assert!(
        desk.text().contains("3 seniors: the edit raises /amount"),
        "{}",
        desk.text()
    );
    desk.tell(Msg::Written {
        answer: Err("The editor ended without success, so the text is as it was.".into()),
        at: desk.now(),
    });
    assert!(desk.text().contains("7000.00"), "{}", desk.text());
}

#[tokio::test]
async fn the_next_approver_sees_the_diff_of_the_edit() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    let id = desk.model.focus.unwrap().to_string();
    let envelope = desk.gate.read("sue", &json!({ "id": id })).await;
    let raw = envelope["payload"]["raw"]
        .as_str()
        .unwrap()
        .replace("6000.00", "6500.00");
    let word = json!({"decision": "edit", "arguments_raw": raw, "reason": "with the fee"});
    desk.gate.decide("sue", &envelope, word).await;
    desk.news().await;
    desk.look();
    assert_snapshot!("edited", desk.screen());
    desk.keys("d").await;
    assert_snapshot!("edited_diff", desk.screen());
}

/// The gate refuses an heir who cannot give what is asked for, so none is offered.
#[tokio::test]
async fn only_who_can_give_what_is_asked_for_is_offered_as_an_heir() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    desk.keys("x").await;
    let text = desk.text();
    assert!(text.contains("1 senior     whoever has the role"), "{text}");
    assert!(text.contains("2 sue        senior"), "{text}");
    assert!(!text.contains("reviewer"), "{text}");
    desk.keys("\u{1b}").await;
    desk.go_to("update_dns_record").await;
    desk.keys("x").await;
    let text = desk.text();
    assert!(
        text.contains("ana        reviewer") && text.contains("2 reviewer "),
        "{text}"
    );
}

#[tokio::test]
async fn an_escalation_takes_a_name_and_a_note() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("x").await;
    assert_snapshot!("escalate", desk.screen());
    desk.keys("\u{1b}x1the account is frozen").await;
    assert_snapshot!("escalate_note", desk.screen());
    assert!(desk.decisions().is_empty());
    desk.keys("\n").await;
    desk.deliver().await;
    desk.news().await;
    desk.look();
    assert!(
        desk.text().contains("sam handed it to senior (the account is"),
        "{}",
        desk.text()
    );
    desk.gate.verify();
}

#[tokio::test]
async fn a_vote_while_the_reviewer_looked_elsewhere_is_there_when_he_is_back() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    let refund = json!({"id": desk.model.focus.unwrap().to_string()});
    desk.keys("j").await;
    let refund = desk.gate.read("sue", &refund).await;
    assert_eq!(desk.gate.approve("sue", &refund).await.body["stage"], "waiting");
    desk.news().await;
    desk.keys("k").await;
    assert!(desk.text().contains("votes    1 of 2: sue approved"), "{}", desk.text());
    desk.keys("a").await;
    assert!(desk.text().contains("You are vote 2 of 2."), "{}", desk.text());
}

#[tokio::test]
async fn what_services_attest_is_told() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("send_email").await;
    let place = format!("/v1/envelopes/{}/signals", desk.model.focus.unwrap());
    desk.gate
        .post("runner", &place, r#"{"fraud_score": 0.97, "list": "a\u202eb"}"#)
        .await;
    desk.news().await;
    desk.look();
    assert!(
        desk.text().contains("signals  runner: fraud_score 0.97, list"),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn who_has_approved_it_is_not_asked_again() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    desk.keys("a6,000.00").await;
    desk.wait_three_seconds();
    desk.deliver().await;
    desk.news().await;
    desk.go_to("issue_refund").await;
    desk.keys("a").await;
    assert!(
        desk.model.modal.is_none() && desk.text().contains("You have approved it already"),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn more_time_is_given_within_the_bound_and_for_a_reason() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("w").await;
    assert_snapshot!("more_time", desk.screen());
    desk.keys("2the bank opens at nine\n").await;
    desk.deliver().await;
    assert!(
        desk.text().contains("Extended c261530b: it has until"),
        "{}",
        desk.text()
    );
    desk.gate.verify();
}

/// The first class of a policy is the first of a file: nobody meant it.
#[tokio::test]
async fn a_kind_that_no_key_chose_is_not_given() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("frobnicate_x").await;
    desk.keys("my").await;
    assert!(desk.decisions().is_empty(), "{}", desk.text());
    assert!(desk.text().contains("Choose first what kind it is"), "{}", desk.text());
    desk.keys("1").await;
    assert!(
        desk.text().contains("2 seniors: `amount` cannot be judged"),
        "{}",
        desk.text()
    );
    desk.keys("y").await;
    assert_eq!(desk.decisions().len(), 1, "{}", desk.text());
}

#[tokio::test]
async fn an_unknown_action_is_given_a_kind_once_its_judgement_is_on_screen() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("frobnicate_x").await;
    desk.keys("a").await;
    assert!(desk.text().contains("m names its kind"), "{}", desk.text());
    desk.keys("mjj").await;
    assert_snapshot!("classify", desk.screen());
    desk.keys("\n").await;
    assert!(desk.decisions().is_empty(), "Enter classifies nothing");
    // The word on another class is not yet there: y means nothing.
    desk.gate.world.pass(SignedDuration::from_millis(450));
    desk.press(KeyCode::Char('j'));
    desk.gate.world.pass(SignedDuration::from_millis(450));
    desk.press(KeyCode::Char('y'));
    assert!(desk.decisions().is_empty());
    desk.ask_gate().await;
    desk.keys("y").await;
    desk.deliver().await;
    desk.news().await;
    desk.look();
    assert!(desk.text().contains("sam called it db.migrate"), "{}", desk.text());
    desk.gate.verify();
}

#[tokio::test]
async fn a_claim_and_a_question_take_one_box_at_most_and_show_who_is_at_it() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("c").await;
    desk.news().await;
    desk.look();
    desk.keys("iWhich receipt?\n").await;
    desk.news().await;
    let id = desk.model.focus.unwrap();
    let path = format!("/v1/envelopes/{id}/answers");
    desk.gate
        .post("support-3", &path, json!({"n": 0, "text": "Receipt \u{202e}881."}))
        .await;
    desk.news().await;
    desk.look();
    assert_snapshot!("asked", desk.screen());
    desk.gate.verify();
}

/// A desk on an envelope that ana said she is at.
async fn claimed_by_ana() -> Desk {
    let mut desk = full_desk((80, 24)).await;
    let id = desk.model.focus.unwrap();
    desk.gate.post("ana", &format!("/v1/envelopes/{id}/claim"), "{}").await;
    desk.news().await;
    desk.look();
    assert!(desk.text().contains("claim    by ana"), "{}", desk.text());
    desk
}

/// Five minutes pass of which nobody sends word.
async fn lease_over(desk: &mut Desk) {
    desk.gate.world.pass(SignedDuration::from_mins(5));
    for _ in 0..6 {
        desk.look();
        desk.read().await;
    }
}

#[tokio::test]
async fn a_claim_that_is_over_leaves_the_envelope_by_itself_and_keeps_no_key_off() {
    let mut desk = claimed_by_ana().await;
    lease_over(&mut desk).await;
    assert!(!desk.text().contains("claim    by"), "{}", desk.text());
    desk.keys("r").await;
    assert!(desk.model.modal.is_some(), "{}", desk.text());
    desk.gate.verify();
}

#[tokio::test]
async fn a_claim_that_is_over_is_not_found_any_more() {
    let mut desk = claimed_by_ana().await;
    desk.keys("/by:ana\n").await;
    assert_eq!(desk.model.rows.count_shown(), 1);
    let all = desk.model.rows.len();
    lease_over(&mut desk).await;
    assert_eq!((desk.model.rows.count_shown(), desk.model.rows.len()), (0, all));
}

#[tokio::test]
async fn an_answer_that_comes_while_a_box_is_open_is_read_first() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("iWhich receipt?\n").await;
    desk.news().await;
    desk.look();
    desk.keys("a").await;
    let id = desk.model.focus.unwrap();
    let path = format!("/v1/envelopes/{id}/answers");
    desk.gate
        .post("support-3", &path, json!({"n": 0, "text": "None."}))
        .await;
    desk.news().await;
    assert!(desk.text().contains("The agent has answered"), "{}", desk.text());
    desk.keys("y").await;
    assert!(desk.decisions().is_empty());
}

#[tokio::test]
async fn what_its_class_does_not_allow_is_said_at_once() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.keys("m").await;
    assert!(desk.text().contains("Its kind is known already"), "{}", desk.text());
    desk.go_to("frobnicate_x").await;
    desk.keys("e").await;
    assert!(desk.text().contains("m names its kind first"), "{}", desk.text());
}
