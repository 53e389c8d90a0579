//! Names that are computed or drawn: digests, envelope ids, principal ids.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A SHA-256 digest or commitment. Written as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

/// Text that is not a digest or a prefix of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a digest: write {1} hex digits")]
pub struct ParseDigestError(String, &'static str);

impl Digest {
    /// The first eight digits: enough for a person to tell payloads apart on one screen.
    pub fn short(&self) -> String {
        hex::encode(&self.0[..4])
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({})", self.short())
    }
}

impl FromStr for Digest {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        match hex::decode_to_slice(text, &mut bytes) {
            Ok(()) => Ok(Self(bytes)),
            Err(_) => Err(ParseDigestError(text.chars().take(80).collect(), "64")),
        }
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What a person types after `--digest`: 8 to 64 hex digits, and perhaps `@REVISION`.
///
/// Eight digits are 32 bits: far from a forgery, near enough to stop a decision on another payload
/// than the one that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestPrefix {
    hex: String,
    pub revision: Option<u32>,
}

impl DigestPrefix {
    pub fn matches(&self, digest: &Digest) -> bool {
        digest.to_string().starts_with(&self.hex)
    }
}

impl FromStr for DigestPrefix {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParseDigestError(text.chars().take(80).collect(), "8 to 64");
        let (hex, revision) = match text.split_once('@') {
            Some((hex, rev)) => (hex, Some(rev.parse().map_err(|_| wrong())?)),
            None => (text, None),
        };
        let well_formed = (8..=64).contains(&hex.len()) && hex.chars().all(|c| c.is_ascii_hexdigit());
        if !well_formed {
            return Err(wrong());
        }
        Ok(Self {
            hex: hex.to_ascii_lowercase(),
            revision,
        })
    }
}

/// Names an envelope: a UUID of version 7, so ids sort by the time of proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EnvelopeId(pub Uuid);

impl fmt::Display for EnvelopeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for EnvelopeId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

/// Names a principal in entries, where names of people must not stand: entries are never erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PrincipalId(pub Uuid);

impl PrincipalId {
    /// What lists show in place of a name that was erased: `erased-` and the random end of the id.
    pub fn erased_name(self) -> String {
        let id = self.0.simple().to_string();
        format!("{ERASED}{}", id.get(20..).unwrap_or(&id))
    }
}

/// What no new name begins with.
pub const ERASED: &str = "erased-";

impl fmt::Display for PrincipalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_back_as_it_was_written() {
        let digest = Digest([0xab; 32]);
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert!("abcd".parse::<Digest>().is_err());
    }

    #[test]
    fn a_prefix_needs_eight_digits_and_may_name_the_revision() {
        let digest = Digest([0xab; 32]);
        let prefix: DigestPrefix = "ABABABAB@2".parse().expect("well formed");
        assert!(prefix.matches(&digest));
        assert_eq!(prefix.revision, Some(2));
        for bad in ["abababa", "abababag", "abababab@", "abababab@x", ""] {
            assert!(bad.parse::<DigestPrefix>().is_err(), "{bad}");
        }
    }
}
