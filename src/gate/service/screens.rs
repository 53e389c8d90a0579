//! What was on a reviewer's screen: kept with the decision, shown again as it was.

use super::{Service, kept};
use crate::api::{MAX_SCREEN, Screen, ShownScreen};
use crate::domain::EnvelopeId;
use crate::gate::Refusal;

/// The kind of blob that keeps it, by the decision's number.
const SHOWN: &str = "shown";

/// The longest record that is taken: its texts, and what JSON adds to them.
const LONGEST: usize = 2 * MAX_SCREEN;

/// Refuses what is no record of a screen.
pub(super) fn check(screen: Option<&str>, pointer: &str) -> Result<(), Refusal> {
    let Some(screen) = screen else { return Ok(()) };
    if screen.len() > LONGEST {
        let message = format!("The record of a screen has at most {LONGEST} bytes.");
        return Err(Refusal::invalid("wrong_length", pointer, message));
    }
    let read: Result<Screen, _> = serde_json::from_str(screen);
    match read {
        Ok(screen) if screen.v == 1 => Ok(()),
        Ok(_) | Err(_) => Err(Refusal::invalid(
            "wrong_shape",
            pointer,
            "That is no record of a screen that this version knows.",
        )),
    }
}

impl Service {
    /// What was on the screen when the `n`th decision was made, counted from 0.
    ///
    /// Lines that were drawn with masked values are withheld: that somebody once looked is no leave for others.
    pub async fn screen(&self, id: EnvelopeId, n: u32) -> Result<ShownScreen, Refusal> {
        let case = self.case(id, true).await?;
        let decision = case.decision(n).ok_or_else(Refusal::not_found)?;
        let text = kept::text(&case.blobs, SHOWN, n);
        let (by, at) = (self.name(decision.person), decision.at);
        let kind = decision.decision;
        // Earlier versions kept the masked arguments alone.
        let mut screen: Option<Screen> = text.and_then(|text| serde_json::from_str(&text).ok());
        let covered = self.masks(case);
        let withheld = covered && screen.as_ref().is_some_and(|screen| screen.uncovered);
        if let Some(screen) = screen.as_mut().filter(|_| withheld) {
            screen.parts.clear();
        }
        Ok(ShownScreen {
            by,
            at,
            decision: kind,
            withheld,
            screen,
        })
    }
}
