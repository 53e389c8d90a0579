//! `signoff verify-bundle`: files alone are checked; no gate and no ledger is asked.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::arguments::VerifyBundle;
use super::connect::read_file;
use super::error::CliError;
use super::output::Output;
use crate::bundle::{Checked, Files, Flaw, FlawKind, Signer, check};

pub(super) fn verify(verify: &VerifyBundle, out: &Output) -> Result<(), CliError> {
    if !verify.folder.is_dir() {
        return Err(CliError::Missing(format!(
            "There is no folder at {}.",
            verify.folder.display()
        )));
    }
    let signers = verify.signers.as_deref().map(signers).transpose()?;
    let mut files = Files::new();
    read(&verify.folder, "", &mut files)?;
    let checked = check(&files, signers.as_deref()).map_err(CliError::Bundle)?;
    out.value(&checked, said)
}

fn signers(path: &Path) -> Result<Vec<Signer>, CliError> {
    Signer::parse(&read_file(path)?).map_err(|error| {
        CliError::Usage(
            format!("{} cannot be relied on: {error}", path.display()),
            "A line is NAME KIND BASE64, as in `allowed_signers` of ssh-keygen(1).",
        )
    })
}

/// Reads all files below a folder. A link could lead anywhere, so there must be none.
fn read(folder: &Path, below: &str, files: &mut Files) -> Result<(), CliError> {
    let unread = |error| CliError::File(folder.display().to_string(), error);
    for entry in fs::read_dir(folder).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().map_err(unread)?;
        if kind.is_dir() {
            read(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file() {
            let bytes = fs::read(entry.path());
            files.insert(
                path,
                bytes.map_err(|error| CliError::File(entry.path().display().to_string(), error))?,
            );
        } else {
            return Err(CliError::Bundle(Flaw {
                kind: FlawKind::Tampered,
                entry: None,
                message: format!("{path} is no plain file."),
                file: path,
            }));
        }
    }
    Ok(())
}

fn said(checked: &Checked) -> String {
    let mut text = format!(
        "The bundle holds: {} entries, {} envelopes, the texts of {} of them ({} texts, {} erased), {} signed decisions.",
        checked.entries, checked.envelopes, checked.with_texts, checked.texts, checked.erased, checked.signed
    );
    if let Some(approved) = checked.approved {
        let trusted = "approvals rest on enough keys that you trust, and none that matters on fewer.";
        let _ = write!(text, "\n{approved} {trusted}");
    }
    text
}
