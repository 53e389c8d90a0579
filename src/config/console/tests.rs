//! Files that are read, and files that must be refused.

use super::*;

fn parse(source: &str) -> Result<Settings, Faults> {
    Settings::parse(source, |keys, faults| {
        keys.finish(faults);
    })
    .map(|(settings, _)| settings)
}

fn fixture(name: &str) -> String {
    let path = format!("{}/tests/fixtures/settings/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("fixture")
}

#[test]
fn an_empty_file_leaves_everything_as_it_is_built_in() {
    let settings = parse("").expect("read");
    assert_eq!(settings, Settings::default());
    let built_in = |(_, _, from): &(&str, String, Source)| *from == Source::Default;
    assert!(settings.list().iter().all(built_in));
}

#[test]
fn each_value_of_a_file_is_known_by_its_line() {
    let settings = parse(&fixture("all.toml")).expect("read");
    let list: Vec<String> = settings
        .list()
        .into_iter()
        .map(|(name, value, from)| format!("{name} = {value}, {from}"))
        .collect();
    let expected = [
        "theme = high-contrast, line 2",
        "colours = the terminal's 16, built in",
        "mouse = true, line 3",
        "hold = 10s, line 4",
        "alerts.bell = false, line 7",
        "alerts.notify = osc777, line 8",
        "alerts.severe = false, line 9",
        "alerts.left = 5m, line 10",
        "alerts.quiet = 22:00-07:00, 12:30-13:15, line 11",
    ];
    assert_eq!(list, expected);
}

#[test]
fn a_severe_approval_is_never_held_for_less_than_three_seconds() {
    for (hold, fits) in [
        ("2s", false),
        ("3s", true),
        ("30s", true),
        ("31s", false),
        ("1m", false),
    ] {
        assert_eq!(parse(&format!("hold = \"{hold}\"")).is_ok(), fits, "{hold}");
    }
    assert_eq!(Settings::default().hold.value, SHORTEST_HOLD);
}

#[test]
fn no_color_wins_over_what_a_terminal_says_of_itself() {
    let of = |no_color, colorterm| {
        let colours = Setting::of(no_color, colorterm);
        (colours.value, colours.from.to_string())
    };
    assert_eq!(of(Some("1"), Some("truecolor")), (Colours::None, "NO_COLOR".to_owned()));
    assert_eq!(of(Some(""), Some("24bit")), (Colours::Any, "COLORTERM".to_owned()));
    assert_eq!(of(None, Some("yes")), (Colours::Named, "built in".to_owned()));
    assert_eq!(of(None, None), (Colours::Named, "built in".to_owned()));
}

/// Each file is refused with every fault it has; the expected text stands beside it.
#[test]
fn a_bad_file_is_refused_with_all_its_faults_at_once() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/settings/invalid");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("folder")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    assert!(files.len() >= 5, "the fixtures are gone");
    for path in files {
        let source = std::fs::read_to_string(&path).expect("file");
        let faults = parse(&source).expect_err("refused").to_string();
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            std::fs::write(path.with_extension("txt"), format!("{faults}\n")).expect("written");
        }
        let expected = std::fs::read_to_string(path.with_extension("txt")).unwrap_or_default();
        assert_eq!(format!("{faults}\n"), expected, "{}", path.display());
    }
}
