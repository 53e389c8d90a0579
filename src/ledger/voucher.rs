//! What an admin signs to answer for a person's key: whose it is, and in which role it decides.
//!
//! Whoever checks a ledger without trusting its gate can count the keys that admins vouched for whose own keys
//! they know. The bytes that are signed are the RFC 8785 form under the SSHSIG namespace `people@signoff.v1`,
//! so that no signature under a decision passes for one, nor the other way round.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CanonicalError, Seen, form};
use crate::domain::{Digest, PrincipalId, Role};

/// The version of the document.
pub const VOUCHER: u32 = 1;

/// One key of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voucher {
    /// [`VOUCHER`].
    pub v: u32,
    /// The ledger it is for: it means nothing in another.
    pub ledger: Uuid,
    pub principal: PrincipalId,
    /// Commits to [`VouchedNames`]: a name can be erased, an entry cannot.
    pub names: Digest,
    pub role: Role,
    /// The fingerprint: SHA-256 of the public key's blob.
    pub key: Digest,
    /// Whether signatures by it count only with the hardware's PIN.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pin: bool,
    pub at: Timestamp,
    /// The ledger as the admin saw it.
    pub seen: Seen,
}

/// Who a voucher is about, as the admin read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VouchedNames {
    /// The admin.
    pub by: String,
    /// The fingerprint, so that the text says which of a person's keys it belongs to.
    pub key: Digest,
    /// Two keys under one name are one person's.
    pub name: String,
}

/// A voucher under an admin's own signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vouched {
    pub voucher: Voucher,
    /// The fingerprint of the admin's key.
    pub key: Digest,
    /// Base64 of the SSHSIG.
    pub signature: String,
}

impl Voucher {
    /// The exact bytes.
    pub fn bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        form(self)
    }
}

impl VouchedNames {
    /// The exact bytes.
    pub fn bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        form(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_one_canonical_line() {
        let voucher = Voucher {
            v: VOUCHER,
            ledger: Uuid::nil(),
            principal: PrincipalId(Uuid::from_u128(1)),
            names: Digest([1; 32]),
            role: Role::Senior,
            key: Digest([2; 32]),
            pin: false,
            at: "2026-11-24T04:12:09Z".parse().expect("a time"),
            seen: Seen {
                size: 3,
                root: Digest([3; 32]),
            },
        };
        let text = String::from_utf8(voucher.bytes().expect("bytes")).expect("text");
        let (one, two, three) = ("01".repeat(32), "02".repeat(32), "03".repeat(32));
        assert_eq!(
            text,
            format!(
                r#"{{"at":"2026-11-24T04:12:09Z","key":"{two}","ledger":"00000000-0000-0000-0000-000000000000","names":"{one}","principal":"00000000-0000-0000-0000-000000000001","role":"senior","seen":{{"root":"{three}","size":3}},"v":1}}"#
            )
        );
    }
}
