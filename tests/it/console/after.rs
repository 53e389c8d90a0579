//! What ran: looked over, called fine, flagged, taken back.

use crossterm::event::KeyCode;
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};
use signoff::api::{AfterPage, AfterRow};
use signoff::console::{Effect, Msg};
use signoff::domain::{EnvelopeId, Role};

use crate::it::console::desk::{Desk, desk};
use crate::it::world::path;

async fn run(desk: &Desk, envelope: &Value, status: Option<&str>) {
    let mine = desk.gate.read("support-3", envelope).await;
    let token = json!({"token": mine["token"]});
    desk.gate.post("support-3", &path(envelope, "/redeem"), token).await;
    if let Some(status) = status {
        let report =
            json!({"status": status, "result": "note-7", "checks": [{"name": "note is there", "passed": true}]});
        desk.gate.post("support-3", &path(envelope, "/outcome"), report).await;
    }
}

/// A desk after a morning's work: a watched note, a refund without a word, one that failed.
pub async fn morning(size: (u16, u16)) -> Desk {
    let mut desk = desk("sam", Role::Senior, size).await;
    let refund = |n: u32| json!({"order_id": n.to_string(), "amount": "60.00"});
    for (n, status) in [(1, Some("succeeded")), (2, None), (3, Some("failed"))] {
        let envelope = desk.gate.propose("issue_refund", refund(n)).await;
        desk.gate.approve("ana", &envelope).await;
        run(&desk, &envelope, status).await;
    }
    desk.gate.world.pass(SignedDuration::from_mins(16));
    let body = json!({
        "action": {"tool": "post_note", "arguments": {"text": "called back"}, "target": {"system": "crm", "record": "cust/7"}},
        "reversal": {"handle": "note-7", "how": "delete_note"},
    });
    let watched = desk.gate.post("support-3", "/v1/envelopes", body).await.body;
    assert_eq!(watched["effective"], "watch");
    run(&desk, &watched, Some("succeeded")).await;
    desk.news().await;
    desk.look();
    desk
}

#[tokio::test]
async fn what_ran_is_looked_over_and_called_fine() {
    let mut desk = morning((80, 24)).await;
    desk.keys("o").await;
    assert_snapshot!("after", desk.screen());
    desk.keys("f").await;
    assert!(desk.text().contains("failed, looked at"), "{}", desk.text());
    desk.keys("Gf").await;
    assert!(
        desk.text().contains("Nobody has to look at this one"),
        "{}",
        desk.text()
    );
    desk.keys("q").await;
    assert!(desk.text().contains("Nothing waits"), "{}", desk.text());
    desk.gate.verify();
}

#[tokio::test]
async fn what_ran_is_flagged_and_taken_back() {
    let mut desk = morning((80, 24)).await;
    desk.keys("ojjwcalls the wrong customer\n").await;
    desk.keys("uwrong customer").await;
    assert_snapshot!("undo", desk.screen());
    desk.keys("\n").await;
    assert!(desk.text().contains("< undo asked for"), "{}", desk.text());
    let wanted = desk.gate.get("support-3", "/v1/undo").await.body;
    assert_eq!(wanted[0]["reason"], "wrong customer");
    let outcome = format!("/v1/envelopes/{}/outcome", wanted[0]["id"].as_str().unwrap());
    desk.gate
        .post("support-3", &outcome, json!({"status": "succeeded"}))
        .await;
    desk.news().await;
    desk.ask_gate().await;
    desk.read().await;
    assert!(desk.text().contains("the agent says it is undone"), "{}", desk.text());
    desk.gate.verify();
}

#[tokio::test]
async fn the_whole_payload_of_what_ran_is_shown_and_decides_nothing_of_the_queue() {
    let mut desk = morning((80, 24)).await;
    desk.gate.propose("tag_ticket", json!({"ticket": "T-1"})).await;
    desk.news().await;
    desk.look();
    desk.keys("ojjd").await;
    assert!(
        desk.text().contains("called back") && desk.text().contains("by field"),
        "{}",
        desk.text()
    );
    desk.keys("aya").await;
    assert!(desk.decisions().is_empty() && desk.model.modal.is_none());
    desk.keys("\u{1b}").await;
    assert!(desk.text().contains("what ran"), "{}", desk.text());
    desk.keys("G").await;
    assert_eq!(desk.model.after.at, desk.model.after.rows.len() - 1);
}

