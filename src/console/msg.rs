//! What happened: to the terminal, to a question that was asked, to the clock.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyModifiers};
use jiff::Timestamp;

use super::effect::Verifying;
use super::model::Laid;
use crate::api::{
    AfterPage, BatchReceipt, Becomes, CaseFile, DecisionReceipt, EnvelopeView, Health, Looked, PastPage, PolicyThen,
    PolicyView, PrincipalView, QueuePage, ShownScreen, StopView, TimelineEntry, VerificationView,
};
use crate::client::ClientError;
use crate::domain::{EnvelopeId, Review};

/// Every message carries the time it happened: `update` has no clock.
#[derive(Debug)]
pub enum Msg {
    Key(Pressed),
    /// The mouse, where the settings ask for it. It never decides.
    Mouse(Pointed),
    /// Text that was pasted. It never decides.
    Pasted {
        text: String,
        at: Timestamp,
    },
    Resized {
        width: u16,
        height: u16,
        at: Timestamp,
    },
    /// A frame was drawn from the model as it is.
    Drawn {
        at: Timestamp,
    },
    Tick {
        at: Timestamp,
    },
    /// The answer to question `question` about the queue.
    Queue {
        question: u64,
        answer: Result<QueuePage, ClientError>,
        at: Timestamp,
    },
    Envelope {
        id: EnvelopeId,
        answer: Result<Box<EnvelopeView>, ClientError>,
        at: Timestamp,
    },
    /// An envelope was laid out.
    LaidOut {
        view: Arc<EnvelopeView>,
        laid: Box<Laid>,
        at: Timestamp,
    },
    People {
        answer: Result<Vec<PrincipalView>, ClientError>,
        at: Timestamp,
    },
    Agents {
        answer: Result<Vec<PrincipalView>, ClientError>,
        at: Timestamp,
    },
    Policy {
        answer: Result<PolicyView, ClientError>,
        at: Timestamp,
    },
    /// What `text`, an edit or a class, would make of the envelope.
    Becomes {
        id: EnvelopeId,
        text: String,
        answer: Result<Becomes, ClientError>,
        at: Timestamp,
    },
    /// What an envelope's agent did before.
    Trail {
        id: EnvelopeId,
        answer: Result<PastPage, ClientError>,
        at: Timestamp,
    },
    /// What fits a search, from `before` on.
    Past {
        search: String,
        before: Option<EnvelopeId>,
        answer: Result<PastPage, ClientError>,
        at: Timestamp,
    },
    Timeline {
        id: EnvelopeId,
        answer: Result<Vec<TimelineEntry>, ClientError>,
        at: Timestamp,
    },
    /// All there is about an envelope.
    CaseFile {
        id: EnvelopeId,
        answer: Result<Box<CaseFile>, ClientError>,
        at: Timestamp,
    },
    /// The policy that judged it.
    PolicyThen {
        id: EnvelopeId,
        answer: Result<Box<PolicyThen>, ClientError>,
        at: Timestamp,
    },
    /// What was on the screen at its `n`th decision.
    Screen {
        id: EnvelopeId,
        n: u32,
        answer: Result<Box<ShownScreen>, ClientError>,
        at: Timestamp,
    },
    /// Where a case file was written, or why not: a fragment.
    WrittenOut {
        answer: Result<String, String>,
        at: Timestamp,
    },
    /// How the check of the whole ledger stands.
    Verification {
        what: Verifying,
        answer: Result<Box<VerificationView>, ClientError>,
        at: Timestamp,
    },
    /// What became of what ran.
    After {
        answer: Result<AfterPage, ClientError>,
        at: Timestamp,
    },
    /// The envelopes of a batch.
    BatchRead {
        answer: Result<Vec<EnvelopeView>, ClientError>,
        at: Timestamp,
    },
    /// The answer to the batch that was sent under `key`.
    Batched {
        key: String,
        answer: Result<BatchReceipt, ClientError>,
        at: Timestamp,
    },
    /// What the gate says of itself.
    Health {
        answer: Result<Health, ClientError>,
        at: Timestamp,
    },
    Said {
        answer: Result<Word, ClientError>,
        at: Timestamp,
    },
    /// The reviewer's own editor has ended: its text, or why there is none.
    Written {
        answer: Result<String, String>,
        at: Timestamp,
    },
    /// The reviewer's own pager has ended, or there was none: a sentence.
    Paged {
        answer: Result<(), String>,
        at: Timestamp,
    },
    /// It stood still and goes on, or there was no shell to stand still for.
    Continued {
        stood_still: bool,
        at: Timestamp,
    },
    /// The answer to the decision that was sent under `key`.
    Decided {
        key: String,
        answer: Result<DecisionReceipt, ClientError>,
        at: Timestamp,
    },
    /// What is to be remembered was written, or why not: a fragment.
    Remembered {
        answer: Result<(), String>,
        at: Timestamp,
    },
    /// The terminal or the system asks for an end.
    Stop {
        at: Timestamp,
    },
}

impl Msg {
    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Key(pressed) => pressed.at,
            Self::Mouse(pointed) => pointed.at,
            Self::Pasted { at, .. }
            | Self::Resized { at, .. }
            | Self::Drawn { at, .. }
            | Self::Tick { at, .. }
            | Self::Queue { at, .. }
            | Self::Envelope { at, .. }
            | Self::LaidOut { at, .. }
            | Self::People { at, .. }
            | Self::Agents { at, .. }
            | Self::Policy { at, .. }
            | Self::Becomes { at, .. }
            | Self::Trail { at, .. }
            | Self::Past { at, .. }
            | Self::Timeline { at, .. }
            | Self::CaseFile { at, .. }
            | Self::PolicyThen { at, .. }
            | Self::Screen { at, .. }
            | Self::WrittenOut { at, .. }
            | Self::Verification { at, .. }
            | Self::After { at, .. }
            | Self::BatchRead { at, .. }
            | Self::Batched { at, .. }
            | Self::Health { at, .. }
            | Self::Said { at, .. }
            | Self::Written { at, .. }
            | Self::Paged { at, .. }
            | Self::Continued { at, .. }
            | Self::Decided { at, .. }
            | Self::Remembered { at, .. }
            | Self::Stop { at, .. } => *at,
        }
    }
}

/// What the gate says to what decides nothing.
#[derive(Debug)]
pub enum Word {
    Claimed,
    /// What was masked, uncovered.
    Looked(Box<Looked>),
    /// The agent of this name reads the question.
    Asked(String),
    Reviewed(Review),
    /// The agent of this name is asked to take it back.
    UndoRequested(String),
    Stop(Box<StopView>),
}

/// What the mouse did, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pointed {
    pub gesture: Gesture,
    pub column: u16,
    pub row: u16,
    pub at: Timestamp,
}

/// What a mouse may do here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gesture {
    Click,
    WheelUp,
    WheelDown,
}

/// One key press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pressed {
    pub code: KeyCode,
    pub modifiers: KeyModifiers,
    /// When it is taken.
    pub at: Timestamp,
    /// When it came from the terminal. A frame may have been drawn since, which it cannot be about.
    pub read_at: Timestamp,
    /// Another key was ready at the same instant: a paste, a repeat or type-ahead, not a considered press.
    pub burst: bool,
}
