//! The real binary: what it prints and how it ends.

mod case;
mod completions;
mod erase;
mod files;
mod login;
mod man;
pub mod place;
mod pyjwt;
mod report;
mod reviewer;
mod settings;
mod trust;
mod verbs;
mod vouch;

use std::process::Command;

/// Every command as it is typed, verbs of verbs too: `["agent", "add"]`.
fn commands() -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut left = vec![Vec::new()];
    while let Some(command) = left.pop() {
        let below = below(&command);
        let below = below.into_iter().map(|verb| [&command[..], &[verb]].concat());
        left.extend(below);
        all.push(command);
    }
    all.retain(|command| !command.is_empty());
    assert!(all.len() > 20, "{all:?}");
    all
}

/// What `--help` lists under a command.
fn below(command: &[String]) -> Vec<String> {
    let help = Command::new(place::BINARY)
        .args(command)
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}
