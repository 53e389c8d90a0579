//! `signoff ledger verify`: needs no gate and trusts none.

use super::arguments::{LedgerVerb, Place};
use super::connect::{data_folder, existing};
use super::error::CliError;
use super::output::Output;
use crate::{gate, store};

pub(super) fn run(place: &Place, verb: &LedgerVerb, out: &Output) -> Result<(), CliError> {
    match verb {
        LedgerVerb::Verify => verify(place, out),
    }
}

fn verify(place: &Place, out: &Output) -> Result<(), CliError> {
    if place.url.is_some() {
        return Err(CliError::Usage(
            "A ledger is verified from its file.".to_owned(),
            "Name its folder with --data DIR.",
        ));
    }
    let path = existing(gate::ledger(&data_folder(place)?))?;
    let report = store::verify(&path)?.map_err(CliError::Ledger)?;
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
