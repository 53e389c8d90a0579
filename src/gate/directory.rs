//! Who is known, in memory: looked up on every request, changed with every addition.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::{Digest, Principal, PrincipalId};
use crate::ledger::sha256;
use crate::store::{StoredKey, StoredSession};

/// All principals by id, and the live ones by the hash of their credential.
#[derive(Debug, Default)]
pub(super) struct Directory {
    by_id: HashMap<PrincipalId, Principal>,
    by_key: HashMap<Digest, PrincipalId>,
    /// Sessions by the hash of their credential: whose, and until when.
    sessions: HashMap<Digest, (PrincipalId, Timestamp)>,
    /// People's signing keys, in the order they came.
    keys: Vec<StoredKey>,
}

impl Directory {
    pub fn of(all: Vec<(Principal, Option<Digest>)>, keys: Vec<StoredKey>, sessions: Vec<StoredSession>) -> Self {
        let sessions = sessions.into_iter();
        let mut directory = Self {
            sessions: sessions
                .map(|open| (open.token_sha256, (open.person, open.until)))
                .collect(),
            keys,
            ..Self::default()
        };
        for (principal, key) in all {
            let live = key.filter(|_| principal.revoked_at.is_none());
            directory.by_key.extend(live.map(|key| (key, principal.id)));
            directory.by_id.insert(principal.id, principal);
        }
        directory
    }

    /// Whose credential this is. Looking up a hash takes the same time for a near miss as for any other.
    /// A session's counts until it is over.
    pub fn by_token(&self, token: &str, now: Timestamp) -> Option<&Principal> {
        let hash = sha256(token.as_bytes());
        let session = || self.sessions.get(&hash).filter(|(_, until)| now < *until);
        let id = self.by_key.get(&hash).or_else(|| session().map(|(id, _)| id))?;
        self.by_id.get(id).filter(|principal| principal.revoked_at.is_none())
    }

    /// Whether this is the credential of a session that is not over.
    pub fn is_session(&self, token: &str, now: Timestamp) -> bool {
        let open = self.sessions.get(&sha256(token.as_bytes()));
        open.is_some_and(|(_, until)| now < *until)
    }

    /// A signing key that counts.
    pub fn signing_key(&self, key: Digest) -> Option<&StoredKey> {
        self.keys
            .iter()
            .find(|known| known.key == key && known.revoked_at.is_none())
    }

    /// A person's signing keys, revoked ones too.
    pub fn keys_of(&self, person: PrincipalId) -> impl Iterator<Item = &StoredKey> {
        self.keys.iter().filter(move |known| known.person == person)
    }

    pub fn get(&self, id: PrincipalId) -> Option<&Principal> {
        self.by_id.get(&id)
    }

    /// A live principal's name is unique; a revoked one's may be given again.
    pub fn live(&self, name: &str) -> Option<&Principal> {
        self.by_id.values().find(|p| p.name == name && p.revoked_at.is_none())
    }

    pub fn all(&self) -> Vec<&Principal> {
        let mut all: Vec<&Principal> = self.by_id.values().collect();
        all.sort_by_key(|principal| (principal.added_at, principal.id));
        all
    }

    pub fn name(&self, id: PrincipalId) -> String {
        self.get(id)
            .map_or_else(|| "somebody unknown".to_owned(), |principal| principal.name.clone())
    }
}
