//! People's own signatures, checked again from entries alone.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use uuid::Uuid;

use super::Case;
use crate::domain::{ActorKind, DecisionKind, Digest, PrincipalId, parse_span};
use crate::ledger::{
    CLOCK, DOCUMENT, Document, Entry, Fact, Given, SIGNATURE_NONE, SIGNATURE_SSH, SIGNATURE_WITH_EDIT, Seen, Signed,
};
use crate::signature::ssh::{DECISION, Demand, SshPublicKey, SshSignature};

/// A signing key as entries and table have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    pub key: Digest,
    pub principal: PrincipalId,
    /// As in a `.pub` file.
    pub public: String,
    pub pin: bool,
    pub added_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// What it takes to tell whether a signature counts.
#[derive(Debug, Default)]
pub(super) struct Signatures {
    pub ledger: Option<Uuid>,
    keys: HashMap<Digest, KnownKey>,
    /// Who vouched for which key of whom.
    vouched: Vec<(PrincipalId, Digest, PrincipalId)>,
    nonces: HashSet<String>,
    heads: Vec<(u64, Digest)>,
}

/// A person's word in an entry, with what it must say.
struct Said<'a> {
    decision: DecisionKind,
    payload: Option<Digest>,
    reason: Option<Digest>,
    shown: Option<Digest>,
    signature: &'a str,
    signed: Option<&'a Signed>,
    edited: Option<Digest>,
    class: Option<&'a str>,
    to: Option<String>,
    until: Option<Timestamp>,
}

impl<'a> Said<'a> {
    fn of(fact: &'a Fact) -> Option<Self> {
        let of = |decision, given: &'a Given| Self {
            decision,
            payload: given.payload,
            reason: given.reason,
            shown: given.shown,
            signature: &given.signature,
            signed: given.signed.as_deref(),
            edited: None,
            class: None,
            to: None,
            until: None,
        };
        Some(match fact {
            Fact::Decided(decided) => Self {
                decision: decided.decision,
                payload: decided.payload,
                reason: decided.reason,
                shown: decided.shown,
                signature: &decided.signature,
                signed: decided.signed.as_deref(),
                edited: None,
                class: None,
                to: None,
                until: None,
            },
            Fact::Edited { given, payload } => Self {
                edited: Some(*payload),
                ..of(DecisionKind::Edit, given)
            },
            Fact::Classified { given, class } => Self {
                class: Some(class),
                ..of(DecisionKind::Classify, given)
            },
            Fact::Escalated {
                given: Some(given),
                to,
                person,
                ..
            } => Self {
                to: Some(person.map_or_else(|| to.to_string(), |person| person.to_string())),
                ..of(DecisionKind::Escalate, given)
            },
            Fact::Extended { given, deadline_at } => Self {
                until: Some(*deadline_at),
                ..of(DecisionKind::Extend, given)
            },
            _ => return None,
        })
    }
}

impl Signatures {
    /// A key that signs from here on. The error is a sentence fragment.
    pub fn add(
        &mut self,
        entry: &Entry,
        principal: PrincipalId,
        key: Digest,
        public: &str,
        pin: bool,
    ) -> Result<(), String> {
        let read = SshPublicKey::parse(public).map_err(|error| error.to_string())?;
        if read.fingerprint() != key || read.line() != public {
            return Err("its key is not the one that its fingerprint names".to_owned());
        }
        let known = KnownKey {
            key,
            principal,
            public: public.to_owned(),
            pin,
            added_at: entry.at,
            revoked_at: None,
        };
        match self.keys.insert(key, known) {
            None => Ok(()),
            Some(_) => Err("its key was added before".to_owned()),
        }
    }

    pub fn revoke(&mut self, principal: PrincipalId, key: Digest, at: Timestamp) -> Result<(), String> {
        let known = self.keys.get_mut(&key).filter(|known| known.principal == principal);
        let known = known.ok_or("its key was never added")?;
        known.revoked_at.get_or_insert(at);
        Ok(())
    }

    /// Whoever is revoked signs no more.
    pub fn revoke_all(&mut self, principal: PrincipalId, at: Timestamp) {
        for known in self.keys.values_mut().filter(|known| known.principal == principal) {
            known.revoked_at.get_or_insert(at);
        }
    }

    pub fn head(&mut self, size: u64, root: Digest) {
        self.heads.push((size, root));
    }

    /// A key that counts, of this person.
    pub fn live(&self, key: Digest, person: PrincipalId) -> Option<&KnownKey> {
        let known = self.keys.get(&key)?;
        (known.principal == person && known.revoked_at.is_none()).then_some(known)
    }

    /// Whether a head was sealed over exactly that.
    pub fn saw(&self, seen: Seen) -> bool {
        let head = self.heads.binary_search_by_key(&seen.size, |head| head.0);
        head.ok().map(|at| self.heads[at].1) == Some(seen.root)
    }

    /// Takes a voucher down; returns how many there were before for that person, `None` where it is there already.
    pub fn vouch(&mut self, person: PrincipalId, key: Digest, by: PrincipalId) -> Option<usize> {
        let one = (person, key, by);
        if self.vouched.contains(&one) {
            return None;
        }
        let before = self.vouched.iter().filter(|(whose, _, _)| *whose == person).count();
        self.vouched.push(one);
        Some(before)
    }

