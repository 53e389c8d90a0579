//! What goes over the wire: bodies, paths, the error body. Nothing here does anything.

pub mod aap;
mod after;
mod case_file;
mod decision;
mod envelope;
mod error;
mod keeping;
mod keys;
mod mask;
mod past;
pub mod paths;
mod people;
mod policy;
mod proof;
mod queue;
mod screen;
mod search;
mod stop;
mod unlike;
mod verification;

pub use after::{AfterPage, AfterRow, ReviewRequest, ReviewView, UndoRequest, UndoView, UndoWanted};
pub use case_file::{CaseEntry, CaseFile, CaseHold, CustodyView, JudgedView, Kept, SaidView, ScreenFigures};
pub use decision::{
    AnswerRequest, AskRequest, BatchItem, BatchReceipt, BatchRequest, BatchResult, Becomes, DecisionReceipt,
    DecisionRequest, JudgeRequest, Outcome, OutcomeCheck, OutcomeRequest, OutcomeStatus, RedeemAnswer, RedeemRequest,
};
pub use envelope::{
    Canned, ClaimView, Claimed, DecisionView, EnvelopeView, HistoryView, MatrixView, PayloadView, QuestionView,
    SignalView, Summary,
};
pub use error::{DISK_FULL, ErrorBody, ErrorDetail, ErrorType};
pub use keeping::{
    EraseReceipt, EraseRequest, ErasedView, HoldRequest, HoldView, PruneAnswer, PruneRequest, PrunedView,
    ReleaseRequest, SubjectAnswer, SubjectRequest,
};
pub use keys::{AddKey, Challenge, KeyView, LedgerPoint, Login, OpenSession, Salts, Session, SignedWord, VouchRequest};
pub use mask::{Looked, MASK, MASK_OTHER, MaskedView};
pub use past::{PastPage, TimelineEntry};
pub use people::{AddPrincipal, Added, LastDecision, Me, PrincipalView};
pub use policy::{ClassView, FloorView, GateView, PolicyThen, PolicyView, RuleView, Spoke, UnknownView, Verdicts};
pub use proof::{Growth, KeyEntry};
pub use queue::{Gone, Health, Here, PresentView, QueuePage};
pub use screen::{MAX_SCREEN, Screen, ScreenLines, ScreenPart, Share, ShownScreen};
pub use stop::{FileView, ResumeRequest, StopRequest, StopView};
pub use unlike::{Unlike, Whose};
pub use verification::{FaultView, VerificationState, VerificationView, VerifiedCounts, VerifiedHead};

/// The largest body a gate takes, in bytes.
pub const MAX_BODY: usize = 256 * 1024;

/// The largest decision or batch, in bytes: an edit's arguments and the records of screens are in it.
pub const MAX_DECISION: usize = 640 * 1024;

/// The largest evidence file, in bytes.
pub const MAX_FILE: usize = 1024 * 1024;

/// How many envelopes one batch clears at most: as many as a person can look over.
pub const MAX_BATCH: usize = 50;

/// The longest a request may ask to wait, in seconds: below what proxies cut off.
pub const MAX_WAIT_SECONDS: u64 = 30;

/// The header every POST carries, so that a retry is not a second action.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
