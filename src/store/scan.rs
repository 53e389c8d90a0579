//! Feeds a whole database file to the verifier, which knows no SQL.

mod lots;

use std::collections::HashSet;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use super::entries::{digest, time, unsigned};
use super::envelopes::{COLUMNS, envelope_id, read};
use super::{Db, Reading, StoreError, Watch};
use crate::ledger::{
    Alone, BlobCheck, Fault, FaultKind, KnownHold, KnownPrincipal, KnownStop, Listed, Payload, Report, Salt, Verifier,
    profile, sha256,
};

/// Reads the file and recomputes everything. The outer error is about reading, the inner about content.
pub fn verify(path: &Path) -> Result<Result<Report, Fault>, StoreError> {
    verify_watched(path, &Watch::default())
}

/// The same, and others see how far it is. Where it was stopped, what comes of it says nothing.
pub fn verify_watched(path: &Path, watch: &Watch) -> Result<Result<Report, Fault>, StoreError> {
    // One read transaction: a gate that goes on writing does not move what is checked.
    let reading = Reading::current(path)?;
    watch.begin(reading.connection())?;
    let found = run(reading.connection(), watch);
    reading.is_whole()?;
    match found {
        Ok(report) => Ok(Ok(report)),
        Err(Trouble::Fault(fault)) => Ok(Err(fault)),
        Err(Trouble::Sql(error)) => Err(error.into()),
        Err(Trouble::Store(error)) => Err(error),
    }
}

