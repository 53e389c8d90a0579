//! A line in which everything can be named: what the keys do, saved views, an envelope by its id.

use crate::console::keymap::Command;
use crate::domain::EnvelopeId;

/// What is written, and what it may mean.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Palette {
    pub text: String,
    /// What fits, made when the text changes, never while drawing.
    pub offers: Vec<Offered>,
    /// The offer under the cursor.
    pub at: usize,
}

/// One thing that can be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// What is written to name it, or the key that does the same.
    pub name: String,
    /// What it does: a line, no period.
    pub help: String,
    pub does: Does,
}

/// What Enter does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// What a key would do; where that decides, the key has to be pressed.
    Obey(Command),
    /// Shows the part of the queue that was saved under a name.
    View(String),
    Save(String),
    Forget(String),
    /// Moves the cursor to an envelope of the queue.
    Jump(EnvelopeId),
    /// Looks for it in the past.
    FindInPast(String),
    Copy(Copied),
    Pager,
}

/// What can be copied of the envelope that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    Id,
    Digest,
    /// The command that shows it.
    ShowCommand,
}
