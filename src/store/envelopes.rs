//! Rows of envelopes: writing them, and the lists over them.

use std::sync::LazyLock;

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use strum::ParseError;
use uuid::Uuid;

use super::entries::{digest, signed, time, unsigned};
use super::{Cleared, Db, Envelope, History, StoreError, Tx};
use crate::domain::{Digest, EnvelopeId, PrincipalId};

/// What never changes once it is there.
const FIXED: [&str; 6] = ["id", "tool", "agent", "target", "created_at", "run"];

/// What each step may change.
const CHANGING: [&str; 47] = [
    "stage",
    "revision",
    "changed",
    "class",
    "rule",
    "verdict",
    "mode",
    "effective",
    "severity",
    "impact",
    "amount",
    "quorum",
    "votes",
    "role",
    "reason_required",
    "on_timeout",
    "escalate_to",
    "timeout_s",
    "valid_for_s",
    "sla_at",
    "deadline_at",
    "valid_until",
    "payload_sha256",
    "policy",
    "settled_by",
    "settled_at",
    "review",
    "latest_at",
    "escalated",
    "custody",
    "claimed_by",
    "claimed_until",
    "edited",
    "asked",
    "answered",
    "alike",
    "apart",
    "redeemed_at",
    "signals",
    "outer_at",
    "passed_to",
    "seen",
    "cleared_at",
    "cleared_until",
    "reject_quorum",
    "rejections",
    "open",
];

/// Derived from the rest, for indexes: when the gate must act by itself, and what people look at afterwards.
const DERIVED: [&str; 4] = ["due_at", "after", "unseen", "trouble_at"];

/// Every column that is read back, in the order of [`read`].
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    let read = CHANGING.iter().filter(|column| **column != "open");
    FIXED.iter().chain(read).copied().collect::<Vec<_>>().join(", ")
});

static PUT: LazyLock<String> = LazyLock::new(|| {
    let all: Vec<&str> = FIXED.into_iter().chain(CHANGING).chain(DERIVED).collect();
    let places: Vec<String> = (1..=all.len()).map(|n| format!("?{n}")).collect();
    let set: Vec<String> = all[FIXED.len()..]
        .iter()
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    format!(
        "INSERT INTO envelope ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET {}",
        all.join(", "),
        places.join(", "),
        set.join(", ")
    )
});

impl Tx<'_> {
    /// Writes an envelope's row as it is now; `changed` becomes the ledger's size.
    pub fn put_envelope(&self, envelope: &Envelope) -> Result<(), StoreError> {
        let millis = |at: Timestamp| at.as_millisecond();
        self.connection().prepare_cached(&PUT)?.execute(params![
            envelope.id.0.as_bytes(),
            envelope.tool,
            envelope.agent.0.as_bytes(),
            envelope.target,
            millis(envelope.created_at),
            envelope.run,
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
            envelope.settled_by.map(|id| id.0.into_bytes()),
            envelope.settled_at.map(millis),
            envelope.review.map(<&'static str>::from),
            envelope.latest_at.map(millis),
            envelope.escalated,
            envelope.custody.map(|id| id.0.into_bytes()),
            envelope.claim.map(|(by, _)| by.0.into_bytes()),
            envelope.claim.map(|(_, until)| millis(until)),
            envelope.edited,
            envelope.asked,
            envelope.answered,
            envelope.alike.map(|alike| alike.0),
            envelope.apart,
            envelope.redeemed_at.map(millis),
            envelope.signals,
            envelope.outer_at.map(millis),
            envelope.passed_to.map(|id| id.0.into_bytes()),
            envelope.seen,
            envelope.cleared.map(|cleared| millis(cleared.at)),
            envelope.cleared.and_then(|cleared| cleared.until).map(millis),
            envelope.reject_quorum,
            envelope.rejections,
            envelope.stage.is_open(),
            envelope.due_at().map(millis),
            envelope.is_after(),
            envelope.is_unseen(),
            envelope.trouble_at().map(millis),
        ])?;
        Ok(())
    }
}

