use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use super::commands;
use super::place::BINARY;

#[test]
fn the_main_page_names_every_command() {
    let output = Command::new(BINARY).arg("man").output().unwrap();
    assert!(output.status.success());
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains(".TH signoff 1"), "{page}");
    let named: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix(r"signoff\-")?.strip_suffix("(1)"))
        .map(|name| name.replace(r"\-", "-"))
        .collect();
    let expected: BTreeSet<String> = commands().into_iter().map(|command| command[0].clone()).collect();
    assert_eq!(named, expected);
}

#[test]
fn a_folder_gets_a_page_for_each_command() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("share/man1");
    let run = |folder: &str| Command::new(BINARY).args(["man", folder]).output().unwrap();
    assert!(run(&pages.to_string_lossy()).status.success());
    for command in commands() {
        let name = format!("signoff-{}.1", command.join("-"));
        let page = fs::read_to_string(pages.join(&name)).unwrap_or_else(|_| panic!("{name} is not there"));
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
    }
    let file = pages.join("signoff.1");
    let refused = run(&file.to_string_lossy());
    assert_eq!(refused.status.code(), Some(1), "a file is no folder");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("signoff.1"));
}
