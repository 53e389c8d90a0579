//! What can be shown of an envelope.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgGroup, Args};

use crate::domain::{DigestPrefix, EnvelopeId};

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
#[command(group = ArgGroup::new("written").args(["file", "case", "judged_by"]))]
pub(in crate::cli) struct Show {
    pub id: EnvelopeId,
    /// What happened to it instead, entry by entry
    #[arg(long)]
    pub timeline: bool,
    /// With what the policy masks, as a person; that you looked is recorded
    #[arg(long, conflicts_with = "timeline")]
    pub reveal: bool,
    /// What was on the reviewer's screen at its Nth decision instead, counted from 1
    #[arg(long, value_name = "N", conflicts_with_all = ["timeline", "reveal"])]
    pub screen: Option<NonZeroU32>,
    /// All there is about it instead, on one page: the case file
    ///
    /// What was proposed, what the policy said and why, who decided having seen what, who had it when, what became of
    /// it, what was erased or is held, and every entry, read at one moment of the ledger.
    #[arg(long, conflicts_with_all = ["timeline", "reveal", "screen"])]
    pub case: bool,
    /// The policy that judged it instead, as it was, with what of it spoke marked
    #[arg(long, conflicts_with_all = ["timeline", "reveal", "screen", "case"])]
    pub judged_by: bool,
    /// A file of its evidence instead, once its SHA-256 was checked: by number, or by 8 or more hex digits
    ///
    /// To standard output byte for byte; on a terminal only text, made safe to show.
    #[arg(long, value_name = "N|HEX", conflicts_with_all = ["timeline", "reveal", "screen", "case", "judged_by"])]
    pub file: Option<Piece>,
    /// Where the file, or the page, goes; nothing that is there is overwritten
    #[arg(long, value_name = "PATH", requires = "written")]
    pub output: Option<PathBuf>,
}

/// Names a piece of evidence.
#[derive(Debug, Clone)]
pub(in crate::cli) enum Piece {
    /// As it is numbered, from 1.
    Number(usize),
    Digest(DigestPrefix),
}

impl FromStr for Piece {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || "write the number of the evidence, or 8 to 64 hex digits of its file".to_owned();
        // Eight digits are a digest: nobody brings so much evidence.
        if text.len() < 8 {
            let number = text.parse().ok().filter(|number| *number > 0);
            return number.map(Self::Number).ok_or_else(wrong);
        }
        let digest = text.parse::<DigestPrefix>().ok();
        let digest = digest.filter(|digest| digest.revision.is_none());
        digest.map(Self::Digest).ok_or_else(wrong)
    }
}
