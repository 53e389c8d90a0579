//! What can be typed.

mod afterwards;
mod decisions;
mod export;
mod ledger;
mod login;
mod parties;
mod running;
mod show;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use afterwards::{Resume, Review, Stop};
pub(super) use decisions::{Approve, Batch, Classify, Edit, Escalate, Extend, Reject};
pub(super) use export::{Export, Format, VerifyBundle};
pub(super) use ledger::{Erase, Hold, LedgerVerb, Prove, Prune, Release, Trust};
pub(super) use login::{KeyVerb, LoginArguments};
pub(super) use parties::{AgentVerb, ReviewerVerb, ServiceVerb, Vouch};
pub(super) use running::{Answer, Redeem, Report, ReportStatus};
pub(super) use show::{Piece, Show};

use crate::domain::{EnvelopeId, Search};
use crate::oversight::DEFINITIONS;

/// Agents propose. Policy decides what may run alone. People sign off the rest.
///
/// Without a command it opens the console; without a named gate, one runs inside it.
#[derive(Debug, Parser)]
#[command(name = "signoff", version, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub place: Place,
    /// Print JSON, one object a line
    #[arg(long, global = true)]
    pub json: bool,
    #[command(flatten)]
    pub voice: Voice,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// How a console speaks.
#[derive(Debug, Args)]
pub(super) struct Voice {
    /// Speak line by line, without drawing: for screen readers and plain terminals
    ///
    /// Nothing is moved, coloured or rewritten. Where TERM is `dumb`, this is what happens anyway.
    #[arg(long)]
    pub plain: bool,
}

