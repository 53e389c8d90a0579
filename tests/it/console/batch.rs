//! Several alike on one sheet.

use insta::assert_snapshot;
use serde_json::json;
use signoff::console::Effect;
use signoff::domain::Role;

use crate::it::console::desk::{Desk, desk, full_desk};

/// An operator's desk with twelve tickets to tag, one of them odd, and two that stand apart.
async fn tickets(size: (u16, u16)) -> Desk {
    let mut desk = desk("olga", Role::Operator, size).await;
    for n in 0..12 {
        let queue = if n == 5 { "legal" } else { "refunds" };
        let body = json!({"action": {
            "tool": "tag_ticket", "server": "helpdesk",
            "arguments": {"ticket": format!("T-44{n:02}"), "tag": "billing", "queue": queue},
            "target": {"system": "helpdesk", "record": format!("T-44{n:02}")},
        }});
        desk.gate.post("support-3", "/v1/envelopes", body).await;
    }
    for (ticket, request) in [("T-\u{202e}4420", None), ("T-4422", Some("tag T-4421 as billing"))] {
        let body = json!({
            "action": {"tool": "tag_ticket", "arguments": {"ticket": ticket, "tag": "billing-9"}, "target": {"system": "helpdesk", "record": ticket}},
            "request": request,
        });
        desk.gate.post("support-3", "/v1/envelopes", body).await;
    }
    desk.news().await;
    desk.look();
    desk
}

#[tokio::test]
async fn a_batch_of_twelve_is_cleared_with_two_struck_out() {
    let mut desk = tickets((80, 24)).await;
    desk.keys("b").await;
    assert_snapshot!("batch", desk.screen());
    desk.keys("jjjjj jj ").await;
    assert_snapshot!("batch_struck", desk.screen());
    desk.keys("\nab").await;
    assert!(
        desk.decisions().is_empty(),
        "neither Enter nor the key that opened it sends it"
    );
    desk.keys("y").await;
    desk.deliver().await;
    assert!(desk.text().contains("Approved 10, entries"), "{}", desk.text());
    desk.news().await;
    assert_eq!(desk.model.rows.len(), 4);
    // Looking back, the entry names the batch.
    desk.keys("3/stage:approved\nt").await;
    let batch = batches_named(&desk.text());
    assert_eq!(batch, 1, "{}", desk.text());
    desk.gate.verify();
}

/// How many lines of a timeline name a batch by the end of its id.
fn batches_named(screen: &str) -> usize {
    let named = |line: &&str| {
        let id = line.split("batch …").nth(1).and_then(|rest| rest.get(..9));
        id.is_some_and(|id| id.ends_with(':') && id[..8].chars().all(|c| c.is_ascii_hexdigit()))
            && line.contains(": approved")
    };
    screen.lines().filter(named).count()
}

/// A desk with this many tickets to tag, all alike.
async fn alike(count: u32, ticket: impl Fn(u32) -> String) -> Desk {
    let mut desk = desk("olga", Role::Operator, (80, 24)).await;
    for n in 0..count {
        let body = json!({"action": {
            "tool": "tag_ticket", "arguments": {"ticket": ticket(n), "tag": "billing"},
            "target": {"system": "helpdesk", "record": ticket(n)},
        }});
        desk.gate.post("support-3", "/v1/envelopes", body).await;
    }
    desk.news().await;
    desk.look();
    desk
}

#[tokio::test]
async fn no_item_is_approved_that_was_not_on_the_sheet() {
    let mut desk = alike(40, |n| format!("T-{n:02}")).await;
    desk.keys("by").await;
    assert!(desk.decisions().is_empty());
    assert_snapshot!("batch_long", desk.screen());
    desk.keys("yy").await;
    assert_eq!(
        desk.decisions().len(),
        1,
        "each y that does not count shows the next ones"
    );
}

#[tokio::test]
async fn what_is_empty_or_no_text_is_told_from_what_is_not_there() {
    let mut desk = desk("olga", Role::Operator, (80, 24)).await;
    for n in 0..3 {
        let arguments = json!({"ticket": format!("T-{n}"), "tag": "spam   /tag urgent", "filter": {}, "except": [], "dry": "false"});
        let body = json!({"action": {"tool": "tag_ticket", "arguments": arguments, "target": {"system": "helpdesk", "record": format!("T-{n}")}}});
        desk.gate.post("support-3", "/v1/envelopes", body).await;
    }
    desk.news().await;
    desk.look();
    desk.keys("b").await;
    for shown in ["/filter {}", "/except []", "/dry \"false\"", "/tag spam␣␣ /tag urgent"] {
        assert!(desk.text().contains(shown), "{shown} in {}", desk.text());
    }
}

