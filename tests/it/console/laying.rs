//! A large payload is laid out beside the task that draws: nothing of it counts before it is on the screen.

use std::time::Duration;

use crossterm::event::KeyCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use signoff::console::model::{Laid, Widths};
use signoff::console::{Effect, Msg};
use signoff::domain::Role;

use crate::it::console::desk::{Desk, desk};

/// Two files of so many lines, every tenth line another one.
fn large(lines: usize) -> (String, String) {
    let text = |version: &str| {
        let line = |n: usize| format!("value {n} is {}\n", if n.is_multiple_of(10) { version } else { "kept" });
        (0..lines).map(line).collect::<String>()
    };
    (text("old"), text("new"))
}

/// A desk that has read one low-risk edit of a file, and has not laid it out.
async fn unlaid(size: (u16, u16), before: &str, content: &str) -> Desk {
    let mut desk = desk("sam", Role::Senior, size).await;
    desk.lays_out = false;
    propose(&desk, before, content).await;
    desk.news().await;
    desk
}

async fn propose(desk: &Desk, before: &str, content: &str) -> Value {
    let body = json!({"action": {
        "tool": "edit_file", "arguments": {"path": "a.toml", "content": content},
        "before": {"path": "a.toml", "content": before}, "target": {"system": "git", "record": "a.toml"},
    }});
    let created = desk.gate.post("support-3", "/v1/envelopes", body).await;
    assert_eq!(created.body["stage"], "waiting", "{}", created.body);
    created.body
}

fn work(desk: &Desk) -> Vec<Widths> {
    let widths = desk.waiting.iter().filter_map(|effect| match effect {
        Effect::LayOut { widths, .. } => Some(*widths),
        _ => None,
    });
    widths.collect()
}

#[tokio::test]
async fn what_is_large_is_laid_out_elsewhere_and_not_decided_on_before_it_is_there() {
    let (before, after) = large(900);
    let mut desk = unlaid((80, 24), &before, &after).await;
    assert_eq!(work(&desk).len(), 1);
    assert!(desk.text().contains("reading…"), "{}", desk.text());
    desk.look();
    desk.keys("a").await;
    assert!(desk.decisions().is_empty());
    assert!(desk.text().contains("It is not on screen yet"), "{}", desk.text());
    desk.lay_out();
    assert!(desk.text().contains("does     edit_file"), "{}", desk.text());
    desk.press(KeyCode::Char('r'));
    assert!(
        desk.model.modal.is_none(),
        "it came late: that key was on its way already"
    );
    desk.keys("r").await;
    assert!(desk.model.modal.is_some(), "{}", desk.text());
}

#[tokio::test]
async fn what_is_small_is_there_with_the_key_that_led_to_it() {
    let mut desk = unlaid((80, 24), "ls", "ls -l").await;
    assert!(work(&desk).is_empty());
    desk.look();
    desk.keys("a").await;
    assert_eq!(desk.decisions().len(), 1);
}

#[tokio::test]
async fn of_what_was_laid_out_too_late_nothing_is_shown() {
    let (before, after) = large(900);
    let mut desk = unlaid((80, 24), &before, &after).await;
    let id = desk.model.focus.unwrap();
    let envelope = json!({"id": id.to_string()});
    let envelope = desk.gate.read("ana", &envelope).await;
    let word = json!({"decision": "escalate", "to": "senior", "reason": "not mine"});
    let moved = desk.gate.decide("ana", &envelope, word).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    desk.news().await;
    desk.lays_out = true;
    desk.lay_out();
    let revision = desk.model.rows.get(id).unwrap().revision;
    assert_eq!(revision, 2);
    assert!(desk.model.cases.iter().all(|case| case.about.revision == 2));
    desk.gate.world.pass(SignedDuration::from_secs(6));
    desk.look();
    desk.read().await;
    assert!(desk.text().contains("ana handed it to senior"), "{}", desk.text());
}

