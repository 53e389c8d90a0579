//! Decisions and outcomes of one envelope.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::entries::time;
use super::envelopes::{optional_time, principal_id, word};
use super::{Db, StoreError, Tx};
use crate::domain::{DecisionKind, Digest, EnvelopeId, PrincipalId, Review};

/// What a person said of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDecision {
    pub person: PrincipalId,
    pub decision: DecisionKind,
    /// The payload and revision it named; a rejection may name none.
    pub on: Option<(Digest, u32)>,
    pub at: Timestamp,
    /// Where it led: a role or a principal's id, a class, a deadline.
    pub detail: Option<String>,
    /// The fingerprint of the key it was signed with, if it was.
    pub key: Option<Digest>,
}

/// What a person wanted to know of the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredQuestion {
    pub person: PrincipalId,
    pub at: Timestamp,
    pub answered_at: Option<Timestamp>,
}

/// What happened when the agent ran it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredOutcome {
    pub succeeded: bool,
    pub at: Timestamp,
}

/// What a person said of something that ran alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredReview {
    pub person: PrincipalId,
    pub finding: Review,
    pub at: Timestamp,
    /// How often somebody had looked at it before.
    pub n: u32,
}

/// That a person wants something taken back, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredUndo {
    pub person: PrincipalId,
    pub at: Timestamp,
    pub answer: Option<(bool, Timestamp)>,
}

impl Tx<'_> {
    /// Notes the newest word on it. Its note is the blob of kind `review` and part `n`.
    pub fn put_review(&self, envelope: EnvelopeId, review: StoredReview) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO review (envelope, person, finding, at, n) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (envelope) DO UPDATE SET person = excluded.person, finding = excluded.finding, \
                 at = excluded.at, n = excluded.n",
            )?
            .execute(params![
                envelope.0.as_bytes(),
                review.person.0.as_bytes(),
                <&'static str>::from(review.finding),
                review.at.as_millisecond(),
                review.n
            ])?;
        Ok(())
    }

    pub fn put_undo(&self, envelope: EnvelopeId, undo: StoredUndo) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO undo (envelope, person, at, succeeded, answered_at) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (envelope) DO UPDATE SET person = excluded.person, at = excluded.at, \
                 succeeded = excluded.succeeded, answered_at = excluded.answered_at",
            )?
            .execute(params![
                envelope.0.as_bytes(),
                undo.person.0.as_bytes(),
                undo.at.as_millisecond(),
                undo.answer.map(|(succeeded, _)| succeeded),
                undo.answer.map(|(_, at)| at.as_millisecond())
            ])?;
        Ok(())
    }

    /// Notes the `n`th decision, counted from 0. Its reason is the blob of kind `reason` and part `n`.
    pub fn put_decision(&self, envelope: EnvelopeId, n: u32, decision: &StoredDecision) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO decision (envelope, n, person, decision, revision, sha256, at, detail, key) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                envelope.0.as_bytes(),
                n,
                decision.person.0.as_bytes(),
                <&'static str>::from(decision.decision),
                decision.on.map(|(_, revision)| revision),
                decision.on.map(|(digest, _)| digest.0),
                decision.at.as_millisecond(),
                decision.detail,
                decision.key.map(|key| key.0)
            ])?;
        Ok(())
    }

    /// Notes the `n`th question, counted from 0; its text is the blob of kind `question` and part `n`.
    pub fn put_question(&self, envelope: EnvelopeId, n: u32, question: StoredQuestion) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO question (envelope, n, person, at, answered_at) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (envelope, n) DO UPDATE SET answered_at = excluded.answered_at",
            )?
            .execute(params![
                envelope.0.as_bytes(),
                n,
                question.person.0.as_bytes(),
                question.at.as_millisecond(),
                question.answered_at.map(Timestamp::as_millisecond)
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

/// The columns of a decision, in the order of [`decision`]. The other words' are as theirs.
pub(super) const DECISION: &str = "person, decision, revision, sha256, at, detail, key";
pub(super) const QUESTION: &str = "person, at, answered_at";
pub(super) const REVIEW: &str = "person, finding, at, n";
pub(super) const UNDO: &str = "person, at, succeeded, answered_at";
pub(super) const OUTCOME: &str = "succeeded, at";

pub(super) fn decision(row: &Row<'_>) -> rusqlite::Result<StoredDecision> {
    let digest: Option<[u8; 32]> = row.get(3)?;
    Ok(StoredDecision {
        person: principal_id(row, 0)?,
        decision: word(row, 1)?,
        on: digest.map(Digest).zip(row.get(2)?),
        at: time(row, 4)?,
        detail: row.get(5)?,
        key: row.get::<_, Option<[u8; 32]>>(6)?.map(Digest),
    })
}

pub(super) fn question(row: &Row<'_>) -> rusqlite::Result<StoredQuestion> {
    Ok(StoredQuestion {
        person: principal_id(row, 0)?,
        at: time(row, 1)?,
        answered_at: optional_time(row, 2)?,
    })
}

pub(super) fn review(row: &Row<'_>) -> rusqlite::Result<StoredReview> {
    Ok(StoredReview {
        person: principal_id(row, 0)?,
        finding: word(row, 1)?,
        at: time(row, 2)?,
        n: row.get(3)?,
    })
}

pub(super) fn undo(row: &Row<'_>) -> rusqlite::Result<StoredUndo> {
    Ok(StoredUndo {
        person: principal_id(row, 0)?,
        at: time(row, 1)?,
        answer: row.get::<_, Option<bool>>(2)?.zip(optional_time(row, 3)?),
    })
}

pub(super) fn outcome(row: &Row<'_>) -> rusqlite::Result<StoredOutcome> {
    Ok(StoredOutcome {
        succeeded: row.get(0)?,
        at: time(row, 1)?,
    })
}

impl Db<'_> {
    /// Every decision on an envelope, in order.
    pub fn decisions(&self, envelope: EnvelopeId) -> Result<Vec<StoredDecision>, StoreError> {
        let sql = format!("SELECT {DECISION} FROM decision WHERE envelope = ?1 ORDER BY n");
        let mut query = self.0.prepare_cached(&sql)?;
        let rows = query.query_map([envelope.0.as_bytes()], decision)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every question to the agent, in order.
    pub fn questions(&self, envelope: EnvelopeId) -> Result<Vec<StoredQuestion>, StoreError> {
        let sql = format!("SELECT {QUESTION} FROM question WHERE envelope = ?1 ORDER BY n");
        let mut query = self.0.prepare_cached(&sql)?;
        let rows = query.query_map([envelope.0.as_bytes()], question)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn review(&self, envelope: EnvelopeId) -> Result<Option<StoredReview>, StoreError> {
        self.one(
            &format!("SELECT {REVIEW} FROM review WHERE envelope = ?1"),
            envelope,
            review,
        )
    }

    pub fn undo(&self, envelope: EnvelopeId) -> Result<Option<StoredUndo>, StoreError> {
        self.one(&format!("SELECT {UNDO} FROM undo WHERE envelope = ?1"), envelope, undo)
    }

    pub fn outcome(&self, envelope: EnvelopeId) -> Result<Option<StoredOutcome>, StoreError> {
        self.one(
            &format!("SELECT {OUTCOME} FROM outcome WHERE envelope = ?1"),
            envelope,
            outcome,
        )
    }

    fn one<T>(
        &self,
        sql: &str,
        envelope: EnvelopeId,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        let mut query = self.0.prepare_cached(sql)?;
        Ok(query.query_row([envelope.0.as_bytes()], read).optional()?)
    }
}
