//! What a settings file changes in a console.

use crossterm::event::KeyCode;
use insta::assert_snapshot;
use signoff::config::{Setting, Settings, SettingsFile, Source};
use signoff::console::Keymap;

use crate::it::console::desk::{Desk, full_desk_started};

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
    for _ in 0..4 {
        desk.look();
    }
    assert!(desk.decisions().is_empty(), "{}", desk.text());
    desk.look();
    assert_eq!(desk.decisions().len(), 1);
}

/// A file with something of everything, and where it lies.
async fn at_the_settings(size: (u16, u16)) -> Desk {
    let source = "theme = \"dark\"\nhold = \"10s\"\n[alerts]\nquiet = [\"22:00-07:00\", \"12:30-13:15\"]\n\
                  [keys.queue]\nreject = [\"R\", \"alt-r\"]\n";
    let (mut settings, keymap) = Settings::parse(source, Keymap::read).unwrap();
    settings.colours = Setting::of(Some("1"), Some("truecolor"));
    settings.file = Some(SettingsFile {
        path: "/home/ana/settings\u{202e}/console.toml".into(),
        is_there: true,
        from: Source::Flag("--config"),
    });
    let mut desk = full_desk_started(size, |start| {
        start.settings = settings;
        start.keymap = keymap.unwrap();
        start.recalled.path = Some("/home/ana/.local/state/signoff/console.toml".into());
    })
    .await;
    desk.keys(",").await;
    desk
}

#[tokio::test]
async fn every_setting_is_shown_with_its_value_and_where_that_comes_from() {
    let mut desk = at_the_settings((80, 24)).await;
    assert_snapshot!("settings", desk.text());
    desk.press(KeyCode::Esc);
    assert!(desk.model.modal.is_none() && desk.text().contains("payment.refund"));
    let mut desk = at_the_settings((60, 20)).await;
    assert_snapshot!("settings_narrow", desk.text());
    desk.keys("jjjj").await;
    assert_snapshot!("settings_narrow_end", desk.text());
}

#[tokio::test]
async fn what_lies_under_the_settings_is_not_decided_on() {
    let mut desk = at_the_settings((80, 24)).await;
    desk.read_it();
    assert_eq!(desk.model.guard.drawn, None);
    desk.keys("a").await;
    assert!(
        desk.decisions().is_empty() && desk.model.modal.is_none(),
        "{}",
        desk.text()
    );
}
