//! Erasing the texts of envelopes: what they said goes, that they were there stays.
//!
//! Everything that holds words of an agent or a person about an envelope is named here, and nowhere else.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::params;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::entries::time;
use super::envelopes::{envelope_id, optional_principal};
use super::{Db, Envelope, StoreError, Tx, said};
use crate::domain::{Digest, EnvelopeId, Principal, PrincipalId, Stage};
use crate::ledger::{BASIS, REASON};

/// An erasure of an envelope's texts; the gate is nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredErasure {
    pub n: u32,
    pub by: Option<PrincipalId>,
    pub at: Timestamp,
}

/// What a key is changed to once what it was used for was erased: it is known again, and not read.
pub(super) fn forgotten(key: &str) -> String {
    format!("erased:{}", hex::encode(Sha256::digest(key)))
}

/// Stages in which nothing more can be done with a payload.
const OVER: [Stage; 11] = [
    Stage::Denied,
    Stage::Rejected,
    Stage::Expired,
    Stage::Lapsed,
    Stage::Withdrawn,
    Stage::Closed,
    Stage::Redeemed,
    Stage::Done,
    Stage::Failed,
    Stage::Undone,
    Stage::UndoFailed,
];

impl Tx<'_> {
    /// Erases all texts of an envelope; returns how many there were. The row still has to be put.
    ///
    /// Files go with it where no other envelope's evidence names them.
    pub fn erase(&self, envelope: &mut Envelope, files: &[Digest]) -> Result<u64, StoreError> {
        let id = envelope.id.0.as_bytes();
        let run = |sql: &str| Ok::<_, StoreError>(self.connection().prepare_cached(sql)?.execute([id])?);
        let mut texts = run(
            "UPDATE payload SET salt = NULL, sha256 = NULL, parts = NULL, arguments = NULL \
             WHERE envelope = ?1 AND salt IS NOT NULL",
        )?;
        texts += self.erase_texts(envelope.id.0)?;
        said::take_out(self.connection(), envelope.id)?;
        run("UPDATE decision SET sha256 = NULL WHERE envelope = ?1")?;
        run("UPDATE envelope SET target = NULL, run = NULL WHERE id = ?1")?;
        (envelope.target, envelope.run, envelope.amount, envelope.apart) = (None, None, None, None);
        // A short payload could be guessed from its digest.
        envelope.payload_sha256 = Digest([0; 32]);
        for file in files {
            self.connection()
                .prepare_cached(
                    "DELETE FROM file WHERE sha256 = ?1 AND NOT EXISTS (\
                     SELECT 1 FROM blob WHERE kind = 'claims' AND instr(bytes, ?2) > 0)",
                )?
                .execute(params![file.0, file.to_string().into_bytes()])?;
        }
        Ok(u64::try_from(texts).unwrap_or(u64::MAX))
    }

    /// Erases all texts of a principal or stop; returns how many there were. What was answered about it goes too.
    pub fn forget(&self, subject: Uuid) -> Result<u64, StoreError> {
        let id = subject.as_bytes();
        let texts = self.erase_texts(subject)? + self.erase_vouchers(PrincipalId(subject))?;
        self.connection()
            .prepare_cached("UPDATE principal SET name = ?2, scopes = '{}' WHERE id = ?1")?
            .execute(params![id, PrincipalId(subject).erased_name()])?;
        self.connection()
            .prepare_cached("UPDATE stop SET run = NULL WHERE id = ?1")?
            .execute([id])?;
        self.forget_answers(&[EnvelopeId(subject)])?;
        Ok(u64::try_from(texts).unwrap_or(u64::MAX))
    }

    /// Erases the texts of a subject, but for why it was erased.
    fn erase_texts(&self, subject: Uuid) -> Result<usize, StoreError> {
        let sql = "UPDATE blob SET salt = NULL, bytes = NULL \
                   WHERE subject = ?1 AND bytes IS NOT NULL AND kind NOT IN (?2, ?3)";
        let mut erase = self.connection().prepare_cached(sql)?;
        Ok(erase.execute(params![subject.as_bytes(), REASON, BASIS])?)
    }

    /// Erases what names somebody as the admin who vouched for keys of others.
    fn erase_vouchers(&self, admin: PrincipalId) -> Result<usize, StoreError> {
        let known = self.principals()?.into_iter().find(|(known, _)| known.id == admin);
        let Some((Principal { name, .. }, _)) = known else {
            return Ok(0);
        };
        let sql = "UPDATE blob SET salt = NULL, bytes = NULL \
                   WHERE kind = 'voucher' AND bytes IS NOT NULL AND json_extract(CAST(bytes AS TEXT), '$.by') = ?1";
        Ok(self.connection().prepare_cached(sql)?.execute([name])?)
    }

    /// Forgets what was answered about these envelopes, and under which keys. A key that is sent again is known
    /// still and refused, so that nothing is proposed or done a second time.
    pub fn forget_answers(&self, about: &[EnvelopeId]) -> Result<(), StoreError> {
        let about: HashSet<String> = about.iter().map(EnvelopeId::to_string).collect();
        let is_about = |route: &str, answer: &str| {
            let named = route.rsplit_once('/').is_some_and(|(_, id)| about.contains(id));
            named || about.contains(answer) || answer.len() > 36 && about.iter().any(|id| answer.contains(id))
        };
        let mut all = self
            .connection()
            .prepare_cached("SELECT principal, route, key, answer FROM idempotency")?;
        let mut found = Vec::new();
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let (route, answer): (String, String) = (row.get(1)?, row.get(3)?);
            if is_about(&route, &answer) {
                found.push((row.get::<_, [u8; 16]>(0)?, route, row.get::<_, String>(2)?));
            }
        }
        let mut forget = self.connection().prepare_cached(
            "UPDATE idempotency SET key = ?4, body_sha256 = zeroblob(32), answer = '' \
             WHERE principal = ?1 AND route = ?2 AND key = ?3",
        )?;
        for (principal, route, key) in found {
            forget.execute(params![principal, route, key, forgotten(&key)])?;
        }
        Ok(())
    }

    pub fn put_erasure(&self, id: EnvelopeId, erasure: StoredErasure) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("INSERT INTO erasure (envelope, n, person, at) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                id.0.as_bytes(),
                erasure.n,
                erasure.by.map(|by| by.0.into_bytes()),
                erasure.at.as_millisecond()
            ])?;
        Ok(())
    }
}

