//! How a console can speak where it is started: by a screen, or line by line.

use std::io::IsTerminal;

use super::arguments::Voice;
use super::error::CliError;

/// How a console speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Screen,
    Lines,
}

/// Line by line where that was asked for or the terminal can do no more; people type in either case.
pub(super) fn way(voice: &Voice) -> Result<Way, CliError> {
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let (typed, drawn) = (std::io::stdin().is_terminal(), std::io::stdout().is_terminal());
    let (what, hint) = match (typed, drawn) {
        (true, _) if voice.plain => return Ok(Way::Lines),
        (true, true) if is_dumb => return Ok(Way::Lines),
        (true, true) => return Ok(Way::Screen),
        (true, false) => (
            "The console needs a terminal.",
            "`--plain` speaks line by line and needs one only to type on.",
        ),
        (false, _) if voice.plain => (
            "Plain mode needs a terminal to type on.",
            "In scripts, use `signoff list`, `signoff show` and `signoff approve`.",
        ),
        (false, _) => (
            "The console needs a terminal.",
            "In scripts, use `signoff list` and `signoff show`.",
        ),
    };
    Err(CliError::Usage(what.to_owned(), hint))
}