#[tokio::test]
async fn lines_for_another_width_are_not_drawn_and_one_thing_is_laid_out_at_a_time() {
    let (before, after) = large(900);
    let mut desk = unlaid((120, 40), &before, &after).await;
    desk.lay_out();
    assert!(work(&desk).is_empty());
    for width in [119, 80, 100, 90] {
        desk.resize(width, 24);
        assert!(desk.text().contains("reading…"), "{}", desk.text());
    }
    assert_eq!(work(&desk).len(), 1, "a window that is dragged does not pile up work");
    let first = work(&desk)[0].sheet;
    desk.keys("a").await;
    assert!(desk.decisions().is_empty() && desk.model.page.is_none());
    desk.lay_out();
    assert_eq!(first, 117);
    assert!(desk.text().contains("does     edit_file"), "{}", desk.text());
    let widest = desk
        .text()
        .lines()
        .skip(7)
        .map(|line| line.trim_end().chars().count())
        .max();
    assert!(widest.unwrap() <= 90);
}

#[tokio::test]
async fn a_wide_screen_keeps_the_lines_of_both_widths_that_d_goes_between() {
    let (before, after) = large(900);
    let mut desk = unlaid((120, 40), &before, &after).await;
    desk.lay_out();
    desk.keys("d").await;
    assert_eq!(work(&desk).len(), 1);
    desk.lay_out();
    desk.keys("q").await;
    assert!(work(&desk).is_empty() && desk.text().contains("does     edit_file"));
    desk.keys("d").await;
    assert!(
        work(&desk).is_empty() && desk.text().contains("value 0 is"),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn where_time_ran_out_it_is_said_and_no_line_is_missing() {
    let (before, after) = large(900);
    let mut desk = unlaid((80, 24), &before, &after).await;
    desk.patience = Duration::ZERO;
    desk.lay_out();
    desk.lays_out = true;
    assert!(desk.text().contains("at most 891 lines go"), "{}", desk.text());
    for view in ["d", "t"] {
        desk.keys(view).await;
        assert!(desk.text().contains("Compared until time ran out"), "{}", desk.text());
    }
    desk.keys("t").await;
    let mut seen = desk.text();
    while desk.text().contains("more lines, PgDn") {
        desk.press(KeyCode::PageDown);
        seen.push_str(&desk.text());
    }
    for line in before.lines().chain(after.lines()) {
        assert!(seen.contains(line), "{line}");
    }
}

#[tokio::test]
async fn what_could_not_be_laid_out_cannot_be_decided_on() {
    let (before, after) = large(900);
    let mut desk = unlaid((80, 24), &before, &after).await;
    let Some(at) = desk
        .waiting
        .iter()
        .position(|effect| matches!(effect, Effect::LayOut { .. }))
    else {
        panic!("nothing to lay out");
    };
    let Effect::LayOut { view, widths } = desk.waiting.remove(at) else {
        unreachable!()
    };
    let laid = Box::new(Laid::broken(widths));
    let at = desk.now();
    desk.tell(Msg::LaidOut { view, laid, at });
    desk.look();
    desk.keys("a").await;
    assert!(desk.decisions().is_empty() && desk.model.page.is_none());
    assert!(desk.text().contains("It could not be laid out"), "{}", desk.text());
    assert!(work(&desk).is_empty(), "and is not tried again and again");
}

#[tokio::test]
async fn while_one_envelope_is_laid_out_the_next_waits_and_what_nobody_looks_at_is_not_begun() {
    let (before, after) = large(900);
    let mut desk = unlaid((80, 24), &before, &after).await;
    for extra in ["one", "two"] {
        desk.gate.world.pass(SignedDuration::from_secs(1));
        propose(&desk, &before, &format!("{after}{extra}\n")).await;
    }
    desk.news().await;
    desk.keys("jj").await;
    assert_eq!(work(&desk).len(), 1);
    desk.lays_out = true;
    desk.lay_out();
    assert!(desk.text().contains("does     edit_file"), "{}", desk.text());
    assert_eq!(desk.model.cases.len(), 2, "the one in between was passed by");
}
