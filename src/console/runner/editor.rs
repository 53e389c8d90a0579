//! The reviewer's own editor on a file that only this user can read.

use std::io::Write;
use std::process::Command;

/// Hands a text to the editor and returns what became of it, or a sentence on why nothing did.
pub(super) async fn edit(editor: Option<&str>, text: String) -> Result<String, String> {
    let Some(editor) = editor.map(str::to_owned) else {
        return Err("No editor is named: set VISUAL or EDITOR.".to_owned());
    };
    let edited = tokio::task::spawn_blocking(move || run(&editor, &text)).await;
    edited.map_err(|error| format!("The editor could not be run: {error}."))?
}

fn run(editor: &str, text: &str) -> Result<String, String> {
    let wrong = |error: std::io::Error| format!("The text could not be handed over: {error}.");
    let mut file = tempfile::Builder::new().suffix(".json").tempfile().map_err(wrong)?;
    file.write_all(text.as_bytes()).map_err(wrong)?;
    file.write_all(b"\n").map_err(wrong)?;
    file.flush().map_err(wrong)?;
    // As git does it: the variable may carry arguments, and the shell takes them apart.
    let status = Command::new("sh")
        .args(["-c", &format!("{editor} \"$1\""), "sh"])
        .arg(file.path())
        .status()
        .map_err(|error| format!("The editor could not be run: {error}."))?;
    if !status.success() {
        return Err("The editor ended without success, so the text is as it was.".to_owned());
    }
    std::fs::read_to_string(file.path()).map_err(wrong)
}
