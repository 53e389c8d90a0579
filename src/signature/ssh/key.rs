//! Keys, public and secret.

use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::public::KeyData;
use ssh_key::{Cipher, EcdsaCurve, HashAlg, Kdf, LineEnding, PrivateKey, PublicKey};

use super::{SshError, SshSignature};
use crate::domain::Digest;
use ssh_key::Algorithm;

/// How much work a passphrase costs whoever tries them: what `ssh-keygen` takes.
const ROUNDS: u32 = 16;

/// A public key of a kind that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SshPublicKey(pub(super) KeyData);

impl SshPublicKey {
    /// Reads `KIND BASE64 [COMMENT]`, the one line of a `.pub` file. The comment is dropped.
    pub fn parse(line: &str) -> Result<Self, SshError> {
        let key = PublicKey::from_openssh(line.trim()).map_err(|_| SshError::NotAKey)?;
        Self::of(key.key_data().clone())
    }

    /// Reads the bytes that stand in the line as base64, which agents send too.
    pub fn from_blob(bytes: &[u8]) -> Result<Self, SshError> {
        let key = PublicKey::from_bytes(bytes).map_err(|_| SshError::NotAKey)?;
        Self::of(key.key_data().clone())
    }

    pub(super) fn of(data: KeyData) -> Result<Self, SshError> {
        match data.algorithm() {
            Algorithm::Ed25519
            | Algorithm::SkEd25519
            | Algorithm::SkEcdsaSha2NistP256
            | Algorithm::Ecdsa {
                curve: EcdsaCurve::NistP256,
            } => Ok(Self(data)),
            other => Err(SshError::Kind(other.to_string())),
        }
    }

    /// `KIND BASE64`, without a comment: the same for one key, whoever wrote it.
    pub fn line(&self) -> String {
        let key = PublicKey::new(self.0.clone(), "");
        key.to_openssh().unwrap_or_default().trim_end().to_owned()
    }

    /// The bytes that stand in the line as base64.
    pub fn blob(&self) -> Vec<u8> {
        PublicKey::new(self.0.clone(), "").to_bytes().unwrap_or_default()
    }

    /// SHA-256 of the blob: what `ssh-keygen -l` shows as `SHA256:` and base64.
    pub fn fingerprint(&self) -> Digest {
        let print = self.0.fingerprint(HashAlg::Sha256);
        Digest(print.sha256().unwrap_or_default())
    }

    /// The fingerprint as people compare it: `SHA256:` and base64.
    pub fn fingerprint_text(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }

    /// `ssh-ed25519`, say.
    pub fn kind(&self) -> String {
        self.0.algorithm().to_string()
    }

    /// Whether it lives in hardware that has to be touched.
    pub fn is_hardware(&self) -> bool {
        matches!(self.0, KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_))
    }
}

/// A key that signs, unlocked. It shows nothing of itself.
#[derive(Clone)]
pub struct SshSecretKey(PrivateKey);

impl std::fmt::Debug for SshSecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SshSecretKey(hidden)")
    }
}

impl SshSecretKey {
    /// An Ed25519 key of 32 random bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(PrivateKey::from(Ed25519Keypair::from_seed(seed)))
    }

    /// Reads a file in OpenSSH's format; `None` where it is sealed and no passphrase was given.
    pub fn parse(text: &str, passphrase: Option<&str>) -> Result<Option<Self>, SshError> {
        let key = PrivateKey::from_openssh(text).map_err(|_| SshError::NotASecretKey)?;
        let key = match (key.is_encrypted(), passphrase) {
            (false, _) => key,
            (true, None) => return Ok(None),
            (true, Some(passphrase)) => key.decrypt(passphrase).map_err(|_| SshError::WrongPassphrase)?,
        };
        SshPublicKey::of(key.public_key().key_data().clone())?;
        match key.key_data() {
            KeypairData::Ed25519(_) | KeypairData::Ecdsa(_) => Ok(Some(Self(key))),
            // The file of a hardware key holds a handle: only an agent or `ssh-keygen` can sign with it.
            _ => Err(SshError::CannotSign),
        }
    }

    /// The public key of a file, sealed or not, hardware too.
    pub fn public_of(text: &str) -> Result<SshPublicKey, SshError> {
        let key = PrivateKey::from_openssh(text).map_err(|_| SshError::NotASecretKey)?;
        SshPublicKey::of(key.public_key().key_data().clone())
    }

    /// The file's text, sealed by a passphrase with this salt: AES-256 under bcrypt.
    pub fn sealed(&self, passphrase: &str, salt: &[u8; 32]) -> Result<String, SshError> {
        let (salt, check) = salt.split_at(16);
        let kdf = Kdf::Bcrypt {
            salt: salt.to_vec(),
            rounds: ROUNDS,
        };
        let check = check.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
        let sealed = self.0.encrypt_with(Cipher::Aes256Ctr, kdf, check, passphrase);
        let text = sealed.and_then(|key| key.to_openssh(LineEnding::LF));
        text.map(|text| text.to_string()).map_err(|_| SshError::CannotSign)
    }

    pub fn public(&self) -> SshPublicKey {
        SshPublicKey(self.0.public_key().key_data().clone())
    }

    /// Signs a message for one purpose.
    pub fn sign(&self, namespace: &str, message: &[u8]) -> Result<SshSignature, SshError> {
        let signature = self.0.sign(namespace, HashAlg::Sha512, message);
        signature.map(SshSignature::of).map_err(|_| SshError::CannotSign)
    }
}
