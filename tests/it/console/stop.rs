//! The kill switch at the desk.

use crossterm::event::KeyCode;
use insta::assert_snapshot;
use serde_json::json;
use signoff::domain::{Role, StopEffect, StopScope};

use crate::it::console::after::morning;
use crate::it::console::desk::{desk, full_desk};

#[tokio::test]
async fn everything_is_stopped_with_a_reason_and_a_yes_and_stays_said() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("!").await;
    assert_snapshot!("stop", desk.screen());
    assert_eq!(
        desk.text().matches("hat was cleared cannot run").count(),
        1,
        "said once, of all"
    );
    assert!(desk.text().contains("1-9 or Enter choose"), "{}", desk.text());
    desk.keys("4").await;
    assert_snapshot!("stop_meanwhile", desk.screen());
    desk.keys("1it runs wild\n").await;
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

#[tokio::test]
async fn an_agent_whose_calls_run_alone_is_stopped_from_what_ran_and_told_no() {
    let mut desk = morning((80, 24)).await;
    desk.keys("o!").await;
    assert!(desk.text().contains("> 1 stop agent support-3"), "{}", desk.text());
    desk.keys("12it spams the customer\n").await;
    assert!(
        desk.text()
            .contains("stop agent support-3 (deny): it spams the customer"),
        "{}",
        desk.text()
    );
    assert!(desk.gate.service.stops(true).await.unwrap().is_empty());
    desk.keys("y").await;
    let stops = desk.gate.service.stops(true).await.unwrap();
    assert_eq!(
        (stops[0].scope, stops[0].name.as_deref(), stops[0].effect),
        (StopScope::Agent, Some("support-3"), StopEffect::Deny)
    );
    assert_eq!(desk.gate.propose("get_order", json!({})).await["stage"], "denied");
    desk.gate.verify();
}

#[tokio::test]
async fn where_nothing_waits_the_agents_and_classes_that_the_gate_knows_can_be_stopped() {
    let mut desk = desk("ana", Role::Reviewer, (80, 24)).await;
    desk.news().await;
    desk.keys("!").await;
    assert_snapshot!("stop_unseen", desk.screen());
    // Further down than a digit reaches.
    while !desk
        .text()
        .lines()
        .any(|line| line.contains("> ") && line.contains("stop class ticket.tag"))
    {
        desk.keys("j").await;
    }
    desk.keys("\n\nnot today\ny").await;
    let stops = desk.gate.service.stops(true).await.unwrap();
    assert_eq!(
        (stops[0].name.as_deref(), stops[0].effect),
        (Some("ticket.tag"), StopEffect::Hold)
    );
}

/// A digit means what it stood beside when it was pressed, however late the gate answers.
#[tokio::test]
async fn what_the_gate_says_moves_nothing_that_was_offered() {
    let mut desk = full_desk((120, 40)).await;
    desk.press(KeyCode::Char('!'));
    let offered = |text: &str| -> Vec<String> {
        let (_, choices) = text.split_once("Kill switch").unwrap();
        let lines = choices.lines().map(|line| line.trim_start_matches([' ', '>']));
        lines
            .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
            .map(str::to_owned)
            .collect()
    };
    let before = offered(&desk.text());
    assert!(before.len() > 4, "{before:?}");
    desk.ask_gate().await;
    let after = offered(&desk.text());
    assert_eq!(before, after[..before.len()]);
}
