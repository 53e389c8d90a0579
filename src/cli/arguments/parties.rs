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
    /// List people
    List,
    /// Take a person's credential away
    Revoke { name: String },
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
