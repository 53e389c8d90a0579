//! Tokens as this gate makes and takes them: for one caller, one payload, one use, five minutes.
//!
//! What a token looks like is `signature::jws`; here is what it must say to be worth anything now.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::Refusal;
use crate::domain::Principal;
use crate::signature::jws::{self, Claims};
use crate::signature::{Jwk, Jwks, SecretKey};
use crate::store::Envelope;

/// How long a token is good for.
const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// The code of every refused token: whoever has a good one gets another by reading the envelope again.
const BAD_TOKEN: &str = "bad_token";

#[derive(Debug)]
pub(super) struct Tokens {
    key: SecretKey,
    issuer: String,
}

impl Tokens {
    pub fn new(key: SecretKey, ledger: Uuid) -> Self {
        Self {
            key,
            issuer: format!("signoff/{ledger}"),
        }
    }

    /// Makes a token for `caller`, good until five minutes from now or until the approval ends, whichever is
    /// first; `None` where there is nothing to redeem.
    pub fn mint(&self, envelope: &Envelope, caller: &str, now: Timestamp, random: [u8; 32]) -> Option<String> {
        if !envelope.is_redeemable() {
            return None;
        }
        let end = now.saturating_add(LIFE).unwrap_or(now);
        let end = envelope.valid_until.map_or(end, |until| until.min(end));
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: caller.to_owned(),
            sub: envelope.id,
            payload_sha256: envelope.payload_sha256,
            rev: envelope.revision,
            iat: now.as_second(),
            // Whole seconds, never later than it ends: some clients read no others.
            exp: end.as_second(),
            jti: URL_SAFE_NO_PAD.encode(&random[..16]),
        };
        let fresh = now < until(&claims);
        fresh.then(|| jws::sign(&self.key, &claims).ok()).flatten()
    }

    /// Whether the token is good for this envelope as it is, for this caller, at this time.
    pub fn check(&self, token: &str, envelope: &Envelope, caller: &Principal, now: Timestamp) -> Result<(), Refusal> {
        let claims = jws::open(token, &self.key.public()).filter(|claims| claims.iss == self.issuer);
        let claims = claims.ok_or_else(|| refused("The token was not made by this gate."))?;
        if claims.sub != envelope.id {
            return Err(refused("The token is for another envelope."));
        }
        if claims.aud != caller.name {
            return Err(refused("The token was given to another caller."));
        }
        if (claims.payload_sha256, claims.rev) != (envelope.payload_sha256, envelope.revision) {
            return Err(refused(
                "The token is for another payload than the one that was approved.",
            ));
        }
        if now >= until(&claims) {
            return Err(refused("The token is over: it was good for five minutes at most."));
        }
        Ok(())
    }

    /// What others check tokens with.
    pub fn keys(&self) -> Jwks {
        Jwks {
            keys: vec![Jwk::of(&self.key.public())],
        }
    }
}

/// A time that cannot be read is over.
fn until(claims: &Claims) -> Timestamp {
    Timestamp::from_second(claims.exp).unwrap_or(Timestamp::MIN)
}

fn refused(why: &str) -> Refusal {
    Refusal::forbidden(BAD_TOKEN, why)
        .hint("Read the envelope again as who redeems it: each read gives a fresh token for five minutes.")
}
