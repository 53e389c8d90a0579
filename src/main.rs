//! Parses, dispatches and exits.

use std::panic::catch_unwind;
use std::process::ExitCode;

fn main() -> ExitCode {
    // A panic is a bug of ours and has a code of its own; what was asked for is then not done.
    catch_unwind(|| signoff::cli::run(std::env::args_os())).unwrap_or(ExitCode::from(255))
}
