use std::process::Command;

use super::commands;
use super::place::BINARY;

fn script(shell: &str) -> String {
    let output = Command::new(BINARY).args(["completions", shell]).output().unwrap();
    assert!(output.status.success(), "{shell}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn each_shells_script_names_every_command() {
    let commands = commands();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = script(shell);
        for name in commands.iter().flatten() {
            let word = |word: &str| word == name;
            let mut words = script.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
            assert!(words.any(word), "{shell} does not know {name}");
        }
    }
}

#[test]
fn bash_reads_its_script_and_completes_a_command() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signoff.bash");
    std::fs::write(&file, script("bash")).unwrap();
    let bash = |arguments: &[&str]| {
        let output = Command::new("bash").args(arguments).arg(&file).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && said.is_empty(), "{said}");
        String::from_utf8(output.stdout).unwrap()
    };
    bash(&["-n"]);
    // What bash does when somebody types `signoff agent re` and Tab.
    let tab = r#"source "$0"; COMP_WORDS=(signoff agent re); COMP_CWORD=2; _signoff signoff re agent; echo "${COMPREPLY[@]}""#;
    assert_eq!(bash(&["-c", tab]), "revoke\n");
}

#[test]
fn a_shell_that_is_none_is_a_wrong_use() {
    let output = Command::new(BINARY).args(["completions", "nosh"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
