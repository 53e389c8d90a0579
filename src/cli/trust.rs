//! `signoff trust`: what consoles saw of a gate, and forgetting it.

use serde_json::json;

use super::arguments::{Place, Trust};
use super::connect::data_folder;
use super::error::CliError;
use super::output::Output;
use super::settings;
use crate::client::Client;
use crate::console::PinFile;
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

pub(super) fn run(place: &Place, trust: &Trust, out: &Output) -> Result<(), CliError> {
    let Some(file) = file(place)? else {
        return Err(CliError::Usage(
            "There is no home folder here, so nothing is kept.".to_owned(),
            "Consoles take each gate as it is.",
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
            None => format!("Nothing is kept of {gate}: the next console takes it as it is."),
            Some(pin) => format!(
                "{gate} had {} entries under the root {}, signed with\n{}",
                pin.size,
                pin.root,
                Shown::line(&pin.key)
            ),
        }
    })
}
