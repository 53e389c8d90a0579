//! `signoff blob`, and `signoff show --file`: evidence files out of and into a gate. None is ever opened here.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::arguments::{Piece, Place, Show};
use super::connect::connect;
use super::error::CliError;
use super::output::Output;
use crate::api::{EnvelopeView, MAX_FILE};
use crate::domain::{Digest, Evidence, Shown};
use crate::ledger::sha256;

/// Sends a file as an agent or a service; the digest that is printed is what evidence names.
pub(super) async fn send(place: &Place, path: &Path, out: &Output) -> Result<(), CliError> {
    let unreadable = |error| CliError::File(path.display().to_string(), error);
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // What never ends, such as a device, has no length to ask for.
    file.take(MAX_FILE as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > MAX_FILE {
        return Err(CliError::Usage(
            format!("The file has more than the {MAX_FILE} bytes that a gate takes."),
            "Send a part of it, or name where it can be found as `ref`.",
        ));
    }
    let connection = connect(place).await?;
    let file = connection.client.upload(bytes).await?;
    out.value(&file, |file| file.sha256.to_string())?;
    connection.close().await
}

/// Writes a file of an envelope's evidence, once it is the one that the agent named.
pub(super) async fn show(place: &Place, show: &Show, piece: &Piece, out: &Output) -> Result<(), CliError> {
    if out.is_json() && show.output.is_none() {
        return Err(CliError::Usage(
            "A file is no JSON.".to_owned(),
            "Leave --json out, or say with --output where the file goes.",
        ));
    }
    let connection = connect(place).await?;
    let view = connection.client.envelope(show.id, Duration::ZERO).await?;
    let digest = named(&view, piece)?;
    let bytes = connection.client.file(&digest).await?;
    if sha256(&bytes) != digest {
        return Err(CliError::Changed(format!(
            "The gate sent other bytes than {} names, so nothing was written.",
            digest.short()
        )));
    }
    match &show.output {
        Some(path) => keep(path, &bytes, digest, out)?,
        None => out.file(&bytes)?,
    }
    connection.close().await
}

/// The file that a piece of evidence names, or why there is none.
fn named(view: &EnvelopeView, piece: &Piece) -> Result<Digest, CliError> {
    let evidence = view.claimed.iter().flat_map(|claimed| &claimed.evidence);
    let digests: Vec<Option<Digest>> = evidence.map(|evidence: &Evidence| evidence.sha256).collect();
    let wrong = |why: String| {
        Err(CliError::Usage(
            why,
            "`signoff show ID` numbers them, and says which are here.",
        ))
    };
    match piece {
        Piece::Number(n) => match digests.get(n - 1) {
            None => wrong(format!(
                "It has {} pieces of evidence, and no number {n}.",
                digests.len()
            )),
            Some(None) => wrong(format!("Evidence {n} names no file.")),
            Some(Some(digest)) => Ok(*digest),
        },
        Piece::Digest(prefix) => {
            // Two pieces may name one file.
            let fits: BTreeSet<Digest> = digests.into_iter().flatten().filter(|d| prefix.matches(d)).collect();
            let mut fits = fits.into_iter();
            match (fits.next(), fits.next()) {
                (Some(digest), None) => Ok(digest),
                (None, _) => wrong("None of its evidence names such a file.".to_owned()),
                (Some(_), Some(_)) => wrong("Several of its files begin like this.".to_owned()),
            }
        }
    }
}

/// Puts a whole file where there is none, for its owner alone to read.
pub(super) fn put(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let unwritten = |error: io::Error| CliError::Unwritten(path.display().to_string(), error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(unwritten)?;
    file.write_all(bytes).map_err(unwritten)?;
    file.persist_noclobber(path).map_err(|error| unwritten(error.error))?;
    Ok(())
}

/// Puts the whole file where the reviewer said, or nothing: a part of it could pass for the evidence.
fn keep(path: &Path, bytes: &[u8], digest: Digest, out: &Output) -> Result<(), CliError> {
    put(path, bytes)?;
    let path = path.display().to_string();
    out.value(&json!({"sha256": digest, "bytes": bytes.len(), "output": path}), |_| {
        format!(
            "{} bytes, SHA-256 {} checked, are in {}",
            bytes.len(),
            digest.short(),
            Shown::line(&path)
        )
    })
}
