//! The ledger by itself.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::Export;
use crate::domain::EnvelopeId;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum LedgerVerb {
    /// Recompute everything from the raw entries
    Verify,
    /// Erase all texts of envelopes that are over; who, why and that they were there stays
    Erase(Erase),
    /// Erase what is older than its class keeps it (`retain` in the policy)
    Prune(Prune),
    /// Keep an envelope, or all of a class, from being erased
    Hold(Hold),
    /// End a legal hold
    Release(Release),
    /// Write receipts: what proves an entry to whoever has the log's key
    Prove(Prove),
    /// Write it to a folder, for auditors: with all that proves it, or as rows
    ///
    /// All entries are in a bundle, since proofs need them; they name no text. Texts are there of what is asked for,
    /// and nothing in them is masked; in rows it is.
    Export(Export),
    /// Sign with a new key from here on, as an admin, while no gate runs
    RotateKey,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Trust {
    /// Forget it: whoever decides there next takes the gate as it is
    #[arg(long)]
    pub reset: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Prove {
    /// Every entry about this envelope
    #[arg(required_unless_present = "entry", conflicts_with = "entry")]
    pub id: Option<EnvelopeId>,
    /// This entry alone, counted from 0
    #[arg(long, value_name = "N")]
    pub entry: Option<u64>,
    /// A new folder for receipts, entries and the key, instead of receipts on standard output
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Erase {
    #[arg(required_unless_present_any = ["subject", "name", "stop"], conflicts_with_all = ["subject", "name", "stop"])]
    pub id: Option<EnvelopeId>,
    /// The name itself of a person, agent or service that was revoked: lists show part of its id from then on
    ///
    /// What keys of theirs were vouched for by goes too. Envelopes that name them are found by --subject.
    #[arg(long, conflicts_with = "subject")]
    pub name: Option<String>,
    /// The run and the reasons of a stop that is over, by its id
    #[arg(long, value_name = "ID", conflicts_with_all = ["subject", "name"])]
    pub stop: Option<Uuid>,
    /// Every envelope that holds this text: an address, a name, an account
    ///
    /// They are listed, and erased only with --yes.
    #[arg(long, value_name = "TEXT")]
    pub subject: Option<String>,
    /// Why; it stays in the ledger, so name no person
    #[arg(long, value_name = "TEXT", required_unless_present = "subject")]
    pub reason: Option<String>,
    /// The legal basis, such as "GDPR Art. 17(1)(b)"; it stays in the ledger
    #[arg(long, value_name = "TEXT", required_unless_present = "subject")]
    pub basis: Option<String>,
    /// Erase what was listed
    #[arg(long, requires = "subject", requires = "reason", requires = "basis")]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Prune {
    /// Erase; without it they are only counted
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Hold {
    #[arg(required_unless_present_any = ["class", "list"], conflicts_with = "class")]
    pub id: Option<EnvelopeId>,
    /// All of a class
    #[arg(long, value_name = "ID")]
    pub class: Option<String>,
    /// Why; it stays in the ledger
    #[arg(long, value_name = "TEXT", required_unless_present = "list")]
    pub reason: Option<String>,
    /// List every hold there ever was
    #[arg(long, conflicts_with_all = ["id", "class", "reason"])]
    pub list: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Release {
    /// The hold, as `hold` printed it
    pub id: Uuid,
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}
