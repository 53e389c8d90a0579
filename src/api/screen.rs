//! What was on a reviewer's screen when a decision was made, by the console's own word.
//!
//! The texts are the ones that were drawn, so that a later program shows what this reviewer saw and not what
//! it would draw itself. It is signed with the decision; the gate keeps it as it came.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{DecisionKind, Digest};

/// The longest record, in bytes: beyond that, lines are left out and named by their digest.
pub const MAX_SCREEN: usize = 48 * 1024;

/// One screen's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    /// The record's version: 1.
    pub v: u32,
    /// The program that drew it, with its version.
    pub program: String,
    /// Whether it was drawn with values that the policy masks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uncovered: bool,
    /// For how long it had been on the screen, in seconds.
    pub seconds: u32,
    /// How much of the payload was shown, in the way that showed most of it.
    pub payload: Share,
    pub parts: Vec<ScreenPart>,
}

/// The record that stands with a decision, if its client sent one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownScreen {
    pub by: String,
    pub at: Timestamp,
    pub decision: DecisionKind,
    /// Lines were drawn with values that the policy masks, and are left out here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<Screen>,
}

/// So many lines of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    pub shown: usize,
    pub of: usize,
}

/// Lines that scroll as one: the sheet, the payload by its changes, as text, alone, or the row of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreenPart {
    pub name: String,
    /// How many lines it has.
    pub of: usize,
    pub shown: Vec<ScreenLines>,
}

/// Lines that were drawn, one below the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreenLines {
    /// The first of them, counted from 0.
    pub from: usize,
    pub count: usize,
    /// Their texts; empty where the record would be too long.
    pub lines: Vec<String>,
    /// SHA-256 of the texts, each with a line feed behind it, where they are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Digest>,
}
