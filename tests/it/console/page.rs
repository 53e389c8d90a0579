//! The payload on the whole screen: stepped through, folded, one side or both, and seen only where it was drawn.

use crossterm::event::KeyCode;
use insta::assert_snapshot;
use serde_json::{Map, Value, json};
use signoff::console::{Effect, Msg};
use signoff::domain::{DecisionKind, Role};

use crate::it::console::desk::{Desk, desk};

/// A desk that reads one low-risk edit whose arguments are these, against this record.
async fn reading(size: (u16, u16), before: Value, arguments: Value) -> Desk {
    let mut desk = desk("sam", Role::Senior, size).await;
    let body = json!({"action": {
        "tool": "edit_file", "arguments": arguments, "before": before,
        "target": {"system": "git", "record": "deploy/limits.toml"},
    }});
    let created = desk.gate.post("support-3", "/v1/envelopes", body).await;
    assert_eq!(created.body["stage"], "waiting", "{}", created.body);
    desk.news().await;
    desk.look();
    desk
}

/// A record of 30 fields, of which a call changes three: one number, and two lines of a text of 60.
fn call() -> (Value, Value) {
    let text = |changed: &str| {
        let line = |n: usize| format!("limit_{n} = {}\n", if n == 20 || n == 50 { changed } else { "10" });
        (0..60).map(line).collect::<String>()
    };
    let record = |burst: u32, state: &str, text: String| {
        let mut record: Map<String, Value> = (0..30).map(|n| (format!("field_{n:02}"), json!(n))).collect();
        record.insert("burst".into(), json!(burst));
        record.insert("content".into(), json!(text));
        record.insert("state".into(), json!(state));
        Value::Object(record)
    };
    (record(40, "draft", text("10")), record(80, "live", text("400")))
}

async fn large(size: (u16, u16)) -> Desk {
    let (before, after) = call();
    reading(size, before, after).await
}

#[tokio::test]
async fn what_is_the_same_is_folded_away_at_every_size() {
    for (name, size) in [
        ("60", (60, 20)),
        ("80", (80, 24)),
        ("120", (120, 40)),
        ("200", (200, 60)),
    ] {
        let mut desk = large(size).await;
        if size.0 == 60 {
            desk.keys("\t").await;
        }
        if size.0 > 100 {
            assert_snapshot!(format!("beside_{name}"), desk.screen());
        }
        desk.keys("dn").await;
        assert_snapshot!(format!("folded_{name}"), desk.screen());
        desk.keys("=").await;
        assert_snapshot!(format!("unfolded_{name}"), desk.screen());
    }
}

#[tokio::test]
async fn as_text_and_one_side_alone() {
    let mut desk = large((80, 24)).await;
    desk.keys("dt").await;
    assert_snapshot!("text_folded", desk.screen());
    desk.keys("v").await;
    assert_snapshot!("payload_alone", desk.screen());
    desk.keys("v").await;
    assert_snapshot!("before_alone", desk.screen());
    desk.keys("v").await;
    assert!(desk.text().contains("as text"), "{}", desk.text());
}

#[tokio::test]
async fn items_are_told_apart_by_their_own_names_wherever_they_moved() {
    let line = |sku: &str, count: u32| json!({"sku": sku, "count": count, "price": "9.90"});
    let before = json!({"lines": [line("a-1", 1), line("b-2", 1), line("c-3", 1)], "to": ["ana", "ben", "cid"]});
    let after = json!({"lines": [line("c-3", 1), line("a-1", 100), line("d-4", 1)], "to": ["cid", "ana", "ben"]});
    let mut desk = reading((80, 40), before, after).await;
    desk.keys("d").await;
    assert_snapshot!("moved", desk.screen());
}

#[tokio::test]
async fn the_next_change_is_stepped_to_and_after_the_last_nothing_begins_again() {
    let mut desk = large((80, 24)).await;
    desk.keys("d").await;
    let mut places = Vec::new();
    for _ in 0..5 {
        desk.keys("n").await;
        let text = desk.text();
        let here = text.lines().find_map(|line| line.strip_prefix('>'));
        places.push(here.unwrap().trim().to_owned());
    }
    assert_eq!(places[0], "/burst");
    assert_eq!(places[1..4], ["/content", "- limit_20 = 10", "- limit_50 = 10"]);
    assert_eq!(places[4], "/state");
    assert!(desk.text().contains("change 5 of 5"), "{}", desk.text());
    desk.keys("n").await;
    assert!(desk.text().contains("That was the last change."), "{}", desk.text());
    desk.keys("p").await;
    assert!(
        desk.text().contains("change 4 of 5") && !desk.text().contains("That was"),
        "{}",
        desk.text()
    );
    desk.keys("pppp").await;
    assert!(desk.text().contains("That was the first change."), "{}", desk.text());
    desk.keys("vn").await;
    assert!(desk.text().contains("v shows both"), "{}", desk.text());
}