impl Db<'_> {
    pub fn envelope(&self, id: EnvelopeId) -> Result<Option<Envelope>, StoreError> {
        let mut query = self
            .0
            .prepare_cached(&format!("SELECT {} FROM envelope WHERE id = ?1", *COLUMNS))?;
        Ok(query.query_row([id.0.as_bytes()], read).optional()?)
    }

    /// Envelopes that changed after `cursor`, oldest change first; only open ones where `cursor` is 0.
    pub fn changed_since(&self, cursor: u64, limit: u32) -> Result<Vec<Envelope>, StoreError> {
        let filter = if cursor == 0 { "open = 1 AND" } else { "" };
        let columns = &*COLUMNS;
        let sql = format!("SELECT {columns} FROM envelope WHERE {filter} changed > ?1 ORDER BY changed LIMIT ?2");
        let mut query = self.0.prepare_cached(&sql)?;
        let rows = query.query_map(params![signed(cursor), limit], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What people want these agents to take back, the oldest wish first.
    pub fn undo_wanted(&self, agents: &[PrincipalId], limit: u32) -> Result<Vec<Envelope>, StoreError> {
        let columns = &*COLUMNS;
        let sql = format!(
            "SELECT {columns} FROM envelope WHERE stage = 'undo_requested' AND agent = ?1 ORDER BY changed LIMIT ?2"
        );
        let mut query = self.0.prepare_cached(&sql)?;
        let mut wanted = Vec::new();
        for agent in agents {
            let rows = query.query_map(params![agent.0.as_bytes(), limit], read)?;
            wanted.extend(rows.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(wanted)
    }

    /// How much of an agent's waits for people.
    pub fn waiting_of(&self, agent: PrincipalId) -> Result<u64, StoreError> {
        let mut query = self.0.prepare_cached("SELECT count FROM waiting WHERE agent = ?1")?;
        let count = query
            .query_row([agent.0.as_bytes()], |row| unsigned(row, 0))
            .optional()?;
        Ok(count.unwrap_or(0))
    }

    /// Envelopes whose time is over, those that are most overdue first.
    pub fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<EnvelopeId>, StoreError> {
        let mut query = self
            .0
            .prepare_cached("SELECT id FROM envelope WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2")?;
        let rows = query.query_map(params![now.as_millisecond(), limit], |row| envelope_id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Approved edits over AAP with this payload that this agent may still repeat, the oldest first.
    pub fn passes(&self, agent: PrincipalId, payload: Digest, now: Timestamp) -> Result<Vec<Envelope>, StoreError> {
        let sql = format!(
            "SELECT {} FROM envelope WHERE payload_sha256 = ?1 AND agent = ?2 AND stage = 'approved' AND edited > 0 \
             AND outer_at IS NOT NULL AND valid_until > ?3 ORDER BY created_at, id",
            *COLUMNS
        );
        let mut query = self.0.prepare_cached(&sql)?;
        let rows = query.query_map(params![payload.0, agent.0.as_bytes(), now.as_millisecond()], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How often this agent proposed this payload before, and was rejected. What came within the same
    /// millisecond counts on both sides: of a double submission neither looks like the first.
    pub fn repeats(&self, envelope: &Envelope) -> Result<History, StoreError> {
        self.count(
            "payload_sha256 = ?1 AND agent = ?2 AND created_at <= ?3 AND ?4 <= created_at AND id != ?5",
            params![
                envelope.payload_sha256.0,
                envelope.agent.0.as_bytes(),
                envelope.created_at.as_millisecond(),
                0_i64,
                envelope.id.0.as_bytes()
            ],
        )
    }

    /// What this agent proposed in this class since `since`.
    pub fn history(&self, envelope: &Envelope, since: Timestamp) -> Result<History, StoreError> {
        self.count(
            "agent = ?1 AND class IS ?2 AND created_at <= ?3 AND ?4 <= created_at AND id != ?5",
            params![
                envelope.agent.0.as_bytes(),
                envelope.class,
                envelope.created_at.as_millisecond(),
                since.as_millisecond(),
                envelope.id.0.as_bytes()
            ],
        )
    }

    fn count(&self, filter: &str, values: &[&dyn rusqlite::ToSql]) -> Result<History, StoreError> {
        let sql = format!(
            "SELECT count(*), count(*) FILTER (WHERE stage = 'rejected'), count(redeemed_at) FROM envelope WHERE {filter}"
        );
        let mut query = self.0.prepare_cached(&sql)?;
        Ok(query.query_row(values, |row| {
            Ok(History {
                proposed: unsigned(row, 0)?,
                rejected: unsigned(row, 1)?,
                ran: unsigned(row, 2)?,
            })
        })?)
    }
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Envelope> {
    Ok(Envelope {
        id: envelope_id(row, 0)?,
        tool: row.get(1)?,
        agent: principal_id(row, 2)?,
        target: row.get(3)?,
        created_at: time(row, 4)?,
        run: row.get(5)?,
        stage: word(row, 6)?,
        revision: row.get(7)?,
        changed: unsigned(row, 8)?,
        class: row.get(9)?,
        rule: row.get(10)?,
        verdict: word(row, 11)?,
        mode: word(row, 12)?,
        effective: word(row, 13)?,
        severity: word(row, 14)?,
        impact: optional_word(row, 15)?,
        amount: row.get(16)?,
        quorum: row.get(17)?,
        votes: row.get(18)?,
        role: word(row, 19)?,
        reason_required: row.get(20)?,
        on_timeout: word(row, 21)?,
        escalate_to: word(row, 22)?,
        timeout_s: row.get(23)?,
        valid_for_s: row.get(24)?,
        sla_at: time(row, 25)?,
        deadline_at: time(row, 26)?,
        valid_until: optional_time(row, 27)?,
        payload_sha256: digest(row, 28)?,
        policy: digest(row, 29)?,
        settled_by: optional_principal(row, 30)?,
        settled_at: optional_time(row, 31)?,
        review: optional_word(row, 32)?,
        latest_at: optional_time(row, 33)?,
        escalated: row.get(34)?,
        custody: optional_principal(row, 35)?,
        claim: optional_principal(row, 36)?.zip(optional_time(row, 37)?),
        edited: row.get(38)?,
        asked: row.get(39)?,
        answered: row.get(40)?,
        alike: row.get::<_, Option<[u8; 32]>>(41)?.map(crate::domain::Digest),
        apart: row.get(42)?,
        redeemed_at: optional_time(row, 43)?,
        signals: row.get(44)?,
        outer_at: optional_time(row, 45)?,
        passed_to: row.get::<_, Option<_>>(46)?.map(|id| EnvelopeId(Uuid::from_bytes(id))),
        seen: row.get(47)?,
        cleared: match optional_time(row, 48)? {
            Some(at) => Some(Cleared {
                at,
                until: optional_time(row, 49)?,
            }),
            None => None,
        },
        reject_quorum: row.get(50)?,
        rejections: row.get(51)?,
    })
}

pub(super) fn envelope_id(row: &Row<'_>, column: usize) -> rusqlite::Result<EnvelopeId> {
    row.get(column).map(|bytes| EnvelopeId(Uuid::from_bytes(bytes)))
}

pub(super) fn principal_id(row: &Row<'_>, column: usize) -> rusqlite::Result<PrincipalId> {
    row.get(column).map(|bytes| PrincipalId(Uuid::from_bytes(bytes)))
}

pub(super) fn optional_principal(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<PrincipalId>> {
    let bytes: Option<[u8; 16]> = row.get(column)?;
    Ok(bytes.map(|bytes| PrincipalId(Uuid::from_bytes(bytes))))
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
