//! The one place that prints.
//!
//! Text is made safe to show where it is put together. What is done here for all of it: JSON is plain to
//! look at, with an escape for what could act or hide; and on a terminal a long line goes on behind a sign
//! of ours, or what an agent sent would begin a line of its own where the window ends.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;
use serde_json::json;

use super::error::CliError;
use crate::domain::{Shown, visible_json};

/// Stands before what goes on from the line above.
const HANGING: &str = "> ";

/// Stands before what an agent says.
const GUTTER: &str = "| ";

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
            line(&in_json(value)?)
        } else {
            self.plain(&plain(value))
        }
    }

    /// Prints a value as JSON where that was asked for, else a text of it for a program, byte for byte. A
    /// terminal gets it safe to show.
    pub fn exact<T: Serialize>(&self, value: &T, exact: impl FnOnce(&T) -> &str) -> Result<(), CliError> {
        if self.json {
            return line(&in_json(value)?);
        }
        let text = exact(value);
        if io::stdout().is_terminal() {
            return self.plain(Shown::block(text).as_str());
        }
        line(text)
    }

    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// A file from outside, byte for byte. A terminal gets only text, safe to show and behind the gutter.
    pub fn file(&self, bytes: &[u8]) -> Result<(), CliError> {
        if !io::stdout().is_terminal() {
            return written(io::stdout().lock().write_all(bytes).and_then(|()| io::stdout().flush()));
        }
        let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
        let text = text.ok_or_else(|| {
            CliError::Usage(
                "The file is no text, so it is not written to a terminal.".to_owned(),
                "Say with --output where it goes; look at it with what you trust.",
            )
        })?;
        let lines = Shown::lines(text)
            .iter()
            .map(|line| format!("{GUTTER}{line}"))
            .collect::<Vec<_>>();
        self.plain(&lines.join("\n"))
    }

    /// Prints JSON whatever was asked for: for lines that programs wait for.
    #[expect(clippy::unused_self, reason = "printing goes through one value")]
    pub fn machine_line(&self, value: &impl Serialize) -> Result<(), CliError> {
        line(&in_json(value)?)
    }

    /// Text that has no JSON form, such as a sentence after the console closed: to standard output.
    #[expect(clippy::unused_self, reason = "printing goes through one value")]
    pub fn plain(&self, text: &str) -> Result<(), CliError> {
        match window() {
            Some(width) => line(&within(text, width)),
            None => line(text),
        }
    }

    /// Something to know on the way, beside the result: to standard error.
    pub fn aside<T: Serialize>(&self, value: &T, plain: impl FnOnce(&T) -> String) {
        let text = if self.json {
            in_json(value).unwrap_or_default()
        } else {
            plain(value)
        };
        // Whoever closed standard error does not want it; the result still counts.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// How far something long is, over what stood there before, where somebody looks; an empty text ends it.
    pub fn progress(&self, text: &str) {
        let mut to = io::stderr().lock();
        if !self.json && to.is_terminal() {
            let _ = write!(to, "\r{text}\x1b[K");
            let _ = to.flush();
        }
    }

    /// What failed, why, and what to do: to standard error.
    pub fn failure(&self, error: &CliError) {
        if matches!(error, CliError::BrokenPipe) {
            return;
        }
        let mut text = String::new();
        if self.json {
            let hint = error.hint();
            let error = json!({ "message": error.to_string(), "causes": error.causes(), "hint": hint });
            text = visible_json(&json!({ "error": error }).to_string());
            text.push('\n');
        } else {
            // A gate's sentence may name what was sent to it, and a path may have come with a file. Where
            // there are several lines, none but the first begins where ours do.
            let mut add = |label: &str, said: &str| {
                let lines: Vec<String> = Shown::lines(said).iter().map(ToString::to_string).collect();
                let _ = writeln!(text, "{label}: {}", lines.join("\n  "));
            };
            add("Error", &error.to_string());
            error.causes().iter().for_each(|cause| add("Cause", cause));
            error.hint().iter().for_each(|hint| add("Hint", hint));
        }
        // The exit code says it too where standard error is gone, as with a terminal that was closed.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

/// What is wrong with a command line. It repeats the argument, which may have been pasted from anywhere.
pub(super) fn misuse(text: &str) {
    let _ = io::stderr().lock().write_all(Shown::block(text).as_str().as_bytes());
}

/// One line of JSON that can neither act on a terminal nor hide anything.
fn in_json(value: &impl Serialize) -> Result<String, CliError> {
    let text = serde_json::to_string(value).map_err(|error| CliError::Io(error.into()))?;
    Ok(visible_json(&text))
}

/// Columns of the window that standard output goes to, if it goes to one.
fn window() -> Option<usize> {
    let size = io::stdout().is_terminal().then(crossterm::terminal::size);
    let (width, _) = size?.ok()?;
    Some(usize::from(width)).filter(|width| *width > 2 * (GUTTER.len() + HANGING.len()))
}

/// Lines of at most `width` columns. What goes on stands behind the gutter, if its line does, and a sign.
fn within(text: &str, width: usize) -> String {
    let mut out = Vec::new();
    for line in text.split('\n') {
        let gutter = if line.starts_with(GUTTER) { GUTTER } else { "" };
        let hanging = format!("{gutter}{HANGING}");
        let wrapped = textwrap::wrap(line, textwrap::Options::new(width).subsequent_indent(&hanging));
        out.extend(wrapped.into_iter().map(std::borrow::Cow::into_owned));
    }
    out.join("\n")
}

fn line(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    written(writeln!(out, "{text}").and_then(|()| out.flush()))
}

fn written(written: io::Result<()>) -> Result<(), CliError> {
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => CliError::BrokenPipe,
        _ => CliError::Io(error),
    })
}
