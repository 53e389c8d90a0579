//! Masked values: drawn as masks, uncovered by a key that is written down, covered when one goes on.

use insta::assert_snapshot;
use serde_json::{Value, json};
use signoff::api::Looked;
use signoff::console::{Effect, Msg, Saying, Word};
use signoff::domain::EntryKind;

use crate::it::console::desk::{Desk, full_desk};

const PHONE: &str = "5550199";

/// At the change of a customer's record, whose number and birthday are masked.
async fn at_the_customer() -> Desk {
    let mut desk = full_desk((80, 24)).await;
    let acts: Vec<Value> = serde_json::from_str(include_str!("../../../assets/demo/sales.json")).unwrap();
    let proposal = acts[2]["proposal"].to_string();
    desk.gate.post("support-3", "/v1/envelopes", proposal).await;
    desk.news().await;
    desk.go_to("update_customer").await;
    desk
}

/// How often somebody looked at the envelope under the cursor.
async fn looks(desk: &Desk) -> usize {
    let entries = desk.gate.service.timeline(desk.model.focus.unwrap()).await.unwrap();
    entries.iter().filter(|entry| entry.kind == EntryKind::Looked).count()
}

#[tokio::test]
async fn masked_values_are_masks_on_every_screen_until_s_which_is_written_down() {
    let mut desk = at_the_customer().await;
    assert_snapshot!("masked", desk.screen());
    desk.keys("d").await;
    assert!(
        !desk.text().contains(PHONE) && desk.text().contains("••••"),
        "{}",
        desk.text()
    );
    desk.keys("\t").await;
    assert!(
        !desk.text().contains(PHONE) && desk.text().contains("••••"),
        "{}",
        desk.text()
    );
    desk.keys("\u{1b}").await;
    assert_eq!(looks(&desk).await, 0);
    desk.keys("s").await;
    assert_snapshot!("uncovered", desk.screen());
    assert_eq!(looks(&desk).await, 1);
    desk.gate.verify();
}

#[tokio::test]
async fn s_again_or_going_on_masks_it_again() {
    let mut desk = at_the_customer().await;
    desk.keys("s").await;
    assert!(desk.text().contains(PHONE), "{}", desk.text());
    desk.keys("s").await;
    desk.look();
    assert!(!desk.text().contains(PHONE), "{}", desk.text());
    desk.keys("s").await;
    assert!(desk.text().contains(PHONE), "{}", desk.text());
    desk.keys("kj").await;
    assert_eq!(desk.focused_tool(), "update_customer");
    assert!(!desk.text().contains(PHONE), "{}", desk.text());
    assert_eq!(looks(&desk).await, 2, "each time it was uncovered");
}

#[tokio::test]
async fn an_answer_that_comes_after_one_went_on_is_not_drawn() {
    let mut desk = at_the_customer().await;
    let pressed = desk.key_event(crossterm::event::KeyCode::Char('s'), false);
    desk.tell(Msg::Key(pressed));
    desk.press(crossterm::event::KeyCode::Char('k'));
    desk.read().await;
    desk.ask_gate().await;
    desk.press(crossterm::event::KeyCode::Char('j'));
    desk.read().await;
    desk.look();
    assert_eq!(desk.focused_tool(), "update_customer");
    assert!(!desk.text().contains(PHONE), "{}", desk.text());
}

#[tokio::test]
async fn keys_that_come_together_uncover_nothing() {
    let mut desk = at_the_customer().await;
    let pressed = desk.key_event(crossterm::event::KeyCode::Char('s'), true);
    desk.tell(Msg::Key(pressed));
    assert!(!desk.waiting.iter().any(|effect| matches!(effect, Effect::Say { .. })));
}

#[tokio::test]
async fn an_approval_names_what_was_drawn_masked_and_the_gate_compares_it() {
    let mut desk = at_the_customer().await;
    desk.keys("ay").await;
    let shown = desk.decisions().iter().any(|effect| match effect {
        Effect::Decide { request, .. } => {
            request.shown_sha256.is_some() && request.shown_sha256 != request.payload_sha256
        }
        _ => false,
    });
    assert!(shown);
    desk.deliver().await;
    assert!(desk.text().contains("it is approved now"), "{}", desk.text());
    desk.gate.verify();
}

#[tokio::test]
async fn an_approval_of_what_was_uncovered_names_the_payload_alone() {
    let mut desk = at_the_customer().await;
    desk.keys("s").await;
    desk.read_it();
    desk.keys("ay").await;
    let named = desk.decisions().iter().any(|effect| match effect {
        Effect::Decide { request, .. } => request.shown_sha256.is_none(),
        _ => false,
    });
    assert!(named, "{}", desk.text());
    desk.deliver().await;
    assert!(desk.text().contains("it is approved now"), "{}", desk.text());
}

