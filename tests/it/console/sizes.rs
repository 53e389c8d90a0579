//! Every screen at four sizes in three themes: its text, and a digest of how each cell looks.

use std::fmt::Write as _;

use insta::assert_snapshot;
use signoff::config::{Setting, ThemeName};
use strum::IntoEnumIterator;

use crate::it::console::desk::full_desk_started;
use crate::it::console::settings::settings;

const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (120, 40), (200, 60)];

/// A screen: its name, the tool under the cursor, and the keys that lead there.
const SCREENS: [(&str, &str, &str); 30] = [
    ("queue", "issue_refund", ""),
    ("envelope", "update_dns_record", "\t"),
    ("unknown", "frobnicate_x", "\t"),
    ("hostile", "send_email", "\t"),
    ("changes", "issue_refund", "d"),
    ("changes_of_a_file", "edit_file", "d"),
    ("text", "edit_file", "dt"),
    ("trail", "issue_refund", "t"),
    ("approve", "update_dns_record", "a"),
    ("approve_severe", "issue_refund", "a60"),
    ("reject", "issue_refund", "r"),
    ("write", "issue_refund", "inot for us"),
    ("edit", "issue_refund", "e"),
    ("escalate", "issue_refund", "x"),
    ("classify", "frobnicate_x", "m"),
    ("batch", "tag_ticket", "*b"),
    ("stop", "issue_refund", "!"),
    ("find", "issue_refund", "/class:tick"),
    ("palette", "issue_refund", ":"),
    ("help", "issue_refund", "?"),
    ("settings", "issue_refund", ","),
    ("tour", "issue_refund", "T"),
    ("grouped", "issue_refund", "z"),
    ("audit", "issue_refund", "3"),
    ("timeline", "issue_refund", "3t"),
    ("case_file", "issue_refund", "3f"),
    ("policy_then", "issue_refund", "3fp"),
    ("after", "issue_refund", "2"),
    ("oversight", "issue_refund", "4"),
    ("policy", "issue_refund", "5"),
];

#[tokio::test]
async fn every_screen_at_four_sizes_and_how_it_looks_in_every_theme() {
    for (name, tool, keys) in SCREENS {
        let (mut text, mut looks) = (String::new(), String::new());
        for theme in ThemeName::iter() {
            let mut desk = full_desk_started((80, 24), |start| {
                start.settings = settings(&format!("theme = \"{theme}\""));
                start.settings.colours = Setting::of(None, Some("truecolor"));
            })
            .await;
            desk.go_to(tool).await;
            desk.keys(keys).await;
            let mut all = String::new();
            for (width, height) in SIZES {
                desk.resize(width, height);
                desk.ask_gate().await;
                desk.lay_out();
                let _ = writeln!(all, "== {width}x{height}\n{}", desk.text());
                let _ = writeln!(looks, "{theme} {width}x{height} looks {}", desk.looks());
            }
            // No theme says more than another; but for which theme it is.
            if text.is_empty() {
                text = all;
            } else if name != "settings" {
                assert_eq!(text, all, "{name}: {theme} says something else");
            }
            assert!(desk.decisions().is_empty(), "{name}");
        }
        assert_snapshot!(name, format!("{text}\n{looks}"));
    }
}
