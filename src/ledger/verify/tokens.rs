//! The keys that tokens are signed with. They prove nothing of the ledger; it tells which of them were this gate's.

use jiff::Timestamp;

use super::Verifier;
use crate::domain::ActorKind;
use crate::ledger::Entry;
use crate::signature::PublicKey;

/// A key that tokens are signed with, from that time until the next one's.
pub type TokenKey = (Timestamp, PublicKey);

/// Every key in the order of its entries.
#[derive(Debug, Default)]
pub(super) struct TokenKeys(Vec<TokenKey>);

impl TokenKeys {
    pub fn in_force(&self) -> Option<PublicKey> {
        self.0.last().map(|(_, key)| *key)
    }
}

impl Verifier {
    /// The gate names a key of its own, and not the log's: whoever got to know one could do what the other is for.
    pub(super) fn token_key(&mut self, entry: &Entry, x: &str) -> Result<(), String> {
        if entry.actor.kind != ActorKind::Gate {
            return Err("only the gate names the key of its tokens".to_owned());
        }
        let key = PublicKey::from_x(x).ok_or("its key is not one")?;
        if self.tokens.in_force() == Some(key) {
            return Err("that key was in force already".to_owned());
        }
        if self.log.in_force() == Some(key) {
            return Err("tokens would be signed with the log's key".to_owned());
        }
        self.tokens.0.push((entry.at, key));
        Ok(())
    }

    /// Every key of tokens that the entries tell of, the first one first.
    pub fn token_keys(&self) -> &[TokenKey] {
        &self.tokens.0
    }
}
