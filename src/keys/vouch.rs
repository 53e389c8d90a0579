//! An admin's voucher, made of what was read and shown.

use jiff::Timestamp;

use super::{KeyError, Pen};
use crate::api::{KeyView, LedgerPoint, PrincipalView, VouchRequest};
use crate::domain::Digest;
use crate::ledger::{Salt, Seen, VOUCHER, VouchedNames, Voucher, commit};
use crate::signature::ssh::{PEOPLE, SshPublicKey};

impl Pen {
    /// Signs that this key is that person's. `by` is the admin's name; `ledger` is how far it was seen.
    ///
    /// The fingerprint is computed here: what a gate merely calls a key by is not signed.
    pub async fn voucher(
        &self,
        by: &str,
        person: &PrincipalView,
        key: &KeyView,
        ledger: LedgerPoint,
        at: Timestamp,
    ) -> Result<VouchRequest, KeyError> {
        let fingerprint = SshPublicKey::parse(&key.public)?.fingerprint();
        let names = VouchedNames {
            by: by.to_owned(),
            key: fingerprint,
            name: person.name.clone(),
        };
        let names = names.bytes()?;
        let salt = Salt(self.random());
        let voucher = Voucher {
            v: VOUCHER,
            ledger: ledger.id,
            principal: person.id,
            names: commit(&salt, &names),
            role: person.role.ok_or(KeyError::NoRole)?,
            key: fingerprint,
            pin: key.pin,
            at,
            seen: Seen {
                size: ledger.size,
                root: ledger.root,
            },
        };
        let bytes = voucher.bytes()?;
        let signature = self.sign(PEOPLE, &bytes).await?;
        Ok(VouchRequest {
            voucher: Self::text(bytes)?,
            names: Self::text(names)?,
            salt: Digest(salt.0),
            signature: signature.text(),
        })
    }
}
