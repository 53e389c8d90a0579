//! Writes a case file where there is none, for its owner alone to read.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use crate::api::CaseFile;
use crate::console::sheet::case_text;
use crate::diff::Until;
use crate::domain::EnvelopeId;

/// How long the payload may be compared: it is done away from the task that draws.
const PATIENCE: Duration = Duration::from_secs(2);

/// So many case files of one envelope find room side by side.
const MOST: u32 = 99;

/// Answers with the path; the error is a sentence fragment.
pub(super) fn write(folder: &Path, file: &CaseFile) -> Result<String, String> {
    let text = case_text(file, Until::within(PATIENCE)) + "\n";
    put(folder, file.envelope.summary.id, &text)
}

fn put(folder: &Path, id: EnvelopeId, text: &str) -> Result<String, String> {
    for n in 1..=MOST {
        let name = if n == 1 {
            format!("case-{id}.txt")
        } else {
            format!("case-{id}-{n}.txt")
        };
        let path = folder.join(name);
        // What is there is left as it is, be it a link.
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let written = opened.and_then(|mut to| {
            let whole = to.write_all(text.as_bytes()).and_then(|()| to.sync_all());
            // A part of it could pass for the whole.
            whole.inspect_err(|_| drop(std::fs::remove_file(&path)))
        });
        match written {
            Ok(()) => return Ok(path.display().to_string()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("{}: {error}", path.display())),
        }
    }
    Err(format!("{MOST} case files of it are in {} already", folder.display()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_file_that_is_there_is_left_alone_and_a_link_is_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let id = EnvelopeId(Uuid::from_u128(7));
        let first = put(folder.path(), id, "one").expect("written");
        assert!(first.ends_with(&format!("case-{id}.txt")), "{first}");
        let mode = fs::metadata(&first).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let (link, mine) = (
            folder.path().join(format!("case-{id}-2.txt")),
            folder.path().join("mine"),
        );
        std::os::unix::fs::symlink(&mine, link).expect("a link");
        let third = put(folder.path(), id, "two").expect("written");
        assert!(third.ends_with("-3.txt") && !mine.exists(), "{third}");
        assert_eq!(fs::read_to_string(first).expect("a file"), "one");
        assert_eq!(fs::read_to_string(third).expect("a file"), "two");
    }

    #[test]
    fn why_nothing_was_written_names_the_place() {
        let nowhere = Path::new("/nonexistent/here");
        let why = put(nowhere, EnvelopeId(Uuid::nil()), "x").expect_err("no folder");
        assert!(why.starts_with("/nonexistent/here/case-"), "{why}");
    }
}
