//! The vocabulary: what is proposed, judged, decided and recorded, and the one state machine.
//!
//! Pure: no clock, randomness, file or network. It is not where anything is stored or sent;
//! every other layer names these types and adds its own effects.

mod action;
mod decision;
mod digest;
mod entry;
mod glob;
mod lifecycle;
mod moment;
mod money;
mod origin;
mod permission;
mod principal;
mod search;
mod shown;
mod signal;
mod span;
mod stop;
mod unasked;
mod verdict;

pub use action::{Action, AgentVersion, Evidence, EvidenceKind, Impact, Proposal, Reversal, Target};
pub use decision::{DecisionKind, OnTimeout, Review};
pub use digest::{Digest, DigestPrefix, ERASED, EnvelopeId, ParseDigestError, PrincipalId};
pub use entry::{Actor, ActorKind, EntryKind};
pub use glob::{Glob, loosely};
pub use lifecycle::{Event, IllegalStep, Stage, apply};
pub use moment::{ParseMomentError, parse_moment};
pub use money::{Money, MoneyError, currency_sign, grouped, read_amount};
pub use origin::Origin;
pub use permission::{Barred, Verb, counts_from};
pub use principal::{AgentPrincipal, NameError, Person, Principal, PrincipalKind, Role, Scopes, check_name};
pub use search::{Relation, SEARCH_KEYS, Search, SearchError, Term, Wanted, folded};
pub use shown::{Shown, visible_json};
pub use signal::{MAX_SIGNAL_NAME, MAX_SIGNAL_TEXT, MAX_SIGNALS, SignalError, check_signals};
pub use span::{Countdown, ParseRetentionError, ParseSpanError, parse_retention, parse_span};
pub use stop::{StopEffect, StopScope, Stopped};
pub use unasked::{Named, Unasked, ValueKind, unasked_of};
pub use verdict::{Lane, Level, Mode, Severity, Verdict};