#[tokio::test]
async fn masked_bytes_that_are_not_those_the_gate_names_cannot_be_decided_on() {
    let mut desk = at_the_customer().await;
    let id = desk.model.focus.unwrap();
    let caller = desk.gate.service.authenticate(desk.gate.token("sam")).unwrap();
    let read = desk.gate.service.read(&caller, id, std::time::Duration::ZERO, None);
    let mut view = read.await.unwrap();
    let payload = view.payload.as_mut().unwrap();
    payload.raw = payload.raw.replace("c-2201", "c-9999");
    desk.tell(Msg::Envelope {
        id,
        answer: Ok(Box::new(view)),
        at: desk.now(),
    });
    desk.keys("a").await;
    assert!(desk.decisions().is_empty() && desk.model.modal.is_none());
    assert!(desk.text().contains("not the one its digest names"), "{}", desk.text());
}

#[tokio::test]
async fn an_edit_begins_with_the_values_and_never_with_masks() {
    let mut desk = at_the_customer().await;
    desk.keys("e").await;
    assert!(desk.model.modal.is_none());
    assert!(desk.text().contains("s shows them first"), "{}", desk.text());
    desk.keys("s").await;
    desk.read_it();
    desk.keys("e").await;
    assert!(
        desk.model.modal.is_some() && desk.text().contains(PHONE),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn what_is_not_masked_needs_no_looking() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("s").await;
    assert!(desk.text().contains("Nothing of it is masked"), "{}", desk.text());
    assert_eq!(looks(&desk).await, 0);
}

#[tokio::test]
async fn where_nothing_can_be_written_the_screen_says_so() {
    let mut desk = at_the_customer().await;
    let pressed = desk.key_event(crossterm::event::KeyCode::Char('s'), false);
    desk.tell(Msg::Key(pressed));
    let say = desk.waiting.iter().position(|effect| {
        matches!(
            effect,
            Effect::Say {
                saying: Saying::Look,
                ..
            }
        )
    });
    desk.waiting.remove(say.unwrap());
    let body = json!({});
    let looked = desk
        .gate
        .post(
            "sam",
            &format!("/v1/envelopes/{}/look", desk.model.focus.unwrap()),
            body,
        )
        .await;
    let looked: Looked = serde_json::from_value(looked.body).unwrap();
    let looked = Looked { entry: None, ..looked };
    desk.tell(Msg::Said {
        answer: Ok(Word::Looked(Box::new(looked))),
        at: desk.now(),
    });
    assert!(desk.text().contains("no entry says that you looked"), "{}", desk.text());
}

/// At a change of a customer's record that is large enough to be laid out beside the task that draws.
async fn at_a_large_customer() -> Desk {
    let mut desk = full_desk((120, 40)).await;
    let acts: Vec<Value> = serde_json::from_str(include_str!("../../../assets/demo/sales.json")).unwrap();
    let mut proposal = acts[2]["proposal"].clone();
    proposal["action"]["arguments"]["notes"] = json!("a line of the customer's notes\n".repeat(700));
    desk.gate.post("support-3", "/v1/envelopes", proposal).await;
    desk.news().await;
    desk.go_to("update_customer").await;
    assert!(desk.text().contains("••••"), "{}", desk.text());
    desk
}

#[tokio::test]
async fn what_was_uncovered_and_left_before_it_was_laid_out_is_not_drawn() {
    let mut desk = at_a_large_customer().await;
    desk.lays_out = false;
    desk.keys("skj").await;
    assert_eq!(desk.focused_tool(), "update_customer");
    desk.lays_out = true;
    desk.lay_out();
    desk.look();
    assert!(!desk.text().contains(PHONE), "{}", desk.text());
    assert_eq!(looks(&desk).await, 1);
}

#[tokio::test]
async fn what_was_masked_again_before_it_was_laid_out_anew_is_not_drawn() {
    let mut desk = at_a_large_customer().await;
    desk.keys("s").await;
    desk.look();
    assert!(desk.text().contains(PHONE), "{}", desk.text());
    desk.lays_out = false;
    // The whole screen is another width: it is laid out anew, and masked before that is done.
    desk.keys("dts").await;
    desk.lays_out = true;
    desk.lay_out();
    desk.look();
    assert!(!desk.text().contains(PHONE), "{}", desk.text());
    assert!(desk.model.cases.iter().all(|case| !case.is_uncovered()));
}
