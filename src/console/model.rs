//! All there is to draw.

mod after;
mod alerted;
mod arrange;
mod batch;
mod case;
mod case_page;
mod checking;
mod draft;
mod filter;
mod held;
mod laid;
pub(crate) mod last;
mod load;
mod memory;
mod modal;
mod palette;
mod past;
mod pending;
mod reasons;
pub(crate) mod record;
mod rows;
mod seen;
mod shown;
mod tab;
mod tour;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub use after::After;
pub use alerted::Alerted;
pub use arrange::{Arrangement, Grouping, Reader, Scope};
pub use batch::{Batch, Item, told_apart};
pub use case::{About, Case, Widths};
pub use case_page::{CasePage, Leaf};
pub use checking::Checking;
pub use draft::{Confirm, Draft};
pub use filter::{Filter, Finding};
pub use held::Held;
pub use laid::{Laid, PATIENCE, lay_out, lay_out_small};
pub use load::{Load, Sum};
pub use memory::{Keeping, Memory, Recalled};
pub use modal::{Ask, Choice, Choosing, Halt, Modal, Offer, Proof, Step, Then};
pub use palette::{Copied, Does, Offered, Palette};
pub use past::Past;
pub use pending::{KEPT_FOR, Pending, Phase, Sent};
pub use reasons::{Begun, Digit, Own, REASONS, Reasons};
pub use rows::Rows;
pub use seen::{Drawn, Part, Seen};
pub use tab::Tab;
pub use tour::{TOUR_STEPS, Tour};

use super::keymap::Keymap;
use super::sheet::Body;
use super::theme::Theme;
use crate::api::{EnvelopeView, LastDecision, PolicyView, PresentView, PrincipalView, StopView};
use crate::config::Settings;
use crate::domain::{Digest, EnvelopeId, Role, Shown};

/// An answer that is due for this long is said to be.
const SLOW: SignedDuration = SignedDuration::from_secs(3);

/// What the console is started with.
#[derive(Debug, Clone)]
pub struct Start {
    /// The gate as the header names it.
    pub gate: String,
    pub name: String,
    pub role: Option<Role>,
    /// Makes this console's decision keys its own: random, handed in.
    pub nonce: String,
    pub settings: Settings,
    pub keymap: Keymap,
    /// Where the reviewer's clock stands, for quiet hours.
    pub zone: TimeZone,
    /// How it was left the last time.
    pub recalled: Recalled,
    /// Looks back over everything instead of at what waits.
    pub looks_back: bool,
    /// What is looked at does not move on: it is as it was now.
    pub is_still: bool,
    pub now: Timestamp,
    pub size: (u16, u16),
    /// What its reviewer decided a moment ago, and how long ago: perhaps at a console that had no answer.
    pub decided: Option<(LastDecision, SignedDuration)>,
}

/// How it stands between console and gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// Nothing was heard yet.
    Connecting,
    Live,
    /// The last question was not answered; since when nothing fresh came.
    Silent,
    /// The gate answers and refuses: a sentence.
    Refused(String),
    /// It does not know the credential, or does not let it look: a sentence.
    Unauthorised(String),
    /// It answers what this version does not understand, and says of itself which version it is.
    OtherVersion {
        what: String,
        gate: Option<String>,
    },
    /// The gate serves less than it did: nothing it says is believed.
    WentBack,
    /// The gate does not prove that its ledger grew from what was seen of it: a sentence without its full stop.
    Unproved(String),
}

impl Link {
    /// Whether anything may rest on what the gate says.
    pub fn is_believed(&self) -> bool {
        !matches!(self, Self::WentBack | Self::Unproved(_))
    }
}

/// Which pane a narrow terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    Queue,
    Envelope,
}

/// What of an envelope can have the whole screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whole {
    /// The payload, field by field.
    #[default]
    Fields,
    /// The payload as text.
    Text,
    /// What its agent did before.
    Trail,
}

/// Which sides of the payload are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sides {
    /// What it changes, against the record before.
    #[default]
    Both,
    /// The payload alone, as text.
    Payload,
    /// The record before alone, as text.
    Before,
}

/// The whole-screen page, where one is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Page {
    pub whole: Whole,
    pub sides: Sides,
    /// The first row that is drawn.
    pub scroll: usize,
    /// Whether what is the same is folded away; by how much of it there is, until somebody says.
    pub folded: Option<bool>,
    /// The change that was stepped to.
    pub change: Option<usize>,
}