    /// The places of the vouchers that this admin signed: each names the admin.
    pub fn vouchers_by(&self, admin: PrincipalId) -> impl Iterator<Item = (Uuid, String)> {
        let mut counted: HashMap<PrincipalId, usize> = HashMap::new();
        self.vouched.iter().filter_map(move |(whose, _, by)| {
            let n = counted.entry(*whose).or_default();
            *n += 1;
            (*by == admin).then(|| (whose.0, format!("voucher/{}", *n - 1)))
        })
    }

    /// The same as [`Self::head`], in any order.
    pub fn was_head(&mut self, size: u64, root: Digest) {
        if let Err(at) = self.heads.binary_search_by_key(&size, |head| head.0) {
            self.heads.insert(at, (size, root));
        }
    }

    /// Every key there ever was, by fingerprint.
    pub fn keys(&self) -> Vec<KnownKey> {
        let mut all: Vec<KnownKey> = self.keys.values().cloned().collect();
        all.sort_by_key(|known| known.key);
        all
    }

    /// Checks the word that an entry holds, before its step is taken. The error is a sentence fragment.
    pub fn check(&mut self, entry: &Entry, case: &mut Case) -> Result<(), String> {
        let Some(said) = Said::of(&entry.fact) else {
            return Ok(());
        };
        let person = entry.actor.id.filter(|_| entry.actor.kind == ActorKind::Human);
        let person = person.ok_or("no person decided it")?;
        match (said.signature, said.signed) {
            (SIGNATURE_SSH, Some(signed)) => {
                self.holds(entry, case, person, &said, signed)?;
                case.edit_signed = Some(signed.key).filter(|_| said.decision == DecisionKind::Edit);
                Ok(())
            }
            (SIGNATURE_WITH_EDIT, None) if case.edit_signed.is_some() && case.editor == Some(person) => Ok(()),
            (SIGNATURE_NONE, None) => {
                case.edit_signed = None;
                let has_key = self.keys.values().any(|known| known.principal == person);
                if has_key {
                    return Err("its person has a key and did not sign".to_owned());
                }
                Ok(())
            }
            _ => Err("it is not signed as it says".to_owned()),
        }
    }

    fn holds(
        &mut self,
        entry: &Entry,
        case: &Case,
        person: PrincipalId,
        said: &Said<'_>,
        signed: &Signed,
    ) -> Result<(), String> {
        let known = self.keys.get(&signed.key).filter(|known| known.principal == person);
        let known = known.ok_or("its signature is by no key of its person")?;
        if known.revoked_at.is_some() {
            return Err("its signature is by a key that was revoked".to_owned());
        }
        let document = &signed.document;
        says(entry, case, said, document)?;
        if Some(document.ledger) != self.ledger {
            return Err("it was signed for another ledger".to_owned());
        }
        if !self.saw(document.seen) {
            return Err("its signer saw another ledger before".to_owned());
        }
        if !self.nonces.insert(document.nonce.clone()) {
            return Err("its signature was used before".to_owned());
        }
        let bytes = document.signed_bytes(signed.together.as_deref());
        let bytes = bytes
            .ok()
            .flatten()
            .ok_or("its document does not stand in the list that was signed")?;
        known.holds(&signed.signature, DECISION, &bytes)
    }
}

impl KnownKey {
    /// That this key made a signature. The error is a sentence fragment.
    pub(super) fn holds(&self, signature: &str, namespace: &str, bytes: &[u8]) -> Result<(), String> {
        let key = SshPublicKey::parse(&self.public).map_err(|error| error.to_string())?;
        let signature = SshSignature::parse(signature).map_err(|error| format!("of its signature {error}"))?;
        signature
            .holds(&key, namespace, bytes, Demand { pin: self.pin })
            .map_err(|error| format!("of its signature: {error}"))?;
        Ok(())
    }
}

/// That the document says what the entry says, of what was there then.
fn says(entry: &Entry, case: &Case, said: &Said<'_>, document: &Document) -> Result<(), String> {
    let judged = case.judged.as_ref().ok_or("it was decided before it was judged")?;
    let extended = match (said.until, &document.by) {
        (None, by) => by.is_none(),
        (Some(until), Some(by)) => parse_span(by)
            .ok()
            .and_then(|span| judged.deadline_at.checked_add(span).ok())
            .is_some_and(|latest| until <= latest),
        (Some(_), None) => false,
    };
    let same = [
        ("version", document.v == DOCUMENT),
        ("envelope", Some(document.envelope) == entry.envelope),
        ("revision", document.revision == case.revision),
        (
            "payload",
            document.payload == case.payload && said.payload.is_none_or(|on| on == document.payload),
        ),
        ("decision", document.decision == said.decision),
        ("policy", document.policy == judged.policy),
        ("screen", document.shown == said.shown),
        ("reason", document.reason == said.reason),
        ("edit", document.edited == said.edited),
        ("class", document.class.as_deref() == said.class),
        ("heir", document.to == said.to),
        ("span", extended),
        ("time", entry.at.duration_since(document.at).abs() <= CLOCK),
    ];
    match same.iter().find(|(_, same)| !same) {
        Some((what, _)) => Err(format!("its person signed another {what}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
