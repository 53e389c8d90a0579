//! What a person can say of what waits.

use std::path::PathBuf;

use clap::Args;

use crate::domain::{DigestPrefix, EnvelopeId};

#[derive(Debug, Args)]
pub(in crate::cli) struct Approve {
    pub id: EnvelopeId,
    /// What you decided on: 8 or more hex digits as `show` prints them, perhaps with @REVISION
    #[arg(long, value_name = "HEX")]
    pub digest: DigestPrefix,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Reject {
    pub id: EnvelopeId,
    /// Why; the agent reads it
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// What you decided on; without it, whatever is there is rejected
    #[arg(long, value_name = "HEX")]
    pub digest: Option<DigestPrefix>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Edit {
    pub id: EnvelopeId,
    /// What you read before you edited: 8 or more hex digits as `show` prints them
    #[arg(long, value_name = "HEX")]
    pub digest: DigestPrefix,
    /// The arguments that are to run, as JSON; - reads standard input
    #[arg(long, value_name = "FILE")]
    pub arguments: PathBuf,
    /// Why, for the record and for the next approver
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Say what it would become, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Escalate {
    pub id: EnvelopeId,
    /// reviewer, senior, or a person's name
    #[arg(long, value_name = "WHO")]
    pub to: String,
    /// Why; whoever gets it reads it
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// What you decided on; without it, whatever is there is handed over
    #[arg(long, value_name = "HEX")]
    pub digest: Option<DigestPrefix>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Extend {
    pub id: EnvelopeId,
    /// How much more time, such as 30m
    #[arg(long, value_name = "TIME")]
    pub by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Classify {
    pub id: EnvelopeId,
    /// The class it is to be judged as
    #[arg(long = "as", value_name = "CLASS")]
    pub class: String,
    /// What you decided on: 8 or more hex digits as `show` prints them
    #[arg(long, value_name = "HEX")]
    pub digest: DigestPrefix,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Say what it would become, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Batch {
    /// Each as ID@HEX: the envelope, and 8 or more digits of its digest as `list` prints them
    #[arg(required = true, value_name = "ID@HEX")]
    pub items: Vec<String>,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}
