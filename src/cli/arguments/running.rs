//! What an agent says of its own envelope.

use clap::{Args, ValueEnum};

use crate::domain::EnvelopeId;

#[derive(Debug, Args)]
pub(in crate::cli) struct Answer {
    pub id: EnvelopeId,
    pub text: String,
    /// Which question, counted from 0; the last one where it is not said
    #[arg(long, value_name = "N")]
    pub n: Option<u32>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Redeem {
    pub id: EnvelopeId,
    /// How what it names as preconditions is now, as JSON
    ///
    /// Where the proposal named preconditions, nothing is handed out without them, or with other values.
    #[arg(long, value_name = "JSON")]
    pub preconditions: Option<String>,
    /// Makes a retry safe: the same key gets the same payload again
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Report {
    pub id: EnvelopeId,
    #[arg(long, value_name = "STATUS")]
    pub status: ReportStatus,
    /// What came of it, as JSON
    #[arg(long, value_name = "JSON")]
    pub result: Option<String>,
    /// Makes a retry safe
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum ReportStatus {
    Succeeded,
    Failed,
}
