//! Who is known, in memory: looked up on every request, changed with every addition.

use std::collections::HashMap;

use crate::domain::{Digest, Principal, PrincipalId};
use crate::ledger::sha256;

/// All principals by id, and the live ones by the hash of their credential.
#[derive(Debug, Default)]
pub(super) struct Directory {
    by_id: HashMap<PrincipalId, Principal>,
    by_key: HashMap<Digest, PrincipalId>,
}

impl Directory {
    pub fn of(all: Vec<(Principal, Option<Digest>)>) -> Self {
        let mut directory = Self::default();
        for (principal, key) in all {
            let live = key.filter(|_| principal.revoked_at.is_none());
            directory.by_key.extend(live.map(|key| (key, principal.id)));
            directory.by_id.insert(principal.id, principal);
        }
        directory
    }

    /// Whose credential this is. Looking up a hash takes the same time for a near miss as for any other.
    pub fn by_token(&self, token: &str) -> Option<&Principal> {
        let id = self.by_key.get(&sha256(token.as_bytes()))?;
        self.by_id.get(id).filter(|principal| principal.revoked_at.is_none())
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
