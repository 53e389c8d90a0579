//! What the README says is so: its commands run, its tables are the code's.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use signoff::config::{Settings, Source};
use signoff::console::{Keymap, Place, keys_in};
use signoff::domain::{Role, Verb};
use strum::IntoEnumIterator;

fn readme() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}

/// Whether a program is there; where it is not, the test is skipped by hand and fails under CI.
fn has(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        assert!(std::env::var_os("CI").is_none(), "needs {program}");
        #[expect(clippy::print_stderr, reason = "a skip is said aloud")]
        {
            eprintln!("skipped: needs {program}");
        }
    }
    there
}

#[test]
fn the_commands_that_connect_an_agent_run_as_they_stand() {
    if !has("curl") || !has("bash") {
        return;
    }
    let text = readme();
    let block = text.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_signoff"), bin.join("signoff")).unwrap();
    // Any port that is free instead of the usual one, which a console may have.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
        .to_string();
    let block = block
        .replace("7433", &port)
        .replace("--data gate &", &format!("--data gate --listen 127.0.0.1:{port} &"));
    let script = format!("set -euo pipefail\ntrap 'kill %1' EXIT\n{block}");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["-c", &script])
        .env("PATH", path)
        .env("XDG_STATE_HOME", folder.path().join("state"))
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{said}");
    for expected in [
        "approve by ana, vote 1 of 1; it is approved now",
        r#""arguments_raw":"{\"order_id\""#,
        r#""stage":"done""#,
        "The ledger verifies",
    ] {
        assert!(said.contains(expected), "{expected} is missing in\n{said}");
    }
}

#[test]
fn the_table_of_keys_is_the_one_the_console_obeys() {
    let mut table = String::new();
    for (place, at) in [
        (Place::Main, "queue"),
        (Place::After, "after"),
        (Place::Past, "audit"),
        (Place::Case, "case file"),
        (Place::Proof, "proof"),
        (Place::Oversight, "oversight"),
        (Place::Policy, "policy"),
        (Place::Page, "whole screen"),
        (Place::Everywhere, "anywhere"),
    ] {
        for key in keys_in(place).filter(|key| key.place == place) {
            writeln!(table, "| {at} | `{}` | {} |", key.name, key.help).unwrap();
        }
    }
    assert!(readme().contains(&table), "the README should say\n{table}");
}

/// The verbs of each row of the README's table, in its order.
const ROWS: [&[Verb]; 6] = [
    &[Verb::Read, Verb::Look, Verb::OwnKeys],
    &[
        Verb::Approve,
        Verb::Reject,
        Verb::Edit,
        Verb::Escalate,
        Verb::Extend,
        Verb::Classify,
        Verb::Judge,
        Verb::Claim,
        Verb::Ask,
        Verb::Review,
        Verb::Undo,
    ],
    &[Verb::Batch],
    &[Verb::Stop],
    &[Verb::Resume],
    &[
        Verb::Add,
        Verb::Revoke,
        Verb::Vouch,
        Verb::OthersKeys,
        Verb::OthersSessions,
        Verb::Erase,
        Verb::Prune,
        Verb::Subjects,
        Verb::Hold,
        Verb::Release,
        Verb::RotateKey,
        Verb::AcceptRollback,
    ],
];

#[test]
fn the_table_of_roles_is_the_one_the_gate_obeys() {
    let text = readme();
    let mut lines = text.lines().skip_while(|line| !line.starts_with("| may |"));
    let roles: Vec<Role> = Role::iter().collect();
    let heads: Vec<&str> = lines.next().unwrap().split('|').map(str::trim).skip(2).collect();
    let names: Vec<String> = roles.iter().map(ToString::to_string).collect();
    assert_eq!(heads[..roles.len()], names);
    for (verbs, line) in ROWS.iter().zip(lines.by_ref().skip(1)) {
        let cells: Vec<&str> = line.split('|').map(str::trim).skip(2).collect();
        for verb in *verbs {
            for (role, cell) in roles.iter().zip(&cells) {
                assert_eq!(*cell == "yes", role.may(*verb).is_ok(), "{verb} by {role}: {line}");
            }
        }
    }
    assert_eq!(lines.next(), Some(""), "a row more than the test knows");
    for verb in Verb::iter() {
        let rows = ROWS.iter().filter(|verbs| verbs.contains(&verb));
        assert_eq!(rows.count(), 1, "{verb}");
    }
}

#[test]
fn every_command_the_readme_names_is_one() {
    let help = Command::new(env!("CARGO_BIN_EXE_signoff"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let text = readme();
    let line = text
        .lines()
        .find(|line| line.starts_with("`signoff --help` has them all"))
        .unwrap();
    let named: Vec<&str> = line.split(". ").next().unwrap().split('`').skip(3).step_by(2).collect();
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    let named: Vec<&str> = named.iter().map(|name| name.split(' ').next().unwrap()).collect();
    assert_eq!(named.len(), commands.len(), "{named:?} {commands:?}");
    for command in commands {
        assert!(named.contains(&command), "{command} is not in the README");
    }
}

#[tokio::test]
async fn the_proposal_it_shows_is_one() {
    let text = readme();
    let block = text.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let gate = crate::it::world::default_gate().await;
    let created = gate.post("support-3", "/v1/envelopes", block.to_owned()).await;
    assert_eq!(created.status, 201, "{}", created.body);
    assert_eq!(created.body["amount"], "60.00 USD");
}

#[test]
fn the_settings_it_shows_are_those_that_are_built_in() {
    let text = readme();
    let block = text.split("## Settings").nth(1).unwrap();
    let block = block.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let (shown, _) = Settings::parse(block, |_, _| ()).unwrap();
    let said = |settings: &Settings| -> Vec<_> {
        let rows = settings.list().into_iter();
        rows.map(|(name, value, _)| (name, value)).collect()
    };
    assert_eq!(said(&shown), said(&Settings::default()));
    let environment = ["colours"];
    for (name, _, from) in shown.list() {
        assert!(from != Source::Default || environment.contains(&name), "{name}");
    }
}

#[test]
fn it_names_every_action_that_can_have_other_keys() {
    let text = readme();
    let line = text.lines().find(|line| line.starts_with("The names: ")).unwrap();
    let list = line.split(". What is given").next().unwrap();
    let mut named: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    let mut known: Vec<&str> = Keymap::default().every().map(|bound| bound.command.name()).collect();
    named.sort_unstable();
    known.sort_unstable();
    known.dedup();
    assert_eq!(named, known);
}
