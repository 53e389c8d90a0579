//! The reviewer's own pager on a file that only this user can reach.

use std::io::Write;
use std::process::Command;

/// Shows a text in the pager, and says in a sentence why it could not.
pub(super) async fn read(pager: &str, text: String) -> Result<(), String> {
    let pager = pager.to_owned();
    let read = tokio::task::spawn_blocking(move || run(&pager, &text)).await;
    read.map_err(|error| format!("The pager could not be run: {error}."))?
}

fn run(pager: &str, text: &str) -> Result<(), String> {
    let wrong = |error: std::io::Error| format!("The text could not be handed over: {error}.");
    let mut file = tempfile::NamedTempFile::with_prefix("signoff-").map_err(wrong)?;
    file.write_all(text.as_bytes()).map_err(wrong)?;
    // As git does it: the variable may carry arguments, and the shell takes them apart. In less, nothing that
    // is typed may start another program: what is read comes from agents.
    let status = Command::new("sh")
        .args(["-c", &format!("{pager} \"$1\""), "sh"])
        .arg(file.path())
        .env("LESSSECURE", "1")
        .status()
        .map_err(|error| format!("The pager could not be run: {error}."))?;
    if !status.success() {
        return Err("The pager ended without success: set PAGER to one that is there.".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pager_gets_the_text_in_a_file_that_is_gone_afterwards() {
        let folder = tempfile::tempdir().expect("a folder");
        let (copy, told) = (folder.path().join("copy"), folder.path().join("where"));
        let pager = format!(
            "sh -c 'cat \"$1\" > {}; echo \"$1\" > {}' sh",
            copy.display(),
            told.display()
        );
        assert_eq!(run(&pager, "all of it\n"), Ok(()));
        assert_eq!(std::fs::read_to_string(copy).expect("a copy"), "all of it\n");
        let was = std::fs::read_to_string(told).expect("where it was");
        assert!(!std::path::Path::new(was.trim()).exists());
        assert!(run("false", "").is_err());
    }
}
