//! A signature under a message, and what has to be true of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ssh_encoding::{Decode, Encode};
use ssh_key::{HashAlg, LineEnding, PublicKey, Signature, SshSig};

use super::{SshError, SshPublicKey};

/// PROTOCOL.u2f: the first bit says that somebody touched the key, the third that a PIN was given.
const TOUCHED: u8 = 0x01;
const PIN_GIVEN: u8 = 0x04;

/// Flags and counter behind the signature of a hardware key.
const TRAILER: usize = 5;

/// What is asked of a hardware key beside the touch that is always asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Demand {
    pub pin: bool,
}

/// What holds of a signature that was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// It was made in hardware, with a touch.
    pub touched: bool,
    pub pin: bool,
}

/// An SSH signature in its one exact form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshSignature(SshSig);

/// The bytes that an agent is asked to sign for a message: they begin with `SSHSIG`, so that no signature over
/// them is one that logs in anywhere.
pub fn signed_data(namespace: &str, message: &[u8]) -> Result<Vec<u8>, SshError> {
    SshSig::signed_data(namespace, HashAlg::Sha512, message).map_err(|_| SshError::CannotSign)
}

impl SshSignature {
    pub(super) fn of(signature: SshSig) -> Self {
        Self(signature)
    }

    /// Puts together what an agent answered for [`signed_data`].
    pub fn from_agent(key: &SshPublicKey, namespace: &str, answer: &[u8]) -> Result<Self, SshError> {
        let wrong = |_| SshError::NotASignature;
        let signature = Signature::decode(&mut &answer[..]).map_err(|_| SshError::NotASignature)?;
        let sig = SshSig::new(key.0.clone(), namespace, HashAlg::Sha512, signature).map_err(wrong)?;
        Ok(Self(sig))
    }

    /// Reads base64 of the binary form. One signature has one text: every other spelling is refused.
    pub fn parse(text: &str) -> Result<Self, SshError> {
        let wrong = SshError::NotASignature;
        let bytes = STANDARD.decode(text).map_err(|_| wrong.clone())?;
        let sig = SshSig::decode(&mut &bytes[..]).map_err(|_| wrong.clone())?;
        let read = Self::exact(sig)?;
        if read.text() == text { Ok(read) } else { Err(wrong) }
    }

    /// Reads what `ssh-keygen -Y sign` writes.
    pub fn from_armored(text: &str) -> Result<Self, SshError> {
        Self::exact(SshSig::from_pem(text).map_err(|_| SshError::NotASignature)?)
    }

    /// The version is not among what is signed, and the library takes older ones too.
    fn exact(sig: SshSig) -> Result<Self, SshError> {
        if sig.version() == SshSig::VERSION && sig.reserved().is_empty() {
            Ok(Self(sig))
        } else {
            Err(SshError::NotASignature)
        }
    }

    /// Base64 of the binary form, in one line.
    pub fn text(&self) -> String {
        let mut bytes = Vec::new();
        // Writing into memory does not fail.
        let _ = self.0.encode(&mut bytes);
        STANDARD.encode(bytes)
    }

    /// The signature itself as an agent answers it: its kind and its bytes.
    #[cfg(test)]
    pub(crate) fn raw(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let _ = self.0.signature().encode(&mut bytes);
        bytes
    }

    /// What `ssh-keygen -Y verify` reads.
    pub fn armored(&self) -> String {
        self.0.to_pem(LineEnding::LF).unwrap_or_default()
    }

    /// The key that it says it was made with. Whose key that is, somebody else must know.
    pub fn key(&self) -> Result<SshPublicKey, SshError> {
        SshPublicKey::of(self.0.public_key().clone())
    }

    /// Checks everything: purpose, key, message, and the touch of a hardware key, of which the library checks
    /// nothing.
    pub fn holds(&self, key: &SshPublicKey, namespace: &str, message: &[u8], demand: Demand) -> Result<Held, SshError> {
        if self.0.namespace() != namespace {
            return Err(SshError::Namespace {
                wanted: namespace.to_owned(),
                found: self.0.namespace().chars().take(80).collect(),
            });
        }
        if self.0.public_key() != &key.0 {
            return Err(SshError::OtherKey);
        }
        let public = PublicKey::new(key.0.clone(), "");
        public
            .verify(namespace, message, &self.0)
            .map_err(|_| SshError::Altered)?;
        if !key.is_hardware() {
            return Ok(Held {
                touched: false,
                pin: false,
            });
        }
        let bytes = self.0.signature_bytes();
        let at = bytes.len().checked_sub(TRAILER).ok_or(SshError::NotASignature)?;
        let flags = bytes[at];
        if flags & TOUCHED == 0 {
            return Err(SshError::NotTouched);
        }
        let pin = flags & PIN_GIVEN != 0;
        if demand.pin && !pin {
            return Err(SshError::NoPin);
        }
        Ok(Held { touched: true, pin })
    }
}
