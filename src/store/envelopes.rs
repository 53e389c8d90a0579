//! Rows of envelopes: writing them, and the lists over them.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use strum::ParseError;
use uuid::Uuid;

use super::entries::{digest, signed, time, unsigned};
use super::{Db, Envelope, History, StoreError, Tx};
use crate::domain::{EnvelopeId, PrincipalId};

const COLUMNS: &str = "id, stage, revision, changed, class, rule, verdict, mode, effective, severity, impact, \
    tool, agent, target, amount, quorum, votes, role, reason_required, on_timeout, escalate_to, timeout_s, \
    valid_for_s, sla_at, deadline_at, valid_until, payload_sha256, policy, created_at, settled_by, settled_at, review";

impl Tx<'_> {
    /// Writes an envelope's row as it is now; `changed` becomes the ledger's size.
    pub fn put_envelope(&self, envelope: &Envelope) -> Result<(), StoreError> {
        let sql = "INSERT INTO envelope (id, stage, revision, changed, class, rule, verdict, mode, effective, severity, \
            impact, tool, agent, target, amount, quorum, votes, role, reason_required, on_timeout, escalate_to, timeout_s, \
            valid_for_s, sla_at, deadline_at, valid_until, payload_sha256, policy, created_at, settled_by, settled_at, \
            review, open, due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, \
            ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34) \
            ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, revision = excluded.revision, changed = excluded.changed, \
            class = excluded.class, rule = excluded.rule, verdict = excluded.verdict, mode = excluded.mode, \
            effective = excluded.effective, severity = excluded.severity, impact = excluded.impact, \
            quorum = excluded.quorum, votes = excluded.votes, role = excluded.role, \
            reason_required = excluded.reason_required, on_timeout = excluded.on_timeout, \
            escalate_to = excluded.escalate_to, sla_at = excluded.sla_at, deadline_at = excluded.deadline_at, \
            valid_until = excluded.valid_until, payload_sha256 = excluded.payload_sha256, policy = excluded.policy, \
            settled_by = excluded.settled_by, settled_at = excluded.settled_at, review = excluded.review, \
            open = excluded.open, due_at = excluded.due_at";
        let millis = |at: Timestamp| at.as_millisecond();
        self.connection().prepare_cached(sql)?.execute(params![
            envelope.id.0.as_bytes(),
            <&'static str>::from(envelope.stage),
            envelope.revision,
            signed(self.size()),
            envelope.class,
            envelope.rule,
            <&'static str>::from(envelope.verdict),
            <&'static str>::from(envelope.mode),
            <&'static str>::from(envelope.effective),
            <&'static str>::from(envelope.severity),
            envelope.impact.map(<&'static str>::from),
            envelope.tool,
            envelope.agent.0.as_bytes(),
            envelope.target,
            envelope.amount,
            envelope.quorum,
            envelope.votes,
            <&'static str>::from(envelope.role),
            envelope.reason_required,
            <&'static str>::from(envelope.on_timeout),
            <&'static str>::from(envelope.escalate_to),
            envelope.timeout_s,
            envelope.valid_for_s,
            millis(envelope.sla_at),
            millis(envelope.deadline_at),
            envelope.valid_until.map(millis),
            envelope.payload_sha256.0,
            envelope.policy.0,
            millis(envelope.created_at),
            envelope.settled_by.map(|id| id.0.into_bytes()),
            envelope.settled_at.map(millis),
            envelope.review.map(<&'static str>::from),
            envelope.stage.is_open(),
            envelope.due_at().map(millis),
        ])?;
        Ok(())
    }
}

impl Db<'_> {
    pub fn envelope(&self, id: EnvelopeId) -> Result<Option<Envelope>, StoreError> {
        let mut query = self
            .0
            .prepare_cached(&format!("SELECT {COLUMNS} FROM envelope WHERE id = ?1"))?;
        Ok(query.query_row([id.0.as_bytes()], read).optional()?)
    }

    /// Envelopes that changed after `cursor`, oldest change first; only open ones where `cursor` is 0.
    pub fn changed_since(&self, cursor: u64, limit: u32) -> Result<Vec<Envelope>, StoreError> {
        let filter = if cursor == 0 { "open = 1 AND" } else { "" };
        let sql = format!("SELECT {COLUMNS} FROM envelope WHERE {filter} changed > ?1 ORDER BY changed LIMIT ?2");
        let mut query = self.0.prepare_cached(&sql)?;
        let rows = query.query_map(params![signed(cursor), limit], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Envelopes whose time is over, those that are most overdue first.
    pub fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<EnvelopeId>, StoreError> {
        let mut query = self
            .0
            .prepare_cached("SELECT id FROM envelope WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2")?;
        let rows = query.query_map(params![now.as_millisecond(), limit], |row| envelope_id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How often this agent proposed this payload before, and was rejected.
    pub fn repeats(&self, envelope: &Envelope) -> Result<History, StoreError> {
        self.count(
            "payload_sha256 = ?1 AND agent = ?2 AND created_at < ?3 AND ?4 <= created_at",
            params![
                envelope.payload_sha256.0,
                envelope.agent.0.as_bytes(),
                envelope.created_at.as_millisecond(),
                0_i64
            ],
        )
    }

    /// What this agent proposed in this class since `since`.
    pub fn history(&self, envelope: &Envelope, since: Timestamp) -> Result<History, StoreError> {
        self.count(
            "agent = ?1 AND class IS ?2 AND created_at < ?3 AND ?4 <= created_at",
            params![
                envelope.agent.0.as_bytes(),
                envelope.class,
                envelope.created_at.as_millisecond(),
                since.as_millisecond()
            ],
        )
    }

    fn count(&self, filter: &str, values: &[&dyn rusqlite::ToSql]) -> Result<History, StoreError> {
        let sql = format!("SELECT count(*), count(*) FILTER (WHERE stage = 'rejected') FROM envelope WHERE {filter}");
        let mut query = self.0.prepare_cached(&sql)?;
        Ok(query.query_row(values, |row| {
            Ok(History {
                proposed: unsigned(row, 0)?,
                rejected: unsigned(row, 1)?,
            })
        })?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Envelope> {
    Ok(Envelope {
        id: envelope_id(row, 0)?,
        stage: word(row, 1)?,
        revision: row.get(2)?,
        changed: unsigned(row, 3)?,
        class: row.get(4)?,
        rule: row.get(5)?,
        verdict: word(row, 6)?,
        mode: word(row, 7)?,
        effective: word(row, 8)?,
        severity: word(row, 9)?,
        impact: optional_word(row, 10)?,
        tool: row.get(11)?,
        agent: principal_id(row, 12)?,
        target: row.get(13)?,
        amount: row.get(14)?,
        quorum: row.get(15)?,
        votes: row.get(16)?,
        role: word(row, 17)?,
        reason_required: row.get(18)?,
        on_timeout: word(row, 19)?,
        escalate_to: word(row, 20)?,
        timeout_s: row.get(21)?,
        valid_for_s: row.get(22)?,
        sla_at: time(row, 23)?,
        deadline_at: time(row, 24)?,
        valid_until: optional_time(row, 25)?,
        payload_sha256: digest(row, 26)?,
        policy: digest(row, 27)?,
        created_at: time(row, 28)?,
        settled_by: row
            .get::<_, Option<[u8; 16]>>(29)?
            .map(|bytes| PrincipalId(Uuid::from_bytes(bytes))),
        settled_at: optional_time(row, 30)?,
        review: optional_word(row, 31)?,
    })
}

pub(super) fn envelope_id(row: &Row<'_>, column: usize) -> rusqlite::Result<EnvelopeId> {
    row.get(column).map(|bytes| EnvelopeId(Uuid::from_bytes(bytes)))
}

pub(super) fn principal_id(row: &Row<'_>, column: usize) -> rusqlite::Result<PrincipalId> {
    row.get(column).map(|bytes| PrincipalId(Uuid::from_bytes(bytes)))
}

/// A word of one of the domain's enums.
pub(super) fn word<T: std::str::FromStr<Err = ParseError>>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    text.parse()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

pub(super) fn optional_word<T: std::str::FromStr<Err = ParseError>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    if row.get_ref(column)? == rusqlite::types::ValueRef::Null {
        Ok(None)
    } else {
        word(row, column).map(Some)
    }
}

pub(super) fn optional_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    if row.get_ref(column)? == rusqlite::types::ValueRef::Null {
        Ok(None)
    } else {
        time(row, column).map(Some)
    }
}
