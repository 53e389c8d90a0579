//! Where one envelope stands, by nothing but its entries.
//!
//! What lists say is quick to read and as quickly changed by whoever can write to the database. Before a
//! payload is handed out it is derived again.

use super::Case;
use crate::domain::{Digest, PrincipalId, Role, Stage};
use crate::ledger::{Entry, Fact};

/// What the entries of an envelope add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who proposed it: whose it is to run.
    pub agent: Option<PrincipalId>,
    /// What stops reach it by.
    pub class: Option<String>,
    pub stage: Stage,
    pub revision: u32,
    /// The commitment of what its agent said beside it, its run among that; `None` where it said nothing.
    pub claims: Option<Digest>,
    /// The commitment of the payload that counts now.
    pub payload: Digest,
    /// How many people it takes, of which role, and how many have approved and rejected it.
    pub quorum: u32,
    pub role: Option<Role>,
    pub votes: u32,
    pub rejections: u32,
    /// Who took the payload, if somebody did.
    pub redeemed_by: Option<PrincipalId>,
}

/// Follows all entries about one envelope, in their order. The error is a sentence fragment: where there is
/// none, where one does not follow from those before it, or where they are about several.
pub fn standing<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Result<Standing, String> {
    let mut entries = entries.into_iter();
    let first = entries.next().ok_or("no entry proposed it")?;
    let (
        Fact::Proposed {
            payload,
            blobs,
            outer_at,
        },
        Some(id),
        Some(revision),
    ) = (&first.fact, first.envelope, first.rev)
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
    let count = |people: &[PrincipalId]| u32::try_from(people.len()).unwrap_or(u32::MAX);
    Ok(Standing {
        agent: case.agent,
        class: case.judged.as_ref().and_then(|judged| judged.class.clone()),
        quorum: case.quorum,
        role: case.judged.as_ref().map(|judged| judged.role),
        votes: count(&case.approvers),
        rejections: count(&case.rejecters),
        stage: case.stage,
        revision: case.revision,
        claims: blobs.get("claims").copied(),
        payload: case.payload,
        redeemed_by,
    })
}
