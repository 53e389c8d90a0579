//! What happened: somebody typed, the gate answered, time passed.

use jiff::Timestamp;

use crate::console;

/// Every message carries the time it happened: `update` has no clock.
#[derive(Debug)]
pub enum Msg {
    /// Lines that came together: more than one were not typed one by one.
    Typed {
        lines: Vec<String>,
        at: Timestamp,
    },
    /// All that was said is printed, and can be read.
    Told {
        at: Timestamp,
    },
    /// An answer of the gate.
    Gate(console::Msg),
    Tick {
        at: Timestamp,
    },
    Resized {
        width: u16,
        height: u16,
        at: Timestamp,
    },
    /// It was stopped for a while, and goes on.
    Continued {
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
            Self::Gate(msg) => msg.at(),
            Self::Typed { at, .. }
            | Self::Told { at }
            | Self::Tick { at }
            | Self::Resized { at, .. }
            | Self::Continued { at }
            | Self::Stop { at } => *at,
        }
    }
}
