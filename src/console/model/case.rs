//! An envelope that was read, checked and laid out for the screen.

use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Laid, Page, Whole};
use crate::api::{EnvelopeView, PayloadView, Summary};
use crate::console::sheet::{self, Body, Line};
use crate::console::theme::Tone;
use crate::domain::{DecisionKind, Digest, EnvelopeId, Target};
use crate::ledger::{Payload, Salt};

/// What a decision is about, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct About {
    pub id: EnvelopeId,
    pub digest: Digest,
    pub revision: u32,
}

impl About {
    pub fn of(row: &Summary) -> Self {
        Self {
            id: row.id,
            digest: row.payload_sha256,
            revision: row.revision,
        }
    }
}

/// The columns that lines are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Widths {
    pub sheet: usize,
    /// Lines of the sheet that the payload may take.
    pub inline: usize,
    pub diff: usize,
    /// Evidence and trail have panes of their own, this wide; none where it is 0.
    pub beside: usize,
    /// Rows of the pane that has the evidence.
    pub evidence: usize,
}

/// For how many widths the lines of one envelope are kept: on a wide screen `d` goes there and back.
const KEPT: usize = 2;

/// An envelope that was read, with its lines.
#[derive(Debug)]
pub struct Case {
    pub about: About,
    pub view: Arc<EnvelopeView>,
    /// Why this must not be decided on: a sentence. The bytes shown are not the ones that were named.
    pub distrust: Option<String>,
    /// By width, the newest last.
    laid: Vec<Laid>,
    /// The row it was read for, and when: a newer row is read for again.
    pub read_for: Option<Summary>,
    pub read_at: Timestamp,
    /// What its agent did before, once that was asked for, and how wide its lines are.
    pub steps: Option<Vec<Summary>>,
    pub trail: Body,
    trail_width: usize,
}

impl Case {
    pub fn new(view: Arc<EnvelopeView>, laid: Laid, read_at: Timestamp) -> Self {
        let mut case = Self {
            about: About::of(&view.summary),
            view,
            distrust: None,
            laid: Vec::new(),
            read_for: None,
            read_at,
            steps: None,
            trail: Body::default(),
            trail_width: 0,
        };
        case.put(laid);
        case
    }

    /// Its lines for these widths, where they were made.
    pub fn laid(&self, widths: Widths) -> Option<&Laid> {
        self.laid.iter().find(|laid| laid.widths == widths)
    }

    /// Takes in lines for other widths.
    pub fn put(&mut self, laid: Laid) {
        self.distrust = self.distrust.take().or_else(|| laid.distrust.clone());
        self.laid.retain(|old| old.widths != laid.widths);
        self.laid.push(laid);
        let surplus = self.laid.len().saturating_sub(KEPT);
        self.laid.drain(..surplus);
    }

    /// How many lines are kept of it.
    pub fn weight(&self) -> usize {
        self.laid.iter().map(Laid::weight).sum()
    }

    /// The digest of what is drawn, where that is not all of it.
    pub fn shown(&self) -> Option<Digest> {
        self.view.payload.as_ref()?.shown_sha256
    }

    /// Whether it is drawn with what the policy masks.
    pub fn is_uncovered(&self) -> bool {
        self.view.is_uncovered()
    }

    /// Whether a person's approval of this very payload counts already.
    pub fn has_voted(&self, name: &str) -> bool {
        let decisions = &self.view.decisions;
        // An escalation lets votes lapse: only what came after the last one counts.
        let since = decisions
            .iter()
            .rposition(|said| said.decision == DecisionKind::Escalate);
        decisions[since.map_or(0, |at| at + 1)..].iter().any(|said| {
            let counts = matches!(said.decision, DecisionKind::Approve | DecisionKind::Edit);
            counts && said.by == name && said.payload_sha256 == Some(self.about.digest)
        })
    }

    /// What has the whole screen; nothing where it was not laid out for these widths.
    pub fn body(&self, page: Page, widths: Widths) -> Option<&Body> {
        match page.whole {
            Whole::Fields | Whole::Text => self.laid(widths)?.body(page),
            Whole::Trail => Some(&self.trail),
        }
    }

    /// Takes in what its agent did before.
    pub fn follow(&mut self, steps: Vec<Summary>) {
        self.steps = Some(steps);
        self.lay_trail();
    }

    /// Makes the lines of what its agent did before again where the width is another.
    pub fn widen_trail(&mut self, widths: Widths) {
        let width = if widths.beside == 0 { widths.diff } else { widths.beside };
        if self.trail_width != width {
            self.trail_width = width;
            self.lay_trail();
        }
    }

    fn lay_trail(&mut self) {
        self.trail = Body::plain(match &self.steps {
            Some(steps) => sheet::trail(steps, &self.view.summary, self.trail_width),
            None => vec![Line::of(Tone::Label, "reading…")],
        });
    }
}

/// Recomputes digest and commitment from the very bytes that are drawn; where something of them is masked,
/// the digest that decisions then name beside the payload's.
pub(super) fn distrust(view: &EnvelopeView) -> Option<String> {
    let Some(payload) = &view.payload else {
        return Some("The gate sent no payload, so there is nothing to decide on.".to_owned());
    };
    let Some(whole) = read(payload) else {
        return Some("The payload cannot be read, so it cannot be decided on.".to_owned());
    };
    let (digest, named) = (whole.sha256(), view.summary.payload_sha256);
    let same = match payload.shown_sha256 {
        Some(shown) => digest == shown && payload.payload_sha256 == named,
        None => digest == named && commitment(payload, &whole) == Some(payload.commitment),
    };
    if same && !is_about(view, &whole) {
        return Some(
            "The queue names another action than the payload would run: decide nothing, and tell an admin.".to_owned(),
        );
    }
    (!same).then(|| "The payload is not the one its digest names: decide nothing, and tell an admin.".to_owned())
}

/// Whether what the queue and the sheet call it is what its payload is handed to.
fn is_about(view: &EnvelopeView, payload: &Payload) -> bool {
    let (row, parts) = (&view.summary, &payload.parts);
    let named = (&row.tool, &row.target, &view.server, &view.environment);
    let target = parts.target.as_ref().map(Target::joined);
    named == (&parts.tool, &target, &parts.server, &parts.environment)
}

fn read(payload: &PayloadView) -> Option<Payload> {
    let parts = serde_json::from_str(&payload.parts).ok()?;
    Payload::from_raw(parts, payload.raw.clone()).ok()
}

fn commitment(payload: &PayloadView, whole: &Payload) -> Option<Digest> {
    let salt = Digest::from_str(&payload.salt).ok()?;
    Some(whole.commitment(&Salt(salt.0)))
}
