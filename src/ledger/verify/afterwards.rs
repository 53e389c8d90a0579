//! What the entries say of an envelope once it ran.

use crate::domain::{ActorKind, Digest, Event, Review, Stage};
use crate::ledger::{Entry, Fact};

use super::Case;
use super::case::Text;

impl Case {
    /// The step of an entry that is about something cleared, and the texts it brings.
    pub(super) fn afterwards(&mut self, entry: &Entry) -> Result<(Event, Vec<Text>), String> {
        let text = |kind: String, commitment: &Option<Digest>| commitment.map(|c| (kind, c)).into_iter().collect();
        let none = Vec::new();
        let by_person = entry.actor.kind == ActorKind::Human;
        let open = self.is_to_be_looked_at();
        self.seen = matches!(entry.fact, Fact::Reviewed { .. })
            || self.seen && matches!(entry.fact, Fact::UndoRequested { .. });
        Ok(match &entry.fact {
            Fact::Redeemed { payload } => {
                if *payload != self.payload {
                    return Err("it handed out another payload".to_owned());
                }
                if self.outer_at.is_some() && self.edited > 0 {
                    return Err("it handed out an edit over AAP, which has none".to_owned());
                }
                self.redeemed_at = Some(entry.at);
                (Event::Redeemed, none)
            }
            Fact::Outcome { succeeded, report } => {
                self.outcome = Some(*succeeded);
                let event = if *succeeded { Event::Succeeded } else { Event::Failed };
                (event, text("outcome".to_owned(), report))
            }
            Fact::Reviewed { finding, note } => {
                if !open || !by_person || *finding == Review::Open {
                    return Err("it was not there to be looked at".to_owned());
                }
                self.review = Some(*finding);
                self.reviewed = Some((entry.actor.id, *finding, entry.at));
                let place = format!("review/{}", self.reviews);
                self.reviews += 1;
                (Event::Reviewed, text(place, note))
            }
            Fact::UndoRequested { reason } => {
                if !by_person {
                    return Err("no person asked for the undo".to_owned());
                }
                self.undo = Some((entry.actor.id, entry.at, None));
                let place = format!("undo_reason/{}", self.undos);
                self.undos += 1;
                (Event::UndoRequested, vec![(place, *reason)])
            }
            Fact::Undone { succeeded, report } => {
                let undo = self.undo.as_mut().ok_or("nobody asked for an undo")?;
                undo.2 = Some((*succeeded, entry.at));
                let event = if *succeeded { Event::Undone } else { Event::Failed };
                let place = format!("undo/{}", self.undos.saturating_sub(1));
                (event, text(place, report))
            }
            _ => return Err("its kind is not about what ran".to_owned()),
        })
    }

    /// Whether somebody should say how it went: it ran alone, something is wrong, or its agent is silent.
    fn is_to_be_looked_at(&self) -> bool {
        let ended = matches!(self.stage, Stage::Redeemed | Stage::Failed | Stage::UndoFailed);
        match self.review {
            Some(Review::Open | Review::Flagged) => true,
            Some(Review::Fine) | None => ended && !self.seen,
        }
    }
}
