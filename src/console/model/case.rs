//! An envelope that was read, checked and laid out for the screen.

use std::str::FromStr;

use jiff::Timestamp;

use super::Whole;
use crate::api::{EnvelopeView, PayloadView, Summary};
use crate::console::sheet::{self, Line};
use crate::console::theme::Tone;
use crate::domain::{DecisionKind, Digest, EnvelopeId};
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
}

/// Lines are made once for an envelope and a width, never while drawing.
#[derive(Debug)]
pub struct Case {
    pub about: About,
    pub view: EnvelopeView,
    /// Why this must not be decided on: a sentence. The bytes shown are not the ones that were named.
    pub distrust: Option<String>,
    pub widths: Widths,
    pub sheet: Vec<Line>,
    /// The row it was read for, and when: a newer row is read for again.
    pub read_for: Option<Summary>,
    pub read_at: Timestamp,
    /// Lines of the sheet that have to be seen before it can be approved.
    pub head: usize,
    /// Whether these lines hold every value of the payload, whole.
    pub is_complete: bool,
    pub fields: Vec<Line>,
    pub text: Vec<Line>,
    pub evidence: Vec<Line>,
    /// What its agent did before, once that was asked for.
    pub steps: Option<Vec<Summary>>,
    pub trail: Vec<Line>,
}

impl Case {
    pub fn new(view: EnvelopeView, widths: Widths, read_at: Timestamp) -> Self {
        let about = About::of(&view.summary);
        let distrust = distrust(&view);
        let mut case = Self {
            about,
            view,
            distrust,
            widths: Widths::default(),
            sheet: Vec::new(),
            read_for: None,
            read_at,
            head: 0,
            is_complete: false,
            fields: Vec::new(),
            text: Vec::new(),
            evidence: Vec::new(),
            steps: None,
            trail: Vec::new(),
        };
        case.lay_out(widths);
        case
    }

    /// Makes the lines again where a width has changed.
    pub fn lay_out(&mut self, widths: Widths) {
        if self.widths == widths {
            return;
        }
        self.widths = widths;
        let sheet = sheet::envelope(&self.view, self.distrust.as_deref(), widths);
        (self.sheet, self.head, self.is_complete) = (sheet.lines, sheet.head, sheet.is_complete);
        self.evidence = sheet::evidence(&self.view, widths.beside);
        self.fields = sheet::fields(&self.view, widths.diff);
        self.text = sheet::text(&self.view, widths.diff);
        self.lay_trail();
    }

    /// The digest of what is drawn, where that is not all of it.
    pub fn shown(&self) -> Option<Digest> {
        self.view.payload.as_ref()?.shown_sha256
    }

    /// Whether it is drawn with what the policy masks.
    pub fn is_uncovered(&self) -> bool {
        !self.view.masked.is_empty() && !self.view.is_masked()
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

    /// The lines of what can have the whole screen.
    pub fn whole(&self, whole: Whole) -> &[Line] {
        match whole {
            Whole::Fields => &self.fields,
            Whole::Text => &self.text,
            Whole::Trail => &self.trail,
        }
    }

    /// Takes in what its agent did before.
    pub fn follow(&mut self, steps: Vec<Summary>) {
        self.steps = Some(steps);
        self.lay_trail();
    }

    /// Makes the lines of what its agent did before.
    pub fn lay_trail(&mut self) {
        let width = if self.widths.beside == 0 {
            self.widths.diff
        } else {
            self.widths.beside
        };
        self.trail = match &self.steps {
            Some(steps) => sheet::trail(steps, &self.view.summary, width),
            None => vec![Line::of(Tone::Label, "reading…")],
        };
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
    (!same).then(|| "The payload is not the one its digest names: decide nothing, and tell an admin.".to_owned())
}

fn read(payload: &PayloadView) -> Option<Payload> {
    let parts = serde_json::from_str(&payload.parts).ok()?;
    Payload::from_raw(parts, payload.raw.clone()).ok()
}

fn commitment(payload: &PayloadView, whole: &Payload) -> Option<Digest> {
    let salt = Digest::from_str(&payload.salt).ok()?;
    Some(whole.commitment(&Salt(salt.0)))
}