#[tokio::test]
async fn a_longer_item_is_approved_once_it_stood_below_the_table() {
    let mut desk = alike(3, |n| format!("T-{n:02} {}", "and more ".repeat(4))).await;
    desk.keys("by").await;
    assert!(desk.decisions().is_empty());
    desk.keys("kkkjj").await;
    desk.keys("y").await;
    assert_eq!(desk.decisions().len(), 1, "{}", desk.text());
}

#[tokio::test]
async fn a_narrow_sheet_still_names_each_item() {
    let mut desk = tickets((60, 20)).await;
    desk.keys("b").await;
    assert_snapshot!("batch_narrow", desk.screen());
}

#[tokio::test]
async fn items_are_chosen_one_by_one_or_all_that_are_alike() {
    let mut desk = tickets((80, 24)).await;
    desk.keys("  ").await;
    assert_eq!(desk.model.selected.len(), 2);
    desk.keys("b").await;
    assert!(desk.text().contains("2 alike: ticket.tag"), "{}", desk.text());
    desk.keys("\u{1b}*").await;
    assert_eq!(desk.model.selected.len(), 12);
    desk.keys("*").await;
    assert_eq!(desk.model.selected.len(), 0);
}

#[tokio::test]
async fn a_filter_bounds_what_all_alike_takes() {
    let mut desk = tickets((80, 24)).await;
    desk.keys("/T-440\n*").await;
    assert_eq!(desk.model.selected.len(), 10, "T-4400 to T-4409");
    desk.keys("b").await;
    assert!(desk.text().contains("10 alike: ticket.tag"), "{}", desk.text());
}

#[tokio::test]
async fn why_an_item_is_decided_by_itself_is_said() {
    let mut desk = tickets((80, 24)).await;
    while desk.model.rows.get(desk.model.focus.unwrap()).unwrap().apart.is_none() {
        desk.keys("j").await;
    }
    desk.keys(" ").await;
    assert!(desk.text().contains("It is decided by itself: "), "{}", desk.text());
    assert!(desk.model.selected.is_empty());
    desk.keys("b").await;
    assert!(!desk.text().contains("alike:"), "{}", desk.text());
}

#[tokio::test]
async fn what_changed_meanwhile_is_taken_out_and_the_rest_goes_through() {
    let mut desk = tickets((80, 24)).await;
    desk.keys("b").await;
    let ids: Vec<_> = desk.model.rows.all().map(|row| row.id).collect();
    for id in &ids[..2] {
        let envelope = desk.gate.read("ana", &json!({ "id": id })).await;
        desk.gate.reject("ana", &envelope, "no").await;
    }
    desk.news().await;
    assert!(desk.text().contains("it is decided already"), "{}", desk.text());
    // One more is decided after the console heard last: the gate refuses it alone.
    let envelope = desk.gate.read("ana", &json!({ "id": ids[2] })).await;
    desk.gate.reject("ana", &envelope, "no").await;
    desk.keys("y").await;
    desk.deliver().await;
    assert!(desk.text().contains("Approved 9, entries"), "{}", desk.text());
    assert!(desk.text().contains("1 refused: ana rejected it"), "{}", desk.text());
    desk.gate.verify();
}

#[tokio::test]
async fn the_key_counts_only_once_the_sheet_was_read_and_seen() {
    let mut desk = tickets((80, 24)).await;
    desk.gate.world.pass(jiff::SignedDuration::from_secs(1));
    desk.press(crossterm::event::KeyCode::Char('b'));
    desk.gate.world.pass(jiff::SignedDuration::from_secs(1));
    desk.press(crossterm::event::KeyCode::Char('y'));
    assert!(desk.decisions().is_empty(), "nothing was on screen yet");
    desk.ask_gate().await;
    desk.press(crossterm::event::KeyCode::Char('y'));
    assert!(desk.decisions().is_empty(), "it came a moment ago");
    desk.keys("y").await;
    assert_eq!(desk.decisions().len(), 1);
    assert!(matches!(desk.decisions()[0], Effect::Batch { request, .. } if request.items.len() == 12));
}

/// An operator's desk with three tickets to tag that say more than their tag.
async fn wordy(arguments: impl Fn(usize) -> serde_json::Value) -> Desk {
    let mut desk = desk("olga", Role::Operator, (80, 24)).await;
    for n in 0..3 {
        let ticket = format!("T-44{n:02}");
        let mut arguments = arguments(n);
        arguments["ticket"] = json!(ticket);
        arguments["tag"] = json!("billing");
        let target = json!({"system": "helpdesk", "record": ticket});
        let body = json!({"action": {"tool": "tag_ticket", "arguments": arguments, "target": target}});
        desk.gate.post("support-3", "/v1/envelopes", body).await;
    }
    desk.news().await;
    desk.look();
    desk
}