#[tokio::test]
async fn no_key_of_this_list_decides_anything_of_the_queue() {
    let mut desk = morning((60, 20)).await;
    desk.gate.propose("tag_ticket", json!({"ticket": "T-1"})).await;
    desk.news().await;
    desk.look();
    desk.keys("oaryxebm").await;
    assert!(desk.decisions().is_empty());
    assert_snapshot!("after_narrow", desk.screen());
    desk.keys("\t").await;
    assert!(desk.text().contains("outcome"), "{}", desk.text());
}

#[tokio::test]
async fn a_failure_is_on_top_and_the_end_is_reached_however_much_ran_since() {
    let mut desk = morning((80, 24)).await;
    for n in 0..230 {
        desk.gate.propose("post_note", json!({"text": n.to_string()})).await;
    }
    desk.news().await;
    desk.keys("o").await;
    assert!(
        desk.text().contains("233 to look at") && desk.text().contains("1 of 200+"),
        "{}",
        desk.text()
    );
    assert!(desk.text().contains("> X failed"), "{}", desk.text());
    desk.keys("GG").await;
    assert_eq!((desk.model.after.rows.len(), desk.model.after.at), (234, 233));
    assert!(desk.text().contains("234 of 234"), "{}", desk.text());
    // What is said down there does not take the reviewer up again.
    desk.keys("kkf").await;
    desk.news().await;
    desk.ask_gate().await;
    assert_eq!((desk.model.after.rows.len(), desk.model.after.look), (234, 232));
    assert!(desk.model.after.at > 200, "{}", desk.model.after.at);
}

#[tokio::test]
async fn what_becomes_overdue_while_one_looks_is_on_the_screen() {
    let mut desk = desk("sam", Role::Senior, (80, 24)).await;
    let envelope = desk
        .gate
        .propose("issue_refund", json!({"order_id": "1", "amount": "60.00"}))
        .await;
    desk.gate.approve("ana", &envelope).await;
    run(&desk, &envelope, None).await;
    desk.news().await;
    desk.keys("o").await;
    assert!(desk.text().contains("0 to look at"), "{}", desk.text());
    desk.gate.world.pass(SignedDuration::from_mins(15));
    desk.news().await;
    desk.ask_gate().await;
    assert!(desk.text().contains("1 to look at"), "{}", desk.text());
    assert!(desk.text().contains("! taken, no word"), "{}", desk.text());
}

/// The accident: the row under the cursor goes away, and the next one is called fine.
#[tokio::test]
async fn when_the_row_under_the_cursor_goes_away_the_primed_key_does_not_hit_the_next() {
    let mut desk = morning((80, 24)).await;
    desk.keys("o").await;
    desk.look();
    // Two that somebody should look at, and then only the second.
    let mut page = desk.gate.service.after(None).await.unwrap();
    let first = page.rows.iter().find(|row| row.look).unwrap();
    let mut second = first.clone();
    second.summary.id = EnvelopeId(uuid::Uuid::from_u128(1));
    page.rows = vec![first.clone(), second.clone()];
    let news = |rows: Vec<AfterRow>, at| Msg::After {
        answer: Ok(AfterPage { rows, ..page.clone() }),
        at,
    };
    desk.tell(news(page.rows.clone(), desk.now()));
    desk.keys("g").await;
    desk.look();
    desk.tell(news(vec![second], desk.now()));
    desk.gate.world.pass(SignedDuration::from_millis(399));
    desk.press(KeyCode::Char('f'));
    let said = |desk: &Desk| desk.waiting.iter().any(|effect| matches!(effect, Effect::Say { .. }));
    assert!(!said(&desk), "{}", desk.text());
    assert!(desk.text().contains("This just changed"), "{}", desk.text());
    desk.gate.world.pass(SignedDuration::from_millis(401));
    desk.press(KeyCode::Char('f'));
    assert!(said(&desk), "{}", desk.text());
}
