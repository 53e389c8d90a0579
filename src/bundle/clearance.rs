//! Whether one payload may run, as an executor asks it that does not trust the gate.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::check::{Grounds, Whole};
use super::{Files, Flaw, Pins, texts_path};
use crate::domain::{Digest, EnvelopeId};

/// What lets a payload run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearance {
    /// The entry that made it so, counted from 0.
    pub entry: u64,
    /// When: where people approved it, within two minutes of what they signed.
    pub at: Timestamp,
    /// Who approved it, by the names that are trusted; empty where a policy lets it through that is not known to
    /// matter.
    pub by: BTreeSet<String>,
}

/// Says who let this payload of this envelope run, by a bundle and what is pinned; an executor in strict mode
/// calls it before it runs anything.
///
/// It checks the whole bundle as [`check`](super::check) does, so an entry elsewhere that contradicts the pins
/// clears nothing here either. Beyond that: `payload_sha256` is the digest of the envelope's newest payload, as
/// redeeming returned it with the bytes that are to run, and its verdict was given again by the policy. What a
/// policy holds needs the signatures of as many people of `pins` as it takes, whatever its severity; what a policy
/// lets through alone is cleared only where it is low. An approval that lapsed, was withdrawn or was erased is
/// none. The executor sees to it that the payload it runs has that digest, that it runs once,
/// and that the approval is not too old for it.
///
/// What it cannot know: whether the gate handed out the newest bundle there is. A key or a person that was
/// revoked since is revoked only in a later one; compare its checkpoint with one from elsewhere.
///
/// ```
/// use signoff::bundle::{Files, People, Pins, Signer, cleared};
/// # use signoff::domain::{Digest, EnvelopeId};
///
/// let admins = "root ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
/// let pins = Pins {
///     people: Some(People::Admins(Signer::parse(admins).expect("a file that was checked"))),
///     ..Pins::default()
/// };
/// let files = Files::new(); // each file of the folder, by its path in it
/// # let (envelope, payload) = (EnvelopeId(uuid::Uuid::nil()), Digest([0; 32]));
/// match cleared(&files, &pins, envelope, payload) {
///     Ok(clearance) => println!("approved by {:?}", clearance.by),
///     Err(flaw) => println!("not run: {flaw}"),
/// }
/// ```
pub fn cleared(files: &Files, pins: &Pins, id: EnvelopeId, payload_sha256: Digest) -> Result<Clearance, Flaw> {
    clearance(&Whole::of(files, pins)?.grounds, pins, id, payload_sha256)
}

/// The same of what was found to hold.
pub(super) fn clearance(
    grounds: &Grounds,
    pins: &Pins,
    id: EnvelopeId,
    payload_sha256: Digest,
) -> Result<Clearance, Flaw> {
    let none = |why: &str| Flaw::unproved(None, texts_path(id.0), format!("Envelope {id} is not cleared: {why}."));
    let trust = grounds
        .trust(pins)?
        .ok_or_else(|| none("nobody was named whose word counts"))?;
    let case = trust.case(id).ok_or_else(|| none("no entry is about it"))?;
    let stands = case
        .stands
        .clone()
        .ok_or_else(|| none("nobody who is trusted here lets it run"))?;
    if !case.again {
        return Err(none("its verdict cannot be given again from what is here"));
    }
    let texts = grounds.texts.get(&id.0);
    let payloads = texts.map(|texts| &texts.payloads[..]).unwrap_or_default();
    let kept = payloads.iter().find(|kept| kept.revision == case.revision);
    match kept {
        Some(kept) if kept.sha256 == payload_sha256 => Ok(Clearance {
            entry: stands.entry,
            at: stands.at,
            by: stands.by,
        }),
        Some(_) => Err(none("what was approved is another payload")),
        None => Err(none("its payload is not here")),
    }
}
