//! What calls a reviewer who looks elsewhere.

use jiff::SignedDuration;
use serde_json::json;
use signoff::config::{Notify, Quiet};
use signoff::console::Effect;

use crate::it::console::desk::{Desk, full_desk};

fn calls(desk: &mut Desk) -> Vec<String> {
    let (calls, waiting) = std::mem::take(&mut desk.waiting)
        .into_iter()
        .partition(|effect| matches!(effect, Effect::Alert { .. }));
    desk.waiting = waiting;
    let text = |effect: Effect| match effect {
        Effect::Alert { bell: true, text, .. } => text,
        other => panic!("{other:?}"),
    };
    Vec::into_iter(calls).map(text).collect()
}

#[tokio::test]
async fn something_severe_that_is_new_calls_once_and_what_was_there_at_first_does_not() {
    let mut desk = full_desk((80, 24)).await;
    assert_eq!(calls(&mut desk), Vec::<String>::new(), "two severe ones were there");
    desk.gate.propose("issue_refund", json!({"amount": 9000})).await;
    desk.gate.propose("tag_ticket", json!({"ticket": "T-1"})).await;
    desk.news().await;
    assert_eq!(calls(&mut desk), ["severe: payment.refund waits"]);
    let newest = desk.model.rows.all().find(|row| row.created_at == desk.now()).unwrap();
    let envelope = json!({ "id": newest.id, "payload_sha256": newest.payload_sha256, "revision": newest.revision });
    desk.gate.approve("sue", &envelope).await;
    desk.news().await;
    assert_eq!(calls(&mut desk), Vec::<String>::new(), "a vote is no arrival");
}

#[tokio::test]
async fn what_comes_near_its_end_calls_once_and_together() {
    let mut desk = full_desk((80, 24)).await;
    desk.gate.world.pass(SignedDuration::from_mins(8));
    desk.look();
    assert_eq!(calls(&mut desk), ["10 min left: payment.refund"]);
    desk.look();
    assert_eq!(calls(&mut desk), Vec::<String>::new());
    desk.gate.world.pass(SignedDuration::from_mins(21));
    desk.look();
    assert_eq!(calls(&mut desk), ["10 min left for 2 envelopes"]);
}

#[tokio::test]
async fn nobody_is_called_in_quiet_hours_or_for_what_was_turned_off() {
    let mut desk = full_desk((80, 24)).await;
    let time = desk.model.zone.to_datetime(desk.now()).time();
    desk.model.settings.alerts.quiet.value = vec![Quiet {
        from: time,
        until: time.saturating_add(SignedDuration::from_hours(1)),
    }];
    desk.gate.propose("issue_refund", json!({"amount": 9000})).await;
    desk.news().await;
    assert_eq!(calls(&mut desk), Vec::<String>::new());
    desk.model.settings.alerts.quiet.value.clear();
    desk.model.settings.alerts.severe.value = false;
    desk.gate.propose("issue_refund", json!({"amount": 9001})).await;
    desk.news().await;
    assert_eq!(calls(&mut desk), Vec::<String>::new());
}

#[tokio::test]
async fn a_notification_says_nothing_that_an_agent_wrote() {
    let mut desk = full_desk((80, 24)).await;
    desk.model.settings.alerts.notify.value = Notify::Osc777;
    desk.gate
        .propose(
            "issue_refund",
            json!({"amount": 9000, "order_id": "\u{1b}]52;c;x\u{7}"}),
        )
        .await;
    desk.news().await;
    let alert = desk
        .waiting
        .iter()
        .find(|effect| matches!(effect, Effect::Alert { .. }));
    let expected = Effect::Alert {
        bell: true,
        notify: Notify::Osc777,
        text: "severe: payment.refund waits".to_owned(),
    };
    assert_eq!(alert, Some(&expected));
}