/// What ends a comparison.
pub(super) enum Trouble {
    Fault(Fault),
    Sql(rusqlite::Error),
    Store(StoreError),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

fn run(connection: &Connection, watch: &Watch) -> Result<Report, Trouble> {
    let mut verifier = Verifier::default();
    entries(connection, &mut verifier, watch)?;
    nodes(connection, &verifier)?;
    watch.goes_on()?;
    let head = Db(connection).head().map_err(Trouble::Store)?;
    verifier.end(head.map(|head| head.size))?;
    verifier.log_keys(&Db(connection).log_keys().map_err(Trouble::Store)?)?;
    blobs(connection, &mut verifier, "")?;
    watch.goes_on()?;
    payloads(connection, &mut verifier)?;
    watch.goes_on()?;
    let people = principals(connection, &verifier)?;
    policies(connection, &mut verifier)?;
    stops(connection, &verifier)?;
    holds_and_files(connection, &verifier)?;
    keys(connection, &verifier)?;
    if let Some(counts) = Db(connection).judgement_counts().map_err(Trouble::Store)? {
        verifier.counts(&counts)?;
    }
    let listed = projections(connection, &mut verifier)?;
    Ok(verifier.finish(listed, people)?)
}

/// Entries in order, each head as soon as its size is reached. What an entry is by itself is found on all cores.
fn entries(connection: &Connection, verifier: &mut Verifier, watch: &Watch) -> Result<(), Trouble> {
    let mut heads = connection.prepare("SELECT size, root, at, note FROM head WHERE size > 0 ORDER BY size")?;
    let mut heads = heads.query([])?;
    let mut head = head_of(heads.next()?)?;
    let mut query = connection.prepare(
        "SELECT e.seq, e.bytes, n.hash FROM entry e LEFT JOIN node n ON n.level = 0 AND n.idx = e.seq ORDER BY e.seq",
    )?;
    let mut rows = query.query([])?;
    let next = || {
        let Some(row) = rows.next()? else { return Ok(None) };
        let leaf = row.get::<_, Option<[u8; 32]>>(2)?.map(crate::domain::Digest);
        Ok::<_, Trouble>(Some((unsigned(row, 0)?, row.get::<_, Vec<u8>>(1)?, leaf)))
    };
    let look = |(seq, bytes, leaf): (u64, Vec<u8>, _)| (seq, Alone::read(&bytes), leaf);
    lots::in_order(next, look, |(seq, alone, leaf)| {
        verifier.entry_alone(seq, alone, leaf)?;
        watch.step();
        watch.goes_on()?;
        if let Some((size, root, at, note)) = head.take_if(|head| head.0 == seq + 1) {
            verifier.head(size, root, at, note.as_deref())?;
            head = head_of(heads.next()?)?;
        }
        Ok(())
    })
}

type StoredHead = (u64, crate::domain::Digest, jiff::Timestamp, Option<Vec<u8>>);

fn head_of(row: Option<&Row<'_>>) -> Result<Option<StoredHead>, Trouble> {
    let read = |row: &Row<'_>| Ok((unsigned(row, 0)?, digest(row, 1)?, time(row, 2)?, row.get(3)?));
    Ok(row.map(read).transpose().map_err(|error: rusqlite::Error| error)?)
}

fn nodes(connection: &Connection, verifier: &Verifier) -> Result<(), Trouble> {
    let mut query = connection.prepare(
        "SELECT n.level, n.idx, n.hash, l.hash, r.hash FROM node n \
         LEFT JOIN node l ON l.level = n.level - 1 AND l.idx = n.idx * 2 \
         LEFT JOIN node r ON r.level = n.level - 1 AND r.idx = n.idx * 2 + 1 WHERE n.level > 0",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let child = |column| {
            row.get::<_, Option<[u8; 32]>>(column)
                .map(|hash| hash.map(crate::domain::Digest))
        };
        let children = child(3)?.zip(child(4)?);
        verifier.node(row.get(0)?, unsigned(row, 1)?, digest(row, 2)?, children)?;
    }
    Ok(())
}

/// Texts, all or those that a condition in SQL picks.
pub(super) fn blobs(connection: &Connection, verifier: &mut Verifier, which: &str) -> Result<(), Trouble> {
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
pub(super) fn place(kind: String, part: u32) -> String {
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

fn odd(message: String) -> Trouble {
    Trouble::Fault(Fault {
        kind: FaultKind::Tampered,
        entry: None,
        message,
    })
}

fn payloads(connection: &Connection, verifier: &mut Verifier) -> Result<(), Trouble> {
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
pub(super) fn payload(row: &Row<'_>) -> rusqlite::Result<Option<(Salt, Payload, crate::domain::Digest)>> {
    kept(row).map(Kept::read)
}

pub(super) fn principals(connection: &Connection, verifier: &Verifier) -> Result<usize, Trouble> {
    let all = Db(connection).principals().map_err(Trouble::Store)?;
    for (principal, key) in &all {
        let profile = profile(&principal.name, &principal.scopes);
        verifier.principal(&KnownPrincipal {
            id: principal.id,
            kind: principal.kind,
            role: principal.role,
            owner: principal.owner,
            executor: principal.executor,
            added_at: principal.added_at,
            key: *key,
            revoked: principal.revoked_at.is_some(),
            profile: profile.map_err(|error| Trouble::Store(error.into()))?,
        })?;
    }
    Ok(all.len())
}

pub(super) fn keys(connection: &Connection, verifier: &Verifier) -> Result<(), Trouble> {
    let known = Db(connection).known_keys().map_err(Trouble::Store)?;
    Ok(verifier.keys(known)?)
}

fn policies(connection: &Connection, verifier: &mut Verifier) -> Result<(), Trouble> {
    let mut query = connection.prepare("SELECT sha256, bytes FROM policy")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        verifier.policy(digest(row, 0)?, bytes)?;
    }
    Ok(())
}

/// Whose rows a table has.
fn owners(connection: &Connection, table: &str) -> Result<HashSet<[u8; 16]>, Trouble> {
    let mut query = connection.prepare(&format!("SELECT envelope FROM {table}"))?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn projections(connection: &Connection, verifier: &mut Verifier) -> Result<u64, Trouble> {
    let db = Db(connection);
    let mut query = connection.prepare(&format!("SELECT {} FROM envelope", *COLUMNS))?;
    let mut digests =
        connection.prepare("SELECT sha256 FROM payload WHERE envelope = ?1 ORDER BY revision DESC LIMIT 1")?;
    // Few have these: they are asked for where there is one.
    let [asked, ran, reviewed, undone] =
        ["question", "outcome", "review", "undo"].map(|table| owners(connection, table));
    let (asked, ran, reviewed, undone) = (asked?, ran?, reviewed?, undone?);
    let mut rows = query.query([])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        let envelope = read(row)?;
        let id = envelope.id;
        let stored: Option<Option<[u8; 32]>> = digests.query_row([id.0.as_bytes()], |row| row.get(0)).optional()?;
        let decisions = db.decisions(id).map_err(Trouble::Store)?;
        let there = |owners: &HashSet<[u8; 16]>| owners.contains(id.0.as_bytes()).then_some(id);
        let questions = there(&asked).map_or(Ok(Vec::new()), |id| db.questions(id));
        let questions = questions.map_err(Trouble::Store)?;
        let outcome = there(&ran)
            .map_or(Ok(None), |id| db.outcome(id))
            .map_err(Trouble::Store)?;
        let review = there(&reviewed).map_or(Ok(None), |id| db.review(id));
        let review = review.map_err(Trouble::Store)?;
        let undo = there(&undone)
            .map_or(Ok(None), |id| db.undo(id))
            .map_err(Trouble::Store)?;
        let words = envelope.has_words();
        verifier.projection(&Listed {
            id,
            stage: envelope.stage,
            revision: envelope.revision,
            votes: envelope.votes,
            reject_quorum: envelope.reject_quorum,
            rejections: envelope.rejections,
            agent: envelope.agent,
            created_at: envelope.created_at,
            tool: envelope.tool,
            target: envelope.target,
            class: envelope.class,
            rule: envelope.rule,
            verdict: envelope.verdict,
            effective: envelope.effective,
            severity: envelope.severity,
            quorum: envelope.quorum,
            role: envelope.role,
            deadline_at: envelope.deadline_at,
            policy: envelope.policy,
            payload_sha256: stored.flatten().map(crate::domain::Digest),
            listed_sha256: envelope.payload_sha256,
            latest_at: envelope.latest_at,
            alike: envelope.alike,
            escalated: envelope.escalated,
            custody: envelope.custody,
            claim: envelope.claim,
            edited: envelope.edited,
            decisions: decisions
                .into_iter()
                .map(|d| (Some(d.person), d.decision, d.at, d.detail, d.key))
                .collect(),
            questions: questions
                .iter()
                .map(|q| (Some(q.person), q.at, q.answered_at))
                .collect(),
            answered: envelope.answered,
            outcome: outcome.map(|outcome| outcome.succeeded),
            redeemed_at: envelope.redeemed_at,
            signals: envelope.signals,
            review: envelope.review,
            seen: envelope.seen,
            reviewed: review.map(|review| (Some(review.person), review.finding, review.at)),
            undo: undo.map(|undo| (Some(undo.person), undo.at, undo.answer)),
            words,
            outer_at: envelope.outer_at,
            passed_to: envelope.passed_to,
        })?;
        count += 1;
    }
    Ok(count)
}

/// Stops against what the entries tell of.
pub(super) fn stops(connection: &Connection, verifier: &Verifier) -> Result<(), Trouble> {
    let stops = Db(connection).stops(false).map_err(Trouble::Store)?;
    let known = stops.into_iter().map(|stop| KnownStop {
        id: stop.id,
        scope: stop.stopped.scope,
        agent: stop.stopped.agent,
        class: stop.stopped.class,
        effect: stop.stopped.effect,
        by: Some(stop.person),
        at: stop.at,
        resumed: stop.resumed.map(|(by, at)| (Some(by), at)),
    });
    Ok(verifier.stops(known.collect())?)
}

/// Legal holds against what the entries tell of; files against the digests they are named by.
fn holds_and_files(connection: &Connection, verifier: &Verifier) -> Result<(), Trouble> {
    let holds = Db(connection).holds().map_err(Trouble::Store)?;
    let known = holds.into_iter().map(|hold| KnownHold {
        id: hold.id,
        envelope: hold.envelope,
        class: hold.class,
        by: Some(hold.person),
        at: hold.at,
        released: hold.released.map(|(by, at)| (Some(by), at)),
    });
    verifier.holds(known.collect())?;
    let mut query = connection.prepare("SELECT sha256, bytes FROM file")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let named = digest(row, 0)?;
        let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        if sha256(bytes) != named {
            return Err(odd(format!(
                "The file {} has other bytes than its name says.",
                named.short()
            )));
        }
    }
    Ok(())
}
