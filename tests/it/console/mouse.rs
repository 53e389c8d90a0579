//! The mouse, where somebody asked for it: it scrolls, moves the cursor, and never decides.

use crossterm::event::KeyCode;
use signoff::console::{Gesture, Msg, Pointed};

use crate::it::console::desk::{Desk, full_desk, full_desk_started};

impl Desk {
    fn point(&mut self, gesture: Gesture, column: u16, row: u16) {
        let at = self.now();
        self.tell(Msg::Mouse(Pointed {
            gesture,
            column,
            row,
            at,
        }));
    }
}

#[tokio::test]
async fn a_click_on_a_row_moves_the_cursor_there_and_nowhere_else() {
    let mut desk = full_desk((80, 24)).await;
    desk.point(Gesture::Click, 20, 3);
    desk.read().await;
    assert_eq!(desk.focused_tool(), "update_dns_record");
    // Header, title, envelope and footer are no rows.
    for row in [0, 6, 9, 23, 40] {
        desk.point(Gesture::Click, 20, row);
        assert_eq!(desk.focused_tool(), "update_dns_record", "{row}");
    }
    desk.keys("/update_dns\n").await;
    desk.point(Gesture::Click, 20, 4);
    assert_eq!(
        desk.focused_tool(),
        "update_dns_record",
        "below the last row there is nothing"
    );
}

#[tokio::test]
async fn a_key_that_was_meant_for_another_row_does_not_count_after_a_click() {
    let mut desk = full_desk((80, 24)).await;
    for gesture in [Gesture::Click, Gesture::WheelDown] {
        desk.point(gesture, 20, 3);
        desk.read().await;
        desk.press(KeyCode::Char('a'));
        assert!(
            desk.model.modal.is_none() && desk.decisions().is_empty(),
            "{}",
            desk.text()
        );
        assert!(desk.text().contains("look, then press again"), "{}", desk.text());
        desk.read_it();
    }
}

#[tokio::test]
async fn the_wheel_moves_through_the_list_it_is_over_and_scrolls_the_text_it_is_over() {
    let mut desk = full_desk((80, 24)).await;
    desk.point(Gesture::WheelDown, 20, 2);
    desk.read().await;
    assert_eq!(desk.focused_tool(), "run_migration");
    desk.point(Gesture::WheelUp, 20, 2);
    desk.read().await;
    assert_eq!(desk.focused_tool(), "issue_refund");
    desk.point(Gesture::WheelDown, 20, 12);
    assert_eq!(desk.focused_tool(), "issue_refund");
    assert!(desk.model.scroll > 0);
    desk.point(Gesture::WheelUp, 20, 12);
    assert_eq!(desk.model.scroll, 0);
    desk.keys("?").await;
    let top = desk.text();
    desk.point(Gesture::WheelDown, 20, 12);
    assert_ne!(desk.text(), top);
    desk.point(Gesture::WheelUp, 20, 12);
    assert_eq!(desk.text(), top);
}

#[tokio::test]
async fn nothing_that_the_mouse_does_answers_a_box_or_decides() {
    let boxes = ["a", "r", "e", "x", ":", "!", "i", "b"];
    for keys in boxes {
        let mut desk = full_desk((80, 24)).await;
        let tool = if keys == "b" { "tag_ticket" } else { "update_dns_record" };
        desk.go_to(tool).await;
        desk.keys(keys).await;
        let (before, focus) = (desk.text(), desk.model.focus);
        for row in 0..24 {
            for gesture in [Gesture::Click, Gesture::WheelDown, Gesture::WheelUp] {
                desk.point(gesture, 4, row);
            }
        }
        desk.wait_three_seconds();
        assert!(desk.decisions().is_empty() && desk.model.held.is_empty(), "{keys}");
        assert_eq!(desk.model.focus, focus, "{keys}");
        assert!(desk.model.modal.is_some(), "{keys}: {before}");
    }
    let mut desk = full_desk((80, 24)).await;
    for row in 0..24 {
        for gesture in [Gesture::Click, Gesture::WheelDown, Gesture::WheelUp] {
            desk.point(gesture, 4, row);
        }
    }
    assert!(desk.decisions().is_empty() && desk.model.modal.is_none() && desk.model.held.is_empty());
}

#[tokio::test]
async fn the_tour_is_not_clicked_away() {
    let mut desk = full_desk_started((80, 24), |start| start.recalled.memory.toured = false).await;
    for row in 0..24 {
        desk.point(Gesture::Click, 4, row);
    }
    assert!(desk.text().contains("1 of 6"), "{}", desk.text());
}
