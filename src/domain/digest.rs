//! Names that are computed or drawn: digests, envelope ids, principal ids.

use std::fmt;
use std::str::FromStr;

use serde::de::Visitor;
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

    /// Lends out the 64 digits: ledgers hold millions, and each is written once more when one is checked.
    fn hex<T>(&self, write: impl FnOnce(&str) -> T) -> T {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
            pair[1] = b"0123456789abcdef"[usize::from(byte & 15)];
        }
        write(std::str::from_utf8(&digits).expect("digits are ASCII"))
    }
}

/// What each byte is worth as a hex digit, in either case; 255 where it is none.
const WORTH: [u8; 256] = {
    let mut worth = [255; 256];
    let mut n = 0_u8;
    while n < 16 {
        worth[b"0123456789abcdef"[n as usize] as usize] = n;
        worth[b"0123456789ABCDEF"[n as usize] as usize] = n;
        n += 1;
    }
    worth
};

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hex(|digits| f.write_str(digits))
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
        let (mut bytes, mut odd) = ([0; 32], 0);
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let [high, low] = [pair[0], pair[1]].map(|digit| WORTH[usize::from(digit)]);
            odd |= high | low;
            *byte = high << 4 | low & 15;
        }
        if text.len() == 64 && odd < 16 {
            Ok(Self(bytes))
        } else {
            Err(ParseDigestError(text.chars().take(80).collect(), "64"))
        }
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.hex(|digits| serializer.serialize_str(digits))
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;

        impl Visitor<'_> for Digits {
            type Value = Digest;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Digest, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Digits)
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
    fn a_digest_is_64_hex_digits_in_either_case_and_nothing_else() {
        let all = Digest(std::array::from_fn(|n| u8::try_from(n * 8 + n % 8).expect("a byte")));
        let text = hex::encode(all.0);
        assert_eq!(all.to_string(), text);
        assert_eq!(text.to_uppercase().parse(), Ok(all));
        assert_eq!(serde_json::to_string(&all).expect("text"), format!("\"{text}\""));
        assert_eq!(
            serde_json::from_str::<Digest>(&format!("\"{text}\"")).expect("read"),
            all
        );
        for at in [0, 1, 31, 62, 63] {
            for odd in ["g", "/", ":", "@", "`", " ", "\u{e9}"] {
                let mut text = text.clone();
                text.replace_range(at..=at, odd);
                assert!(text.parse::<Digest>().is_err(), "{text}");
            }
        }
        for odd in [
            format!("{text}0"),
            format!("{text}00"),
            text[..62].to_owned(),
            String::new(),
        ] {
            assert!(odd.parse::<Digest>().is_err(), "{odd}");
        }
        assert!(serde_json::from_str::<Digest>("1").is_err());
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
