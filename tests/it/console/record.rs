//! What was on the screen goes along with the decision, as it was drawn.

use signoff::api::Screen;
use signoff::console::Effect;

use crate::it::console::desk::{Desk, full_desk};

/// The record in the decision that waits to be sent.
fn record(desk: &Desk) -> Screen {
    let sent = desk.decisions().into_iter().find_map(|effect| match effect {
        Effect::Decide { request, .. } => request.screen.clone(),
        _ => None,
    });
    serde_json::from_str(&sent.expect("a record")).unwrap()
}

#[tokio::test]
async fn a_decision_carries_exactly_the_lines_that_were_drawn() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    let screen = desk.text();
    desk.keys("a").await;
    let record = record(&desk);
    assert_eq!((record.v, record.uncovered), (1, false));
    assert!(
        record.payload.of > 0 && record.payload.shown == record.payload.of,
        "{record:?}"
    );
    let sheet = record
        .parts
        .iter()
        .find(|part| part.name == "sheet")
        .expect("the sheet");
    let lines: Vec<&String> = sheet.shown.iter().flat_map(|run| &run.lines).collect();
    assert!(lines.len() > 5, "{lines:?}");
    for line in &lines {
        assert!(screen.contains(line.trim()), "{line} was not drawn:\n{screen}");
    }
    desk.deliver().await;
    desk.gate.verify();
}

#[tokio::test]
async fn lines_that_were_not_drawn_are_not_in_it() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("issue_refund").await;
    desk.keys("r").await;
    desk.keys("1").await;
    let record = record(&desk);
    let [sheet] = &record.parts[..] else {
        panic!("the sheet alone was drawn: {record:?}");
    };
    let drawn: usize = sheet.shown.iter().map(|run| run.count).sum();
    assert!(drawn < sheet.of, "{record:?}");
}

#[tokio::test]
async fn the_gate_shows_it_again_as_it_was() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    let id = desk.model.focus.unwrap();
    desk.keys("a").await;
    let sent = record(&desk);
    desk.deliver().await;
    let kept = desk
        .gate
        .get("ada", &format!("/v1/envelopes/{id}/screens/0"))
        .await
        .body;
    let kept: signoff::api::ShownScreen = serde_json::from_value(kept).unwrap();
    assert_eq!(kept.screen, Some(sent));
    assert!(!kept.withheld);
}

#[tokio::test]
async fn what_was_drawn_uncovered_is_withheld_from_others() {
    let mut desk = full_desk((80, 24)).await;
    let acts: Vec<serde_json::Value> = serde_json::from_str(include_str!("../../../assets/demo/sales.json")).unwrap();
    desk.gate
        .post("support-3", "/v1/envelopes", acts[2]["proposal"].to_string())
        .await;
    desk.news().await;
    desk.go_to("update_customer").await;
    let id = desk.model.focus.unwrap();
    desk.keys("s").await;
    desk.read_it();
    desk.keys("ay").await;
    assert!(record(&desk).uncovered);
    desk.deliver().await;
    let answer = desk.gate.get("ada", &format!("/v1/envelopes/{id}/screens/0")).await;
    assert_eq!(answer.body["withheld"], true, "{}", answer.body);
    assert!(!answer.raw.contains("5550199"), "{}", answer.raw);
}

#[tokio::test]
async fn each_of_a_batch_carries_its_own_row_and_what_all_have_in_common() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.keys("*b").await;
    let screen = desk.text();
    desk.read_it();
    desk.keys("y").await;
    let decisions = desk.decisions();
    let items = decisions.iter().find_map(|effect| match effect {
        Effect::Batch { request, .. } => Some(request.items.clone()),
        _ => None,
    });
    let items = items.expect("a batch");
    assert!(items.len() > 2, "{items:?}");
    let mut rows = std::collections::BTreeSet::new();
    for item in &items {
        let record: Screen = serde_json::from_str(item.screen.as_deref().expect("a record")).unwrap();
        let [sheet] = &record.parts[..] else {
            panic!("one sheet: {record:?}");
        };
        assert_eq!((sheet.name.as_str(), record.seconds), ("batch", 2));
        let lines = &sheet.shown[0].lines;
        let name = lines.last().unwrap().split("  ").next().unwrap().to_owned();
        assert!(screen.contains(&name), "{name} was not drawn:\n{screen}");
        rows.insert(name);
    }
    assert_eq!(rows.len(), items.len(), "each has its own");
    desk.deliver().await;
    let first = items[0].screen.clone().unwrap();
    let kept = desk
        .gate
        .get("ada", &format!("/v1/envelopes/{}/screens/0", items[0].id))
        .await
        .body;
    let kept: signoff::api::ShownScreen = serde_json::from_value(kept).unwrap();
    assert_eq!(kept.screen, serde_json::from_str(&first).unwrap());
    desk.gate.verify();
}
