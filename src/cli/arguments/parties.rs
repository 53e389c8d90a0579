//! Who is added, listed, revoked.

use clap::{Args, Subcommand};

use crate::domain::Role;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ReviewerVerb {
    /// Add a person and print the credential once
    Add {
        name: String,
        /// reviewer, senior, operator, auditor or admin
        #[arg(long)]
        role: Role,
    },
    /// List people, and who vouched for their keys
    List,
    /// Answer for a person's key, as an admin, by a signature with your own
    ///
    /// Whoever checks a ledger without trusting its gate (`signoff verify-bundle --admins`) counts the keys that an
    /// admin vouched for whose own key they know. Compare the fingerprint with that person first, by a way that does
    /// not go through the gate.
    Vouch(Vouch),
    /// Take a person's credential away
    Revoke { name: String },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Vouch {
    pub name: String,
    /// The fingerprint you were told, such as SHA256:…; without it, the one key that nobody vouched for yet
    #[arg(long, value_name = "SHA256")]
    pub fingerprint: Option<String>,
    /// Do not ask: it was compared
    #[arg(long, requires = "fingerprint")]
    pub yes: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AgentVerb {
    /// Add an agent and print the credential once
    Add(AddAgent),
    /// List agents
    List,
    /// Take an agent's credential away
    Revoke { name: String },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct AddAgent {
    pub name: String,
    /// The person who answers for it, and so cannot approve it
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
    /// An environment it may name; may be repeated, absent means any
    #[arg(long, value_name = "NAME")]
    pub environment: Vec<String>,
    /// A tool it may name, with * for anything; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub tool: Vec<String>,
    /// A server it may name; may be repeated
    #[arg(long, value_name = "NAME")]
    pub server: Vec<String>,
    /// A service that may redeem for it
    #[arg(long, value_name = "NAME")]
    pub executor: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ServiceVerb {
    /// Add a service and print the credential once
    Add { name: String },
    /// List services
    List,
    /// Take a service's credential away
    Revoke { name: String },
}
