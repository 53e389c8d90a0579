//! The console's settings, from their file and the environment.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy, choose_base_strategy};

use super::error::CliError;
use crate::config::{Setting, Settings, SettingsFile, Source};
use crate::console::Keymap;

/// What makes a console one person's own.
#[derive(Debug, Clone)]
pub(super) struct Personal {
    pub settings: Settings,
    pub keymap: Keymap,
    /// Where consoles keep what they remember; nothing without a home folder.
    pub memory: Option<PathBuf>,
}

/// Reads the file that was named, or the usual one if there is one. What is wrong with it ends the start:
/// nothing of a file that is not understood holds, and its author believes that all of it does.
pub(super) fn read(named: Option<&Path>) -> Result<Personal, CliError> {
    let file = match named {
        Some(path) => Some(SettingsFile {
            path: path.to_owned(),
            is_there: true,
            from: Source::Flag("--config"),
        }),
        None => usual(),
    };
    let (mut settings, keymap, file) = match file {
        None => (Settings::default(), None, None),
        Some(mut file) => {
            let source = match fs::read_to_string(&file.path) {
                Err(error) if named.is_none() && error.kind() == ErrorKind::NotFound => {
                    file.is_there = false;
                    String::new()
                }
                read => read.map_err(|error| CliError::File(file.path.display().to_string(), error))?,
            };
            let read = Settings::parse(&source, Keymap::read);
            let (settings, keymap) = read.map_err(|faults| CliError::Settings(file.path.clone(), faults))?;
            (settings, keymap, Some(file))
        }
    };
    settings.file = file;
    let variable = |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    settings.colours = Setting::of(variable("NO_COLOR").as_deref(), variable("COLORTERM").as_deref());
    Ok(Personal {
        settings,
        keymap: keymap.unwrap_or_default(),
        memory: state_file("console.toml"),
    })
}

/// Where a file lies that consoles remember things in. Without a home folder there is none.
pub(super) fn state_file(name: &str) -> Option<PathBuf> {
    let folders = choose_base_strategy().ok()?;
    Some(folders.state_dir()?.join("signoff").join(name))
}

/// Where the file is looked for. Without a home folder there is none.
fn usual() -> Option<SettingsFile> {
    Some(SettingsFile {
        path: choose_base_strategy().ok()?.config_dir().join("signoff/console.toml"),
        is_there: true,
        from: Source::Default,
    })
}
