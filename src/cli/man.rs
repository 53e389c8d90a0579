//! `signoff man`: manual pages, made from the same table as `--help`.

use std::fs;
use std::io;
use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use super::arguments::Arguments;
use super::error::CliError;
use super::output::Output;

/// Prints the main page, or writes one for each command.
pub(super) fn run(folder: Option<&Path>, out: &Output) -> Result<(), CliError> {
    let Some(folder) = folder else {
        let mut page = Vec::new();
        // `help` has no page of its own.
        let command = Arguments::command().disable_help_subcommand(true);
        Man::new(command).render(&mut page).map_err(CliError::Io)?;
        return out.plain(String::from_utf8_lossy(&page).trim_end());
    };
    let written = fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Arguments::command(), folder));
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", folder.display()));
    written.map_err(named).map_err(CliError::Io)
}
