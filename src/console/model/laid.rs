//! An envelope as lines: made once for a width, away from the screen where there is much of it.

use std::time::Duration;

use super::case::distrust;
use super::{Page, Sides, Whole, Widths};
use crate::api::EnvelopeView;
use crate::console::sheet::{self, Body, Line};
use crate::console::theme::Tone;
use crate::diff::Until;

/// How long laying out one envelope may compare, elsewhere than on the task that draws.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// How long at once: what takes longer is laid out elsewhere after all.
const AT_ONCE: Duration = Duration::from_millis(8);

/// Up to so many bytes an envelope is laid out at once, within a third of a frame's time, so that a small one is
/// there with the key that led to it. The benchmark `frame` measures both sides of this.
const SMALL: usize = 16 * 1024;

/// The lines of one envelope.
#[derive(Debug)]
pub struct Laid {
    pub widths: Widths,
    /// Why this must not be decided on: a sentence. The bytes shown are not the ones that were named.
    pub distrust: Option<String>,
    pub sheet: Vec<Line>,
    /// Lines of the sheet that have to be seen before it can be approved.
    pub head: usize,
    /// Whether these lines hold every value of the payload, whole.
    pub is_complete: bool,
    pub fields: Body,
    pub text: Body,
    /// The payload and the record before it, each alone.
    pub payload: Body,
    pub before: Body,
    pub evidence: Vec<Line>,
    /// Time ran out on the comparison.
    pub is_partial: bool,
}

/// Makes all lines of an envelope. Takes as long as it is long: not for the task that draws.
pub fn lay_out(view: &EnvelopeView, widths: Widths, patience: Duration) -> Laid {
    // Half for the one way to show it: the other has its time as well.
    let until = Until::within(patience / 2);
    let distrust = distrust(view);
    let payload = sheet::compare(view, until);
    let front = sheet::envelope(view, &payload, distrust.as_deref(), widths, until);
    let (fields, cut_fields) = sheet::fields(view, &payload, widths.diff, until);
    let (text, cut_text) = sheet::text(view, widths.diff, Until::within(patience / 2));
    Laid {
        widths,
        distrust,
        sheet: front.lines,
        head: front.head,
        is_complete: front.is_complete,
        fields,
        text,
        payload: sheet::payload(view, widths.diff),
        before: sheet::before(view, widths.diff),
        evidence: sheet::evidence(view, widths.beside),
        is_partial: cut_fields || cut_text,
    }
}

/// The same, where there is so little of it that nobody waits.
pub fn lay_out_small(view: &EnvelopeView, widths: Widths) -> Option<Laid> {
    if length(view) > SMALL {
        return None;
    }
    Some(lay_out(view, widths, AT_ONCE)).filter(|laid| !laid.is_partial)
}

/// How much an agent sent, in bytes.
fn length(view: &EnvelopeView) -> usize {
    let claimed = view.claimed.as_ref();
    let texts = [
        view.payload.as_ref().map(|payload| &payload.raw),
        view.proposed_raw.as_ref(),
        claimed.and_then(|claimed| claimed.before.as_ref()),
        claimed.and_then(|claimed| claimed.request.as_ref()),
        claimed.and_then(|claimed| claimed.rationale.as_ref()),
        claimed.and_then(|claimed| claimed.context.as_ref()),
    ];
    let evidence = claimed.into_iter().flat_map(|claimed| &claimed.evidence);
    let excerpts = evidence.map(|piece| piece.excerpt.as_ref());
    texts.into_iter().chain(excerpts).flatten().map(String::len).sum()
}

impl Laid {
    /// What stands there if laying out broke off: a fault of ours, and no reason to decide unseen.
    pub fn broken(widths: Widths) -> Self {
        let why = "It could not be laid out, which is a fault of the console: decide nothing here.";
        let line = || vec![Line::of(Tone::Danger, why)];
        Self {
            widths,
            distrust: Some(why.to_owned()),
            sheet: line(),
            head: 1,
            is_complete: false,
            fields: Body::plain(line()),
            text: Body::plain(line()),
            payload: Body::plain(line()),
            before: Body::plain(line()),
            evidence: Vec::new(),
            is_partial: false,
        }
    }

    /// What of the payload has the whole screen.
    pub fn body(&self, page: Page) -> Option<&Body> {
        match (page.whole, page.sides) {
            (Whole::Trail, _) => None,
            (_, Sides::Payload) => Some(&self.payload),
            (_, Sides::Before) => Some(&self.before),
            (Whole::Fields, Sides::Both) => Some(&self.fields),
            (Whole::Text, Sides::Both) => Some(&self.text),
        }
    }

    /// How many lines there are to keep.
    pub fn weight(&self) -> usize {
        let bodies = [&self.fields, &self.text, &self.payload, &self.before];
        let whole: usize = bodies.iter().map(|body| body.lines.len()).sum();
        whole + self.sheet.len() + self.evidence.len()
    }
}
