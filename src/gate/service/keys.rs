//! People's signing keys, and sessions that are opened with them.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::ServiceError;
use super::{Service, actor, entry, world};
use crate::api::{AddKey, Challenge, KeyView, Login, OpenSession, Session};
use crate::domain::{Actor, Digest, Person, PrincipalId, PrincipalKind, Verb};
use crate::gate::Refusal;
use crate::ledger::{Fact, form, sha256};
use crate::signature::ssh::{Demand, LOGIN, SshPublicKey, SshSignature};
use crate::store::{StoreError, StoredKey, StoredSession};

/// How long something to sign is good for.
const SOON: SignedDuration = SignedDuration::from_mins(1);

/// How long a session lasts.
const SESSION: SignedDuration = SignedDuration::from_hours(12);

/// What is handed out to be signed. Nothing is kept of it until it was signed with a registered key: whoever asks
/// for many takes nobody's place.
pub(super) struct Challenges {
    /// Tells this process's own from others.
    secret: [u8; 32],
    /// What was signed, until it is over by itself.
    used: Mutex<Vec<(String, Timestamp)>>,
}

impl std::fmt::Debug for Challenges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Challenges(hidden)")
    }
}

impl Challenges {
    pub fn new(secret: [u8; 32]) -> Self {
        Self {
            secret,
            used: Mutex::default(),
        }
    }

    /// `until ‖ random ‖ mark` in hex.
    fn make(&self, until: Timestamp, random: [u8; 32]) -> String {
        let mut bytes = until.as_millisecond().to_be_bytes().to_vec();
        bytes.extend_from_slice(&random[..16]);
        let mark = self.mark(&bytes);
        bytes.extend_from_slice(&mark.0[..16]);
        hex::encode(bytes)
    }

    /// The parts before the mark are of one length, so a hash behind a secret marks them.
    fn mark(&self, parts: &[u8]) -> Digest {
        sha256(&[&self.secret, parts].concat())
    }

    /// Whether it was handed out here, is not over, and was not used.
    fn is_open(&self, nonce: &str, now: Timestamp) -> bool {
        let bytes = hex::decode(nonce).unwrap_or_default();
        let Some((parts, mark)) = bytes.split_at_checked(24).filter(|(_, mark)| mark.len() == 16) else {
            return false;
        };
        let until = parts.first_chunk().map_or(0, |until| i64::from_be_bytes(*until));
        let ours = self.mark(parts).0[..16] == *mark && hex::encode(&bytes) == nonce;
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|(_, until)| now < *until);
        ours && now.as_millisecond() < until && !used.iter().any(|(known, _)| known == nonce)
    }

    /// Uses it up; false where somebody else did in the meantime.
    fn take(&self, nonce: &str, now: Timestamp) -> bool {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.iter().any(|(known, _)| known == nonce) {
            return false;
        }
        let over = now.saturating_add(SOON).unwrap_or(now);
        used.push((nonce.to_owned(), over));
        true
    }
}

impl Service {
    /// Something to sign, for whoever has a key.
    pub fn challenge(&self) -> Challenge {
        let until = self.now().saturating_add(SOON).unwrap_or(self.now());
        let nonce = self.challenges.make(until, self.world.random());
        Challenge {
            ledger: self.ledger,
            nonce,
            until,
        }
    }

    /// Registers a key of a person's own, once the person has shown to have it.
    ///
    /// The first one by the credential that an admin gave; each later one `by_key`, in a session that one of the
    /// person's keys opened: else who steals the credential would have a key too.
    pub async fn add_key(&self, person: &Person, by_key: bool, request: AddKey) -> Result<KeyView, Refusal> {
        if !by_key && self.directory().keys_of(person.id).next().is_some() {
            return Err(key_needed());
        }
        person.may(Verb::OwnKeys)?;
        let public = read_key(&request.public)?;
        if request.pin && !public.is_hardware() {
            // Registered so, it would look guarded and sign without anybody's PIN.
            return Err(Refusal::invalid(
                "no_hardware",
                "/pin",
                "Only a hardware key (an sk- kind) can be asked for a PIN.",
            ));
        }
        let login = OpenSession {
            key: public.fingerprint(),
            nonce: request.nonce,
            signature: request.signature,
        };
        self.has_key(&public, &login, Demand { pin: request.pin })?;
        self.put_key(person.id, &public, request.pin).await
    }

