//! Keys of a reviewer's own: what they do, and that everything that is said of keys says them.

use crossterm::event::KeyCode;
use signoff::config::Settings;
use signoff::console::Keymap;

use crate::it::console::desk::{Desk, full_desk_started};

async fn desk(keys: &str) -> Desk {
    let (_, keymap) = Settings::parse(keys, Keymap::read).unwrap();
    full_desk_started((80, 24), |start| start.keymap = keymap.unwrap()).await
}

#[tokio::test]
async fn a_key_of_ones_own_decides_and_the_built_in_one_does_nothing() {
    let mut desk = desk("[keys.queue]\napprove = \"A\"\nbatch = \"a\"\n").await;
    desk.go_to("update_dns_record").await;
    assert!(desk.text().contains(" A approve "), "{}", desk.text());
    desk.press(KeyCode::Char('a'));
    assert!(
        desk.model.modal.is_none() || !desk.text().contains("y approve"),
        "{}",
        desk.text()
    );
    desk.keys("\u{1b}A").await;
    assert!(desk.text().contains("y approve"), "{}", desk.text());
    // What answers in a box stays as it is.
    desk.keys("A").await;
    assert!(desk.decisions().is_empty());
    desk.keys("y").await;
    assert_eq!(desk.decisions().len(), 1, "{}", desk.text());
}

#[tokio::test]
async fn help_and_sentences_say_the_keys_that_hold_here() {
    let mut desk = desk("[keys.queue]\nswitch_pane = \"P\"\nclassify = \"K\"\n[keys.anywhere]\nhelp = \"f1\"\n").await;
    desk.go_to("frobnicate_x").await;
    assert!(desk.text().contains(" K classify "), "{}", desk.text());
    desk.keys("a").await;
    assert!(
        desk.text().contains("K names its kind, r rejects it."),
        "{}",
        desk.text()
    );
    desk.press(KeyCode::F(1));
    assert!(
        desk.text().contains("  K       Say what kind of action"),
        "{}",
        desk.text()
    );
    desk.press(KeyCode::Esc);
    desk.resize(60, 20);
    desk.read_it();
    desk.keys("x").await;
    assert!(
        desk.text().contains("P shows it first: nothing was decided."),
        "{}",
        desk.text()
    );
}

#[tokio::test]
async fn u_takes_back_what_is_held_whatever_else_takes_back_too() {
    for key in ['u', 'U'] {
        let mut desk = desk("[keys.queue]\ntake_back = \"U\"\n").await;
        desk.go_to("issue_refund").await;
        desk.keys("a6000.00").await;
        assert_eq!(desk.model.held.len(), 1);
        desk.press(KeyCode::Char(key));
        assert!(desk.model.held.is_empty(), "{key}");
    }
}
