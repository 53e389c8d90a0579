//! `signoff verify-bundle`: files alone are checked; no gate and no ledger is asked.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::arguments::VerifyBundle;
use super::connect::read_file;
use super::error::CliError;
use super::output::Output;
use crate::bundle::{Checked, Files, Flaw, FlawKind, People, Pins, Signer, Strict, check};
use crate::domain::EnvelopeId;
use crate::ledger::sha256;
use crate::signature::NoteKey;

/// How many envelopes a text names before it counts the rest; JSON has them all.
const NAMED: usize = 5;

pub(super) fn verify(verify: &VerifyBundle, out: &Output) -> Result<(), CliError> {
    if !verify.folder.is_dir() {
        return Err(CliError::Missing(format!(
            "There is no folder at {}.",
            verify.folder.display()
        )));
    }
    let pins = pins(verify)?;
    let mut files = Files::new();
    read(&verify.folder, "", &mut files)?;
    let checked = check(&files, &pins).map_err(CliError::Bundle)?;
    out.value(&checked, said)
}

/// What was named to hold the bundle against.
fn pins(verify: &VerifyBundle) -> Result<Pins, CliError> {
    let people = match (&verify.signers, &verify.admins) {
        (Some(file), _) => Some(People::Signers(signers(file)?)),
        (None, Some(file)) => Some(People::Admins(signers(file)?)),
        (None, None) => None,
    };
    if people.is_none() && !verify.policy.is_empty() {
        return Err(CliError::Usage(
            "A policy is named, and nobody whose word counts.".to_owned(),
            "Name admins or signers too: --admins FILE. Without them verdicts are not given again.",
        ));
    }
    let policies = verify.policy.iter().map(|path| {
        let bytes = fs::read(path).map_err(|error| CliError::File(path.display().to_string(), error))?;
        Ok(sha256(&bytes))
    });
    Ok(Pins {
        people,
        policies: policies.collect::<Result<_, CliError>>()?,
        log_key: verify.log_key.as_deref().map(log_key).transpose()?,
    })
}

/// A key as it is written, or the file that holds it.
fn log_key(text: &str) -> Result<NoteKey, CliError> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    let line = read_file(Path::new(text))?;
    line.trim_end().parse().map_err(|error| {
        CliError::Usage(
            format!("{text} holds no key of a log: {error}."),
            "It is one line, NAME+HASH+BASE64, as in `log.vkey` of a bundle.",
        )
    })
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
    if let Some(strict) = &checked.strict {
        text.push_str(&strictly(strict));
    }
    text
}

/// What strictness found, and what it took the gate's word for.
fn strictly(strict: &Strict) -> String {
    let mut text = format!(
        "\n{} approvals rest on enough keys that you trust, and none that matters on fewer; nothing that matters was \
         handed out without one.\n{} verdicts are the policy's, or heavier.",
        strict.approved, strict.replayed
    );
    if !strict.policies_named {
        text.push_str("\nWhich policies are in force is the gate's word: name yours with --policy FILE.");
    }
    if !strict.roles_vouched {
        text.push_str("\nWho has which role is the gate's word: --admins FILE counts the role that was vouched for.");
    }
    let mut some = |ids: &BTreeSet<EnvelopeId>, what: &str| {
        if !ids.is_empty() {
            let named: Vec<String> = ids.iter().take(NAMED).map(ToString::to_string).collect();
            let more = ids.len().saturating_sub(NAMED);
            let more = (more > 0).then(|| format!(" and {more} more"));
            let _ = write!(
                text,
                "\n{} {what}: {}{}.",
                ids.len(),
                named.join(", "),
                more.unwrap_or_default()
            );
        }
    };
    some(
        &strict.not_replayed,
        "envelopes have a verdict that could not be given again, since texts are erased or not here",
    );
    some(
        &strict.on_gates_word,
        "envelopes have a verdict that also rests on what only the gate knows, beside the payload",
    );
    text
}
