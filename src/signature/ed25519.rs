//! Ed25519 (RFC 8032): the one algorithm that the gate itself signs with.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// A key that signs. It is made of 32 random bytes and shows nothing of them.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

/// The key that its signatures are checked with: 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(hidden)")
    }
}

impl SecretKey {
    /// The key that grows from this seed (RFC 8032, 5.1.5): the same seed is the same key.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// 64 bytes over the message itself, without a hash before it.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl PublicKey {
    /// `None` where the bytes are no point, or one of those that anybody can sign for.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(bytes).ok()?;
        (!key.is_weak()).then_some(Self(key))
    }

    pub fn bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Whether this key signed exactly this message. Strict: one message has one signature by a key, and
    /// what other programs read more loosely is refused.
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_test_of_rfc_8032_comes_out_byte_for_byte() {
        let seed = hex::decode("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").expect("hex");
        let key = SecretKey::from_seed(seed[..].try_into().expect("32 bytes"));
        let public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
        assert_eq!(hex::encode(key.public().bytes()), public);
        let signature = key.sign(&[0x72]);
        assert_eq!(
            hex::encode(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
        assert!(key.public().verifies(&[0x72], &signature));
        assert!(!key.public().verifies(&[0x73], &signature));
        assert!(!SecretKey::from_seed(&[1; 32]).public().verifies(&[0x72], &signature));
    }

    #[test]
    fn a_key_that_anybody_can_sign_for_is_none() {
        // The neutral element: (1, 0).
        let mut bytes = [0; 32];
        bytes[0] = 1;
        assert_eq!(PublicKey::from_bytes(&bytes), None);
    }

    #[test]
    fn a_secret_is_not_in_its_debug_text() {
        assert_eq!(format!("{:?}", SecretKey::from_seed(&[7; 32])), "SecretKey(hidden)");
    }
}
