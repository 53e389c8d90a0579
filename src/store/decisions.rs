//! Decisions and outcomes of one envelope.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::entries::time;
use super::envelopes::{principal_id, word};
use super::{Db, StoreError, Tx};
use crate::domain::{DecisionKind, Digest, EnvelopeId, PrincipalId};

/// What a person said of an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredDecision {
    pub person: PrincipalId,
    pub decision: DecisionKind,
    /// The payload and revision it named; a rejection may name none.
    pub on: Option<(Digest, u32)>,
    pub at: Timestamp,
}

/// What happened when the agent ran it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredOutcome {
    pub succeeded: bool,
    pub at: Timestamp,
}

impl Tx<'_> {
    /// Notes the `n`th decision, counted from 0. Its reason is the blob of kind `reason` and part `n`.
    pub fn put_decision(&self, envelope: EnvelopeId, n: u32, decision: &StoredDecision) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO decision (envelope, n, person, decision, revision, sha256, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                envelope.0.as_bytes(), n, decision.person.0.as_bytes(), <&'static str>::from(decision.decision),
                decision.on.map(|(_, revision)| revision), decision.on.map(|(digest, _)| digest.0), decision.at.as_millisecond()
            ])?;
        Ok(())
    }

    pub fn put_outcome(&self, envelope: EnvelopeId, outcome: StoredOutcome) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("INSERT INTO outcome (envelope, succeeded, at) VALUES (?1, ?2, ?3)")?
            .execute(params![
                envelope.0.as_bytes(),
                outcome.succeeded,
                outcome.at.as_millisecond()
            ])?;
        Ok(())
    }
}

impl Db<'_> {
    /// Every decision on an envelope, in order.
    pub fn decisions(&self, envelope: EnvelopeId) -> Result<Vec<StoredDecision>, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT person, decision, revision, sha256, at FROM decision WHERE envelope = ?1 ORDER BY n",
        )?;
        let rows = query.query_map([envelope.0.as_bytes()], |row| {
            let digest: Option<[u8; 32]> = row.get(3)?;
            Ok(StoredDecision {
                person: principal_id(row, 0)?,
                decision: word(row, 1)?,
                on: digest.map(Digest).zip(row.get(2)?),
                at: time(row, 4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn outcome(&self, envelope: EnvelopeId) -> Result<Option<StoredOutcome>, StoreError> {
        let mut query = self
            .0
            .prepare_cached("SELECT succeeded, at FROM outcome WHERE envelope = ?1")?;
        let row = query.query_row([envelope.0.as_bytes()], |row| {
            Ok(StoredOutcome {
                succeeded: row.get(0)?,
                at: time(row, 1)?,
            })
        });
        Ok(row.optional()?)
    }
}
