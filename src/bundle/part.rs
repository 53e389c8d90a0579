//! A part: what an executor is handed to clear one payload without trusting the gate.
//!
//! It has every entry and the newest head, so nothing that was ever written can be left out: no rejection, no key
//! that ended. Of the texts it has those that the verdict on one envelope rests on, and what people's keys are
//! vouched for with. So it says nothing of the verdicts on other envelopes, where a whole bundle does.

use serde::{Deserialize, Serialize};

use super::check::{Grounds, of_part};
use super::{Clearance, Flaw, Pins, Texts, clearance};
use crate::domain::{Digest, EnvelopeId};

/// The version of the layout.
const LAYOUT: u32 = 1;

/// What stands for the file where something of a part does not hold.
pub(super) const PART: &str = "part";

/// What the gate answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Version of the layout: 1.
    pub v: u32,
    /// How many entries there are before the first one here.
    pub from: u64,
    /// In order. Each is JSON in the one form it has, so that its bytes are its text's.
    pub entries: Vec<String>,
    /// The newest signed head. Absent where these are not all entries up to it: ask for the next ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
    /// Every policy that was ever in force.
    pub policies: Vec<String>,
    /// Of the envelope, of people and of its agent.
    pub texts: Vec<Texts>,
}

/// The entries that an executor was handed so far, for as long as it runs: a gate can add to them, and neither
/// change one nor go back behind them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    entries: Vec<String>,
}

impl Held {
    /// How many: a part has to begin after them.
    pub fn size(&self) -> u64 {
        self.entries.len() as u64
    }
}

impl Part {
    pub fn new(from: u64, entries: Vec<String>) -> Self {
        Self {
            v: LAYOUT,
            from,
            entries,
            checkpoint: None,
            policies: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// How many entries there are up to its end.
    pub fn end(&self) -> u64 {
        self.from.saturating_add(self.entries.len() as u64)
    }

    /// Says who let this payload of this envelope run, as [`cleared`](super::cleared) does of a whole bundle, and
    /// takes the entries to those that are held.
    ///
    /// Every entry is followed from the first one on, each time. Where the entries do not lead to the signed head,
    /// none of them is taken.
    ///
    /// What it cannot know is whether the gate showed its newest head: whoever stole it can go on showing one from
    /// before a key was revoked, but none from before what is held.
    pub fn cleared(
        mut self,
        held: &mut Held,
        pins: &Pins,
        id: EnvelopeId,
        payload_sha256: Digest,
    ) -> Result<Clearance, Flaw> {
        let before = held.entries.len();
        if self.v != LAYOUT || self.from != before as u64 {
            let why = format!("It begins after {} entries, and {before} are held.", self.from);
            return Err(Flaw::tampered(PART, why));
        }
        held.entries.append(&mut self.entries);
        let grounds: Result<Grounds, Flaw> = of_part(&held.entries, &self, pins);
        if grounds.is_err() {
            held.entries.truncate(before);
        }
        clearance(&grounds?, pins, id, payload_sha256)
    }
}
