//! `signoff completions`: a script for a shell to source.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::arguments::Arguments;
use super::error::CliError;
use super::output::Output;

pub(super) fn run(shell: Shell, out: &Output) -> Result<(), CliError> {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "signoff", &mut script);
    out.plain(String::from_utf8_lossy(&script).trim_end())
}
