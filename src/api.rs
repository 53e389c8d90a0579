//! What goes over the wire: bodies, paths, the error body. Nothing here does anything.

pub mod aap;
mod decision;
mod envelope;
mod error;
pub mod paths;
mod people;
mod queue;

pub use decision::{
    AnswerRequest, AskRequest, Becomes, DecisionReceipt, DecisionRequest, JudgeRequest, Outcome, OutcomeCheck,
    OutcomeRequest, OutcomeStatus, RedeemAnswer, RedeemRequest,
};
pub use envelope::{
    ClaimView, Claimed, DecisionView, EnvelopeView, HistoryView, MatrixView, PayloadView, QuestionView, Summary,
};
pub use error::{ErrorBody, ErrorDetail, ErrorType};
pub use people::{AddPrincipal, Added, PrincipalView};
pub use queue::{ClassView, Gone, Health, PolicyView, QueuePage};

/// The largest body a gate takes, in bytes.
pub const MAX_BODY: usize = 256 * 1024;

/// The longest a request may ask to wait, in seconds: below what proxies cut off.
pub const MAX_WAIT_SECONDS: u64 = 30;

/// The header every POST carries, so that a retry is not a second action.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
