//! What the next line is about.

use crate::console::model::{Offer, Proof};
use crate::domain::EnvelopeId;

/// Where the reviewer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// At the list: a number opens an envelope. Nothing decides here.
    Queue,
    /// The gate was asked, and a line means nothing until it has answered.
    Waiting(Errand),
    /// An envelope was read out: what is to be done with it.
    Envelope,
    Question(Question),
}

/// What the gate was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// What waits, for the first time.
    Queue,
    Open(EnvelopeId),
    /// A decision, under this key.
    Decide(String),
    /// Something that decides nothing.
    Say,
    People,
    Policy,
    /// What a class would make of it.
    Judge(String),
}

/// One question about the envelope that is open; it is gone with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The word `approve`; perhaps with a reason that was written.
    Approve { reason: Option<String> },
    /// What it is about, typed: a severe approval is not given by a word that is always the same.
    Type { proof: Proof, reason: Option<String> },
    /// The number of one of these reasons to reject, or of writing one.
    Reject(Vec<String>),
    /// The number of one of several.
    Choose(Choosing, Vec<Offer>),
    /// The word `classify`, after what it would become was said.
    Classify(String),
    /// A text, in one line.
    Write(Text),
}

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choosing {
    /// Who gets it.
    Heir,
    /// How much more time.
    Time,
    /// What kind of action it is.
    Class,
}

/// What a written text is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    Approve,
    Reject,
    /// Handing it to this one.
    Escalate(String),
    /// This much more time.
    Extend(String),
    /// The agent.
    Question,
}