impl Page {
    /// Whether what is the same in this is folded away.
    pub fn is_folded(self, body: &Body) -> bool {
        self.folded.unwrap_or_else(|| body.folds_itself())
    }
}

/// How long a notice stays.
const NOTICE: SignedDuration = SignedDuration::from_secs(8);

/// One sentence that goes away by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Safe to show.
    pub text: String,
    pub until: Timestamp,
}

impl Notice {
    /// A sentence that is safe to show.
    pub fn new(text: String, now: Timestamp) -> Self {
        Self {
            text,
            until: now.saturating_add(NOTICE).unwrap_or(now),
        }
    }
}

/// What was on screen when, to tell a considered key from one that was meant for something else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guard {
    /// What the last frame showed whole enough to decide on.
    pub drawn: Option<About>,
    /// How much of the envelope under the cursor was drawn.
    pub seen: Option<Seen>,
    /// Since when it has been on the screen.
    pub since: Option<(About, Timestamp)>,
    /// When a frame last showed something of it that none had shown before.
    pub shown_at: Option<Timestamp>,
    /// Decision keys do nothing before this, where content changed by itself; counted from the frame.
    pub inert_until: Option<Timestamp>,
    /// Content changed by itself and was not drawn since.
    pub unseen_change: bool,
    /// A box opened, or asks something else, and was not drawn since.
    pub unseen_box: bool,
}

/// The console's whole state.
#[derive(Debug)]
pub struct Model {
    pub gate: String,
    pub name: String,
    pub role: Option<Role>,
    pub nonce: String,
    pub looks_back: bool,
    /// Since when what is shown stands still: a file, and not a gate.
    pub still_since: Option<Timestamp>,
    pub settings: Settings,
    pub keymap: Keymap,
    pub zone: TimeZone,
    pub theme: Theme,
    /// This machine's clock, as of the last message.
    pub now: Timestamp,
    /// The gate's clock minus ours.
    pub skew: SignedDuration,
    pub width: u16,
    pub height: u16,
    pub link: Link,
    /// When the gate last said something.
    pub heard: Option<Timestamp>,
    /// Questions asked in vain, in a row.
    pub misses: u32,
    pub question: u64,
    /// By when the open question should have been answered.
    pub due: Option<Timestamp>,
    /// The gate could not write what was decided, for want of room.
    pub disk_full: bool,
    pub queue_cursor: u64,
    pub rows: Rows,
    pub finding: Option<Finding>,
    /// The envelope under the cursor: an id, never a row.
    pub focus: Option<EnvelopeId>,
    /// What was asked for and did not come yet.
    pub asked: Option<(About, Timestamp)>,
    /// Whose trail was asked for and did not come yet.
    pub trail_asked: Option<EnvelopeId>,
    /// First row of the queue's window.
    pub top: usize,
    /// Envelopes that were read, newest last.
    pub cases: Vec<Case>,
    /// Read, and to be laid out elsewhere before they are cases, newest last.
    pub unlaid: Vec<Arc<EnvelopeView>>,
    /// What is being laid out elsewhere, for which widths, and since when: one at a time.
    pub laying: Option<(Arc<EnvelopeView>, Widths, Timestamp)>,
    pub scroll: usize,
    pub pane: Pane,
    pub page: Option<Page>,
    pub tab: Tab,
    /// What ran.
    pub after: After,
    /// Everything there ever was; all that an auditor's console has.
    pub past: Past,
    /// How the queue stands.
    pub load: Load,
    /// The row under the cursor of the policy's tab, and the first one of its window.
    pub class_at: usize,
    pub class_top: usize,
    pub modal: Option<Modal>,
    pub guard: Guard,
    pub notice: Option<Notice>,
    pub pending: Vec<Pending>,
    /// What is not sent yet and can be taken back, oldest first.
    pub held: Vec<Held>,
    /// How many of them were not sent because the reviewer left.
    pub taken_back: usize,
    /// Envelopes that were chosen to be looked over together.
    pub selected: HashSet<EnvelopeId>,
    pub decided: u64,
    /// How often something was said that decides nothing.
    pub said: u64,
    /// Searches that were saved under a name.
    pub views: BTreeMap<String, String>,
    /// Edits that were begun and not sent, and the payload that each was begun on.
    pub kept: HashMap<EnvelopeId, (Digest, String)>,
    /// The same of what is said in boxes.
    pub begun: Begun,
    /// Reasons that were written here.
    pub own: Own,
    /// Who decides here, and which classes there are: asked for when they are first needed.
    pub people: Option<Vec<PrincipalView>>,
    pub policy: Option<PolicyView>,
    pub alerted: Alerted,
    /// What is stopped now.
    pub stops: Vec<StopView>,
    /// Who else has a console open.
    pub present: Vec<PresentView>,
    /// The gate's number for that.
    pub presence: Option<u64>,
    /// The envelope that the gate was told is on the screen.
    pub told: Option<EnvelopeId>,
    /// The one that was there at the last tick.
    pub rests: Option<EnvelopeId>,
    /// Somebody asked for the end; decisions that were sent are waited for.
    pub ending: bool,
    pub keeping: Keeping,
}

