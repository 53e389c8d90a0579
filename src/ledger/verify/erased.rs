//! What was erased, by whom, and what must not be: a text is missing only where an entry says so.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{Fault, KnownHold, Verifier, tampered};
use crate::domain::{ActorKind, Digest, EnvelopeId, PrincipalId, Verb};
use crate::ledger::{Entry, Fact, HoldFact};

/// The kind of text that says why something was erased: it stays, for whoever asks later.
pub const REASON: &str = "erase_reason";
/// The same for its legal basis.
pub const BASIS: &str = "erase_basis";

impl Verifier {
    /// An admin erases, or the gate what is older than it is to be kept; and nobody what is held. The error is
    /// a sentence fragment.
    pub(super) fn may_erase(&mut self, id: EnvelopeId, entry: &Entry) -> Result<(), String> {
        match &entry.fact {
            Fact::LegalHold(hold) => self.held(entry, hold),
            Fact::Erased { .. } => {
                if entry.actor.kind != ActorKind::Gate && !self.may(entry, Verb::Erase) {
                    return Err("no admin erased it".to_owned());
                }
                self.admins.take(entry)?;
                let judged = self.cases.get(&id).and_then(|case| case.judged.as_ref());
                let class = judged.and_then(|judged| judged.class.as_ref());
                let reaches = |hold: &KnownHold| {
                    hold.released.is_none()
                        && (hold.envelope == Some(id) || hold.class.is_some() && hold.class.as_ref() == class)
                };
                if self.holds.iter().any(reaches) {
                    return Err("it was erased while a legal hold was on it".to_owned());
                }
                self.late.remove(&id.0);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The texts of somebody who was revoked, or of a stop that is over, go by an admin's word. The error
    /// is a sentence fragment.
    pub(super) fn forgot(
        &mut self,
        entry: &Entry,
        subject: Uuid,
        (reason, basis): (Digest, Digest),
    ) -> Result<(), String> {
        if !self.may(entry, Verb::Erase) {
            return Err("no admin erased it".to_owned());
        }
        let revoked = self
            .principals
            .get(&PrincipalId(subject))
            .is_some_and(|known| known.revoked);
        let resumed = self
            .stops
            .iter()
            .any(|stop| stop.id == subject && stop.resumed.is_some());
        if !(revoked || resumed) {
            return Err("what was erased is nobody who was revoked, and no stop that is over".to_owned());
        }
        if !self.forgotten.insert(subject) {
            return Err("it was erased before".to_owned());
        }
        for (whose, place) in self.signatures.vouchers_by(PrincipalId(subject)) {
            self.gone.entry(whose).or_default().insert(place);
        }
        for (kind, commitment) in [(REASON, reason), (BASIS, basis)] {
            self.places.insert(subject, &format!("{kind}/0"), commitment);
        }
        Ok(())
    }

    /// A hold begins or ends, by an admin's word.
    pub(super) fn held(&mut self, entry: &Entry, fact: &HoldFact) -> Result<(), String> {
        if !self.may(entry, if fact.released { Verb::Release } else { Verb::Hold })
            || entry.envelope.is_some() == fact.class.is_some()
        {
            return Err("no admin held it, or it is unsaid what is held".to_owned());
        }
        let known = self.holds.iter_mut().find(|known| known.id == fact.hold);
        let place = if fact.released { "released" } else { "reason/0" };
        match known {
            None if !fact.released => self.holds.push(KnownHold {
                id: fact.hold,
                envelope: entry.envelope,
                class: fact.class.clone(),
                by: entry.actor.id,
                at: entry.at,
                released: None,
            }),
            Some(known)
                if fact.released
                    && known.released.is_none()
                    && (known.envelope, &known.class) == (entry.envelope, &fact.class) =>
            {
                known.released = Some((entry.actor.id, entry.at));
            }
            _ => return Err("it was held before, or not held".to_owned()),
        }
        self.places.insert(fact.hold, place, fact.reason);
        Ok(())
    }

    /// Whether a person wrote the entry whose role does that.
    fn may(&self, entry: &Entry, verb: Verb) -> bool {
        let principal = entry.actor.id.and_then(|id| self.principals.get(&id));
        let role = principal.and_then(|known| known.role);
        entry.actor.kind == ActorKind::Human && role.is_some_and(|role| role.may(verb).is_ok())
    }

    /// A text that is missing was erased, and one that was erased is missing.
    pub(super) fn is_accounted_for(&self, subject: Uuid, kind: &str, is_there: bool) -> Result<(), Fault> {
        let case = self.cases.get(&EnvelopeId(subject));
        let kept = [REASON, BASIS].iter().any(|kept| kind.starts_with(kept));
        let among =
            |texts: &HashMap<Uuid, HashSet<String>>| texts.get(&subject).is_some_and(|texts| texts.contains(kind));
        let gone = self.forgotten.contains(&subject)
            || among(&self.gone)
            || case.is_some_and(|case| case.erasures > 0) && !among(&self.late);
        let erased = !kept && gone;
        match (erased, is_there) {
            (true, false) | (false, true) => Ok(()),
            (false, false) => Err(tampered(format!(
                "The {kind} of {subject} is gone, and no entry says that it was erased."
            ))),
            (true, true) => Err(tampered(format!(
                "The {kind} of {subject} was erased by an entry, and is there."
            ))),
        }
    }

    /// Checks the holds that are there against those the entries tell of.
    pub fn holds(&self, mut listed: Vec<KnownHold>) -> Result<(), Fault> {
        let mut told = self.holds.clone();
        told.sort_by_key(|hold| hold.id);
        listed.sort_by_key(|hold| hold.id);
        if told == listed {
            Ok(())
        } else {
            Err(tampered(
                "The legal holds are not those that the entries tell of.".to_owned(),
            ))
        }
    }
}

#[cfg(test)]
mod tests;
