//! Where one envelope stands, by nothing but its entries.
//!
//! What lists say is quick to read and as quickly changed by whoever can write to the database. Before a
//! payload is handed out it is derived again.

use super::Case;
use crate::domain::{Digest, PrincipalId, Stage};
use crate::ledger::{Entry, Fact};

/// What the entries of an envelope add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub stage: Stage,
    pub revision: u32,
    /// The commitment of the payload that counts now.
    pub payload: Digest,
    /// Who took the payload, if somebody did.
    pub redeemed_by: Option<PrincipalId>,
}

/// Follows all entries about one envelope, in their order. The error is a sentence fragment: where there is
/// none, where one does not follow from those before it, or where they are about several.
pub fn standing<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Result<Standing, String> {
    let mut entries = entries.into_iter();
    let first = entries.next().ok_or("no entry proposed it")?;
    let (Fact::Proposed { payload, outer_at, .. }, Some(id), Some(revision)) = (&first.fact, first.envelope, first.rev)
    else {
        return Err("its first entry does not propose it".to_owned());
    };
    let mut case = Case::new(first, revision, *payload);
    case.outer_at = *outer_at;
    let mut redeemed_by = None;
    for entry in entries {
        let revision = entry.rev.filter(|_| entry.envelope == Some(id));
        case.follow(entry, revision.ok_or("an entry among its own is about something else")?)?;
        if matches!(entry.fact, Fact::Redeemed { .. }) {
            redeemed_by = entry.actor.id;
        }
    }
    Ok(Standing {
        stage: case.stage,
        revision: case.revision,
        payload: case.payload,
        redeemed_by,
    })
}
