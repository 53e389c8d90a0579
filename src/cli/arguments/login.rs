//! A person's key and sessions.

use clap::{Args, Subcommand};

use crate::domain::Digest;

#[derive(Debug, Args)]
pub(in crate::cli) struct LoginArguments {
    /// The gate's address; without it, the one that runs on the data folder
    #[arg(value_name = "URL")]
    pub gate: Option<String>,
    /// Register the key so that its signatures count only with the hardware's PIN
    #[arg(long)]
    pub pin: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum KeyVerb {
    /// List your keys, revoked ones too
    List,
    /// End a key and its sessions at once: yours, or as an admin anybody's
    Revoke {
        /// SHA-256 of the key in hex, as `key list --json` has it
        #[arg(value_name = "SHA256")]
        key: Digest,
    },
}