#[tokio::test]
async fn what_does_not_fit_on_the_sheet_is_not_approved_from_it() {
    let fields = |step: usize| -> serde_json::Value {
        let fields = (0..80).map(|field| (format!("field{field}"), json!(field + 100 * step)));
        serde_json::Value::Object(fields.collect())
    };
    let mut desk = wordy(|_| fields(0)).await;
    desk.keys("by").await;
    assert!(desk.decisions().is_empty());
    assert!(
        desk.text().contains("More is the same than fits here"),
        "{}",
        desk.text()
    );
    let mut desk = wordy(fields).await;
    desk.keys("by").await;
    assert!(desk.decisions().is_empty());
    assert!(
        desk.text().contains("More is different than fits here"),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn a_value_that_is_cut_in_the_table_stands_whole_below_it() {
    let mut desk = wordy(|n| json!({"note": format!("{n} a rather long note that ends in {n}")})).await;
    desk.keys("bj").await;
    assert_snapshot!("batch_cut", desk.screen());
}

#[tokio::test]
async fn more_than_one_batch_takes_is_said_and_left_for_the_next() {
    let mut desk = alike(73, |n| format!("T-{n:02}")).await;
    desk.keys("*").await;
    assert!(
        desk.text()
            .contains("50 of 73 are chosen, as many as one batch takes; the rest in a next"),
        "{}",
        desk.text()
    );
    desk.keys("*b").await;
    assert_eq!(desk.model.selected.len(), 0);
    assert!(desk.text().contains("-- 50 of 73 alike: ticket"), "{}", desk.text());
    assert!(
        desk.text().contains("not here: 23 of 73 alike (in a next batch)"),
        "{}",
        desk.text()
    );
    desk.keys("yyyyyy").await;
    desk.deliver().await;
    assert!(desk.text().contains("Approved 50, entries"), "{}", desk.text());
    desk.news().await;
    desk.keys("b").await;
    assert!(desk.text().contains("-- 23 alike: ticket"), "{}", desk.text());
    assert!(!desk.text().contains("not here"), "{}", desk.text());
    desk.gate.verify();
}

#[tokio::test]
async fn others_of_the_class_are_named_with_what_keeps_them_out() {
    let mut desk = alike(3, |n| format!("T-{n:02}")).await;
    let tag = |ticket: &str, arguments: serde_json::Value| {
        json!({"environment": "staging", "action": {
            "tool": "tag_ticket", "arguments": arguments, "target": {"system": "helpdesk", "record": ticket},
        }})
    };
    let forced = tag("T-90", json!({"ticket": "T-90", "tag": "billing", "force": true}));
    desk.gate.post("support-3", "/v1/envelopes", forced).await;
    let hers = tag("T-91", json!({"ticket": "T-91", "tag": "billing"}));
    desk.gate.post("ops-1", "/v1/envelopes", hers).await;
    desk.news().await;
    desk.look();
    while desk
        .model
        .rows
        .get(desk.model.focus.unwrap())
        .unwrap()
        .target
        .as_deref()
        != Some("helpdesk:T-00")
    {
        desk.keys("j").await;
    }
    desk.keys("b").await;
    assert!(
        desk.text().contains("-- 3 alike: ticket.tag, support-3"),
        "{}",
        desk.text()
    );
    for kept_out in ["T-90 (of another shape)", "T-91 (of agent ops-1)"] {
        assert!(desk.text().contains(kept_out), "{}", desk.text());
    }
}

/// What is asked of one sheet is asked of twelve: what runs, where, who lets it, and whether there is a way back.
#[tokio::test]
async fn the_sheet_of_a_batch_says_what_runs_where_who_is_asked_and_whether_it_can_be_undone() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    desk.keys("*b").await;
    let text = desk.text();
    for told in [
        "tool tag_ticket",
        "environment ",
        "asks 1 ",
        "undo ",
        "first deadline ",
        "y approve 12, one entry each",
    ] {
        assert!(text.contains(told), "{told} is not in\n{text}");
    }
    assert!(!text.contains("varies"), "{text}");
    desk.keys(" ").await;
    assert!(desk.text().contains("y approve 11, one entry each"), "{}", desk.text());
}

/// Where one of them has another way back, that is a column and no part of what is the same.
#[tokio::test]
async fn a_way_back_of_its_own_stands_in_the_table() {
    let mut desk = desk("olga", Role::Operator, (110, 24)).await;
    for (n, how) in ["untag it", "untag it", "none   tool other"].into_iter().enumerate() {
        let ticket = format!("T-{n}");
        let body = json!({"reversal": {"how": how}, "action": {
            "tool": "tag_ticket", "arguments": {"ticket": ticket, "tag": "billing"},
            "target": {"system": "helpdesk", "record": ticket},
        }});
        desk.gate.post("support-3", "/v1/envelopes", body).await;
    }
    desk.news().await;
    desk.look();
    desk.keys("*b").await;
    let text = desk.text();
    assert!(text.contains("3 alike"), "{text}");
    assert!(text.contains(" varies             undo"), "{text}");
    assert!(text.contains("\"none␣␣ tool other\""), "{text}");
}
