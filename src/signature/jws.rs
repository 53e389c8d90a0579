//! Tokens: compact JWS (RFC 7515) over JWT claims (RFC 7519), in the one form that is made here.
//!
//! A token's header is compared with the only one there is, byte for byte and before anything is decoded.
//! So nothing in it is ever obeyed: no other algorithm, no key that it brings or points to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::{PublicKey, SecretKey, thumbprint};
use crate::domain::{Digest, EnvelopeId};

/// What a token says: who may run what, once, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The gate that made it: `signoff/` and its ledger's id.
    pub iss: String,
    /// The one caller that may redeem it, by the name under which it was added.
    pub aud: String,
    /// The envelope.
    pub sub: EnvelopeId,
    /// Of the payload that was approved.
    pub payload_sha256: Digest,
    /// The envelope's revision that was approved.
    pub rev: u32,
    /// When it was made, in seconds since 1970.
    pub iat: i64,
    /// From when on it is good for nothing, in seconds since 1970.
    pub exp: i64,
    /// Names the token: two that say the same otherwise differ in it.
    pub jti: String,
}

/// Makes a token that `key` stands for.
pub fn sign(key: &SecretKey, claims: &Claims) -> Result<String, serde_json::Error> {
    let claims = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims)?);
    let signed = format!("{}.{claims}", header(&key.public()));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
    Ok(format!("{signed}.{signature}"))
}

/// What a token says, if exactly this key signed exactly these bytes. Whether that holds here and now is for
/// the caller to say.
pub fn open(token: &str, key: &PublicKey) -> Option<Claims> {
    let (signed, signature) = token.rsplit_once('.')?;
    let claims = signed.strip_prefix(&header(key))?.strip_prefix('.')?;
    // Strict: no padding, no other alphabet, no bits left over. One token has one spelling.
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let signature = signature.first_chunk::<64>().filter(|_| signature.len() == 64)?;
    if !key.verifies(signed.as_bytes(), signature) {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// The one header a key has, encoded.
fn header(key: &PublicKey) -> String {
    let kid = thumbprint(key);
    URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"approval+jwt"}}"#))
}

#[cfg(test)]
mod tests;
