//! Keys that admins vouched for, checked again from entries alone.

use super::{KnownPrincipal, Verifier};
use crate::domain::{ActorKind, PrincipalKind, Role};
use crate::ledger::{CLOCK, Entry, VOUCHER, Vouched};
use crate::signature::ssh::PEOPLE;

impl Verifier {
    /// An admin that was there signed it with a key of its own, for somebody else's key, as both were then. The
    /// error is a sentence fragment.
    pub(super) fn vouched(&mut self, entry: &Entry, word: &Vouched) -> Result<(), String> {
        let voucher = &word.voucher;
        let there = |known: &&KnownPrincipal| known.kind == PrincipalKind::Human && !known.revoked;
        let admin = entry.actor.id.filter(|_| entry.actor.kind == ActorKind::Human);
        let admin = admin.and_then(|id| self.principals.get(&id)).filter(there);
        let admin = admin.filter(|admin| admin.role == Some(Role::Admin));
        let admin = admin.ok_or("no admin vouched for the key")?.id;
        if admin == voucher.principal {
            return Err("somebody vouched for a key of his own".to_owned());
        }
        let person = self.principals.get(&voucher.principal).filter(there);
        let person = person.ok_or("a key of nobody that is there was vouched for")?;
        let signatures = &self.signatures;
        let (key, own) = (
            signatures.live(voucher.key, voucher.principal),
            signatures.live(word.key, admin),
        );
        let key = key.ok_or("the key that was vouched for is not that person's")?;
        let own = own.ok_or("whoever vouched signed with no key of its own")?;
        let same = [
            ("version", voucher.v == VOUCHER),
            ("ledger", Some(voucher.ledger) == signatures.ledger),
            ("role", Some(voucher.role) == person.role),
            ("demand for a PIN", voucher.pin == key.pin),
            ("time", entry.at.duration_since(voucher.at).abs() <= CLOCK),
            ("head of the ledger", signatures.saw(voucher.seen)),
        ];
        if let Some((what, _)) = same.iter().find(|(_, same)| !same) {
            return Err(format!("its admin signed another {what}"));
        }
        let bytes = voucher.bytes().map_err(|error| error.to_string())?;
        own.holds(&word.signature, PEOPLE, &bytes)?;
        let n = self
            .signatures
            .vouch(voucher.principal, voucher.key, admin)
            .ok_or("its admin vouched for that key before")?;
        let place = format!("voucher/{n}");
        self.places.insert(voucher.principal.0, &place, voucher.names);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
