//! Tabs: one list at a time, and decisions on the first alone.

use insta::assert_snapshot;
use signoff::console::model::Tab;
use strum::IntoEnumIterator;

use crate::it::console::desk::full_desk;

#[tokio::test]
async fn each_tab_opens_with_its_digit_and_q_leads_back_to_the_queue() {
    let mut desk = full_desk((120, 40)).await;
    for (digit, tab) in ('1'..).zip(Tab::iter()) {
        desk.keys(&digit.to_string()).await;
        assert_eq!(desk.model.tab, tab);
        assert!(desk.text().contains(&tab.to_string().to_lowercase()), "{}", desk.text());
        if tab != Tab::Queue {
            desk.keys("q").await;
            assert_eq!(desk.model.tab, Tab::Queue);
            assert!(!desk.model.ending);
        }
    }
}

#[tokio::test]
async fn on_another_tab_no_key_decides_on_what_waits() {
    for digit in ["2", "3", "4", "5"] {
        let mut desk = full_desk((80, 24)).await;
        desk.keys(digit).await;
        desk.keys("aeyxyr1mcbyw").await;
        desk.keys("\u{1b}").await;
        assert!(desk.decisions().is_empty(), "{digit}");
    }
}

#[tokio::test]
async fn back_on_the_queue_a_key_that_was_meant_for_another_tab_decides_nothing() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("G").await;
    desk.read_it();
    desk.keys("4").await;
    desk.keys("1").await;
    desk.press(crossterm::event::KeyCode::Char('a'));
    assert!(desk.decisions().is_empty(), "it was on the screen for no time at all");
    desk.keys("a").await;
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn a_tab_is_found_where_it_was_left() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("3/tool:tag_ticket\njj").await;
    let row = desk.model.past.row().unwrap().id;
    desk.keys("1").await;
    desk.keys("3").await;
    assert_eq!(desk.model.past.search, "tool:tag_ticket");
    assert_eq!(desk.model.past.row().unwrap().id, row);
}

#[tokio::test]
async fn how_the_queue_stands_is_summed_by_class_and_by_who_is_asked() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("c4").await;
    assert_snapshot!("oversight", desk.screen());
    desk.resize(60, 20);
    assert_snapshot!("oversight_narrow", desk.screen());
    desk.gate.world.pass(jiff::SignedDuration::from_mins(50));
    desk.look();
    assert!(desk.model.load.all.late > 0, "the sums go with the clock");
}

#[tokio::test]
async fn the_audit_tab_has_the_timeline_of_what_is_under_its_cursor() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("3t").await;
    assert_snapshot!("audit_timeline", desk.screen());
}

#[tokio::test]
async fn the_policy_tab_says_what_each_rule_is_and_how_often_it_spoke() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("5").await;
    assert_snapshot!("policy", desk.screen());
    desk.keys("G").await;
    assert_snapshot!("policy_quarantine", desk.text());
    desk.keys("k").await;
    assert_snapshot!("policy_floors", desk.text());
    desk.keys("g").await;
    desk.resize(60, 20);
    desk.keys("\t").await;
    assert_snapshot!("policy_narrow", desk.text());
    // All of it can be reached, and no line is passed over.
    let mut all = desk.text();
    for _ in 0..10 {
        desk.press(crossterm::event::KeyCode::PageDown);
        all.push_str(&desk.text());
    }
    for rule in &desk.model.policy.as_ref().unwrap().classes[0].rules {
        assert!(all.contains(&rule.id), "{} in {all}", rule.id);
    }
    assert!(!desk.text().contains("more lines"), "{}", desk.text());
}

#[tokio::test]
async fn a_tool_that_no_class_has_stands_in_the_policys_quarantine_as_codes_where_it_is_hostile() {
    let mut desk = full_desk((80, 24)).await;
    desk.gate
        .propose("wipe\u{202e}_all", serde_json::json!({ "really": true }))
        .await;
    desk.keys("5G").await;
    let text = desk.text();
    assert!(text.contains("wipe⟨U+202E⟩_all  no class has it"), "{text}");
}
