//! The one place that prints.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use serde::Serialize;
use serde_json::json;

use super::error::CliError;

/// Plain lines, or one JSON object a line.
#[derive(Debug)]
pub(super) struct Output {
    json: bool,
}

impl Output {
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints a value as JSON where that was asked for, else as the text that `plain` makes of it.
    pub fn value<T: Serialize>(&self, value: &T, plain: impl FnOnce(&T) -> String) -> Result<(), CliError> {
        if self.json {
            let text = serde_json::to_string(value).map_err(|error| CliError::Io(error.into()))?;
            line(&text)
        } else {
            line(&plain(value))
        }
    }

    /// Prints JSON whatever was asked for: for lines that programs wait for.
    #[expect(clippy::unused_self, reason = "printing goes through one value")]
    pub fn machine_line(&self, value: &impl Serialize) -> Result<(), CliError> {
        let text = serde_json::to_string(value).map_err(|error| CliError::Io(error.into()))?;
        line(&text)
    }

    /// Text that has no JSON form, such as a sentence after the console closed: to standard output.
    #[expect(clippy::unused_self, reason = "printing goes through one value")]
    pub fn plain(&self, text: &str) -> Result<(), CliError> {
        line(text)
    }

    /// Something to know on the way, beside the result: to standard error.
    pub fn aside<T: Serialize>(&self, value: &T, plain: impl FnOnce(&T) -> String) {
        let text = if self.json {
            serde_json::to_string(value).unwrap_or_default()
        } else {
            plain(value)
        };
        // Whoever closed standard error does not want it; the result still counts.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// What failed, why, and what to do: to standard error.
    pub fn failure(&self, error: &CliError) {
        if matches!(error, CliError::BrokenPipe) {
            return;
        }
        let mut text = String::new();
        if self.json {
            let hint = error.hint();
            text = json!({ "error": { "message": error.to_string(), "causes": error.causes(), "hint": hint } })
                .to_string();
            text.push('\n');
        } else {
            let _ = writeln!(text, "Error: {error}");
            for cause in error.causes() {
                let _ = writeln!(text, "Cause: {cause}");
            }
            if let Some(hint) = error.hint() {
                let _ = writeln!(text, "Hint: {hint}");
            }
        }
        // The exit code says it too where standard error is gone, as with a terminal that was closed.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

fn line(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => CliError::BrokenPipe,
        _ => CliError::Io(error),
    })
}