impl Db<'_> {
    /// How often, when and by whom an envelope's texts were erased, in order.
    pub fn erasures(&self, id: EnvelopeId) -> Result<Vec<StoredErasure>, StoreError> {
        if !self.knows_erasing()? {
            return Ok(Vec::new());
        }
        let mut query = self
            .0
            .prepare_cached("SELECT n, person, at FROM erasure WHERE envelope = ?1 ORDER BY n")?;
        let rows = query.query_map([id.0.as_bytes()], |row| {
            Ok(StoredErasure {
                n: row.get(0)?,
                by: optional_principal(row, 1)?,
                at: time(row, 2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether the files still have something that was erased.
    pub fn owes_scrub(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM erasure WHERE gone = 0)";
        Ok(self.0.query_row(sql, [], |row| row.get(0))?)
    }

    /// Envelopes with this in their payload, a text, target or run, to the letter or as JSON writes it.
    pub fn holding(&self, text: &str, limit: u32) -> Result<Vec<Envelope>, StoreError> {
        let json = serde_json::to_string(text).unwrap_or_default();
        let json = json.trim_matches('"');
        let columns = &*super::envelopes::COLUMNS;
        let sql = format!(
            "SELECT {columns} FROM envelope WHERE instr(coalesce(target, '') || char(10) || coalesce(run, ''), ?1) > 0 \
             OR EXISTS (SELECT 1 FROM payload p WHERE p.envelope = envelope.id AND (\
                instr(p.arguments, ?1) > 0 OR instr(p.arguments, ?2) > 0 OR instr(p.parts, ?1) > 0 OR instr(p.parts, ?2) > 0)) \
             OR EXISTS (SELECT 1 FROM blob b WHERE b.subject = envelope.id AND b.kind NOT IN (?5, ?6) \
                AND (instr(b.bytes, ?3) > 0 OR instr(b.bytes, ?4) > 0)) \
             OR EXISTS (SELECT 1 FROM payload p WHERE p.envelope = envelope.id AND says(p.arguments, ?1)) \
             OR EXISTS (SELECT 1 FROM blob b WHERE b.subject = envelope.id AND b.kind NOT IN (?5, ?6) AND says(b.bytes, ?1)) \
             ORDER BY id LIMIT {limit}"
        );
        let mut query = self.0.prepare(&sql)?;
        let values = params![text, json, text.as_bytes(), json.as_bytes(), REASON, BASIS];
        let rows = query.query_map(values, super::envelopes::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Envelopes of a class that were over before `before` and whose texts are there still, the oldest first.
    pub fn outlived(&self, class: &str, before: Timestamp, limit: u32) -> Result<Vec<EnvelopeId>, StoreError> {
        let over: Vec<String> = OVER.iter().map(|stage| format!("'{stage}'")).collect();
        let sql = format!(
            "SELECT id FROM envelope WHERE class = ?1 AND coalesce(settled_at, created_at) < ?2 AND stage IN ({}) \
             AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.envelope = envelope.id) \
             AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.released_at IS NULL \
                AND (h.envelope = envelope.id OR h.class = envelope.class)) ORDER BY id LIMIT ?3",
            over.join(", ")
        );
        let mut query = self.0.prepare_cached(&sql)?;
        let rows = query.query_map(params![class, before.as_millisecond(), limit], |row| {
            envelope_id(row, 0)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many that are.
    pub fn outlived_count(&self, class: &str, before: Timestamp) -> Result<u64, StoreError> {
        let most = u32::MAX;
        Ok(self.outlived(class, before, most)?.len() as u64)
    }
}
