//! All there is to know between two lines.

mod news;
mod numbers;
mod place;
mod reading;

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

pub use news::News;
pub use numbers::Numbers;
pub use place::{Choosing, Errand, Place, Question, Text};
pub use reading::Reading;

use super::{Effect, words};
use crate::api::{PolicyView, PrincipalView, StopView};
use crate::console::Start;
use crate::console::model::{Held, Link, Pending, Rows, last};
use crate::domain::{EnvelopeId, Role};

/// What a terminal is taken for that does not say how large it is.
const USUAL: (u16, u16) = (80, 24);

/// A decision that was sent and is not known to stand in the ledger yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Posted {
    pub pending: Pending,
    /// How sentences call what it is about.
    pub name: String,
    /// It was said that nobody answers.
    pub is_told: bool,
}

/// The whole state of plain mode.
#[derive(Debug)]
pub struct Model {
    pub gate: String,
    pub name: String,
    pub role: Option<Role>,
    pub nonce: String,
    /// How long a severe approval can be taken back.
    pub hold_for: SignedDuration,
    /// This machine's clock, as of the last message.
    pub now: Timestamp,
    /// The gate's clock minus ours.
    pub skew: SignedDuration,
    pub width: usize,
    pub height: usize,
    pub link: Link,
    /// When the gate last said something.
    pub heard: Option<Timestamp>,
    /// Questions asked in vain, in a row.
    pub misses: u32,
    pub question: u64,
    pub queue_cursor: u64,
    /// How much is known of what people should look at: an answer comes when that changes.
    pub look: u64,
    pub rows: Rows,
    pub numbers: Numbers,
    /// What its reviewer decided a moment ago, until that is said.
    pub last: Option<String>,
    /// How far the list was told.
    pub listed: usize,
    /// What came and went since it was last said.
    pub news: News,
    pub place: Place,
    /// Since when `place` waits for the gate, until it was said.
    pub waiting_since: Option<Timestamp>,
    /// The envelope that is open, and how much of it was printed.
    pub reading: Option<Reading>,
    /// Since when the question that stands can be read; a line that came before answers another one.
    pub asked_at: Option<Timestamp>,
    pub pending: Vec<Posted>,
    /// What is not sent yet and can be taken back, oldest first.
    pub held: Vec<Held>,
    /// How many of them were not sent because the reviewer left.
    pub taken_back: usize,
    pub decided: u64,
    /// How often something was said that decides nothing.
    pub said: u64,
    /// Whose agents were asked from here.
    pub asked: HashSet<EnvelopeId>,
    /// Who decides here, and which classes there are: asked for when they are first needed.
    pub people: Option<Vec<PrincipalView>>,
    pub policy: Option<PolicyView>,
    pub stops: Vec<StopView>,
    /// Somebody asked for the end; decisions that were sent are waited for.
    pub ending: bool,
    /// What this message has led to so far.
    effects: Vec<Effect>,
}

impl Model {
    pub fn new(start: Start) -> Self {
        let mut model = Self {
            gate: start.gate,
            name: start.name,
            role: start.role,
            nonce: start.nonce,
            hold_for: start.settings.hold.value,
            now: start.now,
            skew: SignedDuration::ZERO,
            width: 0,
            height: 0,
            link: Link::Connecting,
            heard: None,
            misses: 0,
            question: 0,
            queue_cursor: 0,
            look: 0,
            rows: Rows::default(),
            numbers: Numbers::default(),
            last: start.decided.as_ref().map(|(last, ago)| last::sentence(last, *ago)),
            listed: 0,
            news: News::default(),
            place: Place::Waiting(Errand::Queue),
            waiting_since: Some(start.now),
            reading: None,
            asked_at: None,
            pending: Vec::new(),
            held: Vec::new(),
            taken_back: 0,
            decided: 0,
            said: 0,
            asked: HashSet::new(),
            people: None,
            policy: None,
            stops: Vec::new(),
            ending: false,
            effects: Vec::new(),
        };
        model.measure(start.size.0, start.size.1);
        model
    }

    /// The gate's time: what deadlines are counted by.
    pub fn gate_now(&self) -> Timestamp {
        self.now.saturating_add(self.skew).unwrap_or(self.now)
    }

    /// When something has to happen of which nobody sends word.
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.held.iter().map(|held| held.until).min()
    }

    /// How sentences call an envelope: `7, payment.refund`.
    pub fn call(&self, id: EnvelopeId) -> String {
        let class = self.rows.get(id).and_then(|row| row.class.as_deref());
        match (self.numbers.of(id), class) {
            (Some(number), Some(class)) => format!("{number}, {class}"),
            (Some(number), None) => format!("{number}, of unknown kind"),
            (None, Some(class)) => class.to_owned(),
            (None, None) => "it".to_owned(),
        }
    }

    /// Takes a size in; a terminal that does not know its own is a usual one.
    pub(super) fn measure(&mut self, width: u16, height: u16) {
        let or = |given: u16, usual: u16| usize::from(if given == 0 { usual } else { given });
        (self.width, self.height) = (or(width, USUAL.0), or(height, USUAL.1));
    }

    /// Says a sentence of ours. What goes on below is indented: the left edge stays ours.
    pub(super) fn say(&mut self, text: impl AsRef<str>) {
        let lines = words::wrap(text.as_ref(), self.width);
        self.effects.extend(lines.into_iter().map(Effect::Say));
    }

    /// Says a line of a sheet, which was made for this width.
    pub(super) fn say_sheet(&mut self, line: &str) {
        self.effects.push(Effect::Say(format!("  {}", line.trim_end())));
    }

    pub(super) fn do_now(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(super) fn has_spoken(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Say(_)))
    }

    pub(super) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Goes to another place: what was typed before it could be read is not about it.
    pub(super) fn go(&mut self, place: Place) {
        self.waiting_since = matches!(place, Place::Waiting(_)).then_some(self.now);
        self.place = place;
        self.asked_at = None;
    }
}
