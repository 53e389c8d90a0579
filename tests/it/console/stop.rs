//! The kill switch at the desk.

use insta::assert_snapshot;
use serde_json::json;

use crate::it::console::desk::full_desk;

#[tokio::test]
async fn everything_is_stopped_with_a_reason_and_a_yes_and_stays_said() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("!").await;
    assert_snapshot!("stop", desk.screen());
    desk.keys("4it runs wild\n").await;
    assert_snapshot!("stop_sure", desk.screen());
    assert!(
        desk.gate.service.stops(true).await.unwrap().is_empty(),
        "a reason alone stops nothing"
    );
    desk.keys("y").await;
    desk.news().await;
    for _ in 0..10 {
        desk.look();
    }
    assert!(
        desk.text().contains("STOPPED: everything") && desk.text().contains("a approve"),
        "{}",
        desk.text()
    );
    assert_eq!(desk.gate.propose("get_order", json!({})).await["stage"], "waiting");
    // And on again.
    desk.keys("!5mended\ny").await;
    desk.news().await;
    for _ in 0..10 {
        desk.look();
    }
    assert!(!desk.text().contains("STOPPED"), "{}", desk.text());
    desk.gate.verify();
}

#[tokio::test]
async fn of_two_stops_of_one_thing_the_one_that_was_chosen_is_resumed() {
    let mut desk = full_desk((80, 24)).await;
    for (effect, reason) in [("hold", "first"), ("deny", "second")] {
        let body = json!({"scope": "everything", "effect": effect, "reason": reason});
        desk.gate.post("ben", "/v1/stops", body).await;
    }
    desk.news().await;
    desk.look();
    desk.keys("!").await;
    let text = desk.text();
    let deny = text.lines().find(|line| line.contains("second")).unwrap();
    let digit = deny.trim().chars().find(char::is_ascii_digit).unwrap();
    desk.keys(&format!("{digit}mended\ny")).await;
    let left = desk.gate.service.stops(true).await.unwrap();
    assert_eq!(
        left.iter().map(|stop| stop.reason.as_str()).collect::<Vec<_>>(),
        ["first"]
    );
    desk.news().await;
    for _ in 0..10 {
        desk.look();
    }
    desk.go_to("issue_refund").await;
    desk.keys("a").await;
    assert!(
        desk.text().contains("! ben stopped everything: nothing of it runs"),
        "{}",
        desk.text()
    );
}