#[tokio::test]
async fn what_is_folded_away_was_not_seen() {
    let mut desk = large((80, 60)).await;
    desk.keys("a").await;
    assert!(desk.decisions().is_empty());
    assert!(
        desk.text().contains("what is the same folded away. = shows"),
        "{}",
        desk.text()
    );
    for _ in 0..10 {
        desk.look();
    }
    assert!(
        !desk.text().contains("more lines, PgDn"),
        "all of it is on the screen, folded: {}",
        desk.text()
    );
    desk.keys("a").await;
    assert!(desk.decisions().is_empty());
    assert!(desk.text().contains("was not on screen: = shows it"), "{}", desk.text());
    desk.keys("=").await;
    for _ in 0..9 {
        desk.look();
    }
    desk.keys("a").await;
    assert!(desk.decisions().is_empty(), "unfolded it is longer than the screen");
    while desk.text().contains("more lines, PgDn") || desk.text().contains("There is more") {
        desk.press(KeyCode::PageDown);
        desk.look();
    }
    desk.keys("a").await;
    assert_eq!(desk.decisions().len(), 1, "{}", desk.text());
}

/// What was decided, by its kind.
fn kinds(desk: &Desk) -> Vec<DecisionKind> {
    let kind = |effect: &Effect| match effect {
        Effect::Decide { request, .. } => Some(request.decision),
        _ => None,
    };
    desk.waiting.iter().filter_map(kind).collect()
}

#[tokio::test]
async fn whoever_spots_a_value_on_the_page_says_no_there() {
    for (size, keys, kind) in [
        ((60, 20), "\tdr1", DecisionKind::Reject),
        ((80, 24), "dr1", DecisionKind::Reject),
        ((200, 60), "dtr1", DecisionKind::Reject),
        ((80, 24), "dx1not mine\n", DecisionKind::Escalate),
    ] {
        let mut desk = large(size).await;
        desk.keys(keys).await;
        assert_eq!(kinds(&desk), [kind], "{keys}: {}", desk.text());
    }
}

#[tokio::test]
async fn a_bad_value_is_mended_from_the_page_once_all_of_it_was_there() {
    let mut desk = large((80, 24)).await;
    desk.keys("de").await;
    assert!(desk.model.modal.is_none(), "{}", desk.text());
    assert!(desk.text().contains("was not on screen"), "{}", desk.text());
    desk.keys("v").await;
    while desk.text().contains("more lines, PgDn") {
        desk.press(KeyCode::PageDown);
        desk.look();
    }
    desk.keys("e").await;
    assert!(desk.text().contains("send as your approval"), "{}", desk.text());
}

#[tokio::test]
async fn nothing_is_said_of_what_the_page_does_not_show() {
    let mut desk = large((80, 24)).await;
    for keys in ["t", "vv"] {
        let back = if keys == "t" { "q" } else { "vq" };
        desk.keys(&format!("{}{keys}", if keys == "t" { "" } else { "d" }))
            .await;
        for key in ["r", "e", "x", "i", "m", "a"] {
            desk.keys(key).await;
            assert!(desk.model.modal.is_none(), "{keys} {key}: {}", desk.text());
            assert!(
                desk.text().contains("nothing was decided"),
                "{keys} {key}: {}",
                desk.text()
            );
        }
        desk.keys(back).await;
    }
    desk.keys("d").await;
    let pressed = desk.key_event(KeyCode::Char('r'), true);
    desk.tell(Msg::Key(pressed));
    assert!(desk.model.modal.is_none(), "keys came faster than the screen");
    desk.gate.world.pass(jiff::SignedDuration::from_secs(1));
    desk.resize(100, 30);
    desk.press(KeyCode::Char('r'));
    assert!(desk.model.modal.is_none(), "it just changed: {}", desk.text());
    assert!(desk.decisions().is_empty());
}

