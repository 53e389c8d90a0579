//! A ledger as files, and their check.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use crate::domain::parse_moment;

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// A new folder, or an empty one
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Only what was proposed from then on: a date in UTC, or a time such as 2026-11-21T04:12:09Z
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    pub since: Option<Timestamp>,
    /// Only what was proposed before then
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    pub until: Option<Timestamp>,
    /// Only this class
    #[arg(long, value_name = "ID")]
    pub class: Option<String>,
    /// Only what this person decided on
    #[arg(long, value_name = "NAME")]
    pub reviewer: Option<String>,
    /// Only what this agent proposed
    #[arg(long, value_name = "NAME")]
    pub agent: Option<String>,
    /// What to write
    #[arg(long, value_name = "FORMAT", default_value = "bundle")]
    pub format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// Everything that proves it, for `signoff verify-bundle` and for tools that are not ours
    Bundle,
    /// One JSON object for each envelope
    Jsonl,
    /// One line for each envelope, for a spreadsheet
    Csv,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct VerifyBundle {
    /// The folder that `signoff ledger export` wrote
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Be strict: count only signatures by the keys in this file, an `allowed_signers` of your own
    ///
    /// Then every approval of what matters (severity high or severe) has to rest on them, whatever keys the gate knew;
    /// what matters and was handed out without one fails; and every verdict has to be the policy's.
    #[arg(long, value_name = "FILE")]
    pub signers: Option<PathBuf>,
    /// Be strict: count only signatures by keys that an admin in this file vouched for, in that role
    #[arg(long, value_name = "FILE", conflicts_with = "signers")]
    pub admins: Option<PathBuf>,
    /// Strict: a policy that may have judged; may be repeated, absent means whatever the gate put in force
    #[arg(long, value_name = "FILE")]
    pub policy: Vec<PathBuf>,
    /// The log's key as you know it, or a file that holds it: the newest is that one, or was handed over to by it
    #[arg(long, value_name = "VKEY|FILE")]
    pub log_key: Option<String>,
}
