//! What a settings file changes in a console.

use crossterm::event::KeyCode;
use jiff::SignedDuration;
use signoff::config::Settings;

use crate::it::console::desk::full_desk_started;

pub fn settings(source: &str) -> Settings {
    Settings::parse(source, |_, _| ()).unwrap().0
}

#[tokio::test]
async fn a_severe_approval_is_held_as_long_as_the_settings_say() {
    let mut desk = full_desk_started((80, 24), |start| start.settings = settings("hold = \"5s\"")).await;
    desk.go_to("issue_refund").await;
    desk.keys("a6000.00").await;
    assert!(desk.text().contains("in 5 s: u takes it back"), "{}", desk.text());
    desk.wait_three_seconds();
    assert!(desk.decisions().is_empty(), "{}", desk.text());
    // What was out of sight has its whole time again.
    desk.resize(100, 30);
    desk.gate.world.pass(SignedDuration::from_millis(4_900));
    desk.press(KeyCode::Char('j'));
    assert!(desk.decisions().is_empty(), "{}", desk.text());
    desk.look();
    assert_eq!(desk.decisions().len(), 1);
}
