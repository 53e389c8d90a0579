//! Reading a case file in the audit console: the page, the policy that judged, what reviewers saw, the file.

use std::sync::Arc;

use crossterm::event::KeyCode;
use signoff::console::{Effect, Msg};

use crate::it::console::desk::{Desk, full_desk};

/// An auditor's page over what was approved a moment ago.
async fn opened(size: (u16, u16)) -> Desk {
    let mut desk = full_desk(size).await;
    desk.go_to("tag_ticket").await;
    let id = desk.model.focus.unwrap();
    desk.keys("a").await;
    desk.deliver().await;
    desk.keys("3").await;
    while desk.model.past.row().unwrap().id != id {
        desk.keys("j").await;
    }
    desk.keys("f").await;
    desk
}

/// Scrolls until a text is on the screen.
async fn find(desk: &mut Desk, text: &str) -> String {
    for _ in 0..400 {
        let screen = desk.text();
        if screen.contains(text) {
            return screen;
        }
        desk.keys("j").await;
    }
    panic!("{text} is nowhere in it:\n{}", desk.text());
}

#[tokio::test]
async fn f_opens_the_case_file_and_esc_leads_back_step_by_step() {
    let mut desk = opened((80, 24)).await;
    assert!(desk.text().contains("-- what was proposed --"), "{}", desk.text());
    desk.keys("p").await;
    assert!(desk.text().contains("the policy as it was"), "{}", desk.text());
    desk.press(KeyCode::Esc);
    assert!(desk.text().contains("case file"), "{}", desk.text());
    desk.press(KeyCode::Esc);
    assert!(desk.text().contains("read-only"), "{}", desk.text());
    assert!(desk.model.past.page.is_none());
}

#[tokio::test]
async fn every_part_is_one_key_away_and_the_last_line_in_reach() {
    let mut desk = opened((80, 24)).await;
    for part in ["what the policy said", "what people said", "what became of it"] {
        desk.keys("n").await;
        let screen = desk.text();
        if !screen.contains("what was proposed") {
            assert!(screen.contains("-- what"), "{part}:\n{screen}");
        }
    }
    desk.keys("G").await;
    assert!(
        desk.text().contains("decided by sam: approved, vote 1 of 1"),
        "{}",
        desk.text()
    );
    desk.keys("g").await;
    assert!(desk.text().contains("envelope "), "{}", desk.text());
}

#[tokio::test]
async fn the_policy_is_shown_as_it_was_at_the_rule_that_spoke() {
    let mut desk = opened((80, 24)).await;
    desk.keys("p").await;
    let screen = desk.text();
    let marked: Vec<&str> = screen
        .lines()
        .filter(|line| line.trim_start().starts_with('*'))
        .collect();
    assert!(marked.iter().any(|line| line.contains("id = ")), "{screen}");
    // Its own page says the same, and that it is in force.
    desk.keys("g").await;
    assert!(desk.text().contains("it is in force still"), "{}", desk.text());
}

#[tokio::test]
async fn what_the_approver_saw_is_drawn_from_its_record_line_by_line() {
    let mut desk = full_desk((80, 24)).await;
    desk.go_to("tag_ticket").await;
    let drawn = desk.text();
    drop(desk);
    let mut desk = opened((80, 24)).await;
    desk.keys("v").await;
    let screen = desk.text();
    assert!(screen.contains("what decision 1 was made on"), "{screen}");
    assert!(screen.contains("1. sam approved it at"), "{screen}");
    let recorded: Vec<String> = screen
        .lines()
        .filter_map(|line| {
            let (n, text) = line.trim().split_once("  ")?;
            n.parse::<usize>().ok().map(|_| text.trim().to_owned())
        })
        .collect();
    assert!(recorded.len() > 5, "{screen}");
    // The title's time to live is no part of the sheet; every line of it stood on the screen then.
    for line in recorded.iter().filter(|line| !line.contains('…')) {
        let there = drawn.contains(line.as_str()) || drawn.replace("  ", " ").contains(&line.replace("  ", " "));
        assert!(there, "{line} was not drawn:\n{drawn}");
    }
    // After the last one it is the case file again.
    desk.keys("v").await;
    assert!(desk.text().contains("case file"), "{}", desk.text());
}

#[tokio::test]
async fn a_word_that_came_without_a_record_has_no_screen_to_show() {
    let mut desk = full_desk((80, 24)).await;
    desk.keys("3f").await;
    desk.keys("v").await;
    assert!(
        desk.text().contains("No record of a screen stands with its decisions."),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn w_writes_the_case_file_that_is_on_the_screen() {
    let mut desk = opened((80, 24)).await;
    let file = Arc::clone(desk.model.past.page.as_ref().unwrap().file.as_ref().unwrap());
    desk.keys("w").await;
    let wanted = Effect::WriteOut { file };
    assert!(desk.waiting.contains(&wanted), "{:?}", desk.waiting);
    let at = desk.now();
    desk.tell(Msg::WrittenOut {
        answer: Ok("/home/ada/case-1.txt".into()),
        at,
    });
    assert!(
        desk.text()
            .contains("It is in /home/ada/case-1.txt, which you alone can read."),
        "{}",
        desk.text()
    );
    desk.tell(Msg::WrittenOut {
        answer: Err("/home/ada: no room".into()),
        at,
    });
    assert!(
        desk.text().contains("It was not written: /home/ada: no room."),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn an_answer_about_another_envelope_is_dropped() {
    let mut desk = opened((80, 24)).await;
    let file = desk.model.past.page.as_ref().unwrap().file.clone().unwrap();
    let mut other = (*file).clone();
    other.envelope.summary.tool = "drop_database".into();
    desk.press(KeyCode::Esc);
    desk.press(KeyCode::Char('j'));
    desk.press(KeyCode::Char('f'));
    let at = desk.now();
    desk.tell(Msg::CaseFile {
        id: file.envelope.summary.id,
        answer: Ok(Box::new(other)),
        at,
    });
    assert!(desk.model.past.page.as_ref().unwrap().file.is_none());
    assert!(!desk.text().contains("drop_database"), "{}", desk.text());
}

#[tokio::test]
async fn nothing_on_a_case_file_decides_or_uncovers() {
    let mut desk = opened((80, 24)).await;
    for key in ["a", "r", "e", "x", "s", "m"] {
        desk.keys(key).await;
    }
    assert!(desk.decisions().is_empty());
    assert!(
        !desk.waiting.iter().any(|effect| matches!(effect, Effect::Say { .. })),
        "{:?}",
        desk.waiting
    );
    assert!(find(&mut desk, "-- every entry --").await.contains("every entry"));
}

#[tokio::test]
async fn a_window_of_another_width_shows_the_same_part() {
    let mut desk = opened((120, 40)).await;
    desk.keys("p").await;
    let marked = |desk: &Desk| {
        let text = desk.text();
        text.lines()
            .find(|line| line.trim_start().starts_with('*'))
            .map(|line| line.trim().to_owned())
    };
    let before = marked(&desk).expect("what spoke");
    for (width, height) in [(60, 20), (80, 24), (200, 60), (120, 40)] {
        desk.resize(width, height);
        assert_eq!(
            marked(&desk).as_ref(),
            Some(&before),
            "{width}x{height}:\n{}",
            desk.text()
        );
    }
}
