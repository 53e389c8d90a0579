//! The pass: what the approval of an edit is worth to an agent that asked over AAP.
//!
//! The protocol has no edit. So such an envelope is denied there and its note holds the edited call; the
//! next submission of exactly that call, by the same agent in the same run, is allowed on the approval that
//! is there already. Once, and no longer than the approval is good for.

use jiff::{SignedDuration, Timestamp};

use super::entry_of;
use crate::domain::{Actor, EnvelopeId, Event, Stage, Verdict, apply};
use crate::gate::Refusal;
use crate::ledger::Fact;
use crate::store::{Db, Envelope, StoreError, Tx};

/// Finds the approved edit that a new envelope repeats, oldest first.
///
/// What the policy denies or does not know is not lifted: people approved the edit under what they saw then.
pub(super) fn find(
    db: &Db<'_>,
    envelope: &Envelope,
    run: Option<&str>,
    now: Timestamp,
) -> Result<Option<Envelope>, StoreError> {
    if envelope.outer_at.is_none() || envelope.effective > Verdict::Hold {
        return Ok(None);
    }
    for original in db.passes(envelope.agent, envelope.payload_sha256, now)? {
        if is_of_run(db, &original, run)? {
            return Ok(Some(original));
        }
    }
    Ok(None)
}

/// Whether the agent says that it is in the run that asked first. Where that was said and erased since,
/// nobody is.
fn is_of_run(db: &Db<'_>, original: &Envelope, run: Option<&str>) -> Result<bool, StoreError> {
    let blobs = db.blobs(original.id.0)?;
    let Some(claims) = super::kept::blob(&blobs, "claims") else {
        return Ok(db.blob_count(original.id.0, "claims")? == 0);
    };
    let first = super::kept::run_id(claims);
    Ok(first.is_none() || first.as_deref() == run)
}

/// Clears a new envelope by the pass. It is good for as long as the approval it rests on, if its class does
/// not say less.
pub(super) fn lift(envelope: &mut Envelope, original: &Envelope) -> Result<(), Refusal> {
    let at = envelope.created_at;
    envelope.effective = Verdict::Allow;
    envelope.stage = apply(Stage::Proposed, &Event::Judged(Verdict::Allow))?;
    envelope.settled_at = Some(at);
    envelope.review = None;
    let until = at.saturating_add(SignedDuration::from_secs(envelope.valid_for_s)).ok();
    let end = original.valid_until;
    // Nobody was told yet what the policy alone would have given.
    envelope.cleared = None;
    envelope.clear(at, end.map(|end| until.map_or(end, |until| until.min(end))));
    Ok(())
}

/// Ends the original: its approval is used.
pub(super) fn end(tx: &mut Tx<'_>, mut original: Envelope, to: EnvelopeId, now: Timestamp) -> Result<(), Refusal> {
    super::standing::standing(tx, &original)?;
    original.stage = apply(original.stage, &Event::PassedOn)?;
    original.passed_to = Some(to);
    original.settled_by = None;
    original.settled_at = Some(now);
    let fact = Fact::Closed { passed_to: Some(to) };
    tx.append(&entry_of(&original, now, Actor::GATE, fact))?;
    tx.put_envelope(&original)?;
    Ok(())
}

/// Why it was allowed: a sentence fragment for people.
pub(super) fn reason(original: &Envelope) -> String {
    format!("people approved this very call as their edit of {}", original.id)
}