    /// Gives the console's own person the key that lives in that console; the ones of earlier starts end.
    pub async fn local_key(&self, name: &str, public: &SshPublicKey) -> Result<(), ServiceError> {
        let id = self.directory().live(name).map(|principal| principal.id);
        let id = id.ok_or_else(|| ServiceError::Refused(format!("There is no {name}.")))?;
        let old: Vec<Digest> = {
            let directory = self.directory();
            let live = directory.keys_of(id).filter(|known| known.revoked_at.is_none());
            live.map(|known| known.key).collect()
        };
        if old == [public.fingerprint()] {
            return Ok(());
        }
        let at = self.now();
        self.store
            .write(move |tx| {
                for key in old {
                    tx.revoke_key(key, at)?;
                    tx.append(&entry(at, Actor::GATE, Fact::KeyRevoked { principal: id, key }))?;
                }
                Ok::<_, StoreError>(())
            })
            .await?;
        let put = self.put_key(id, public, false).await;
        put.map(drop).map_err(|refusal| ServiceError::Refused(refusal.message))
    }

    async fn put_key(&self, person: PrincipalId, public: &SshPublicKey, pin: bool) -> Result<KeyView, Refusal> {
        let at = self.now();
        let stored = StoredKey {
            key: public.fingerprint(),
            person,
            public: public.line(),
            pin,
            added_at: at,
            revoked_at: None,
            vouched_by: Vec::new(),
        };
        let view = view(&stored);
        self.store
            .write(move |tx| {
                // Also a revoked key stays its person's: else one key could sign for two.
                let known = tx.keys()?.into_iter().find(|known| known.key == stored.key);
                if let Some(known) = known {
                    let whose = if known.person == person {
                        "yours"
                    } else {
                        "somebody else's"
                    };
                    let message = match known.revoked_at {
                        None => format!("That key is registered here already: it is {whose}."),
                        Some(_) => format!("That key was revoked here: it was {whose}."),
                    };
                    return Err(Refusal::conflict("key_taken", message));
                }
                tx.put_key(&stored)?;
                let added = Fact::KeyAdded {
                    principal: person,
                    key: stored.key,
                    public: Some(stored.public.clone()),
                    pin,
                };
                tx.append(&entry(at, actor(PrincipalKind::Human, person), added))?;
                Ok(())
            })
            .await?;
        self.reload().await?;
        Ok(view)
    }

    /// Ends a key at once, and every session it opened. One's own, or as an admin anybody's.
    pub async fn revoke_key(&self, person: &Person, by_key: bool, key: Digest) -> Result<KeyView, Refusal> {
        let known = self
            .directory()
            .signing_key(key)
            .cloned()
            .ok_or_else(Refusal::not_found)?;
        if known.person != person.id {
            person.may(Verb::OthersKeys)?;
        } else if !by_key {
            return Err(key_needed());
        }
        let (at, by) = (self.now(), actor(PrincipalKind::Human, person.id));
        let principal = known.person;
        self.store
            .write(move |tx| {
                tx.revoke_key(key, at)?;
                tx.append(&entry(at, by, Fact::KeyRevoked { principal, key }))?;
                Ok::<_, Refusal>(())
            })
            .await?;
        self.reload().await?;
        let directory = self.directory();
        let revoked = directory.keys_of(principal).find(|known| known.key == key).map(view);
        revoked.ok_or_else(Refusal::not_found)
    }

    /// Opens a session for whoever signs with a registered key: 12 hours, and not beyond the key.
    pub async fn open_session(&self, request: OpenSession) -> Result<Session, Refusal> {
        let stored = self.directory().signing_key(request.key).cloned();
        let stored = stored.ok_or_else(no_session)?;
        let public = read_key(&stored.public)?;
        self.has_key(&public, &request, Demand { pin: stored.pin })?;
        let person = self.directory().get(stored.person).cloned();
        let person = person
            .filter(|known| known.revoked_at.is_none())
            .ok_or_else(no_session)?;
        let token = self.credential("session");
        let now = self.now();
        let until = now.saturating_add(SESSION).unwrap_or(now);
        let session = StoredSession {
            token_sha256: sha256(token.as_bytes()),
            person: person.id,
            key: stored.key,
            until,
        };
        let world = Arc::clone(&self.world);
        self.store
            .write(move |tx| {
                // The key may have been revoked since it was looked up.
                if tx.key_holder(session.key)? != Some(session.person) {
                    return Err(no_session());
                }
                Ok(tx.put_session(&session, world::now(&*world))?)
            })
            .await?;
        self.reload().await?;
        Ok(Session {
            name: person.name,
            id: person.id,
            token,
            until,
        })
    }

