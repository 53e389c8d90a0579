//! The reviewer's own editor on a file that only this user can reach.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::process::Command;

use crate::api::MAX_BODY;

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
    // A folder of its own, that only this user can enter: what the editor leaves beside the file goes with it.
    let only_mine = fs::Permissions::from_mode(0o700);
    let folder = tempfile::Builder::new()
        .permissions(only_mine)
        .tempdir()
        .map_err(wrong)?;
    let path = folder.path().join("arguments.json");
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .map_err(wrong)?;
    file.write_all(text.as_bytes()).map_err(wrong)?;
    file.write_all(b"\n").map_err(wrong)?;
    drop(file);
    // As git does it: the variable may carry arguments, and the shell takes them apart.
    let status = Command::new("sh")
        .args(["-c", &format!("{editor} \"$1\""), "sh"])
        .arg(&path)
        .status()
        .map_err(|error| format!("The editor could not be run: {error}."))?;
    if !status.success() {
        return Err("The editor ended without success, so the text is as it was.".to_owned());
    }
    let length = fs::metadata(&path).map_err(wrong)?.len();
    if length > MAX_BODY as u64 {
        return Err(format!(
            "The text has {length} bytes, more than a gate takes, so it is as it was."
        ));
    }
    fs::read_to_string(&path).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_editor_leaves_beside_the_text_goes_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let told = folder.path().join("where");
        let editor = format!(
            "sh -c 'cp \"$1\" \"$1~\"; dirname \"$1\" > {}; echo {{}} > \"$1\"' sh",
            told.display()
        );
        assert_eq!(run(&editor, "{\"a\": 1}"), Ok("{}\n".to_owned()));
        let was = fs::read_to_string(told).expect("where it was");
        assert!(!std::path::Path::new(was.trim()).exists());
    }

    #[test]
    fn nobody_else_can_read_what_is_edited() {
        let told = tempfile::NamedTempFile::new().expect("a file");
        let editor = format!(
            "sh -c 'stat -c %a \"$(dirname \"$1\")\" \"$1\" > {}' sh",
            told.path().display()
        );
        run(&editor, "{}").expect("edited");
        assert_eq!(fs::read_to_string(told.path()).expect("modes"), "700\n600\n");
    }

    #[test]
    fn more_than_a_gate_takes_is_not_read() {
        let answer = run("head -c 30000000 /dev/zero >", "{}");
        assert!(answer.is_err_and(|why| why.contains("30000000 bytes")));
    }
}
