//! Settings files as the command line takes them, and refuses them.

use std::fs;
use std::process::Command;

use super::place::{BINARY, Place};

/// The exit code, and what was said.
fn demo(arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = Command::new(BINARY)
        .arg("demo")
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn a_file_with_faults_keeps_the_console_from_starting_and_says_each() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_string_lossy().into_owned();
    fs::create_dir(folder.path().join("signoff")).unwrap();
    let path = folder.path().join("signoff/console.toml");
    fs::write(&path, "theem = \"dark\"\nhold = \"0s\"\n").unwrap();
    let expected = format!(
        "Error: the console does not start with the settings in {}\n\
         Cause: line 1, column 1: `theem` is not known in the settings.\n    \
         Hint: Did you mean `theme`?\n  \
         line 2, column 8: `hold`: `0s` is not a length of time: write a whole number and s, m, h or d, such as \
         15m or 4h.\n",
        path.display()
    );
    let refused = demo(&[], &[("XDG_CONFIG_HOME", &home)]);
    assert_eq!(refused, (Some(2), expected));
    let named = path.to_string_lossy();
    assert_eq!(demo(&["--config", &named], &[]), refused);
}

#[test]
fn a_file_that_was_named_has_to_be_there_and_the_usual_one_need_not() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_string_lossy().into_owned();
    let (_, said) = demo(&[], &[("XDG_CONFIG_HOME", &home)]);
    assert!(said.starts_with("Error: The console needs a terminal."), "{said}");
    let named = folder.path().join("mine.toml").to_string_lossy().into_owned();
    let (code, said) = demo(&["--config", &named], &[]);
    assert_eq!(code, Some(1));
    assert!(said.starts_with(&format!("Error: {named} cannot be read")), "{said}");
}

#[test]
fn an_agent_cannot_have_settings_or_memory_changed_wherever_they_are() {
    let place = Place::new();
    let token = place.add(&["agent", "add", "coder"]);
    for variable in ["XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
        let elsewhere = place.path(variable);
        let named = elsewhere.join("signoff/console.toml");
        let arguments = serde_json::json!({ "path": named, "text": "mouse = true" });
        let body = serde_json::json!({ "action": { "tool": "get_file", "arguments": arguments } });
        let proposal = place.proposal(&body.to_string());
        let output = Command::new(BINARY)
            .arg("--data")
            .arg(place.data())
            .args(["--json", "--token-file", &token, "submit", &proposal])
            .env(variable, &elsewhere)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("\"verdict\":\"deny\""), "{variable}: {said}");
    }
}