    /// Ends a person's sessions at once: one's own, or as an admin anybody's.
    pub async fn end_sessions(&self, person: &Person, name: Option<&str>) -> Result<(), Refusal> {
        let id = match name {
            Some(name) if name != person.name => {
                person.may(Verb::OthersSessions)?;
                let named = self.directory().live(name).map(|principal| principal.id);
                named.ok_or_else(Refusal::not_found)?
            }
            Some(_) | None => person.id,
        };
        self.store
            .write(move |tx| Ok::<_, Refusal>(tx.end_sessions(id)?))
            .await?;
        Ok(self.reload().await?)
    }

    /// A key that counts.
    pub(super) fn key_view(&self, key: Digest) -> Option<KeyView> {
        self.directory().signing_key(key).map(view)
    }

    /// A person's key as people compare it.
    pub(super) fn fingerprint(&self, person: PrincipalId, key: Digest) -> String {
        let directory = self.directory();
        let known = directory.keys_of(person).find(|known| known.key == key).map(view);
        known.map_or_else(|| key.to_string(), |view| view.fingerprint)
    }

    /// That the caller has this key: it signed what was handed out a moment ago.
    fn has_key(&self, public: &SshPublicKey, request: &OpenSession, demand: Demand) -> Result<(), Refusal> {
        let over = || {
            let message = "What was signed was not handed out here, was used, or is over after a minute.";
            Refusal::forbidden("challenge_over", message).hint("Ask for another one and sign that.")
        };
        let now = self.now();
        if !self.challenges.is_open(&request.nonce, now) {
            return Err(over());
        }
        let login = Login {
            v: 1,
            ledger: self.ledger,
            key: public.fingerprint(),
            nonce: request.nonce.clone(),
        };
        let signature = SshSignature::parse(&request.signature);
        let held =
            signature.and_then(|signature| signature.holds(public, LOGIN, &form(&login).unwrap_or_default(), demand));
        held.map_err(|error| {
            Refusal::forbidden(
                "bad_signature",
                format!("The signature does not show that you have this key: {error}."),
            )
        })?;
        if self.challenges.take(&request.nonce, now) {
            Ok(())
        } else {
            Err(over())
        }
    }
}

fn read_key(line: &str) -> Result<SshPublicKey, Refusal> {
    SshPublicKey::parse(line).map_err(|error| {
        Refusal::invalid("bad_key", "/public", format!("That key is not taken: {error}."))
            .hint("`ssh-keygen -t ed25519` makes one; `ssh-keygen -t ed25519-sk` one in hardware.")
    })
}

fn key_needed() -> Refusal {
    Refusal::forbidden(
        "key_needed",
        "You have had a key here, so your keys are changed in a session that one of them opened, not by credential.",
    )
    .hint("`signoff login` opens one. Where the key is lost, an admin ends it and adds you anew under another name.")
}

/// The same whoever asks, so that nobody learns which keys are known.
fn no_session() -> Refusal {
    Refusal::forbidden("unknown_key", "That key is not registered here, or was revoked.")
        .hint("`signoff login` registers one, with the credential that an admin gave you.")
}

/// A key as people read of it.
pub(super) fn view(stored: &StoredKey) -> KeyView {
    let fingerprint = SshPublicKey::parse(&stored.public).map(|key| key.fingerprint_text());
    KeyView {
        key: stored.key,
        fingerprint: fingerprint.unwrap_or_default(),
        public: stored.public.clone(),
        pin: stored.pin,
        added_at: stored.added_at,
        revoked_at: stored.revoked_at,
        vouched_by: stored.vouched_by.clone(),
    }
}
