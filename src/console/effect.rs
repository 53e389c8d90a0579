//! What to do, as data.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::Memory;
use super::model::Widths;
use crate::api::{BatchRequest, CaseFile, DecisionRequest, EnvelopeView, Here, JudgeRequest, StopRequest};
use crate::config::Notify;
use crate::domain::{EnvelopeId, Review};

/// The runner executes each and answers with one message.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask for the queue after `pause`. One at a time; the newest question wins.
    AskQueue {
        question: u64,
        cursor: u64,
        /// How much is known that people should look at.
        look: u64,
        /// What others are told of this console.
        here: Here,
        wait: Duration,
        pause: Duration,
    },
    AskEnvelope {
        id: EnvelopeId,
    },
    /// Ask the gate which version it is.
    AskHealth,
    /// Lay a large envelope out, away from the task that draws. One at a time.
    LayOut {
        view: Arc<EnvelopeView>,
        widths: Widths,
    },
    /// Ask who decides here.
    AskPeople,
    /// Ask which agents there are.
    AskAgents,
    /// Ask which classes there are.
    AskPolicy,
    /// Ask what an edit or a class would make of it. `text` is the edit, or the class.
    Judge {
        text: String,
        request: JudgeRequest,
    },
    /// Send a decision after `pause`. Never aborted; awaited before the console ends.
    Decide {
        key: String,
        id: EnvelopeId,
        request: DecisionRequest,
        /// What was read and drawn: it is signed for that.
        basis: Basis,
        pause: Duration,
    },
    /// Ask for everything there ever was that fits a search.
    AskPast {
        search: String,
        before: Option<EnvelopeId>,
    },
    AskTimeline {
        id: EnvelopeId,
    },
    /// Ask for all there is about an envelope.
    AskCaseFile {
        id: EnvelopeId,
    },
    /// Ask for the policy that judged it.
    AskPolicyThen {
        id: EnvelopeId,
    },
    /// Ask what was on the screen at its `n`th decision, counted from 1.
    AskScreen {
        id: EnvelopeId,
        n: u32,
    },
    /// Write a case file to a new file.
    WriteOut {
        file: Arc<CaseFile>,
    },
    /// Begin a check of the whole ledger, ask how it stands, or end it, after `pause`.
    AskVerification {
        key: String,
        what: Verifying,
        pause: Duration,
    },
    /// Ask what its agent did before, in the same run.
    AskTrail {
        id: EnvelopeId,
    },
    /// Ask what became of what ran, from the top until there are so many rows.
    AskAfter {
        rows: usize,
    },
    /// Ask for the envelopes of a batch.
    AskBatch {
        ids: Vec<EnvelopeId>,
    },
    /// Send a batch, as with `Decide`.
    Batch {
        key: String,
        request: BatchRequest,
        /// What was read of each.
        basis: Basis,
        pause: Duration,
    },
    /// Say something that decides nothing.
    Say {
        key: String,
        id: EnvelopeId,
        saying: Saying,
    },
    /// Hand a text to the reviewer's own editor.
    OpenEditor {
        text: String,
    },
    /// Hand a text to the reviewer's own pager.
    OpenPager {
        text: String,
    },
    /// Ask the terminal to put a text on its clipboard.
    Copy {
        text: String,
    },
    /// Call a reviewer who looks elsewhere: by the bell, by a notification, or both.
    Alert {
        bell: bool,
        notify: Notify,
        text: String,
    },
    /// Write how things were looked at, for the next time.
    Remember(Box<Memory>),
    /// Give the terminal back and stop, until a shell brings it back.
    Suspend,
    /// Draw everything again.
    Repaint,
    End,
}

/// What is asked about the check of the whole ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verifying {
    Begin,
    Look,
    Stop,
}

/// The envelopes that a decision rests on, as they were read.
pub type Basis = Vec<Arc<EnvelopeView>>;

/// What decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saying {
    Claim,
    /// That one looks at what is masked.
    Look,
    Question(String),
    /// Of what ran alone.
    Review(Review, Option<String>),
    Undo(String),
    Stop(StopRequest),
    Resume(Uuid, String),
}
