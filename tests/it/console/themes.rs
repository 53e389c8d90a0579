//! How one full screen looks in each theme, and that no theme tells more than another.

use std::fmt::Write as _;

use insta::assert_snapshot;
use ratatui::style::{Color, Modifier};
use signoff::config::Setting;
use strum::IntoEnumIterator;

use crate::it::console::desk::{Desk, full_desk_started};
use crate::it::console::settings::settings;
use signoff::config::ThemeName;

/// The widest screen with the most on it: queue, envelope, payload, evidence and run.
async fn desk(theme: ThemeName, no_color: Option<&str>, colorterm: Option<&str>) -> Desk {
    let mut desk = full_desk_started((200, 60), |start| {
        start.settings = settings(&format!("theme = \"{theme}\""));
        start.settings.colours = Setting::of(no_color, colorterm);
    })
    .await;
    desk.go_to("update_dns_record").await;
    desk
}

#[tokio::test]
async fn one_full_screen_in_each_theme() {
    let mut looks = String::new();
    for theme in ThemeName::iter() {
        for (terminal, colorterm) in [("16 colours", None), ("any colour", Some("truecolor"))] {
            let desk = desk(theme, None, colorterm).await;
            writeln!(looks, "{theme}, {terminal}: looks {}", desk.looks()).unwrap();
        }
        let plain = desk(theme, Some("1"), Some("truecolor")).await;
        writeln!(looks, "{theme}, NO_COLOR: looks {}", plain.looks()).unwrap();
    }
    assert_snapshot!(looks);
}

#[tokio::test]
async fn what_colours_tell_is_told_without_them_too() {
    let with = desk(ThemeName::Dark, None, Some("truecolor")).await;
    assert!(with.cells().iter().any(|cell| matches!(cell.fg, Color::Rgb(..))));
    for theme in ThemeName::iter() {
        let without = desk(theme, Some("1"), Some("truecolor")).await;
        assert_eq!(without.text(), with.text(), "{theme}");
        assert!(without.cells().iter().all(|cell| cell.fg == Color::Reset), "{theme}");
        // What is faint or struck by weight alone stays apart from what is not.
        assert!(without.cells().iter().any(|cell| !cell.modifier.is_empty()), "{theme}");
    }
}

#[tokio::test]
async fn no_theme_paints_the_ground() {
    for theme in ThemeName::iter() {
        let desk = desk(theme, None, Some("truecolor")).await;
        assert!(desk.cells().iter().all(|cell| cell.bg == Color::Reset), "{theme}");
        let cursor = desk
            .cells()
            .iter()
            .filter(|cell| cell.modifier.contains(Modifier::REVERSED));
        assert!(cursor.count() > 20, "{theme}");
    }
}
