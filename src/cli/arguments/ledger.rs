//! The ledger by itself.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum LedgerVerb {
    /// Recompute everything from the raw entries
    Verify,
}