impl Model {
    pub fn new(start: Start) -> Self {
        let Recalled { memory, trouble, path } = start.recalled;
        let mut model = Self {
            rows: Rows::of(Reader {
                name: start.name.clone(),
                role: start.role,
            }),
            gate: Shown::line(&start.gate).to_string(),
            name: start.name,
            role: start.role,
            nonce: start.nonce,
            looks_back: start.looks_back,
            still_since: start.is_still.then_some(start.now),
            theme: Theme::of(&start.settings),
            settings: start.settings,
            keymap: start.keymap,
            zone: start.zone,
            now: start.now,
            skew: SignedDuration::ZERO,
            width: start.size.0,
            height: start.size.1,
            link: Link::Connecting,
            heard: None,
            misses: 0,
            question: 0,
            due: None,
            disk_full: false,
            queue_cursor: 0,
            finding: None,
            focus: None,
            asked: None,
            trail_asked: None,
            top: 0,
            cases: Vec::new(),
            unlaid: Vec::new(),
            laying: None,
            scroll: 0,
            pane: Pane::Queue,
            page: None,
            tab: if start.looks_back { Tab::Audit } else { Tab::Queue },
            after: After::default(),
            past: Past::default(),
            load: Load::default(),
            class_at: 0,
            class_top: 0,
            modal: None,
            guard: Guard::default(),
            notice: last::first_words(start.decided.as_ref(), trouble.as_deref(), start.now),
            pending: Vec::new(),
            held: Vec::new(),
            taken_back: 0,
            selected: HashSet::new(),
            decided: 0,
            said: 0,
            views: BTreeMap::new(),
            kept: HashMap::new(),
            begun: Begun::default(),
            own: Own::default(),
            people: None,
            policy: None,
            alerted: Alerted::default(),
            stops: Vec::new(),
            present: Vec::new(),
            presence: None,
            told: None,
            rests: None,
            ending: false,
            keeping: Keeping::default(),
        };
        memory.recall(&mut model);
        model.keeping.path = path;
        model
    }

    /// The gate's time: what deadlines are counted by.
    pub fn gate_now(&self) -> Timestamp {
        self.now.saturating_add(self.skew).unwrap_or(self.now)
    }

    /// The case under the cursor, once it was read as the queue now has it.
    pub fn case(&self) -> Option<&Case> {
        let row = self.rows.get(self.focus?)?;
        let about = About::of(row);
        self.cases.iter().rev().find(|case| case.about == about)
    }

    /// The case that the screen shows: of what ran, of what there ever was, or of what waits.
    pub fn shown_case(&self) -> Option<&Case> {
        if self.tab == Tab::Queue {
            return self.case();
        }
        let id = self.shown_id()?;
        self.cases.iter().rev().find(|case| case.about.id == id)
    }

    /// The envelope that the screen shows, read or not.
    pub fn shown_id(&self) -> Option<EnvelopeId> {
        match self.tab {
            Tab::Queue => self.focus,
            Tab::After => self.after.row().map(|row| row.summary.id),
            Tab::Audit => self.past.row().map(|row| row.id),
            Tab::Oversight | Tab::Policy => None,
        }
    }

    /// When something has to happen of which nobody sends word.
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.held.iter().map(|held| held.until).min()
    }

    /// For how long an answer has been due, where that is longer than an answer takes.
    pub fn overdue(&self) -> Option<SignedDuration> {
        let queue = self.due.map(|due| self.now.duration_since(due));
        let envelope = self.asked.map(|(_, at)| self.now.duration_since(at));
        let late = queue.into_iter().chain(envelope).max()?;
        (late >= SLOW).then_some(late)
    }

    /// Whether what is shown may be old.
    pub fn is_stale(&self) -> bool {
        self.link != Link::Live || self.overdue().is_some()
    }
}
