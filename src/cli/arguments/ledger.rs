//! The ledger by itself.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::domain::EnvelopeId;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum LedgerVerb {
    /// Recompute everything from the raw entries
    Verify,
    /// Write receipts: what proves an entry to whoever has the log's key
    Prove(Prove),
    /// Sign with a new key from here on, as an admin, while no gate runs
    RotateKey,
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
