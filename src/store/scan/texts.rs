//! Texts and payloads against the commitments of entries.

use std::ops::Range;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::{Trouble, lots, odd};
use crate::domain::Digest;
use crate::ledger::{BlobAlone, BlobCheck, Payload, PayloadAlone, Salt, Verifier};
use crate::store::Watch;
use crate::store::entries::digest;
use crate::store::envelopes::envelope_id;

/// Texts, all or those that a condition in SQL picks.
pub(in crate::store) fn blobs(
    connection: &Connection,
    verifier: &mut Verifier,
    which: &str,
    watch: &Watch,
) -> Result<(), Trouble> {
    let sql = format!("SELECT subject, kind, part, commitment, salt, bytes FROM blob {which}");
    let mut query = connection.prepare(&sql)?;
    let mut rows = query.query([])?;
    let mut late = None;
    let next = || {
        watch.goes_on()?;
        let (mut all, mut kinds) = (Vec::new(), Kinds::default());
        let texts = lots::gather(&mut late, || {
            let Some(row) = rows.next()? else { return Ok(None) };
            let subject = Uuid::from_bytes(row.get(0)?);
            let kind = kinds.number(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?, row.get(2)?);
            let salt = row.get::<_, Option<[u8; 32]>>(4)?.map(Salt);
            let bytes = row.get_ref(5)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
            if salt.is_some() != bytes.is_some() {
                let kind = kinds.name(kind);
                return Err(odd(format!("The {kind} of {subject} is half erased.")));
            }
            let start = all.len();
            all.extend_from_slice(bytes.unwrap_or_default());
            let content = salt.map(|salt| (salt, start..all.len()));
            Ok::<_, Trouble>(Some(((subject, kind, digest(row, 3)?, content), all.len() - start)))
        })?;
        Ok(texts.map(|texts| (all, kinds, texts)))
    };
    let look = |(all, kinds, texts): (Vec<u8>, Kinds, Vec<_>)| -> Vec<BlobAlone> {
        let alone = |(subject, kind, commitment, content): (_, _, _, Option<(_, Range<usize>)>)| {
            BlobAlone::of(&BlobCheck {
                subject,
                kind: kinds.name(kind),
                commitment,
                content: content.map(|(salt, range)| (salt, &all[range])),
            })
        };
        texts.into_iter().map(alone).collect()
    };
    lots::in_order(next, look, |texts| {
        Ok(texts.iter().try_for_each(|text| verifier.blob_alone(text))?)
    })
}

/// The few kinds that the texts of a lot are of, each with its part.
#[derive(Default)]
struct Kinds(Vec<(String, u32)>);

impl Kinds {
    fn number(&mut self, kind: &str, part: u32) -> usize {
        let same = |known: &(String, u32)| known.1 == part && known.0 == kind;
        self.0.iter().position(same).unwrap_or_else(|| {
            self.0.push((kind.to_owned(), part));
            self.0.len() - 1
        })
    }

    fn name(&self, number: usize) -> String {
        let (kind, part) = &self.0[number];
        place(kind.clone(), *part)
    }
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

pub(super) fn payloads(connection: &Connection, verifier: &mut Verifier, watch: &Watch) -> Result<(), Trouble> {
    let sql = "SELECT commitment, sha256, salt, parts, arguments, envelope, revision FROM payload";
    let mut query = connection.prepare(sql)?;
    let mut rows = query.query([])?;
    let mut late = None;
    let next = || {
        watch.goes_on()?;
        let mut texts = String::new();
        let payloads = lots::gather(&mut late, || {
            let Some(row) = rows.next()? else { return Ok(None) };
            let erased = (1..=4).all(|column| row.get_ref(column) == Ok(ValueRef::Null));
            let place = (envelope_id(row, 5)?, row.get(6)?);
            let start = texts.len();
            let payload = (place, digest(row, 0)?, erased, Kept::of(row, &mut texts)?);
            Ok::<_, Trouble>(Some((payload, texts.len() - start)))
        })?;
        Ok(payloads.map(|payloads| (texts, payloads)))
    };
    let look = |(texts, payloads): (String, Vec<(_, _, bool, Kept)>)| -> Vec<_> {
        let alone = |(place, commitment, erased, kept): (_, _, _, Kept)| {
            let content = kept.read(&texts);
            let content = content.map(|(salt, payload, sha256)| PayloadAlone::of(&salt, &payload, sha256));
            (place, commitment, erased, content)
        };
        payloads.into_iter().map(alone).collect()
    };
    lots::in_order(next, look, |payloads| {
        for (place, commitment, erased, content) in payloads {
            if content.is_none() && !erased {
                return Err(odd(format!(
                    "The payload of {} is not one this version writes.",
                    place.0
                )));
            }
            verifier.payload_alone(*place, *commitment, content.as_ref())?;
        }
        Ok(())
    })
}

/// A payload as its row has it; its texts stand in those of its lot.
struct Kept {
    sha256: Option<Digest>,
    salt: Option<Salt>,
    parts: Option<Range<usize>>,
    arguments: Option<Range<usize>>,
}

impl Kept {
    fn of(row: &Row<'_>, texts: &mut String) -> rusqlite::Result<Self> {
        let mut text = |column| {
            let text = row.get_ref(column)?.as_str_or_null()?;
            Ok::<_, rusqlite::Error>(text.map(|text| {
                let start = texts.len();
                texts.push_str(text);
                start..texts.len()
            }))
        };
        Ok(Self {
            sha256: row.get::<_, Option<[u8; 32]>>(1)?.map(Digest),
            salt: row.get::<_, Option<[u8; 32]>>(2)?.map(Salt),
            parts: text(3)?,
            arguments: text(4)?,
        })
    }

    fn read(self, texts: &str) -> Option<(Salt, Payload, Digest)> {
        let (parts, arguments) = self.parts.zip(self.arguments)?;
        let parts = serde_json::from_str(&texts[parts]).ok()?;
        let payload = Payload::from_raw(parts, texts[arguments].to_owned()).ok()?;
        Some((self.salt?, payload, self.sha256?))
    }
}

/// `None` for an erased payload, and for one that no version wrote.
pub(in crate::store) fn payload(row: &Row<'_>) -> rusqlite::Result<Option<(Salt, Payload, Digest)>> {
    let mut texts = String::new();
    Ok(Kept::of(row, &mut texts)?.read(&texts))
}
