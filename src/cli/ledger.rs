//! `signoff ledger`: `verify` and `prove` need no gate and trust none; what changes anything goes through it.

mod keeping;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::arguments::{LedgerVerb, Place, Prove};
use super::connect::{admin, data_folder, existing, policy, take};
use super::error::CliError;
use super::export;
use super::machine::Machine;
use super::output::Output;
use crate::gate::EmbeddedError;
use crate::store::{Proved, Which};
use crate::{gate, store};

pub(super) async fn run(place: &Place, verb: &LedgerVerb, out: &Output) -> Result<(), CliError> {
    match verb {
        LedgerVerb::Verify => verify(place, out).await,
        LedgerVerb::Prove(prove) => receipts(place, prove, out),
        LedgerVerb::Export(options) => export::run(&file(place, "exported")?, options, out).await,
        LedgerVerb::RotateKey => rotate(place, out).await,
        LedgerVerb::Erase(erase) => keeping::erase(place, erase, out).await,
        LedgerVerb::Prune(prune) => keeping::prune(place, prune, out).await,
        LedgerVerb::Hold(hold) => keeping::hold(place, hold, out).await,
        LedgerVerb::Release(release) => keeping::release(place, release, out).await,
    }
}

async fn verify(place: &Place, out: &Output) -> Result<(), CliError> {
    let path = file(place, "verified")?;
    let report = store::verify(&path)?.map_err(CliError::Ledger)?;
    if let Some(anchor) = &place.anchor
        && let Some(what) = gate::contradicted(&path, anchor).await?
    {
        return Err(CliError::Gate(EmbeddedError::Anchor(anchor.clone(), what)));
    }
    let value = serde_json::json!({
        "verified": true,
        "entries": report.entries,
        "envelopes": report.envelopes,
        "texts": report.blobs,
        "erased": report.erased,
        "checkpoints": report.checkpoints,
    });
    out.value(&value, |_| {
        format!(
            "The ledger verifies: {} entries, {} envelopes, {} texts of which {} erased, {} signed heads.",
            report.entries, report.envelopes, report.blobs, report.erased, report.checkpoints
        )
    })
}

async fn rotate(place: &Place, out: &Output) -> Result<(), CliError> {
    file(place, "given a key")?;
    let data = data_folder(place)?;
    let (folder, token) = (take(place, &data)?, admin(place, &data)?);
    let key = gate::rotate_log_key(&folder, policy(place)?, Arc::new(Machine), &token).await?;
    out.value(&json!({ "key": key }), |_| {
        format!("The log is signed with a new key from here on:\n{key}\nThe old one handed over to it and is gone.")
    })
}

/// The ledger's file: what is done with it is said in one word.
fn file(place: &Place, done: &str) -> Result<PathBuf, CliError> {
    if place.url.is_some() {
        return Err(CliError::Usage(
            format!("A ledger is {done} from its file."),
            "Name its folder with --data DIR.",
        ));
    }
    existing(gate::ledger(&data_folder(place)?))
}

fn receipts(place: &Place, prove: &Prove, out: &Output) -> Result<(), CliError> {
    let path = file(place, "proved")?;
    let which = match (prove.entry, prove.id) {
        (Some(n), _) => Which::One(n),
        (None, Some(id)) => Which::Of(id),
        (None, None) => return Err(nothing()),
    };
    let (proved, key) = store::prove(&path, which)?;
    let Some(key) = key else {
        return Err(CliError::Changed(
            "The newest head of this ledger is not signed: open it once with this version.".to_owned(),
        ));
    };
    if proved.is_empty() {
        return Err(nothing());
    }
    if let Some(folder) = &prove.output {
        keep(folder, &proved, &key)?;
        let folder = folder.display().to_string();
        return out.value(&json!({ "receipts": proved.len(), "output": folder }), |_| {
            format!("{} receipts and the entries they prove are in {folder}", proved.len())
        });
    }
    for Proved { bytes, receipt } in &proved {
        let value = json!({
            "entry": receipt.index,
            "bytes": String::from_utf8_lossy(bytes),
            "receipt": receipt.text(),
            "key": key,
        });
        if out.is_json() {
            out.machine_line(&value)?;
        } else {
            out.file(receipt.text().as_bytes())?;
        }
    }
    Ok(())
}

fn nothing() -> CliError {
    CliError::Missing("There is no such entry in this ledger.".to_owned())
}

/// One receipt and its entry's exact bytes a pair of files; a folder that is there already is left alone.
fn keep(folder: &Path, proved: &[Proved], key: &str) -> Result<(), CliError> {
    let write = |path: PathBuf, bytes: &[u8]| {
        fs::write(&path, bytes).map_err(|error| CliError::Unwritten(path.display().to_string(), error))
    };
    fs::create_dir(folder).map_err(|error| CliError::Unwritten(folder.display().to_string(), error))?;
    write(folder.join("log.vkey"), format!("{key}\n").as_bytes())?;
    for Proved { bytes, receipt } in proved {
        write(folder.join(format!("{}.json", receipt.index)), bytes)?;
        write(
            folder.join(format!("{}.tlog-proof", receipt.index)),
            receipt.text().as_bytes(),
        )?;
    }
    Ok(())
}
