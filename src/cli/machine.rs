//! This machine's clock, randomness and folders.

use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};
use jiff::Timestamp;

use super::error::CliError;
use crate::config::HOOK_SETTINGS;
use crate::gate::World;

/// The real world: the system's clock and the operating system's randomness.
#[derive(Debug)]
pub(super) struct Machine;

impl World for Machine {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system gives randomness");
        bytes
    }
}

/// A key for one request that has none of its own.
pub(super) fn fresh_key() -> String {
    hex::encode(&Machine.random()[..16])
}

/// Where data lives when no folder is named.
pub(super) fn default_data() -> Result<PathBuf, CliError> {
    let strategy = choose_base_strategy().map_err(|_| {
        CliError::Usage(
            "There is no home folder here.".to_owned(),
            "Name a folder with --data DIR.",
        )
    })?;
    Ok(strategy.data_dir().join("signoff"))
}

/// What actions must not name: this folder, this program, its settings and those that call it.
pub(super) fn own_paths(data: &std::path::Path) -> Vec<String> {
    let mut own: Vec<String> = HOOK_SETTINGS.iter().map(|path| (*path).to_owned()).collect();
    let absolute = data.canonicalize().unwrap_or_else(|_| data.to_owned());
    own.push(absolute.to_string_lossy().into_owned());
    // Where the environment puts them; whoever can change settings can change what a key does.
    if let Ok(strategy) = choose_base_strategy() {
        let folders = [Some(strategy.config_dir()), strategy.state_dir()];
        let ours = folders.into_iter().flatten().map(|folder| folder.join("signoff"));
        own.extend(ours.map(|folder| folder.to_string_lossy().into_owned()));
    }
    own.extend(
        std::env::current_exe()
            .ok()
            .map(|path| path.to_string_lossy().into_owned()),
    );
    own
}
