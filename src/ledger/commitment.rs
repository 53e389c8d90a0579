//! Commitments: what an entry holds in place of text that must stay erasable.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{CanonicalError, form};
use crate::domain::{Digest, Scopes};

/// Separates blob commitments from every other use of SHA-256 here.
const TAG: &[u8] = b"signoff/blob/v1\0";

/// Thirty-two random bytes that keep short or guessable text from being found by trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

/// `SHA-256("signoff/blob/v1\0" ‖ salt ‖ bytes)`.
///
/// Once salt and bytes are erased the entry still verifies and says nothing about them.
pub fn commit(salt: &Salt, bytes: &[u8]) -> Digest {
    let mut hash = Sha256::new();
    hash.update(TAG);
    hash.update(salt.0);
    hash.update(bytes);
    Digest(hash.finalize().into())
}

/// The text that keeps a principal's name and what it is fixed to: `{"name", "scopes"}`, RFC 8785.
pub fn profile(name: &str, scopes: &Scopes) -> Result<Vec<u8>, CanonicalError> {
    form(&json!({ "name": name, "scopes": scopes }))
}

/// Plain SHA-256.
pub fn sha256(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_can_be_made_with_a_shell_alone() {
        // (printf 'signoff/blob/v1\0'; head -c 32 /dev/zero; printf hello) | sha256sum
        assert_eq!(
            commit(&Salt([0; 32]), b"hello").to_string(),
            "a59abe253c1592d8ef357744ecc146b8758f4c97d1d9fdc9c05d394a593cbbfd"
        );
    }
}