/// Which gate, and as whom.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The data folder: its running gate, or its ledger when none runs
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The gate's address, such as <http://127.0.0.1:7433>
    #[arg(long, global = true, value_name = "URL", conflicts_with = "data")]
    pub url: Option<String>,
    /// A file that holds the credential to use
    #[arg(long, global = true, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Your signing key: a file that `ssh-keygen` made, its `.pub` where an agent or hardware has the key, or
    /// `agent` for the one that your ssh-agent has
    #[arg(long, global = true, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    /// The policy a gate is started with
    #[arg(long, global = true, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// A file elsewhere that keeps the newest checkpoint of a gate that is started, and is asked at its start
    #[arg(long, global = true, value_name = "FILE")]
    pub anchor: Option<PathBuf>,
    /// The console's settings, instead of those in the configuration folder
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Play with scripted agents on a temporary ledger
    Demo(Demo),
    /// Look back over everything there ever was; changes nothing
    Audit(Audit),
    /// Run the gate alone
    Serve(Serve),
    /// Propose one envelope, as an agent
    Submit(Submit),
    /// Propose recorded calls, as an agent
    ///
    /// One JSON object a line: `tool`, `arguments` and, where they are there, `run_id`, `agent_model`, `domain`
    /// (the server), `rationale`, `request` and `before`. All else in a line stays here. What is proposed is
    /// recorded and judged as any agent's proposal is, and nothing is redeemed.
    Replay(Replay),
    /// List what waits for people, what ran, or what there ever was
    List(List),
    /// Show one envelope
    Show(Show),
    /// Send a file that evidence may name, as an agent, and print its digest
    Blob {
        #[arg(value_name = "FILE")]
        path: PathBuf,
    },
    /// Approve an envelope, as a person
    Approve(Approve),
    /// Reject an envelope, as a person
    Reject(Reject),
    /// Approve other arguments than were proposed, as a person
    Edit(Edit),
    /// Hand an envelope to another role or person
    Escalate(Escalate),
    /// Put an envelope's deadline off, within what its class allows
    Extend(Extend),
    /// Say what kind of action a quarantined one is
    Classify(Classify),
    /// Approve several alike at once, each recorded by itself
    Batch(Batch),
    /// Stop an agent, a run, a class or everything, at once
    Stop(Stop),
    /// Let what was stopped go on, as a senior
    Resume(Resume),
    /// Say whether what ran was fine, or that nothing more is to be done
    Review(Review),
    /// Ask the agent to take back what it did
    Undo {
        id: EnvelopeId,
        /// Why; the agent reads it
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Say that you work on it, for five minutes
    Claim { id: EnvelopeId },
    /// Ask the agent; the clock goes on
    Ask { id: EnvelopeId, text: String },
    /// Answer a question, as the agent
    Answer(Answer),
    /// Take the payload that was cleared, as its agent
    Redeem(Redeem),
    /// Report what happened, as its agent
    Outcome(Report),
    /// Take a proposal back, as its agent
    Withdraw { id: EnvelopeId },
    /// Name a gate and your key once
    ///
    /// The key signs what you decide there. The first time it is registered, with the credential that an admin
    /// gave you (--token-file). Without --identity it is your ssh-agent's, else one is made. The session lasts 12
    /// hours and is opened anew with the key.
    Login(LoginArguments),
    /// End your sessions at a gate
    Logout {
        /// The gate's address; without it, the one that runs on the data folder
        #[arg(value_name = "URL")]
        gate: Option<String>,
    },
    /// List or revoke your signing keys
    Key {
        #[command(subcommand)]
        verb: KeyVerb,
    },
    /// Add, list or revoke people
    Reviewer {
        #[command(subcommand)]
        verb: ReviewerVerb,
    },
    /// Add, list or revoke agents
    Agent {
        #[command(subcommand)]
        verb: AgentVerb,
    },
    /// Add, list or revoke services
    Service {
        #[command(subcommand)]
        verb: ServiceVerb,
    },
    /// Show the policy in force
    Policy {
        #[command(subcommand)]
        verb: PolicyVerb,
    },
    /// Print how policy and people share the work
    ///
    /// Counted from the ledger's entries alone; it needs no gate and changes nothing.
    Report(Oversight),
    /// Print what was seen of a gate's ledger, which it is held against
    Trust(Trust),
    /// Check the ledger
    Ledger {
        #[command(subcommand)]
        verb: LedgerVerb,
    },
    /// Check what `ledger export` wrote, from its files alone
    VerifyBundle(VerifyBundle),
    /// Print what makes a shell complete these commands
    Completions { shell: clap_complete::Shell },
    /// Print the manual page, or write all of them into a folder
    Man {
        /// Where to; it is made if it is not there
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Stand still: everything proposed at once on a set clock, for pictures
    #[arg(long, hide = true)]
    pub still: bool,
    #[command(flatten)]
    pub voice: Voice,
}

#[derive(Debug, Args)]
pub(super) struct Audit {
    /// A ledger file or its folder, or a gate's address; without it, the data folder's
    #[arg(value_name = "LEDGER|URL")]
    pub what: Option<String>,
    #[command(flatten)]
    pub voice: Voice,
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7433")]
    pub listen: SocketAddr,
    /// How many proposals of one agent may wait for people at once, instead of 10000
    #[arg(long, value_name = "N")]
    pub most_waiting: Option<u64>,
    /// Count no decision that its person did not sign
    #[arg(long)]
    pub require_signatures: bool,
    /// Go on with a ledger that the anchor contradicts, or whose key is lost, as an admin
    #[arg(long, requires = "reason")]
    pub accept_rollback: bool,
    /// The other admin's credential, where there are two
    #[arg(long, value_name = "FILE", requires = "accept_rollback")]
    pub second_token_file: Option<PathBuf>,
    /// Why; it is recorded
    #[arg(long, value_name = "TEXT", requires = "accept_rollback")]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only what fits: words, and class: agent: tool: target: run: by: role: stage: severity: since: until: amount> amount:1..5 age< left<
    #[arg(value_name = "SEARCH", conflicts_with_all = ["after", "find"])]
    pub only: Option<Search>,
    /// What was let through under somebody's eyes instead, the newest first
    #[arg(long)]
    pub after: bool,
    /// What fits out of everything there ever was instead; its words are looked for in payloads and texts too
    #[arg(long, value_name = "SEARCH", conflicts_with = "after")]
    pub find: Option<Search>,
}

#[derive(Debug, Args)]
pub(super) struct Submit {
    /// The proposal's JSON; - reads standard input
    pub file: PathBuf,
    /// Wait this long for people, such as 5m
    #[arg(long, value_name = "TIME", value_parser = crate::domain::parse_span)]
    pub wait: Option<jiff::SignedDuration>,
    /// Makes a retry safe: the same key proposes once
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// The calls, perhaps gzipped; - reads standard input
    pub file: PathBuf,
    /// Proposals a second at most; without it, as fast as the gate answers
    #[arg(long, value_name = "N")]
    pub rate: Option<NonZeroU32>,
    /// Read the first N lines only
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Makes a retry safe: the same prefix and file propose each line once
    #[arg(long, value_name = "PREFIX", value_parser = key_prefix)]
    pub key: Option<String>,
}

/// Leaves room for the line's number in what a gate takes as a key.
const LONGEST_PREFIX: usize = 200;

fn key_prefix(text: &str) -> Result<String, String> {
    let fits = (1..=LONGEST_PREFIX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| text.to_owned())
        .ok_or_else(|| format!("write 1 to {LONGEST_PREFIX} ASCII characters without spaces"))
}

#[derive(Debug, Args)]
#[command(after_long_help = DEFINITIONS)]
pub(super) struct Oversight {
    /// A ledger file, or a folder with one; without it, the data folder's
    #[arg(conflicts_with_all = ["data", "url"])]
    pub ledger: Option<PathBuf>,
    /// Count only this span before the newest entry, such as 7d
    #[arg(long, value_name = "TIME", value_parser = crate::domain::parse_span)]
    pub since: Option<jiff::SignedDuration>,
    /// Print this table alone
    #[arg(long, value_name = "WHAT")]
    pub by: Option<By>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum By {
    Class,
    Agent,
    Reviewer,
    Rule,
}

#[derive(Debug, Subcommand)]
pub(super) enum PolicyVerb {
    /// Print its parts, how often each spoke, and the tools it does not know
    Show,
}
