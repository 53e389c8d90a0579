//! What was seen of a gate, which it is held against before anything is decided there; `signoff trust`.

use jiff::Timestamp;
use serde_json::json;

use super::arguments::{Place, Trust};
use super::connect::data_folder;
use super::error::CliError;
use super::output::Output;
use super::settings;
use crate::client::Client;
use crate::console::{PinFile, Watch};
use crate::domain::Shown;

/// Where it is kept what was seen of the gate that is meant; nothing without a home folder.
///
/// A gate on this machine is known by its folder: its address may be another each time.
pub(super) fn file(place: &Place) -> Result<Option<PinFile>, CliError> {
    let gate = if let Some(url) = &place.url {
        Client::new(url, None)?.url().to_owned()
    } else {
        let folder = data_folder(place)?;
        folder.canonicalize().unwrap_or(folder).display().to_string()
    };
    Ok(settings::state_file("pins.toml").map(|path| PinFile::new(path, gate)))
}

/// Has a gate prove that its ledger grew from what was seen of it, and keeps what it shows now.
///
/// One that was never seen is taken as it is, as by a console.
pub(super) async fn hold(place: &Place, client: &Client) -> Result<(), CliError> {
    let seen = match file(place)? {
        Some(file) => {
            let pin = file.read()?;
            Some((file, pin))
        }
        None => None,
    };
    Ok(Watch::new(seen).prove(client, Timestamp::now()).await?)
}

pub(super) fn run(place: &Place, trust: &Trust, out: &Output) -> Result<(), CliError> {
    let Some(file) = file(place)? else {
        return Err(CliError::Usage(
            "There is no home folder here, so nothing is kept.".to_owned(),
            "Each gate is taken as it is.",
        ));
    };
    let gate = file.gate().to_owned();
    if trust.reset {
        file.forget()?;
    }
    let pin = file.read()?;
    out.value(&json!({ "gate": gate, "seen": pin }), |_| {
        let gate = Shown::line(&gate);
        match &pin {
            None => format!("Nothing is kept of {gate}: whoever decides there next takes it as it is."),
            Some(pin) => format!(
                "{gate} had {} entries under the root {}, signed with\n{}",
                pin.size,
                pin.root,
                Shown::line(&pin.key)
            ),
        }
    })
}
