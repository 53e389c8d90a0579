//! A part: all entries, and the texts of some.

use jiff::Timestamp;

use super::{Flaw, Grounds, Told, record, tree};
use crate::bundle::part::PART;
use crate::bundle::{Part, Pins};
use crate::ledger::{Checkpoint, Entry, Fault, Verifier, leaf_hash};

/// Follows all entries up to the head that comes with them, and opens the commitments of the texts.
pub(in crate::bundle) fn of_part(entries: &[String], part: &Part, pins: &Pins) -> Result<Grounds, Flaw> {
    let of = |fault: Fault| Flaw::of(PART, fault);
    let mut verifier = Verifier::default();
    let mut told = Told::default();
    let mut at = Timestamp::UNIX_EPOCH;
    for (n, text) in (0..).zip(entries) {
        let bytes = text.as_bytes();
        verifier.entry(n, bytes, Some(leaf_hash(bytes))).map_err(of)?;
        verifier.could_be_seen();
        let entry: Entry = serde_json::from_slice(bytes).map_err(|error| bad(&error))?;
        at = entry.at;
        tree::take(&mut told, n, entry);
    }
    let note = part.checkpoint.as_deref();
    let note = note.ok_or_else(|| Flaw::tampered(PART, "It has no head, so nobody knows what is missing."))?;
    let claimed = Checkpoint::claimed(note).map_err(|error| bad(&error))?;
    verifier
        .head(claimed.size, claimed.root, at, Some(note.as_bytes()))
        .and_then(|()| verifier.end(Some(claimed.size)))
        .map_err(of)?;
    tree::leads_here(&told.entries, pins.log_key.as_ref())?;
    let policies = part.policies.iter().map(|text| (PART, text.as_bytes()));
    let policies = record::read_policies(policies, &mut verifier)?;
    let texts = part.texts.iter().map(|texts| (PART, texts.clone()));
    let (texts, _) = record::opened(texts, &mut verifier)?;
    verifier.finish_some().map_err(of)?;
    Ok(Grounds {
        about: Some(texts.keys().copied().collect()),
        told,
        policies,
        texts,
    })
}

fn bad(why: &dyn std::fmt::Display) -> Flaw {
    Flaw::tampered(PART, format!("{PART}: {why}."))
}
