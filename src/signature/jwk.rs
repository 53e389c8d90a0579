//! Public keys as other programs read them: a JSON Web Key for Ed25519 (RFC 8037), named by its thumbprint
//! (RFC 7638).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::PublicKey;

/// A key that tokens are checked with. Members in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// Always `EdDSA`: nothing else is made or taken here.
    pub alg: String,
    /// Always `Ed25519`.
    pub crv: String,
    /// The thumbprint of the key: a token names the key that signed it by this.
    pub kid: String,
    /// Always `OKP`.
    pub kty: String,
    /// Always `sig`: no other use is meant.
    #[serde(rename = "use")]
    pub usage: String,
    /// The 32 bytes of the key, in base64url.
    pub x: String,
}

/// The keys of a gate: what `/.well-known/jwks.json` answers (RFC 7517, 5).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwks {
    pub keys: Vec<Jwk>,
}

impl Jwk {
    pub fn of(key: &PublicKey) -> Self {
        Self {
            alg: "EdDSA".to_owned(),
            crv: "Ed25519".to_owned(),
            kid: thumbprint(key),
            kty: "OKP".to_owned(),
            usage: "sig".to_owned(),
            x: URL_SAFE_NO_PAD.encode(key.bytes()),
        }
    }
}

impl PublicKey {
    /// The key whose JSON Web Key has this `x`; `None` where it is written otherwise than [`Jwk::of`] does.
    pub fn from_x(x: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(x).ok()?;
        Self::from_bytes(bytes.first_chunk().filter(|_| bytes.len() == 32)?)
    }
}

/// SHA-256 over the members that make the key, in their one order (RFC 8037, 2), in base64url.
pub fn thumbprint(key: &PublicKey) -> String {
    let x = URL_SAFE_NO_PAD.encode(key.bytes());
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_and_thumbprint_of_rfc_8037_come_out_byte_for_byte() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let bytes = URL_SAFE_NO_PAD.decode(x).expect("base64url");
        let key = PublicKey::from_bytes(bytes[..].try_into().expect("32 bytes")).expect("a key");
        let kid = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
        assert_eq!(thumbprint(&key), kid);
        assert_eq!(PublicKey::from_x(x), Some(key));
        for other in ["", &x[1..], &format!("{x}="), &format!("{x}AA"), &x.replace('_', "/")] {
            assert_eq!(PublicKey::from_x(other), None, "{other}");
        }
        assert_eq!(
            serde_json::to_string(&Jwk::of(&key)).expect("JSON"),
            format!(r#"{{"alg":"EdDSA","crv":"Ed25519","kid":"{kid}","kty":"OKP","use":"sig","x":"{x}"}}"#)
        );
    }
}
