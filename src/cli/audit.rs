//! `signoff audit`: the read-only console over everything there ever was.

use std::path::PathBuf;
use std::sync::Arc;

use super::arguments::{Audit, Place};
use super::connect::{data_folder, existing, read_token};
use super::console::{Opening, look_back};
use super::error::CliError;
use super::machine::Machine;
use super::output::Output;
use super::settings;
use super::way::{Way, way};
use crate::client::Client;
use crate::gate::{self, Archive};

/// Looks at a running gate, or at a ledger file that no gate has to run for.
pub(super) async fn run(place: &Place, audit: &Audit, out: &Output) -> Result<(), CliError> {
    let personal = settings::read(place.config.as_deref())?;
    let way = way(&audit.voice)?;
    if way == Way::Lines {
        return Err(CliError::Usage(
            "Looking back line by line is not there yet.".to_owned(),
            "`signoff list --find SEARCH` and `signoff show ID --timeline` print the same.",
        ));
    }
    let token = place.token_file.as_deref().map(read_token).transpose()?;
    let named = audit.what.as_deref().filter(|what| what.starts_with("http://"));
    if let Some(url) = named.or(place.url.as_deref()) {
        let name = url.trim_start_matches("http://").to_owned();
        return look_back(Client::new(url, token)?, Opening::named(name, personal, way), out).await;
    }
    let path = existing(match &audit.what {
        Some(what) if !PathBuf::from(what).is_dir() => PathBuf::from(what),
        Some(folder) => gate::ledger(&PathBuf::from(folder)),
        None => gate::ledger(&data_folder(place)?),
    })?;
    let archive = Archive::open(&path, Arc::new(Machine)).await?;
    let client = Client::new(&archive.url, Some(archive.token.clone()))?;
    let name = path.display().to_string();
    look_back(client, Opening::named(name, personal, way).still(), out).await
}
