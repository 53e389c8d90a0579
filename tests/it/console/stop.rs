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
