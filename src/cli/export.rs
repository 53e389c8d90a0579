//! `signoff ledger export`: one moment of a ledger file as plain files. It needs no gate and changes nothing.

mod csv;
mod folder;
mod pick;
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::arguments::{Export, Format};
use super::error::CliError;
use super::machine::Machine;
use super::output::Output;
use crate::bundle::{
    self, CHECKPOINT, DECISIONS, GUIDE, LOG_KEY, MANIFEST, Manifest, SIGNERS, SignedWord, TOKEN_KEYS, Texts,
};
use crate::client::Client;
use crate::domain::{EnvelopeId, Role};
use crate::gate::{Archive, kept_texts};
use crate::store::{Reading, StoreError};
use folder::NewFolder;
use pick::Pick;
use rows::Row;

/// How many envelopes go by between two words on how far it is.
const STEP: usize = 500;

/// How to check a bundle without this program.
const HOW: &str = include_str!("../../assets/bundle/VERIFY.md");

pub(super) async fn run(ledger: &Path, export: &Export, out: &Output) -> Result<(), CliError> {
    let reading = Reading::current(ledger)?;
    let pick = Pick::of(&reading, export)?;
    let picked = pick.envelopes(&reading)?;
    let mut folder = NewFolder::make(&export.folder)?;
    match export.format {
        Format::Bundle => bundle(&reading, &picked, pick.told(), &mut folder, out)?,
        Format::Jsonl => rows(ledger, &reading, &picked, &mut folder, out, "envelopes.jsonl").await?,
        Format::Csv => rows(ledger, &reading, &picked, &mut folder, out, "envelopes.csv").await?,
    }
    reading.is_whole()?;
    let files = folder.finish()?;
    let path = export.folder.display().to_string();
    let value = json!({ "envelopes": picked.len(), "files": files, "output": path });
    out.value(&value, |_| {
        format!("{} envelopes are in {path}, in {files} files.", picked.len())
    })
}

fn bundle(
    reading: &Reading,
    picked: &[EnvelopeId],
    told: BTreeMap<String, String>,
    folder: &mut NewFolder,
    out: &Output,
) -> Result<(), CliError> {
    let db = reading.db();
    let unsigned = || {
        CliError::Changed("The newest head of this ledger is not signed: open it once with this version.".to_owned())
    };
    let (size, note) = db.note()?.ok_or_else(unsigned)?;
    let key = db.log_key_text()?.ok_or_else(unsigned)?;
    let ledger = db.ledger_id()?.ok_or(StoreError::Corrupt("first entry"))?;
    for tile in bundle::tiles(size) {
        let bytes = db
            .tile(&tile, size)?
            .ok_or(StoreError::Corrupt("tree: a node is missing"))?;
        folder.put(&bundle::tile_path(&tile), &bytes)?;
    }
    words(reading, folder)?;
    let (mut names, mut admins) = (BTreeMap::new(), BTreeSet::new());
    for (principal, _) in db.principals()? {
        if principal.role == Some(Role::Admin) {
            admins.insert(principal.id);
        }
        names.insert(principal.id, principal.name);
    }
    let lines = bundle::signer_lines(db.known_keys()?, &names, &admins);
    folder.put(SIGNERS, lines.as_bytes())?;
    if let Some(keys) = bundle::token_keys(&db.token_keys()?) {
        folder.put(TOKEN_KEYS, &keys)?;
    }
    for (version, bytes) in db.policies()? {
        folder.put(&bundle::policy_path(version), &bytes)?;
    }
    for subject in db.other_subjects()? {
        texts(reading, subject, folder)?;
    }
    let mut evidence = BTreeSet::new();
    for (done, id) in picked.iter().enumerate() {
        if done % STEP == 0 {
            out.progress(&format!("{done} of {} envelopes", picked.len()));
        }
        evidence.extend(texts(reading, id.0, folder)?.evidence());
    }
    out.progress("");
    let mut manifest = Manifest::new(ledger, (size, db.root_over(size)?), picked.len() as u64, told);
    for sha256 in evidence {
        if let Some(bytes) = db.file(sha256)? {
            folder.put(&bundle::file_path(sha256), &bytes)?;
            manifest.files.insert(sha256);
        }
    }
    let manifest = serde_json::to_vec_pretty(&manifest).map_err(|error| CliError::Io(error.into()))?;
    folder.put(LOG_KEY, format!("{key}\n").as_bytes())?;
    folder.put(CHECKPOINT, &note)?;
    folder.put(GUIDE, HOW.as_bytes())?;
    folder.put(MANIFEST, &manifest)
}

/// One row for each envelope, as a read-only gate over the same file answers: what is masked there, is masked here.
async fn rows(
    ledger: &Path,
    reading: &Reading,
    picked: &[EnvelopeId],
    folder: &mut NewFolder,
    out: &Output,
    name: &str,
) -> Result<(), CliError> {
    let archive = Archive::open(ledger, Arc::new(Machine)).await?;
    let client = Client::new(&archive.url, Some(archive.token.clone()))?;
    let is_csv = name.ends_with("csv");
    let mut text = if is_csv { csv::head() } else { String::new() };
    for (done, id) in picked.iter().enumerate() {
        if done % STEP == 0 {
            out.progress(&format!("{done} of {} envelopes", picked.len()));
        }
        let view = client.envelope(*id, Duration::ZERO).await?;
        let row = Row::of(view, &reading.db().entries_of(*id)?);
        if is_csv {
            text += &csv::row(&row);
        } else {
            text += &serde_json::to_string(&row).map_err(|error| CliError::Io(error.into()))?;
            text.push('\n');
        }
    }
    out.progress("");
    folder.put(name, text.as_bytes())
}

/// What people signed, out of the entries.
fn words(reading: &Reading, folder: &mut NewFolder) -> Result<(), CliError> {
    let mut words = Vec::new();
    reading.numbered(|n, entry| words.extend(SignedWord::of(n, entry)))?;
    let mut lines = String::new();
    for word in words {
        for (path, bytes) in word.files().map_err(StoreError::from)? {
            folder.put(&path, &bytes)?;
        }
        lines += &bundle::decisions_line(&word);
    }
    folder.put(DECISIONS, lines.as_bytes())
}

/// The texts of one subject; one that was erased altogether still has its file, which says so by its lack.
fn texts(reading: &Reading, subject: Uuid, folder: &mut NewFolder) -> Result<Texts, CliError> {
    let all = kept_texts(&reading.db(), subject)?;
    let bytes = serde_json::to_vec_pretty(&all).map_err(|error| CliError::Io(error.into()))?;
    folder.put(&bundle::texts_path(subject), &bytes)?;
    Ok(all)
}
