//! What takes two admins: the first one's word is kept, and the second one's act names it.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Accepted, ServiceError, entry};
use crate::domain::{Actor, EnvelopeId, PrincipalId};
use crate::gate::{Refusal, World};
use crate::ledger::{Admins, Fact, FirstWord, Wanted};
use crate::store::{StoreError, Tx};

/// What stands in the way of doing it at once.
pub(super) enum Word {
    /// One admin's word is enough.
    Enough,
    /// Another admin said the same before.
    Second(FirstWord),
    /// This is the first word, or the first one's again: until when another admin can say the same.
    First(Option<Timestamp>),
}

/// Refused where it takes two admins to go on with a ledger, and the other one said nothing.
pub(super) fn both(tx: &Tx<'_>, accepted: &Accepted, at: Timestamp) -> Result<(), ServiceError> {
    let other = accepted.second.filter(|second| *second != accepted.by);
    if other.is_none() && admins(tx, None)?.take_two(at) {
        let sentence = "It takes two admins to go on with such a ledger: name the other one's credential with --second-token-file.";
        return Err(ServiceError::Refused(sentence.to_owned()));
    }
    Ok(())
}

fn admins(tx: &Tx<'_>, about: Option<EnvelopeId>) -> Result<Admins, StoreError> {
    let mut admins = Admins::default();
    for entry in tx.proven_entries(about)? {
        let taken = admins.take(&entry);
        taken.map_err(|_| StoreError::Unsound("an admin did alone what takes two".to_owned()))?;
    }
    Ok(admins)
}

/// What an admin's word is worth now. `same` tells whether a request is for what this one asks for.
pub(super) fn word(
    tx: &Tx<'_>,
    about: Option<EnvelopeId>,
    by: PrincipalId,
    now: Timestamp,
    same: impl Fn(&Wanted) -> Result<bool, StoreError>,
) -> Result<Word, Refusal> {
    let admins = admins(tx, about)?;
    if !admins.take_two(now) {
        return Ok(Word::Enough);
    }
    let mut own = None;
    for request in admins.waiting(now) {
        if same(&request.wanted)? {
            if request.by != by {
                return Ok(Word::Second(request.clone()));
            }
            own = Some(request.until);
        }
    }
    Ok(Word::First(own))
}

/// Keeps the first word, and says what is needed then.
pub(super) fn ask(
    tx: &mut Tx<'_>,
    by: Actor,
    now: Timestamp,
    wanted: Wanted,
    world: &dyn World,
) -> Result<Refusal, Refusal> {
    let request = Uuid::from_bytes(*world.random().first_chunk().unwrap_or(&[0; 16]));
    tx.append(&entry(now, by, Fact::Requested { request, wanted }))?;
    let until = now.saturating_add(crate::ledger::SECOND_WORD).unwrap_or(Timestamp::MAX);
    Ok(needed(until))
}

/// That another admin has to say the same.
pub(super) fn needed(until: Timestamp) -> Refusal {
    Refusal::conflict(
        "second_admin_needed",
        format!("This takes two admins: your word is recorded, and it is done when another admin asks for the same before {until}."),
    )
    .hint("Tell another admin what you asked for and why; nothing was done yet.")
}
