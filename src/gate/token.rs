//! The permission to run one payload: opaque, short-lived, good for one redemption.
//!
//! A MAC over envelope, payload and expiry under a key that lives only in this process. After a restart
//! the agent reads its envelope again and gets a fresh one; nothing that could mint tokens is on disk.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

use crate::domain::{Digest, EnvelopeId};

/// How long a token is good for.
const LIFE: SignedDuration = SignedDuration::from_mins(5);

pub(super) struct TokenKey(pub [u8; 32]);

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKey(hidden)")
    }
}

impl TokenKey {
    /// Makes a token that is good until five minutes from now or `valid_until`, whichever is first.
    pub fn mint(
        &self,
        id: EnvelopeId,
        payload: Digest,
        now: Timestamp,
        valid_until: Option<Timestamp>,
        nonce: [u8; 32],
    ) -> String {
        let end = now.saturating_add(LIFE).unwrap_or(now);
        let end = valid_until.map_or(end, |until| until.min(end));
        let mut bytes = end.as_millisecond().to_be_bytes().to_vec();
        bytes.extend_from_slice(&nonce[..16]);
        bytes.extend_from_slice(&self.mac(id, payload, &bytes).finalize().into_bytes());
        format!("sgt_{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Whether the token was minted here for exactly this, and is not over.
    pub fn accepts(&self, token: &str, id: EnvelopeId, payload: Digest, now: Timestamp) -> bool {
        let Some(bytes) = token
            .strip_prefix("sgt_")
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        else {
            return false;
        };
        let Some((head, mac)) = bytes.split_at_checked(24) else {
            return false;
        };
        let Some(end) = head.first_chunk::<8>().map(|end| i64::from_be_bytes(*end)) else {
            return false;
        };
        // Compared in constant time by the library.
        self.mac(id, payload, head).verify_slice(mac).is_ok() && now.as_millisecond() < end
    }

    fn mac(&self, id: EnvelopeId, payload: Digest, head: &[u8]) -> Hmac<Sha256> {
        // RFC 2104 pads a short key with zeros to the block.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(b"signoff/token/v1\0");
        mac.update(id.0.as_bytes());
        mac.update(&payload.0);
        mac.update(head);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_token_is_good_for_its_envelope_and_payload_until_its_end() {
        let key = TokenKey([7; 32]);
        let (id, payload) = (EnvelopeId(Uuid::from_u128(1)), Digest([1; 32]));
        let now = Timestamp::UNIX_EPOCH;
        let later = |secs| now + SignedDuration::from_secs(secs);
        let token = key.mint(id, payload, now, None, [9; 32]);
        assert!(key.accepts(&token, id, payload, later(299)));
        assert!(!key.accepts(&token, id, payload, later(300)));
        assert!(!key.accepts(&token, EnvelopeId(Uuid::from_u128(2)), payload, now));
        assert!(!key.accepts(&token, id, Digest([2; 32]), now));
        assert!(!TokenKey([8; 32]).accepts(&token, id, payload, now));
        for bad in ["", "sgt_", "sgt_AAAA", &token[..token.len() - 2], &format!("{token}AA")] {
            assert!(!key.accepts(bad, id, payload, now), "{bad}");
        }
    }

    #[test]
    fn a_token_does_not_outlive_the_approval() {
        let key = TokenKey([7; 32]);
        let (id, payload) = (EnvelopeId(Uuid::from_u128(1)), Digest([1; 32]));
        let now = Timestamp::UNIX_EPOCH;
        let until = now + SignedDuration::from_secs(10);
        let token = key.mint(id, payload, now, Some(until), [9; 32]);
        assert!(!key.accepts(&token, id, payload, until));
    }
}
