//! Feeds a whole database file to the verifier, which knows no SQL.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use super::entries::{digest, signed, time, unsigned};
use super::envelopes::envelope_id;
use super::{Db, Reading, StoreError, Watch};
use crate::ledger::{
    BlobCheck, Fault, FaultKind, KnownHold, KnownPrincipal, KnownStop, Listed, Payload, Report, Salt, Verifier, form,
    sha256,
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

/// Entries in order, each head as soon as its size is reached.
fn entries(connection: &Connection, verifier: &mut Verifier, watch: &Watch) -> Result<(), Trouble> {
    let mut heads = connection.prepare("SELECT size, root, at, note FROM head WHERE size = ?1")?;
    let mut query = connection.prepare(
        "SELECT e.seq, e.bytes, n.hash FROM entry e LEFT JOIN node n ON n.level = 0 AND n.idx = e.seq ORDER BY e.seq",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let seq = unsigned(row, 0)?;
        let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let leaf = row.get::<_, Option<[u8; 32]>>(2)?.map(crate::domain::Digest);
        verifier.entry(seq, bytes, leaf)?;
        watch.step();
        watch.goes_on()?;
        let mut found = heads.query([signed(seq + 1)])?;
        if let Some(head) = found.next()? {
            let note = head.get_ref(3)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
            verifier.head(unsigned(head, 0)?, digest(head, 1)?, time(head, 2)?, note)?;
        }
    }
    Ok(())
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
    while let Some(row) = rows.next()? {
        let (commitment, id) = (digest(row, 0)?, envelope_id(row, 5)?);
        let content = payload(row)?;
        let erased = (1..=4).all(|column| row.get_ref(column) == Ok(ValueRef::Null));
        if content.is_none() && !erased {
            return Err(odd(format!("The payload of {id} is not one this version writes.")));
        }
        let content = content
            .as_ref()
            .map(|(salt, payload, sha256)| (*salt, payload, *sha256));
        verifier.payload((id, row.get(6)?), commitment, content)?;
    }
    Ok(())
}

/// `None` for an erased payload, and for one that no version wrote.
pub(super) fn payload(row: &Row<'_>) -> rusqlite::Result<Option<(Salt, Payload, crate::domain::Digest)>> {
    let sha256 = row.get::<_, Option<[u8; 32]>>(1)?.map(crate::domain::Digest);
    let salt = row.get::<_, Option<[u8; 32]>>(2)?.map(Salt);
    let parts: Option<String> = row.get(3)?;
    let arguments: Option<String> = row.get(4)?;
    let payload = parts
        .zip(arguments)
        .and_then(|(parts, arguments)| Payload::from_raw(serde_json::from_str(&parts).ok()?, arguments).ok());
    Ok(salt
        .zip(payload)
        .zip(sha256)
        .map(|((salt, payload), sha256)| (salt, payload, sha256)))
}

pub(super) fn principals(connection: &Connection, verifier: &Verifier) -> Result<usize, Trouble> {
    let all = Db(connection).principals().map_err(Trouble::Store)?;
    for (principal, key) in &all {
        let profile = form(&serde_json::json!({ "name": principal.name, "scopes": principal.scopes }));
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

fn projections(connection: &Connection, verifier: &mut Verifier) -> Result<u64, Trouble> {
    let db = Db(connection);
    let mut query = connection.prepare("SELECT id FROM envelope")?;
    let mut digests =
        connection.prepare("SELECT sha256 FROM payload WHERE envelope = ?1 ORDER BY revision DESC LIMIT 1")?;
    let mut rows = query.query([])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        let id = envelope_id(row, 0)?;
        let Some(envelope) = db.envelope(id).map_err(Trouble::Store)? else {
            continue;
        };
        let stored: Option<Option<[u8; 32]>> = digests.query_row([id.0.as_bytes()], |row| row.get(0)).optional()?;
        let decisions = db.decisions(id).map_err(Trouble::Store)?;
        let questions = db.questions(id).map_err(Trouble::Store)?;
        let outcome = db.outcome(id).map_err(Trouble::Store)?;
        let review = db.review(id).map_err(Trouble::Store)?;
        let undo = db.undo(id).map_err(Trouble::Store)?;
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
