//! The mouse on the real binary: asked for only where the settings say so, and given back.

use std::fs;

use super::Terminal;

const ASKED: &str = "\x1b[?1000h";
const GIVEN_BACK: &str = "\x1b[?1000l";

#[test]
fn the_mouse_is_left_to_the_terminal_unless_the_settings_ask_for_it() {
    let mut terminal = Terminal::start(&["demo"], 80, 24);
    terminal.wait_for("payment.refund");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    assert!(!raw.contains("\x1b[?100"), "no mode of the mouse");
}

#[test]
fn a_click_and_the_wheel_move_the_cursor_where_they_are_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let memory = home.path().join("state/signoff");
    fs::create_dir_all(&memory).unwrap();
    fs::write(memory.join("console.toml"), "toured = true\n").unwrap();
    let settings = home.path().join("mine.toml");
    fs::write(&settings, "mouse = true\n").unwrap();
    let named = settings.to_string_lossy().into_owned();
    let mut terminal = Terminal::start_at(home.path(), &["demo", "--config", &named], 80, 24);
    terminal.wait("three rows", |screen| {
        screen.lines().nth(3).is_some_and(|line| line.contains("0/"))
    });
    terminal.press("g");
    let is_at = |screen: &str, row: usize| screen.lines().nth(row).is_some_and(|line| line.starts_with('>'));
    terminal.wait("the first row", |screen| is_at(screen, 1));
    terminal.press("\x1b[<0;10;4M\x1b[<0;10;4m");
    terminal.wait("the row that was clicked", |screen| is_at(screen, 3));
    terminal.press("\x1b[<64;10;4M");
    terminal.wait("the row above", |screen| is_at(screen, 2));
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    assert!(raw.contains(ASKED) && raw.contains(GIVEN_BACK));
    assert!(raw.rfind(GIVEN_BACK) > raw.rfind(ASKED), "the terminal is as it was");
}