#[tokio::test]
async fn the_title_says_when_it_ends_and_whose_record_it_is_compared_with() {
    let mut desk = large((80, 24)).await;
    let title = |desk: &Desk| desk.text().lines().nth(1).unwrap().to_owned();
    for (keys, how) in [
        ("d", "1:59 h, by field, before: agent says "),
        ("t", "1:59 h, as text, before: agent says "),
        ("v", "1:59 h, the payload alone "),
        ("v", "the record before, agent says"),
        ("qt", "support-3 before"),
    ] {
        desk.keys(keys).await;
        assert!(title(&desk).contains(how), "{keys}: {}", desk.text());
    }
    desk.keys("qd").await;
    assert!(title(&desk).contains("1:59 h"), "{}", desk.text());
    desk.resize(120, 40);
    desk.look();
    assert!(title(&desk).contains("closes unrun in 1:59 h"), "{}", desk.text());
    desk.resize(60, 20);
    desk.keys("n").await;
    assert!(
        title(&desk).contains("1 of 5, before: agent says  digest "),
        "{}",
        desk.text()
    );
    assert!(!title(&desk).trim_end().ends_with('…'), "{}", desk.text());
    let mut desk = reading((80, 24), Value::Null, json!({"a": 1})).await;
    desk.keys("d").await;
    assert!(
        !title(&desk).contains("agent says"),
        "nothing is compared: {}",
        desk.text()
    );
    desk.keys("e").await;
    let title = title(&desk);
    assert!(title.contains("Edit edit_file, git:deploy"), "{title}");
    assert!(title.contains("digest") && title.contains("1:59 h"), "{title}");
}

#[tokio::test]
async fn what_n_passes_over_was_not_seen() {
    let mut desk = large((80, 24)).await;
    desk.keys("d=").await;
    desk.keys("nnnn").await;
    while desk.text().contains("more lines, PgDn") {
        desk.press(KeyCode::PageDown);
    }
    desk.keys("a").await;
    assert!(desk.decisions().is_empty());
    assert!(
        desk.text().contains("Some of it was passed over: PgUp"),
        "{}",
        desk.text()
    );
    for _ in 0..9 {
        desk.press(KeyCode::PageUp);
        desk.look();
    }
    desk.keys("a").await;
    assert_eq!(
        desk.decisions().len(),
        1,
        "what was drawn below it counts: {}",
        desk.text()
    );
}

#[tokio::test]
async fn the_payload_alone_is_enough_and_the_record_alone_is_not() {
    let mut desk = large((80, 24)).await;
    desk.keys("dvv").await;
    for _ in 0..9 {
        desk.press(KeyCode::PageDown);
        desk.look();
    }
    desk.keys("a").await;
    assert!(desk.decisions().is_empty());
    assert!(desk.text().contains("It is not on screen yet"), "{}", desk.text());
    desk.keys("vv").await;
    for _ in 0..9 {
        desk.press(KeyCode::PageDown);
        desk.look();
    }
    desk.keys("a").await;
    assert_eq!(desk.decisions().len(), 1, "{}", desk.text());
}

#[tokio::test]
async fn what_was_read_to_its_end_on_the_page_of_a_wide_screen_was_read() {
    let mut desk = large((120, 40)).await;
    desk.keys("dt=").await;
    while desk.text().contains("more lines, PgDn") {
        desk.press(KeyCode::PageDown);
    }
    desk.keys("q").await;
    desk.read_it();
    desk.keys("a").await;
    assert_eq!(desk.decisions().len(), 1, "{}", desk.text());
}

#[tokio::test]
async fn beside_the_envelope_what_is_folded_away_was_not_seen_either() {
    let mut desk = large((200, 60)).await;
    assert!(desk.text().contains("the same (=)"), "{}", desk.text());
    desk.keys("a").await;
    assert!(desk.decisions().is_empty() && desk.model.page.is_some());
}

#[tokio::test]
async fn what_would_fit_beside_the_envelope_and_is_folded_away_there_was_not_seen() {
    let record = |content: &str| {
        let mut record: Map<String, Value> = (0..14).map(|n| (format!("field_{n:02}"), json!(n))).collect();
        record.insert("content".into(), json!(content));
        Value::Object(record)
    };
    let mut desk = reading((120, 40), record("ls\n"), record("ls\ncurl\n")).await;
    assert!(desk.text().contains("… 14 fields the same (=)"), "{}", desk.text());
    desk.keys("a").await;
    assert!(
        desk.decisions().is_empty() && desk.model.page.is_some(),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn a_few_fields_that_stay_are_not_folded_and_there_is_nothing_to_step_to_without_a_record() {
    let (before, after) = (json!({"a": 1, "b": 2, "c": 3}), json!({"a": 1, "b": 2, "c": 4}));
    let mut desk = reading((80, 24), before, after).await;
    desk.keys("d").await;
    assert!(desk.text().contains("/a  = 1"), "{}", desk.text());
    desk.keys("=").await;
    assert!(desk.text().contains("… 2 fields the same (=)"), "{}", desk.text());
    let mut desk = reading((80, 24), Value::Null, json!({"a": 1})).await;
    desk.keys("dn").await;
    assert!(desk.text().contains("Nothing is compared here."), "{}", desk.text());
    desk.keys("=").await;
    assert!(
        desk.text().contains("There is nothing to fold away."),
        "{}",
        desk.text()
    );
}
