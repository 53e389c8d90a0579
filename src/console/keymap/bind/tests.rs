//! Keys of the settings that are taken, and those that must be refused.

use super::super::SUSPEND;
use super::*;
use crate::config::Settings;
use crate::form::Faults;

fn read(source: &str) -> Result<Keymap, Faults> {
    let (_, keymap) = Settings::parse(source, Keymap::read)?;
    Ok(keymap.unwrap_or_default())
}

fn fixture(name: &str) -> String {
    let path = format!("{}/tests/fixtures/keys/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("fixture")
}

const PLAIN: KeyModifiers = KeyModifiers::NONE;

#[test]
fn keys_of_the_settings_take_the_place_of_those_that_are_built_in() {
    let map = read(&fixture("all.toml")).unwrap_or_else(|faults| unreachable!("{faults}"));
    let means = |place, c| map.command(place, KeyCode::Char(c), PLAIN);
    assert_eq!(means(Place::Main, 'A'), Some(Command::Approve));
    assert_eq!(
        map.command(Place::Main, KeyCode::Char('A'), KeyModifiers::SHIFT),
        Some(Command::Approve)
    );
    assert_eq!(means(Place::Main, 'a'), None, "what it meant is free now");
    assert_eq!(
        means(Place::Page, 'a'),
        Some(Command::Approve),
        "another place is as it was"
    );
    assert_eq!(
        map.command(Place::Main, KeyCode::Char('r'), KeyModifiers::ALT),
        Some(Command::Reject)
    );
    assert_eq!(means(Place::Main, '?'), None);
    assert_eq!(map.command(Place::Policy, KeyCode::F(1), PLAIN), Some(Command::Help));
    assert_eq!(map.name(Place::Main, Command::Find), "Ctrl-F");
    let helps = |command| {
        let bound = map
            .every()
            .find(|bound| bound.command == command && bound.line.is_some());
        bound.map(|bound| (bound.name.to_string(), bound.help.to_string(), bound.line))
    };
    let next = ("n".to_owned(), "Next envelope (or Down)".to_owned(), Some(5));
    assert_eq!(helps(Command::Next), Some(next));
    let down = (
        "Ctrl-D".to_owned(),
        "Scroll the envelope down (or PageDown)".to_owned(),
        Some(14),
    );
    assert_eq!(helps(Command::ScrollDown), Some(down));
}

#[test]
fn without_keys_of_their_own_all_are_as_they_are_built_in() {
    let map = read("[keys]\n").unwrap_or_else(|faults| unreachable!("{faults}"));
    let built_in = Keymap::default();
    for (here, there) in map.every().zip(built_in.every()) {
        assert_eq!((here.command, &here.codes), (there.command, &there.codes));
        assert_eq!(here.line, None);
    }
}

/// What must hold for every map there can be, the built-in one first of all.
#[test]
fn what_is_refused_in_the_settings_is_not_built_in_either() {
    for bound in Keymap::default().every() {
        for code in &bound.codes {
            // Ctrl-C leaves and Ctrl-Z goes to the shell: they stand in the table for that.
            let leaves = *code == (KeyCode::Char('c'), KeyModifiers::CONTROL) || *code == SUSPEND;
            let refused = refusal(bound.command, bound.place, *code).filter(|_| !leaves);
            assert_eq!(refused, None, "{bound:?}");
        }
    }
}

#[test]
fn every_action_has_one_name_in_its_place() {
    for place in Place::iter() {
        let map = Keymap::default();
        let names: Vec<_> = map
            .every()
            .filter(|bound| bound.place == place)
            .map(|bound| bound.command.name())
            .collect();
        let distinct: HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{place}: {names:?}");
    }
}

/// Each file is refused with every fault it has; the expected text stands beside it.
#[test]
fn a_bad_table_of_keys_is_refused_with_all_its_faults_at_once() {
    for name in ["names", "deciding", "taken", "twice"] {
        let faults = read(&fixture(&format!("invalid/{name}.toml")))
            .expect_err(name)
            .to_string();
        let path = format!("{}/tests/fixtures/keys/invalid/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            std::fs::write(&path, format!("{faults}\n")).expect("written");
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(format!("{faults}\n"), expected, "{name}");
    }
}
