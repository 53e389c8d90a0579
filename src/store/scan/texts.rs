//! Texts and payloads against the commitments of entries.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::{Trouble, lots, odd};
use crate::ledger::{BlobCheck, Payload, Salt, Verifier};
use crate::store::entries::digest;
use crate::store::envelopes::envelope_id;

/// Texts, all or those that a condition in SQL picks.
pub(in crate::store) fn blobs(connection: &Connection, verifier: &mut Verifier, which: &str) -> Result<(), Trouble> {
    let sql = format!("SELECT subject, kind, part, commitment, salt, bytes FROM blob {which}");
    let mut query = connection.prepare(&sql)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let subject = Uuid::from_bytes(row.get(0)?);
        let (kind, part): (String, u32) = (row.get(1)?, row.get(2)?);
        let kind = place(kind, part);
        let salt = row.get::<_, Option<[u8; 32]>>(4)?.map(Salt);
        let bytes = row.get_ref(5)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
        if salt.is_some() != bytes.is_some() {
            return Err(odd(format!("The {kind} of {subject} is half erased.")));
        }
        verifier.blob(&BlobCheck {
            subject,
            kind,
            commitment: digest(row, 3)?,
            content: salt.zip(bytes),
        })?;
    }
    Ok(())
}

/// The kind as entries name it. Those of which there may be several carry their part there.
pub(in crate::store) fn place(kind: String, part: u32) -> String {
    let several = [
        "excerpt",
        "reason",
        "shown",
        "judgement",
        "question",
        "answer",
        "undo_reason",
        crate::ledger::REASON,
        crate::ledger::BASIS,
        "undo",
        "signal",
        "review",
        "voucher",
    ];
    if several.contains(&kind.as_str()) {
        format!("{kind}/{part}")
    } else {
        kind
    }
}

pub(super) fn payloads(connection: &Connection, verifier: &mut Verifier) -> Result<(), Trouble> {
    let sql = "SELECT commitment, sha256, salt, parts, arguments, envelope, revision FROM payload";
    let mut query = connection.prepare(sql)?;
    let mut rows = query.query([])?;
    let next = || {
        let Some(row) = rows.next()? else { return Ok(None) };
        let erased = (1..=4).all(|column| row.get_ref(column) == Ok(ValueRef::Null));
        let place = (envelope_id(row, 5)?, row.get(6)?);
        Ok::<_, Trouble>(Some((place, digest(row, 0)?, erased, kept(row)?)))
    };
    let look = |(place, commitment, erased, kept): (_, _, _, Kept)| (place, commitment, erased, kept.read());
    lots::in_order(next, look, |(place, commitment, erased, content)| {
        if content.is_none() && !erased {
            return Err(odd(format!(
                "The payload of {} is not one this version writes.",
                place.0
            )));
        }
        let content = content
            .as_ref()
            .map(|(salt, payload, sha256)| (*salt, payload, *sha256));
        Ok(verifier.payload(place, commitment, content)?)
    })
}

/// A payload as its row has it.
struct Kept {
    sha256: Option<crate::domain::Digest>,
    salt: Option<Salt>,
    parts: Option<String>,
    arguments: Option<String>,
}

impl Kept {
    fn read(self) -> Option<(Salt, Payload, crate::domain::Digest)> {
        let (parts, arguments) = self.parts.zip(self.arguments)?;
        let payload = Payload::from_raw(serde_json::from_str(&parts).ok()?, arguments).ok()?;
        Some((self.salt?, payload, self.sha256?))
    }
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        sha256: row.get::<_, Option<[u8; 32]>>(1)?.map(crate::domain::Digest),
        salt: row.get::<_, Option<[u8; 32]>>(2)?.map(Salt),
        parts: row.get(3)?,
        arguments: row.get(4)?,
    })
}

/// `None` for an erased payload, and for one that no version wrote.
pub(in crate::store) fn payload(row: &Row<'_>) -> rusqlite::Result<Option<(Salt, Payload, crate::domain::Digest)>> {
    kept(row).map(Kept::read)
}
