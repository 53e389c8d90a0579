//! Admins answer for people's keys, by their own signature.

use super::{Service, actor, entry};
use crate::api::{KeyView, VouchRequest};
use crate::domain::{Digest, Person, Principal, PrincipalKind, Role, Verb};
use crate::gate::Refusal;
use crate::ledger::{CLOCK, Fact, Salt, VOUCHER, Vouched, VouchedNames, Voucher, commit};
use crate::signature::ssh::{Demand, PEOPLE, SshError, SshPublicKey, SshSignature};
use crate::store::{StoreError, StoredKey, Tx};

/// The kind of blob that keeps whom a voucher names; one for each.
const VOUCHER_NAMES: &str = "voucher";

impl Service {
    /// Takes an admin's word that a key is a person's. It ends with the key.
    pub async fn vouch(&self, admin: &Person, name: &str, request: VouchRequest) -> Result<KeyView, Refusal> {
        admin.may(Verb::Vouch)?;
        let voucher = read(&request)?;
        let person = self.directory().live(name).cloned();
        let person = person
            .filter(|person| person.kind == PrincipalKind::Human)
            .ok_or_else(Refusal::not_found)?;
        if person.id == admin.id {
            return Err(
                Refusal::forbidden("own_key", "Nobody vouches for a key of his own.").hint("Another admin can.")
            );
        }
        let own = self.signed_by(admin, &request)?;
        let key = self.directory().signing_key(voucher.key).cloned();
        let key = key
            .filter(|key| key.person == person.id)
            .ok_or_else(|| Refusal::conflict("not_their_key", format!("That is no key of {name}'s that counts.")))?;
        self.says_what_is(&voucher, &person, &key)?;
        let names = names(&request, &voucher, (admin, &person))?;
        let word = Vouched {
            voucher,
            key: own,
            signature: request.signature,
        };
        let (at, by, salt) = (self.now(), admin.clone(), Salt(request.salt.0));
        self.store
            .write(move |tx| {
                still_so(tx, &by, &person, &word)?;
                let part = tx.blob_count(person.id.0, VOUCHER_NAMES)?;
                tx.put_blob(person.id.0, VOUCHER_NAMES, part, salt, names.as_bytes())?;
                tx.append(&entry(at, actor(PrincipalKind::Human, by.id), Fact::KeyVouched(word)))?;
                Ok::<_, Refusal>(())
            })
            .await?;
        self.reload().await?;
        self.key_view(key.key).ok_or_else(Refusal::not_found)
    }

    /// The admin's key that made the signature.
    fn signed_by(&self, admin: &Person, request: &VouchRequest) -> Result<Digest, Refusal> {
        let signature = SshSignature::parse(&request.signature).map_err(|error| why(&error))?;
        let key: SshPublicKey = signature.key().map_err(|error| why(&error))?;
        let known = self.directory().signing_key(key.fingerprint()).cloned();
        let known = known.filter(|known| known.person == admin.id).ok_or_else(|| {
            Refusal::forbidden(
                "unknown_key",
                "It was signed with a key that is not yours here, or is not any more.",
            )
            .hint("`signoff login` registers a key; `signoff key list` shows yours.")
        })?;
        let demand = Demand { pin: known.pin };
        let held = signature.holds(&key, PEOPLE, request.voucher.as_bytes(), demand);
        held.map_err(|error| why(&error))?;
        Ok(known.key)
    }

    /// That the voucher says of the person and the key what is so here, now.
    fn says_what_is(&self, voucher: &Voucher, person: &Principal, key: &StoredKey) -> Result<(), Refusal> {
        let same = [
            ("version", voucher.v == VOUCHER),
            ("ledger", voucher.ledger == self.ledger),
            ("person", voucher.principal == person.id),
            ("role", Some(voucher.role) == person.role),
            ("demand for a PIN", voucher.pin == key.pin),
            (
                "time, by this gate's clock",
                self.now().duration_since(voucher.at).abs() <= CLOCK,
            ),
        ];
        match same.iter().find(|(_, same)| !same) {
            Some((what, _)) => Err(signed_other(what)),
            None => Ok(()),
        }
    }
}

/// Looked up in the transaction, so that the order of entries says the same.
fn still_so(tx: &Tx<'_>, admin: &Person, person: &Principal, word: &Vouched) -> Result<(), Refusal> {
    let voucher = &word.voucher;
    if tx.key_holder(word.key)? != Some(admin.id) || tx.key_holder(voucher.key)? != Some(person.id) {
        return Err(Refusal::conflict("key_revoked", "One of the two keys was revoked."));
    }
    let all = tx.principals()?;
    let mut live = all.iter().filter(|(known, _)| known.revoked_at.is_none());
    if !live.any(|(known, _)| known.id == admin.id && known.role == Some(Role::Admin)) {
        return Err(Refusal::unauthorized());
    }
    if tx.root_at(voucher.seen.size)? != Some(voucher.seen.root) {
        return Err(Refusal::conflict(
            "another_ledger_seen",
            "It was signed by somebody who saw another ledger than this one was at that time.",
        )
        .hint("This ledger may have been rolled back or replaced: find out before anybody decides."));
    }
    let key = tx.keys()?.into_iter().find(|key| key.key == voucher.key);
    let key = key.ok_or(StoreError::Corrupt("key"))?;
    if key.vouched_by.contains(&admin.name) {
        return Err(Refusal::conflict("vouched_already", "You vouched for that key before."));
    }
    Ok(())
}

/// Reads a voucher, which has one form.
fn read(request: &VouchRequest) -> Result<Voucher, Refusal> {
    let voucher: Option<Voucher> = serde_json::from_str(&request.voucher).ok();
    let exact = |voucher: &Voucher| voucher.bytes().is_ok_and(|bytes| bytes == request.voucher.as_bytes());
    voucher
        .filter(exact)
        .ok_or_else(|| bad("/voucher", "What was signed is not a voucher in its one exact form."))
}

/// Whom it names, by the text that it commits to.
fn names(request: &VouchRequest, voucher: &Voucher, (admin, person): (&Person, &Principal)) -> Result<String, Refusal> {
    let meant = VouchedNames {
        by: admin.name.clone(),
        key: voucher.key,
        name: person.name.clone(),
    };
    let is_committed = commit(&Salt(request.salt.0), request.names.as_bytes()) == voucher.names;
    if is_committed && meant.bytes()? == request.names.as_bytes() {
        Ok(request.names.clone())
    } else {
        Err(signed_other("name"))
    }
}

fn signed_other(what: &str) -> Refusal {
    Refusal::conflict(
        "signed_other",
        format!("What was signed names another {what} than what is so here."),
    )
    .hint("Nothing was vouched for. Read it again, and sign what you then see.")
}

fn bad(pointer: &str, message: impl Into<String>) -> Refusal {
    Refusal::invalid("bad_signature", pointer, message)
}

fn why(error: &SshError) -> Refusal {
    bad("/signature", format!("The signature does not count: {error}."))
}
