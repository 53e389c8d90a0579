//! Why something is no key or no signature.

/// A sentence fragment each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SshError {
    #[error("it is not an OpenSSH public key")]
    NotAKey,
    #[error("keys of the kind {0} are not taken; ed25519, ecdsa-p256 and their sk kinds are")]
    Kind(String),
    #[error("it is not an OpenSSH private key, or is damaged")]
    NotASecretKey,
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    #[error("this key cannot sign here")]
    CannotSign,
    #[error("it is not an SSH signature in its one exact form")]
    NotASignature,
    #[error("it was signed for `{found}`, not for `{wanted}`")]
    Namespace { wanted: String, found: String },
    #[error("another key signed it")]
    OtherKey,
    #[error("what was signed is not this")]
    Altered,
    #[error("nobody touched the hardware key")]
    NotTouched,
    #[error("the hardware key asked for no PIN")]
    NoPin,
}
