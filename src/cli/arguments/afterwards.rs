//! Looking after what ran, and the kill switch.

use clap::Args;

use crate::domain::EnvelopeId;

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("finding").required(true).args(["fine", "flag"])))]
pub(in crate::cli) struct Review {
    pub id: EnvelopeId,
    /// It was fine, or nothing more is to be done
    #[arg(long)]
    pub fine: bool,
    /// Something is wrong with it: what
    #[arg(long, value_name = "TEXT")]
    pub flag: Option<String>,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["agent", "run", "class", "everything", "list"])))]
pub(in crate::cli) struct Stop {
    /// One agent, by name
    #[arg(long, value_name = "NAME")]
    pub agent: Option<String>,
    /// One run, by the id its agent sends
    #[arg(long, value_name = "ID")]
    pub run: Option<String>,
    /// One class of the policy
    #[arg(long, value_name = "CLASS")]
    pub class: Option<String>,
    /// Everything
    #[arg(long)]
    pub everything: bool,
    /// Show what is and was stopped
    #[arg(long)]
    pub list: bool,
    /// Tell agents no, instead of holding what they propose
    #[arg(long)]
    pub deny: bool,
    /// Why
    #[arg(long, value_name = "TEXT", required_unless_present = "list")]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Resume {
    /// The stop, as `signoff stop --list` shows it
    pub id: uuid::Uuid,
    /// Why it may go on
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}
